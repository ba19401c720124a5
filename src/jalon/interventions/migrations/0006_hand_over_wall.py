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
        keep_history(_TABLE),
        keep_no_statistics(_TABLE, "going_on", "due", "read_at"),
    ]
