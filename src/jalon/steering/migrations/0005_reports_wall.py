"""Reports are read and commented by who steers, adopted by who heads; then nothing changes."""

from django.db import migrations

from jalon.audit.wall import Policy, keep_history, may, mine, never_change, protect, signed

_REPORT = "steering_report"
_STEERS = may("see_figures")
# Whoever asks: once adopted, a report is what it was, to the last figure.
_STAYS = f"""
CREATE TRIGGER stays_as_adopted BEFORE UPDATE OR DELETE ON {_REPORT} FOR EACH ROW
WHEN (OLD.adopted_at IS NOT NULL) EXECUTE FUNCTION wall.refuse_change();
-- The owner restores and repairs; what the application adopts, who heads does.
CREATE TRIGGER adopted_by_who_heads BEFORE UPDATE OF adopted_at ON {_REPORT} FOR EACH ROW
WHEN (NEW.adopted_at IS NOT NULL AND row_security_active('{_REPORT}'::regclass)
    AND NOT wall.may('manage_department')) EXECUTE FUNCTION wall.refuse_change()
"""


class Migration(migrations.Migration):
    dependencies = [("steering", "0004_reports"), ("audit", "0004_purge_wall")]

    operations = [
        *protect(
            _REPORT,
            Policy(
                see=_STEERS,
                insert=f"{_STEERS} AND {mine('drafted_by_id')} AND adopted_at IS NULL",
                update=_STEERS,
                delete=may("manage_department"),
            ),
        ),
        never_change(
            _REPORT,
            *("public_id", "kind", "year", "quarter", "territory_id", "version"),
            *("drafted_by_id", "drafted_at"),
        ),
        signed(_REPORT, "adopted_by_id"),
        migrations.RunSQL(
            _STAYS,
            f"DROP TRIGGER adopted_by_who_heads ON {_REPORT}; "
            f"DROP TRIGGER stays_as_adopted ON {_REPORT}",
        ),
        # Figures are worked out of facts: history tells that they were taken again.
        keep_history(_REPORT, secret=("content",)),
    ]
