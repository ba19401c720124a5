"""A rights check is its worker's to fill in; who follows the family reads it; then it is kept."""

from django.db import migrations

from jalon.audit.wall import (
    ForApplication,
    Policy,
    among,
    keep_history,
    keep_no_statistics,
    may,
    mine,
    never_change,
    protect,
    refuse_changes,
)
from jalon.interventions.migrations.functions.rights import (
    DECIDED,
    NOT_DECIDED,
    NOT_RECEIVED,
    RECEIVED,
)

_CHECK, _CLAIM = "interventions_rightscheck", "interventions_rightsclaim"
_WORKS = may("work_with_families")
_OWN = f"{_WORKS} AND {mine('worker_id')}"
_READS = f"{_WORKS} AND ({mine('worker_id')} OR {among('family_id', 'wall.families_followed()')})"
_OPENS = (
    f"{_OWN} AND {among('family_id', 'wall.families_received()')} "
    "AND asked_at IS NULL AND computed_at IS NULL"
)
_OF_CHECK = f"{_WORKS} AND {among('rights_check_id', 'wall.rights_checks_read()')}"
# One claims what was computed.
_CLAIMS = (
    f"{_OF_CHECK} AND by_id = (SELECT wall.person()) AND EXISTS (SELECT FROM {_CHECK} AS found "
    "WHERE found.id = rights_check_id AND found.computed_at IS NOT NULL)"
)
_KEY = (
    f"ALTER TABLE {_CLAIM} ADD CONSTRAINT rightsclaim_of_its_check "
    f"FOREIGN KEY (rights_check_id, family_id) REFERENCES {_CHECK} (id, family_id) "
    "ON UPDATE CASCADE"
)
# What is being computed is not changed under it, and what was computed never is.
_COMPUTED = "OLD.computed_at IS NOT NULL"
_COMPUTING = "OLD.asked_at IS NOT NULL AND NEW.asked_at IS NOT NULL"

_UNASKED = "OLD.asked_at IS NULL AND NEW.computed_at IS NOT NULL"
# A claim is noted once made, and not of years ago: two of them, as for most benefits.
_NOTED_ON = "(at AT TIME ZONE 'Europe/Paris')::date"
_LATELY = f"claimed_on BETWEEN ({_NOTED_ON} - interval '2 years')::date AND {_NOTED_ON}"


def _moment(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER tell_moment BEFORE INSERT ON {table} FOR EACH ROW "
        f"WHEN (row_security_active('{table}'::regclass)) EXECUTE FUNCTION wall.tell_moment()",
        f"DROP TRIGGER tell_moment ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("interventions", "0015_rights_checks")]

    operations = [
        migrations.RunSQL(RECEIVED, NOT_RECEIVED),
        migrations.RunSQL(_KEY, f"ALTER TABLE {_CLAIM} DROP CONSTRAINT rightsclaim_of_its_check"),
        *protect(
            _CHECK,
            Policy(
                see=_READS,
                insert=_OPENS,
                update=_OWN,
                delete=f"{_OWN} AND computed_at IS NULL",
            ),
        ),
        *protect(
            _CLAIM,
            Policy(
                see=_OF_CHECK,
                insert=_CLAIMS,
                update=_OF_CHECK,
            ),
        ),
        ForApplication(
            f"REVOKE UPDATE ON {_CLAIM} FROM {{app}}; "
            f"GRANT UPDATE (claimed_on, state, decided_on, euros) ON {_CLAIM} TO {{app}}"
        ),
        never_change(_CHECK, "public_id", "worker_id", "at"),
        never_change(_CLAIM, "public_id", "rights_check_id", "kind", "by_id", "at"),
        refuse_changes(
            *(_CHECK, "computed_once", _COMPUTED, "month", "said", "otherwise", "revision"),
            *("asked_at", "problem", "result", "computed_with", "computed_at"),
        ),
        refuse_changes(_CHECK, "computed_as_said", _COMPUTING, "month", "said", "otherwise"),
        refuse_changes(
            *(_CHECK, "computed_as_asked", _UNASKED, "result", "computed_with", "computed_at")
        ),
        migrations.RunSQL(
            f"ALTER TABLE {_CLAIM} ADD CONSTRAINT rights_claim_of_these_years CHECK ({_LATELY})",
            f"ALTER TABLE {_CLAIM} DROP CONSTRAINT rights_claim_of_these_years",
        ),
        migrations.RunSQL(DECIDED, NOT_DECIDED),
        refuse_changes(
            _CHECK, "stays_with_its_family", "OLD.family_id <> NEW.family_id", "family_id"
        ),
        _moment(_CHECK),
        _moment(_CLAIM),
        keep_history(_CHECK),
        keep_history(_CLAIM),
        keep_no_statistics(
            *(_CHECK, "month", "said", "otherwise", "at", "asked_at", "problem", "result"),
            *("computed_with", "computed_at"),
        ),
        keep_no_statistics(_CLAIM, "kind", "claimed_on", "state", "decided_on", "euros", "at"),
    ]
