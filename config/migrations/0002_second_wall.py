from django.db import migrations

from config import walls


def build(apps, schema_editor):
    walls.build(schema_editor.connection)


def pull_down(apps, schema_editor):
    walls.pull_down(schema_editor.connection)


class Migration(migrations.Migration):
    """Row-level security under the tables of workspaces, and the role that the web works as."""

    dependencies = [
        ("config", "0001_cache_table"),
        ("accounts", "0003_workspace_keeps_an_owner"),
        ("billing", "0003_transfers_balance"),
        ("editor", "0001_initial"),
    ]
    operations = [migrations.RunPython(build, pull_down)]
