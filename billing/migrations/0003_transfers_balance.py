"""Refuse to commit a transfer whose entries do not sum to zero, or that has fewer than two.

Looked at when the transaction ends, once for the transfer and once for each entry: an entry may also come to a transfer
of an earlier transaction.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION billing_check_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    looked_at text;
    entries bigint;
    total numeric;
BEGIN
    IF TG_TABLE_NAME = 'billing_transfer' THEN
        looked_at := NEW.id;
    ELSE
        looked_at := NEW.transfer_id;
    END IF;
    SELECT count(*), coalesce(sum(amount), 0) INTO entries, total FROM billing_entry WHERE transfer_id = looked_at;
    IF entries < 2 OR total <> 0 THEN
        RAISE EXCEPTION 'transfer % has % entries that sum to %', looked_at, entries, total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_balances';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER transfer_balances AFTER INSERT ON billing_transfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_check_transfer();
CREATE CONSTRAINT TRIGGER transfer_balances AFTER INSERT ON billing_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_check_transfer();
"""

BACKWARD = """
DROP TRIGGER transfer_balances ON billing_entry;
DROP TRIGGER transfer_balances ON billing_transfer;
DROP FUNCTION billing_check_transfer();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_ledger_is_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
