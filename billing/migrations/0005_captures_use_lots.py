"""Capture in one round trip: close the hold, then lock the wallet, then take from its lots what was captured.

A function, and not one statement, because each statement in it sees what was committed before it began: the lots are
read when the wallet is already ours, while a single statement would have chosen among them before it waited for it.
Whoever changes a wallet's lots locks the wallet first.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION billing_capture(
    new_id text, new_key text, edit text, taken bigint, OUT amount bigint, OUT budgets jsonb
) RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
    wallet text;
    used numeric;
BEGIN
    UPDATE billing_hold hold SET state = 'captured', captured = taken, closed_at = statement_timestamp()
    WHERE hold.reference = edit AND hold.state = 'held' AND hold.amount >= taken
    RETURNING hold.account_id, hold.amount, hold.budgets INTO wallet, amount, budgets;
    IF NOT FOUND THEN
        RETURN;
    END IF;

    UPDATE billing_account account
    SET posted = account.posted - taken, held = account.held - billing_capture.amount, spent = account.spent + taken
    WHERE account.id = wallet;

    WITH lots AS (
        SELECT lot.id, lot.remaining, sum(lot.remaining) OVER (
            ORDER BY lot.priority, array_position('{promotion,plan,paid,returned}', lot.kind::text), lot.expires_at,
                lot.created_at, lot.id
        ) - lot.remaining AS earlier
        FROM billing_lot lot WHERE lot.account_id = wallet AND lot.used_up_at IS NULL
    ), parts AS (
        UPDATE billing_lot lot
        SET remaining = lot.remaining - least(lot.remaining, taken - lots.earlier),
            used_up_at = CASE WHEN lot.remaining <= taken - lots.earlier THEN statement_timestamp() END
        FROM lots WHERE lot.id = lots.id AND lots.earlier < taken
        RETURNING least(lots.remaining, taken - lots.earlier) AS part
    )
    SELECT coalesce(sum(part), 0) FROM parts INTO used;
    IF used <> taken THEN
        RAISE EXCEPTION 'the lots of % had % of %', wallet, used, taken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lots_sum_to_posted';
    END IF;

    INSERT INTO billing_transfer (id, key, kind, reference, content_sha256, memo, created_at)
    VALUES (new_id, new_key, 'capture', edit, '', '', statement_timestamp());
    INSERT INTO billing_entry (transfer_id, account_id, amount)
    SELECT new_id, wallet, -taken UNION ALL
    SELECT new_id, account.id, taken FROM billing_account account
    WHERE account.kind = 'revenue' AND account.workspace_id IS NULL AND account.provider = '';
    RETURN NEXT;
END
$$;
ALTER TABLE billing_account SET (fillfactor = 50);
ALTER TABLE billing_lot SET (fillfactor = 50);
"""

BACKWARD = """
ALTER TABLE billing_lot RESET (fillfactor);
ALTER TABLE billing_account RESET (fillfactor);
DROP FUNCTION billing_capture(text, text, text, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_costs_are_summed")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
