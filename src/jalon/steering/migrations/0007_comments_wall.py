"""One tells of the territory that one answers for; the application alone writes figures."""

from django.db import migrations

from jalon.audit.wall import (
    Policy,
    keep_history,
    may,
    mine,
    never_change,
    protect,
    refuse_changes,
)
from jalon.steering.migrations.functions.reports import ANSWERS, COMMENTS, NO_COMMENTS, TELLS

_REPORT, _COMMENT = "steering_report", "steering_comment"
_STEERS = may("see_figures")
# Figures are taken by a job of the application's, which nobody else can write as.
_READS = f"{_STEERS} OR (SELECT wall.automaton())"
_PREPARES = f"{_STEERS} AND {mine('drafted_by_id')} AND adopted_at IS NULL"
_COMMENTS = f"{_STEERS} AND wall.comments_on(report_id, territory_id)"
_POLICIES = f"""
ALTER POLICY see ON {_REPORT} USING ({_READS});
ALTER POLICY change ON {_REPORT} USING ({_READS}) WITH CHECK ({_READS});
ALTER POLICY put ON {_REPORT}
    WITH CHECK ({_PREPARES} AND content IS NULL AND wall.answers_for_territory(territory_id))
"""
_WHY = f"""
CREATE TRIGGER says_why BEFORE UPDATE OF reason ON {_REPORT} FOR EACH ROW
WHEN (OLD.reason IS DISTINCT FROM NEW.reason) EXECUTE FUNCTION wall.refuse_change()
"""
_FORMER_POLICIES = f"""
ALTER POLICY see ON {_REPORT} USING ({_STEERS});
ALTER POLICY change ON {_REPORT} USING ({_STEERS}) WITH CHECK ({_STEERS});
ALTER POLICY put ON {_REPORT} WITH CHECK ({_PREPARES})
"""


class Migration(migrations.Migration):
    dependencies = [("steering", "0006_comments"), ("outreach", "0003_exchanges_wall")]

    operations = [
        migrations.RunSQL(ANSWERS, migrations.RunSQL.noop),
        migrations.RunSQL(COMMENTS, migrations.RunSQL.noop),
        migrations.RunSQL(TELLS, NO_COMMENTS),
        migrations.RunSQL(_POLICIES, _FORMER_POLICIES),
        migrations.RunSQL(_WHY, f"DROP TRIGGER says_why ON {_REPORT}"),
        # Whoever writes a text holds its report; these are what they do not change of it.
        refuse_changes(
            _REPORT,
            "asked_by_who_answers",
            "NOT wall.automaton() AND NOT wall.answers_for_territory(OLD.territory_id)",
            *("asked_at", "problem", "revision"),
        ),
        refuse_changes(
            _REPORT,
            "counted_by_the_application",
            "NOT wall.automaton() AND (OLD.content IS DISTINCT FROM NEW.content "
            "OR OLD.counted_at IS DISTINCT FROM NEW.counted_at)",
            *("content", "counted_at"),
        ),
        *protect(
            _COMMENT,
            Policy(
                see=_STEERS,
                insert=f"{_COMMENTS} AND {mine('written_by_id')}",
                update=_COMMENTS,
                delete=may("manage_department"),
            ),
        ),
        never_change(_COMMENT, "report_id", "chapter", "territory_id"),
        refuse_changes(
            _COMMENT,
            "signed",
            "NEW.written_by_id IS DISTINCT FROM wall.person()",
            *("text", "revision", "written_by_id", "written_at"),
        ),
        keep_history(_COMMENT),
    ]
