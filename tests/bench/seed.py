"""Fill a database with a year of edits: `python -m tests.bench.seed --edits 1000000`, at the settings' database.

Made by SQL in the database itself, so that a million take minutes. 400 workspaces, the largest with an eighth of all
edits; each works through two keys and three members. 3 of 100 first attempts fail for nothing and are tried elsewhere,
1 fails at a cost, 4 of 1,000 are lost. Statements have confirmed what is older than 60 days (`seed_review.py`). All
invariants of the books hold. The first member of each workspace is its owner.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

from tests.bench.filling import fill
from tests.bench.seed_review import review_tables

WORKSPACES, DAYS, MEMBERS, KEYS, PROJECTS = 400, 365, 3, 2, 3
GRANT = 10**13

# One row for each edit, `u` spread evenly from 0 to 1 by a hash: a plan from which all tables are filled.
PLAN = """
CREATE UNLOGGED TABLE bench_plan AS
WITH drawn AS (
    SELECT n, now() - make_interval(secs => {days} * 86400.0 * (1 - n::float8 / {edits})) AS at,
        1 + floor({workspaces} * power(bench_u(n, 1), 3))::int AS w, bench_u(n, 2) AS who, bench_u(n, 3) AS size,
        bench_u(n, 4) AS via, bench_u(n, 5) AS fate
    FROM generate_series(1, {edits}) AS n
), named AS (
    SELECT *, CASE WHEN size < 0.8 THEN '2K' ELSE '4K' END AS resolution,
        CASE WHEN who < 0.4 THEN 1 WHEN who < 0.6 THEN 2 ELSE 0 END AS k,
        CASE WHEN who < 0.6 THEN 0 WHEN who < 0.8 THEN 1 WHEN who < 0.9 THEN 2 ELSE 3 END AS m,
        CASE WHEN who < 0.4 OR who BETWEEN 0.6 AND 0.8 THEN 1 WHEN who < 0.6 THEN 2 ELSE 3 END AS p,
        CASE WHEN via < 0.1 THEN 'apipod' WHEN via < 0.2 THEN 'pixazo' WHEN via < 0.3 THEN 'apikley'
            WHEN via < 0.45 OR size >= 0.8 THEN 'aimlapi' ELSE 'shortapi' END AS provider
    FROM drawn
)
SELECT *, bench_id('edt', n) AS edit, bench_id('att', n) AS attempt, bench_id('wsp', w) AS workspace,
    bench_id('prj', w * 10 + p) AS project, CASE WHEN m > 0 THEN bench_id('usr', w * 10 + m) END AS member,
    CASE WHEN k > 0 THEN bench_id('key', w * 10 + k) END AS key,
    CASE provider WHEN 'apipod' THEN 43000 WHEN 'pixazo' THEN 45000 WHEN 'apikley' THEN 41000
        WHEN 'aimlapi' THEN 42000 ELSE 38000 END::bigint AS cost,
    CASE WHEN fate < 0.01 THEN 'failed' WHEN fate < 0.014 THEN 'lost' WHEN fate < 0.044 THEN 'retried'
        ELSE 'delivered' END AS ended
FROM named ORDER BY n
"""
# One row for each attempt: the first of every edit, and a second one at AI/ML API where that failed for nothing.
ORDERS = """
CREATE UNLOGGED TABLE bench_order AS
SELECT n, edit, attempt, workspace, project, member, key, provider, resolution, at, cost,
    CASE ended WHEN 'retried' THEN 'void' ELSE ended END AS fate FROM bench_plan
UNION ALL
SELECT n, edit, bench_id('att', {edits} + n), workspace, project, member, key, 'aimlapi', resolution,
    at + interval '3 seconds', 42000, 'delivered' FROM bench_plan WHERE ended = 'retried'
