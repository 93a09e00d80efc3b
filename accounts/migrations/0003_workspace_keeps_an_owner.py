"""Refuse to leave a workspace without an owner, whoever does it and however many at once.

The workspace's row is locked first, so that of two transactions that take away its last two owners the second sees what
the first did. A workspace that is itself deleted, or erased but for its row, needs none.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION accounts_check_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM accounts_workspace WHERE id = OLD.workspace_id AND erased_at IS NULL FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (
        SELECT 1 FROM accounts_membership WHERE workspace_id = OLD.workspace_id AND role = 'owner'
    ) THEN
        RAISE EXCEPTION 'workspace % would have no owner', OLD.workspace_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'workspace_keeps_an_owner';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER workspace_keeps_an_owner
    AFTER UPDATE OF role, workspace_id OR DELETE ON accounts_membership
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.role = 'owner') EXECUTE FUNCTION accounts_check_owner();
"""
BACKWARD = """
DROP TRIGGER workspace_keeps_an_owner ON accounts_membership;
DROP FUNCTION accounts_check_owner();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_is_append_only")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
