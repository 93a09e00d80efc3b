"""The second wall in PostgreSQL: which tables are behind it, by what rule, and what the web works as.

A row is shown to whoever owns the tables (workers, migrations, commands), and to others when its workspace is the one
that the connection was opened to (`accounts/wall.py`). The rows of a table in `THROUGH` are shown with those that they
belong to. A table made by a later migration is put behind the wall by that migration; a test looks at all of them.
"""

from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import IntegrityError, ProgrammingError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from psycopg import errors

from accounts import wall

OWN = "workspace_id = (SELECT current_setting('app.workspace', true))"
ALL = "(SELECT current_setting('app.workspace', true)) = '*'"
EITHER_ALL_OR_NONE = "(SELECT current_setting('app.workspace', true) = '*')"  # planned for as one half, not as few rows

TABLES = (
    "accounts_apikey",
    "accounts_auditevent",
    "accounts_invitation",
    "billing_account",
    "billing_approval",
    "billing_autotopup",
    "billing_budget",
    "billing_costchange",
    "billing_costline",
    "billing_customer",
    "billing_payment",
    "billing_subscription",
    "billing_usageday",
    "billing_workspaceterms",
    "editor_attempt",
    "editor_delivery",
    "editor_edit",
    "editor_endpoint",
    "editor_event",
    "editor_idempotencykey",
    "editor_image",
    "editor_project",
    "editor_workspaceexport",
)
THROUGH = {
    "billing_budgetperiod": ("budget_id", "billing_budget"),
    "billing_entry": ("account_id", "billing_account"),
    "billing_hold": ("account_id", "billing_account"),
    "billing_lot": ("account_id", "billing_account"),
    "billing_reversal": ("payment_id", "billing_payment"),
    "editor_callback": ("attempt_id", "editor_attempt"),
    "editor_deliverytry": ("delivery_id", "editor_delivery"),
    "editor_editinput": ("edit_id", "editor_edit"),
    "editor_output": ("edit_id", "editor_edit"),
}
# Sums over all workspaces: for who is shown all of them, and not for one of them, whatever it is named by.
OF_ALL = ("billing_costsum",)
# More than a workspace's own rows: the house's accounts, which are nobody's, have no totals, and are posted to by all.
ALSO_SHOWN = {"billing_account": "workspace_id IS NULL"}
# Anybody may add to the audit log: who joins, is staff or makes a workspace acts in one that is not open to them yet.
ADDED_TO_BY_ALL = {"accounts_auditevent"}
# Tables with a workspace that are not behind the wall, and why.
IN_FRONT = {
    "accounts_membership": "read to learn which workspaces somebody may open",
    "accounts_impersonation": "read, for staff only, to learn whose place they are in",
    "accounts_deletioncertificate": "holds no names, and its workspace is gone",
}
# How a workspace is found by who has not opened one yet: by an id that nobody guesses, or by the hash of a secret.
FOUND_BY = {
    "project": ("editor_project", "id"),
    "image": ("editor_image", "id"),
    "invitation": ("accounts_invitation", "digest"),
    "callback": ("editor_attempt", "callback_sha256"),
}
# A key is found, and its workspace opened, by one call: what comes with every request of the API is to be cheap.
OPEN_BY_KEY = """
CREATE OR REPLACE FUNCTION open_by_key(known text) RETURNS SETOF accounts_apikey
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE kept accounts_apikey;
BEGIN
  SELECT * INTO kept FROM accounts_apikey WHERE digest = known;
  IF FOUND THEN
    PERFORM set_config('app.workspace', kept.workspace_id, false);
    RETURN NEXT kept;
  END IF;
END $$
"""
NO_ROLE = (
    "The second wall needs the database role {role}, and {owner} may not create it. Have it made by somebody who may "
    "(CREATE ROLE {role} NOLOGIN; GRANT {role} TO {owner}), or set WEB_DATABASE_ROLE= to do without."
)


