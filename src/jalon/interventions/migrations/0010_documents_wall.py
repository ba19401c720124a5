"""A document is read by whoever follows the family, and taken away by its author or the lead."""

from django.db import migrations

from jalon.audit.wall import (
    Policy,
    among,
    keep_history,
    keep_no_statistics,
    may,
    mine,
    never_change,
    protect,
)
from jalon.interventions.migrations.functions.documents import KEPT, NO_KEPT

_TABLE = "interventions_document"
_READS = f"{may('work_with_families')} AND {among('family_id', 'wall.families_followed()')}"
_MOMENT = (
    f"CREATE TRIGGER tell_moment BEFORE INSERT ON {_TABLE} FOR EACH ROW "
    f"WHEN (row_security_active('{_TABLE}'::regclass)) EXECUTE FUNCTION wall.tell_moment()"
)


class Migration(migrations.Migration):
    dependencies = [("interventions", "0009_document")]

    operations = [
        migrations.RunSQL(KEPT, NO_KEPT),
        *protect(
            _TABLE,
            Policy(
                see=_READS,
                insert=f"{_READS} AND by_id = (SELECT wall.person())",
                delete=f"{_READS} AND ({mine('by_id')} OR wall.leads(family_id))",
            ),
        ),
        never_change(
            *(_TABLE, "public_id", "label", "file", "kind", "size", "sha256", "by_id", "at")
        ),
        migrations.RunSQL(_MOMENT, f"DROP TRIGGER tell_moment ON {_TABLE}"),
        keep_history(_TABLE),
        keep_no_statistics(_TABLE, "label", "kind", "size", "sha256", "at"),
    ]
