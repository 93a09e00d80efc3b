from django.db import migrations

from config import walls


class Migration(migrations.Migration):
    """One call that finds an API key and opens the second wall to its workspace."""

    dependencies = [("config", "0002_second_wall")]
    operations = [
        migrations.RunSQL(walls.OPEN_BY_KEY, "DROP FUNCTION open_by_key(text)"),
        migrations.RunSQL("DROP FUNCTION IF EXISTS workspace_of_key(text)", migrations.RunSQL.noop),
    ]
