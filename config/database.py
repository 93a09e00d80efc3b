"""Make the database ready for a command: reachable, and migrated."""

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

MIGRATING = 0x50454E54  # the advisory lock's number: "PENT"


def prepare_database() -> None:
    """Migrate unless all is migrated, one process at a time; raises CommandError when there is no database."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise CommandError(str(error).strip()) from error
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        try:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])