class WallNotBuilt(Exception):
    """The role that the web works as is not there and cannot be made; the message says what to do."""


def build(connection: BaseDatabaseWrapper) -> None:
    """Make the role, the look-ups and the policies; safe to repeat. Raises WallNotBuilt without the role."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        if settings.WEB_DATABASE_ROLE:
            _make_role(connection, settings.WEB_DATABASE_ROLE)
        for what, (table, column) in FOUND_BY.items():
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION workspace_of_{what}(known text) RETURNS text "  # noqa: S608 - our own names
                "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp "
                f"AS 'SELECT workspace_id FROM {table} WHERE {column} = known'"
            )
        for table in present & {*TABLES, *THROUGH, *OF_ALL}:
            for statement in policies(table):
                cursor.execute(statement)


def policies(table: str) -> list[str]:
    """Give the statements that put a table behind the wall, safe to repeat."""
    if table in THROUGH:
        column, parent = THROUGH[table]
        rule = f"EXISTS (SELECT 1 FROM {parent} WHERE {parent}.id = {table}.{column})"  # noqa: S608 - our own names
    elif table in OF_ALL:
        rule = EITHER_ALL_OR_NONE
    else:
        rule = " OR ".join([OWN, ALL, *([ALSO_SHOWN[table]] if table in ALSO_SHOWN else [])])
    added = "true" if table in ADDED_TO_BY_ALL else rule
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS own_workspace ON {table}",
        f"CREATE POLICY own_workspace ON {table} USING ({rule}) WITH CHECK ({added})",
        f"DROP POLICY IF EXISTS workers ON {table}",
        f"CREATE POLICY workers ON {table} TO CURRENT_USER USING (true)",
    ]


def pull_down(connection: BaseDatabaseWrapper) -> None:
    """Undo `build`, but for the role, which other databases of the server may use."""
    with connection.cursor() as cursor:
        for table in (*TABLES, *THROUGH, *OF_ALL):
            cursor.execute(f"ALTER TABLE IF EXISTS {table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")


def work_as_web() -> None:
    """Have all connections that this process opens from now on work as the web's role, which the wall holds for."""
    if settings.WEB_DATABASE_ROLE:
        connections["default"].settings_dict["OPTIONS"]["assume_role"] = settings.WEB_DATABASE_ROLE


def connect() -> None:
    """Shut the wall before and after every request, and open connections made in the middle of one."""
    request_started.connect(_shut, dispatch_uid="wall-before")
    request_finished.connect(_shut, dispatch_uid="wall-after")
    connection_created.connect(wall.open_again, dispatch_uid="wall-again")


def _shut(**_: object) -> None:
    wall.shut()


def _make_role(connection: BaseDatabaseWrapper, role: str) -> None:
    """Find or make the role and let it read and write rows, now and of tables to come; nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role(oid, 'MEMBER') FROM pg_roles WHERE rolname = %s", [role])
        known, belongs = (True, *found) if (found := cursor.fetchone()) else (False, False)
        name = connection.ops.quote_name(role)
        try:
            with transaction.atomic(using=connection.alias):
                if not known:
                    cursor.execute(f"CREATE ROLE {name} NOLOGIN")
                if not belongs:
                    cursor.execute(f"GRANT {name} TO CURRENT_USER")
        except ProgrammingError as error:
            if not isinstance(error.__cause__, errors.DuplicateObject):
                raise WallNotBuilt(NO_ROLE.format(role=role, owner=connection.settings_dict["USER"])) from error
        except IntegrityError:
            pass  # another database of this server made it just now
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        for rights, kind in (("SELECT, INSERT, UPDATE, DELETE", "TABLES"), ("USAGE, SELECT", "SEQUENCES")):
            cursor.execute(f"GRANT {rights} ON ALL {kind} IN SCHEMA public TO {name}")
            cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON {kind} TO {name}")
