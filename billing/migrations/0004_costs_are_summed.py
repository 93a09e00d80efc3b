"""Keep `UsageDay` equal to the sums of the cost lines, whoever changes them, and refuse to remove a line.

What the customer is shown, `MOVED`, is counted on the day on which the ledger moved it: the first time a line's retail
changes it was charged, later it is given back, or taken again. Once for each statement, in the order of the unique key,
so that two that change the same sums wait and never deadlock. The same is noted as a `CostChange`, to be folded into sums
over workspaces by a chore: nobody waits at those.
"""

from django.db import migrations

KEY = "day, workspace_id, project, member, key, provider, model, resolution"
COARSE = "day, workspace_id, key, provider, resolution"
SUMS = {
    "attempts": "1",
    "pictures": "delivered",
    "expected": "expected",
    "reported": "coalesce(reported, 0)",
    "reported_expected": "CASE WHEN reported IS NULL THEN 0 ELSE expected END",
    "stated": "coalesce(stated, 0)",
    "stated_expected": "CASE WHEN stated IS NULL THEN 0 ELSE expected END",
    "booked": "booked",
    "suspense": "CASE WHEN state = 'suspense' THEN booked ELSE 0 END",
    "failure_cost": "CASE WHEN delivered = 0 THEN booked ELSE 0 END",
    "retail": "retail",
}
MOVED = {
    "sold": "CASE WHEN was_charged THEN 0 ELSE delivered END",
    "charged": "CASE WHEN was_charged THEN 0 ELSE moved END",
    "refunded": "CASE WHEN was_charged THEN -moved ELSE 0 END",
}
ALL = [*SUMS, *MOVED]
NAMES = ", ".join(ALL)
TOTALS = ", ".join(f"sum({name}) AS {name}" for name in ALL)
ADD = f"""
    WITH added AS (
        SELECT {KEY}, {TOTALS} FROM (
            SELECT {KEY}, {", ".join(f"sign * ({each}) AS {name}" for name, each in SUMS.items())},
                {", ".join(f"0 AS {name}" for name in MOVED)}
            FROM {{lines}}
            UNION ALL
            SELECT {KEY.replace("day", "coalesce(retail_on, day)", 1)}, {", ".join("0" for _ in SUMS)},
                {", ".join(MOVED.values())}
            FROM {{moved}}
        ) AS part
        GROUP BY {KEY}
    ), kept AS (
        INSERT INTO billing_usageday ({KEY}, {NAMES}) SELECT {KEY}, {NAMES} FROM added ORDER BY {KEY}
        ON CONFLICT ({KEY}) DO UPDATE SET {", ".join(f"{name} = billing_usageday.{name} + excluded.{name}" for name in ALL)}
    )
    INSERT INTO billing_costchange ({COARSE}, {NAMES}) SELECT {COARSE}, {TOTALS} FROM added
    GROUP BY {COARSE} HAVING {" OR ".join(f"sum({name}) <> 0" for name in ALL)};
"""
MADE = ADD.format(
    lines="(SELECT 1 AS sign, * FROM made) AS line",
    moved="(SELECT *, false AS was_charged, retail AS moved FROM made WHERE retail <> 0) AS line",
)
CHANGED = ADD.format(
    lines="(SELECT 1 AS sign, * FROM made UNION ALL SELECT -1, * FROM gone) AS line",
    moved="""(SELECT made.*, gone.retail_on IS NOT NULL AS was_charged, made.retail - gone.retail AS moved
        FROM made JOIN gone ON gone.attempt = made.attempt WHERE made.retail <> gone.retail) AS line""",
)

FORWARD = f"""
CREATE FUNCTION billing_sum_costs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN {MADE} ELSE {CHANGED} END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER costs_are_summed AFTER INSERT ON billing_costline
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION billing_sum_costs();
CREATE TRIGGER changed_costs_are_summed AFTER UPDATE ON billing_costline
    REFERENCING NEW TABLE AS made OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION billing_sum_costs();
CREATE TRIGGER costs_stay BEFORE DELETE OR TRUNCATE ON billing_costline
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
"""

BACKWARD = """
DROP TRIGGER costs_stay ON billing_costline;
DROP TRIGGER changed_costs_are_summed ON billing_costline;
DROP TRIGGER costs_are_summed ON billing_costline;
DROP FUNCTION billing_sum_costs();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_transfers_balance")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
