"""Refuse to change or remove a daily close."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing_dailyclose
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing_closeblock
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
"""

BACKWARD = """
DROP TRIGGER append_only ON billing_closeblock;
DROP TRIGGER append_only ON billing_dailyclose;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_captures_use_lots")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
