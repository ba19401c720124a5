"""What is questioned waits for the officer's word; whom accesses are told to is asked at once."""

from django.db import migrations

from jalon.audit.wall import ForApplication, among, keep_no_statistics, may, mine, refuse_changes
from jalon.interventions.migrations.functions.answering import (
    ANSWERED,
    CLEARED,
    NO_ANSWERED,
    NO_CLEARED,
)
from jalon.interventions.migrations.functions.exceptional import ANSWERS, NO_ANSWERS

_TABLE = "audit_exceptionalaccess"
_LEADS = f"{may('work_with_families')} AND {among('family_id', 'wall.families_led()')}"
_SEES = f"{may('see_reads')} OR {mine('staff_id')} OR ({_LEADS})"
_EXAMINES = f"(examiner_id IS NULL OR {mine('examiner_id')})"
_ROW_BY_ROW = (
    f"({may('manage_territory')} OR {may('manage_department')}) "
    "AND wall.answers_for_access(family_id, staff_id)"
)
_AT_ONCE = among("id", "wall.accesses_answered()")
_QUESTIONED = among("id", "wall.accesses_questioned()")
# As the sentence of who opened it.
_SAID = "length(regexp_replace(cleared, '[[:space:]]', '', 'g')) >= 15"


def _policies(answers: str, clears: str = "false", cleared: str = "false") -> str:
    examines = f"({answers}) AND {_EXAMINES}"
    return (
        f"ALTER POLICY see ON {_TABLE} USING ({_SEES} OR ({answers})); "
        f"ALTER POLICY change ON {_TABLE} USING (({examines}) OR ({clears})) "
        f"WITH CHECK (({examines}) OR ({cleared}))"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("interventions", "0018_rights_of_young_children"),
        ("audit", "0006_clearing"),
    ]

    operations = [
        migrations.RunSQL(ANSWERED, NO_ANSWERED),
        migrations.RunSQL(
            _policies(_AT_ONCE, _QUESTIONED, f"{_QUESTIONED} AND {_SAID}"),
            _policies(_ROW_BY_ROW),
        ),
        migrations.RunSQL(NO_ANSWERS, ANSWERS),
        ForApplication(f"GRANT UPDATE (cleared, clearer_id) ON {_TABLE} TO {{app}}"),
        refuse_changes(
            _TABLE,
            "cleared_once",
            "OLD.clearer_id IS NOT NULL OR NEW.clearer_id IS DISTINCT FROM wall.person() "
            "OR NOT wall.may('see_reads')",
            "cleared",
            "clearer_id",
        ),
        migrations.RunSQL(CLEARED, NO_CLEARED),
        keep_no_statistics(_TABLE, "cleared"),
    ]
