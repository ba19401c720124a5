"""Notes of hand-over are read by whoever follows the family, and by who wrote them."""

from django.db import migrations

from jalon.audit.wall import (
    ForApplication,
    Policy,
    among,
    keep_history,
    keep_no_statistics,
    keep_once_given,
    may,
    mine,
    never_change,
    protect,
    refuse_changes,
    signed,
)

_TABLE = "interventions_handovernote"
_WORKS = may("work_with_families")
_MYSELF = "(SELECT wall.person())"
_FOLLOWS = among("family_id", "wall.families_followed()")

# Written, then read, when they are: the database tells both.
_MOMENTS = f"""
CREATE TRIGGER tell_moment BEFORE INSERT ON {_TABLE} FOR EACH ROW
WHEN (row_security_active('{_TABLE}'::regclass)) EXECUTE FUNCTION wall.tell_moment();
CREATE FUNCTION wall.tell_reading() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.read_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER tell_reading BEFORE UPDATE OF read_by_id ON {_TABLE} FOR EACH ROW
WHEN (OLD.read_by_id IS NULL AND NEW.read_by_id IS NOT NULL
    AND row_security_active('{_TABLE}'::regclass)) EXECUTE FUNCTION wall.tell_reading()
"""
_NO_MOMENTS = (
    f"DROP TRIGGER tell_reading ON {_TABLE}; DROP FUNCTION wall.tell_reading(); "
    f"DROP TRIGGER tell_moment ON {_TABLE}"
)


class Migration(migrations.Migration):
    dependencies = [("interventions", "0005_handovernote")]

    operations = [
        *protect(
            _TABLE,
            Policy(
                see=f"{_WORKS} AND ({mine('by_id')} OR {_FOLLOWS})",
                insert=f"{_WORKS} AND by_id = {_MYSELF} AND {_FOLLOWS} AND read_by_id IS NULL",
                update=f"{_WORKS} AND {_FOLLOWS}",
            ),
        ),
        ForApplication(
            f"REVOKE UPDATE ON {_TABLE} FROM {{app}}; "
            f"GRANT UPDATE (going_on, due, revision, read_by_id, read_at) ON {_TABLE} TO {{app}}"
        ),
        never_change(_TABLE, "public_id", "by_id", "at"),
        signed(_TABLE, "read_by_id"),
        keep_once_given(_TABLE, "read_by_id", "read_at"),
        refuse_changes(
            _TABLE,
            "kept_once_read",
            "(OLD.read_by_id IS NOT NULL OR OLD.by_id <> wall.person()) "
            "AND (OLD.going_on, OLD.due) <> (NEW.going_on, NEW.due)",
            *("going_on", "due"),
        ),
        # Whoever leads the family says that it was read.
        refuse_changes(
            _TABLE,
            "read_by_the_lead",
            "NEW.read_by_id IS NOT NULL AND NOT wall.leads(NEW.family_id)",
            "read_by_id",
        ),
        migrations.RunSQL(_MOMENTS, _NO_MOMENTS),
        keep_history(_TABLE),
        keep_no_statistics(_TABLE, "going_on", "due", "read_at"),
    ]
