"""What is said with a family, opened for a few hours to who says why, to be read and no more."""

from django.db import migrations

from jalon.audit.wall import (
    ForApplication,
    Policy,
    among,
    keep_no_statistics,
    keep_no_statistics_of_index,
    keep_once_given,
    may,
    mine,
    never_change,
    protect,
    refuse_changes,
    signed,
)
from jalon.interventions.migrations.functions.exceptional import (
    ANSWERS,
    BOUNDS,
    LED,
    NO_ANSWERS,
    NO_BOUNDS,
    NO_LED,
    OPENED,
)

_TABLE = "audit_exceptionalaccess"
# Who manages alone is asked row by row: the others read a month of them in their day.
_MANAGES = f"({may('manage_territory')} OR {may('manage_department')})"
_ANSWERS = f"{_MANAGES} AND wall.answers_for_access(family_id, staff_id)"
_LEADS = f"{may('work_with_families')} AND {among('family_id', 'wall.families_led()')}"
_TOLD = f"{may('see_reads')} OR {mine('staff_id')} OR ({_LEADS}) OR ({_ANSWERS})"
# What is said of nothing at length is still nothing.
_SAID = "length(regexp_replace(reason, '[[:space:]]', '', 'g')) >= 15"
# Whatever social work wrote with the family; never drafts, nor what one notes for oneself, nor
# what a family told of its incomes to have its rights computed.
_CONTENTS = (
    *("advicemeeting", "appraisal", "contract", "document", "extension", "familyopinion"),
    *("handovernote", "homevisit", "informationadvice", "journalentry", "objective"),
    *("plannedaction", "review", "support", "supportevent"),
)
# A policy to see alone: what it shows, nobody changes by it. The word that a page says comes
# first, and nothing is asked without it.
_OPENED = (
    "(SELECT current_setting('jalon.exceptional', true) = 'on') "
    "AND wall.among(family_id, (SELECT wall.families_opened()))"
)
_SEEN = "; ".join(
    f"CREATE POLICY see_exceptionally ON interventions_{table} FOR SELECT USING ({_OPENED})"
    for table in _CONTENTS
)
_UNSEEN = "; ".join(
    f"DROP POLICY see_exceptionally ON interventions_{table}" for table in _CONTENTS
)


class Migration(migrations.Migration):
    dependencies = [
        ("interventions", "0016_rights_checks_wall"),
        ("audit", "0005_exceptionalaccess"),
    ]

    operations = [
        migrations.RunSQL(OPENED, "DROP FUNCTION wall.families_opened()"),
        migrations.RunSQL(LED, NO_LED),
        migrations.RunSQL(ANSWERS, NO_ANSWERS),
        migrations.RunSQL(BOUNDS, NO_BOUNDS),
        *protect(
            _TABLE,
            Policy(
                see=_TOLD,
                insert=f"{may('open_exceptionally')} AND staff_id = (SELECT wall.person()) "
                f"AND {_SAID} AND finding = ''",
                update=f"{_ANSWERS} AND coalesce(examiner_id = (SELECT wall.person()), true)",
            ),
        ),
        ForApplication(
            f"REVOKE UPDATE ON {_TABLE} FROM {{app}}; "
            f"GRANT UPDATE (finding, examiner_id) ON {_TABLE} TO {{app}}"
        ),
        never_change(_TABLE, "public_id", "staff_id", "family_id", "ground", "at"),
        keep_once_given(_TABLE, "examiner_id", "examined_at"),
        refuse_changes(_TABLE, "examined_once", "OLD.finding NOT IN ('', NEW.finding)", "finding"),
        signed(_TABLE, "examiner_id"),
        keep_no_statistics(_TABLE, "reason"),
        keep_no_statistics_of_index("exceptional_once_at_a_time", 3),
        migrations.RunSQL(_SEEN, _UNSEEN),
    ]
