"""Refuse to change or remove a month's sign-off."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing_monthsignoff
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
"""

BACKWARD = "DROP TRIGGER append_only ON billing_monthsignoff;"


class Migration(migrations.Migration):
    dependencies = [("billing", "0006_closes_are_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
