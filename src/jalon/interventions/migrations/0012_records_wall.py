"""A record is made by whoever leads the family; that it was is read by who follows it."""

from django.db import migrations

from jalon.audit.wall import (
    Policy,
    among,
    keep_history,
    keep_no_statistics,
    may,
    never_change,
    protect,
)
from jalon.interventions.migrations.functions.records import (
    GUARD_EXPORT,
    NO_READS_TOLD,
    READS_TOLD,
)

_TABLE = "interventions_recordexport"
_READS = f"{may('work_with_families')} AND {among('family_id', 'wall.families_followed()')}"
_MOMENT = (
    f"CREATE TRIGGER tell_moment BEFORE INSERT ON {_TABLE} FOR EACH ROW "
    f"WHEN (row_security_active('{_TABLE}'::regclass)) EXECUTE FUNCTION wall.tell_moment()"
)


class Migration(migrations.Migration):
    dependencies = [("interventions", "0011_recordexport")]

    operations = [
        migrations.RunSQL(f"{READS_TOLD}; {GUARD_EXPORT}", NO_READS_TOLD),
        *protect(
            _TABLE,
            Policy(
                see=_READS,
                insert=f"{_READS} AND by_id = (SELECT wall.person()) AND wall.leads(family_id)",
            ),
        ),
        never_change(_TABLE, "public_id", "person_id", "asked_on", "identity", "by_id", "at"),
        migrations.RunSQL(_MOMENT, f"DROP TRIGGER tell_moment ON {_TABLE}"),
        keep_history(_TABLE),
        keep_no_statistics(_TABLE, "asked_on", "identity", "at"),
    ]
