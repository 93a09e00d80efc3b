"""Refuse to change or remove what was recorded in an audit log; to forget a person in it is the one exception.

While `accounts.forgets` is set, an UPDATE writes what the trigger says and nothing else: ids, acts and times stay.
"""

from django.db import migrations

FORWARD = r"""
CREATE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR coalesce(current_setting('accounts.forgets', true), '') = '' THEN
        RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION accounts_without(words text, email text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT regexp_replace(
        words,
        '(?<![[:alnum:]._+-])' || regexp_replace(email, '([^[:alnum:]])', '\\\1', 'g') || '(?![[:alnum:]_-]|\.[[:alnum:]])',
        'a deleted person',
        'gi'
    )
$$;

-- `accounts.forgets` is the id of a workspace, or of a user and a space and the user's e-mail address.
CREATE FUNCTION accounts_only_forget() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who text := split_part(current_setting('accounts.forgets', true), ' ', 1);
    email text := split_part(current_setting('accounts.forgets', true), ' ', 2);
BEGIN
    NEW := OLD;
    IF OLD.workspace_id = who THEN
        NEW.actor_name := '';
        NEW.target_name := '';
        NEW.before := '{}';
        NEW.after := '{}';
        NEW.note := '';
        NEW.address := NULL;
        RETURN NEW;
    END IF;
    IF OLD.user_id = who OR OLD.staff_id = who THEN
        NEW.address := NULL;
    END IF;
    IF email <> '' THEN
        NEW.actor_name := left(accounts_without(OLD.actor_name, email), 254);
        NEW.target_name := left(accounts_without(OLD.target_name, email), 254);
        NEW.before := accounts_without(OLD.before::text, email)::jsonb;
        NEW.after := accounts_without(OLD.after::text, email)::jsonb;
        NEW.note := left(accounts_without(OLD.note, email), 500);
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER only_forget BEFORE UPDATE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION accounts_only_forget();
"""

BACKWARD = """
DROP TRIGGER only_forget ON accounts_auditevent;
DROP TRIGGER append_only ON accounts_auditevent;
DROP FUNCTION accounts_only_forget();
DROP FUNCTION accounts_without(text, text);
DROP FUNCTION accounts_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