"""
FUNCTIONS = """
CREATE OR REPLACE FUNCTION bench_id(prefix text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT prefix || '_' || lpad(n::text, 26, '0') $$;
CREATE OR REPLACE FUNCTION bench_u(n bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (hashint8extended(n, salt) & 2147483647) / 2147483648.0 $$;
"""
DROPS = "DROP TABLE IF EXISTS bench_plan, bench_order"


def seed(*, edits: int) -> Iterator[str]:
    """Fill the tables, and tell after each how long it took. The database is migrated and has none of it yet."""
    from django.db import connection

    from billing.services.fold_costs import fold_costs

    begun = time.perf_counter()
    _people()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '256MB'")
        cursor.execute(DROPS)
        for statement in (FUNCTIONS, PLAN, ORDERS):
            cursor.execute(statement.format(edits=edits, days=DAYS, workspaces=WORKSPACES))
        for name, statement, values in _tables():
            since = time.perf_counter()
            cursor.execute(statement, values)
            yield f"{cursor.rowcount:>9,} {name} in {time.perf_counter() - since:.0f} s"
        since = time.perf_counter()
        yield f"{fold_costs():>9,} changes of costs folded in {time.perf_counter() - since:.0f} s"
        cursor.execute(DROPS)
        cursor.execute("RESET session_replication_role; RESET synchronous_commit; RESET work_mem")
        cursor.execute("VACUUM ANALYZE")
    yield f"{edits:,} edits in {time.perf_counter() - begun:.0f} s"


def _people() -> None:
    """Make workspaces with members, keys, projects and wallets, through the tables' own models."""
    from accounts.models import ApiKey, Membership, User, Workspace
    from accounts.permissions import Role
    from billing.models import Account, AccountKind
    from editor.models import Project
    from editor.providers.registry import PROVIDERS

    def ident(prefix: str, number: int) -> str:
        return f"{prefix}_{number:026d}"

    teams = range(1, WORKSPACES + 1)
    people = [(team, place) for team in teams for place in range(1, MEMBERS + 1)]
    User.objects.bulk_create(
        User(id=ident("usr", team * 10 + place), email=f"member{place}.of{team}@example.com", password="!")
        for team, place in people
    )
    Workspace.objects.bulk_create(Workspace(id=ident("wsp", team), name=f"Studio {team}") for team in teams)
    Membership.objects.bulk_create(
        Membership(
            workspace_id=ident("wsp", team),
            user_id=ident("usr", team * 10 + place),
            role=Role.OWNER if place == 1 else Role.EDITOR,
        )
        for team, place in people
    )
    Project.objects.bulk_create(
        Project(
            id=ident("prj", team * 10 + place), workspace_id=ident("wsp", team), name=f"Shelf {place}",
            is_default=place == 1,
        )
        for team in teams
        for place in range(1, PROJECTS + 1)
    )  # fmt: skip
    ApiKey.objects.bulk_create(
        ApiKey(
            id=ident("key", team * 10 + place), workspace_id=ident("wsp", team), name=f"Key {place}", last_four="none",
            digest=f"none-{team}-{place}",
        )
        for team in teams
        for place in range(1, KEYS + 1)
    )  # fmt: skip
    owed = (AccountKind.COST, AccountKind.PROVIDER_ACCRUED, AccountKind.PROVIDER_CONFIRMED, AccountKind.SUSPENSE)
    house = [Account(kind=AccountKind.FUNDING), Account(kind=AccountKind.REVENUE)]
    house += [Account(kind=kind, provider=provider) for kind in owed for provider in PROVIDERS]
    wallets = [Account(kind=AccountKind.WALLET, workspace_id=ident("wsp", team)) for team in teams]
    Account.objects.bulk_create([*house, *wallets], ignore_conflicts=True)


def _tables() -> Iterator[tuple[str, str, list[Any]]]:
    """Give the statements that fill the tables, in their order."""
    from billing import models as billing
    from editor import models as editor

    arrived = "ended IN ('delivered', 'retried')"
    by = "CASE ended WHEN 'retried' THEN 'aimlapi' ELSE provider END"
    price = "CASE ended WHEN 'retried' THEN 52500 ELSE cost * 5 / 4 END"
    yield "edits", *fill(
        editor.Edit, "bench_plan ORDER BY n", id="edit", workspace_id="workspace", project_id="project",
        created_by_id="member", api_key_id="key", created_at="at", model="'seedream-4.5'",
        prompt="'warmer light on the left, please (' || n || ')'", aspect_ratio="'1:1'", ratio="'1:1'",
        resolution="resolution", strategy="'cheapest'", quoted="60000",
        units="jsonb_build_object(provider, jsonb_build_object('cost', cost, 'price', cost * 5 / 4))",
        charged=f"CASE WHEN {arrived} THEN {price} ELSE 0 END",
        status=f"CASE WHEN {arrived} THEN 'succeeded' ELSE 'failed' END", provider=by,
        deadline_at="at + interval '10 minutes'", finished_at="at + interval '20 seconds'",
    )  # fmt: skip
    state = "CASE fate WHEN 'void' THEN 'failed' ELSE fate END"
    at_cost = "CASE WHEN fate = 'void' OR fate = 'lost' THEN '[]' ELSE '[\"https://r.example/…\"]' END::jsonb"
    yield "attempts", *fill(
        editor.Attempt, "bench_order ORDER BY n", id="attempt", edit_id="edit", workspace_id="workspace", n="1",
        provider="provider", state=state, results=at_cost, expected_cost="cost", ticket="'job-' || attempt",
        created_at="at", entered_at="at", started_at="at", finished_at="at + interval '20 seconds'",
    )  # fmt: skip
    old = "at < date_trunc('day', now() - interval '60 days')"  # the same in every statement
    settled = f"CASE WHEN fate = 'lost' THEN 'suspense' WHEN {old} THEN 'confirmed' ELSE 'accrued' END"
    yield "holds", *fill(
        billing.Hold, "bench_plan JOIN billing_account wallet ON wallet.workspace_id = workspace "
        "AND wallet.kind = 'wallet' ORDER BY n", id="bench_id('hld', n)", reference="edit", account_id="wallet.id",
        amount="60000", captured=f"CASE WHEN {arrived} THEN {price} ELSE 0 END",
        state=f"CASE WHEN {arrived} THEN 'captured' ELSE 'released' END", expires_at="at + interval '20 minutes'",
        created_at="at", closed_at="at + interval '20 seconds'",
    )  # fmt: skip
    yield "grants", *fill(
        billing.Transfer, f"generate_series(1, {WORKSPACES}) AS w", id="bench_id('trf', w)", key="'grant:bench:' || w",
        kind="'grant'", created_at=f"now() - interval '{DAYS} days'",
    )  # fmt: skip
    base = WORKSPACES
    yield "captures", *fill(
        billing.Transfer, f"bench_plan WHERE {arrived} ORDER BY n", id=f"bench_id('trf', {base} + 2 * n)",
        key="'capture:' || edit", kind="'capture'", reference="edit", created_at="at + interval '20 seconds'",
    )  # fmt: skip
    cost_id = f"bench_id('trf', {base} + 2 * n + 1)"
    yield "costs", *fill(
        billing.Transfer, "bench_order WHERE fate <> 'void' ORDER BY n", id=cost_id, key="'cost:' || attempt",
        kind="'cost'", reference="attempt", created_at="at + interval '20 seconds'",
    )  # fmt: skip
    sides = "(VALUES (1), (-1)) AS side (sign)"
    entries = "INSERT INTO billing_entry (transfer_id, account_id, amount) "
    yield "entries of grants", entries + (
        f"SELECT bench_id('trf', w), account.id, sign * {GRANT}::bigint FROM generate_series(1, {WORKSPACES}) AS w, "
        f"{sides} JOIN billing_account account ON true WHERE (sign = 1 AND account.kind = 'wallet' "
        "AND account.workspace_id = bench_id('wsp', w)) OR (sign = -1 AND account.kind = 'funding')"
    ), []  # fmt: skip
    yield "entries of captures", entries + (
        f"SELECT bench_id('trf', {base} + 2 * n), CASE sign WHEN 1 THEN revenue.id ELSE wallet.id END, sign * {price} "
        "FROM bench_plan JOIN billing_account wallet ON wallet.workspace_id = workspace AND wallet.kind = 'wallet' "
        f"JOIN billing_account revenue ON revenue.kind = 'revenue' CROSS JOIN {sides} WHERE {arrived} ORDER BY n"
    ), []  # fmt: skip
    owed = settled.replace("'accrued'", "'provider_accrued'").replace("'confirmed'", "'provider_confirmed'")
    yield "entries of costs", entries + (
        f"SELECT {cost_id}, account.id, sign * cost FROM bench_order CROSS JOIN {sides} JOIN billing_account account "
        f"ON account.provider = bench_order.provider AND account.kind = CASE sign WHEN 1 THEN {owed} ELSE 'cost' END "
        "WHERE fate <> 'void' ORDER BY n"
    ), []  # fmt: skip
    reports = "fate <> 'void' AND provider IN ('shortapi', 'aimlapi', 'apipod')"
    yield "cost lines", *fill(
        billing.CostLine, "bench_order ORDER BY n", attempt="attempt", edit="edit", workspace_id="workspace",
        project="project", member="coalesce(member, '')", key="coalesce(key, '')", provider="provider",
        model="'seedream-4.5'", resolution="resolution", grade="'C'", ordered="1",
        delivered="(fate = 'delivered')::int", state=f"CASE fate WHEN 'void' THEN 'void' ELSE {settled} END",
        expected="CASE fate WHEN 'void' THEN 0 ELSE cost END", booked="CASE fate WHEN 'void' THEN 0 ELSE cost END",
        reported_text=f"CASE WHEN {reports} THEN (cost / 1e6)::numeric(12, 6)::text ELSE '' END",
        reported=f"CASE WHEN {reports} THEN cost END",
        stated=f"CASE WHEN {old} AND fate NOT IN ('void', 'lost') THEN cost END",
        retail="CASE fate WHEN 'delivered' THEN cost * 5 / 4 ELSE 0 END",
        retail_on="CASE fate WHEN 'delivered' THEN ((at + interval '20 seconds') AT TIME ZONE 'UTC')::date END",
        outcome="fate", ticket="'job-' || attempt", day="(at AT TIME ZONE 'UTC')::date", at="at", settled_at="at",
        evidence="'{\"said\": [{\"what\": \"poll\", \"status\": 200, \"body\": {\"data\": {\"status\": 2}}}]}'::jsonb",
    )  # fmt: skip
    yield "days", _days(), []
    yield "days of charges", _charges(), []
    yield from review_tables()
    yield "wallets", _wallets(), []
    yield "lots", *fill(
        billing.Lot, "billing_account WHERE kind = 'wallet' AND posted > 0", id="'lot_' || substr(workspace_id, 5)",
        account_id="id", transfer_id="'trf_' || substr(workspace_id, 5)", kind="'promotion'", amount=str(GRANT),
        remaining="posted", created_at="now()",
    )  # fmt: skip


def _days() -> str:
    key = "day, workspace_id, project, member, key, provider, model, resolution"
    return f"""
    INSERT INTO billing_usageday ({key}, attempts, pictures, expected, reported, reported_expected, stated,
        stated_expected, booked, suspense, failure_cost, retail, sold, charged, refunded)
    SELECT {key}, count(*), sum(delivered), sum(expected), coalesce(sum(reported), 0),
        coalesce(sum(expected) FILTER (WHERE reported IS NOT NULL), 0), coalesce(sum(stated), 0),
        coalesce(sum(expected) FILTER (WHERE stated IS NOT NULL), 0), sum(booked),
        coalesce(sum(booked) FILTER (WHERE state = 'suspense'), 0),
        coalesce(sum(booked) FILTER (WHERE delivered = 0), 0), sum(retail), 0, 0, 0
    FROM billing_costline GROUP BY {key} ORDER BY {key}"""


def _charges() -> str:
    key = "day, workspace_id, project, member, key, provider, model, resolution"
    return f"""
    INSERT INTO billing_usageday ({key}, attempts, pictures, expected, reported, reported_expected, stated,
        stated_expected, booked, suspense, failure_cost, retail, sold, charged, refunded)
    SELECT retail_on AS {key}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, sum(delivered), sum(retail), 0
    FROM billing_costline WHERE retail > 0 GROUP BY {key.replace("day", "retail_on", 1)} ORDER BY {key}
    ON CONFLICT ({key}) DO UPDATE SET sold = excluded.sold, charged = excluded.charged"""


def _wallets() -> str:
    return """
    UPDATE billing_account wallet SET posted = moved.posted, spent = moved.spent FROM (
        SELECT account_id, sum(amount) AS posted, coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS spent
        FROM billing_entry GROUP BY account_id) moved
    WHERE wallet.id = moved.account_id AND wallet.kind = 'wallet'"""


def main() -> None:
    """Set Django up and seed, telling how it goes."""
    import django

    parser = argparse.ArgumentParser(prog="python -m tests.bench.seed", description=__doc__)
    parser.add_argument("--edits", type=int, default=1_000_000)
    edits = parser.parse_args().edits
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for line in seed(edits=edits):
        print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
