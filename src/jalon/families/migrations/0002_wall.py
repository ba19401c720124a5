"""Families behind the wall: who is known, who may reach them, who decided what on what."""

from django.db import migrations

from jalon.audit.wall import (
    ForApplication,
    Policy,
    keep_history,
    keep_once_given,
    may,
    never_change,
    protect,
    signed,
)
from jalon.families.migrations.functions.contacts import GIVE_CONTACTS, PUT_CONTACTS
from jalon.families.migrations.functions.finding import FIND_FAMILIES, SEARCH_ALL
from jalon.families.migrations.functions.leading import (
    LEADS,
    MAY_NAME_LEAD,
    OPEN_ADDRESS,
    OWN_SERVICE,
)
from jalon.families.migrations.functions.merging import (
    LAST_SAID,
    MADE_ONE,
    MOVE_ROWS,
    NO_MADE_ONE,
    NO_TRUE_MERGES,
    SET_LEAD,
    TRUE_MERGES,
)
from jalon.families.migrations.functions.safety import SETTLE_FILE, SETTLE_SAFETY, STAY

_SEES = may("see_families")
_MAKES = f"({_SEES} OR {may('release_runs')})"
_REACHES = (
    f"{_SEES} AND (NOT protected OR {may('see_protected_addresses')} OR wall.leads(family_id))"
)
_REACHES_GIVEN = (
    f"{_SEES} AND (wall.open_address(family_id) "
    f"OR {may('see_protected_addresses')} OR wall.leads(family_id))"
)
# The register's own come through a function alone; the rest is said in one's own name.
_WRITES_DOWN = f"{_SEES} AND by_id = (SELECT wall.person()) AND source <> 'register'"
_KNOWN = Policy(see=_SEES, insert=_MAKES, update=_SEES)
_DOUBTS = may("merge_families")
_MERGES = f"{_DOUBTS} AND by_id = (SELECT wall.person()) AND undone_at IS NULL"
# Each says so of its own service; who leads sees protected addresses, so another names them.
_INVOLVES = (
    f"{_SEES} AND CASE WHEN lead THEN service = 'social_work' AND wall.may_name_lead(worker_id) "
    "ELSE service = (SELECT wall.own_service()) "
    "AND (worker_id IS NULL OR worker_id = (SELECT wall.person())) END"
)
_ENDS = (
    f"{_SEES} AND ({may('manage_territory')} OR {may('manage_department')} "
    "OR (NOT lead AND service = (SELECT wall.own_service())))"
)
# Nobody speaks in the name of another; what was said is taken back by who knows the family.
_SPEAKS = (
    f"{_SEES} AND by_id = (SELECT wall.person()) "
    f"AND (reason = '' OR {may('lift_protection')} OR wall.leads(family_id))"
)
# What began is only ended: nobody begins it again, for oneself or for another.
ENDS_ALONE = "ALTER POLICY change ON families_involvement WITH CHECK (until IS NOT NULL)"


class Migration(migrations.Migration):
    dependencies = [("families", "0001_initial"), ("directory", "0002_wall")]

    operations = [
        migrations.RunSQL(
            MAY_NAME_LEAD,
            "DROP FUNCTION wall.may_name_lead(bigint); DROP FUNCTION wall.may_lead(bigint)",
        ),
        migrations.RunSQL(LEADS, "DROP FUNCTION wall.leads(bigint)"),
        migrations.RunSQL(OPEN_ADDRESS, "DROP FUNCTION wall.open_address(bigint)"),
        migrations.RunSQL(OWN_SERVICE, "DROP FUNCTION wall.own_service()"),
        migrations.RunSQL(PUT_CONTACTS, "DROP FUNCTION wall.put_contacts(jsonb, date)"),
        migrations.RunSQL(
            GIVE_CONTACTS, "DROP FUNCTION wall.give_contacts(bigint, jsonb, boolean)"
        ),
        migrations.RunSQL(
            SETTLE_SAFETY,
            "DROP TRIGGER settle_safety ON families_family; "
            "DROP TRIGGER mask_contacts ON families_family; "
            "DROP TRIGGER settle_contact ON families_contactpoint; "
            "DROP FUNCTION wall.settle_safety(); DROP FUNCTION wall.mask_contacts(); "
            "DROP FUNCTION wall.settle_contact()",
        ),
        migrations.RunSQL(
            SETTLE_FILE,
            "DROP TRIGGER settle_file ON families_household; DROP FUNCTION wall.settle_file()",
        ),
        migrations.RunSQL(
            STAY,
            "DROP TRIGGER stay ON families_contactpoint; DROP TRIGGER stay ON families_person; "
            "DROP FUNCTION wall.stay()",
        ),
        migrations.RunSQL(LAST_SAID, "DROP FUNCTION wall.last_said(bigint)"),
        migrations.RunSQL(
            SEARCH_ALL,
            "DROP FUNCTION wall.same_people(bigint[]); DROP FUNCTION wall.files_numbered(text[])",
        ),
        migrations.RunSQL(
            FIND_FAMILIES,
            "DROP FUNCTION wall.find_families(text[], text[], text[], text, integer)",
        ),
        migrations.RunSQL(
            MOVE_ROWS,
            "DROP FUNCTION wall.move_rows(text, text, bigint, bigint, bigint[]); "
            "DROP FUNCTION wall.merging(bigint); DROP TABLE wall.moving",
        ),
        migrations.RunSQL(SET_LEAD, "DROP FUNCTION wall.set_lead(bigint[], boolean)"),
        migrations.RunSQL(TRUE_MERGES, NO_TRUE_MERGES),
        migrations.RunSQL(MADE_ONE, NO_MADE_ONE),
        *protect(
            "families_family",
            Policy(see=_SEES, insert=f"{_MAKES} AND merged_into_id IS NULL", update=_SEES),
        ),
        *protect("families_household", _KNOWN),
        *protect("families_person", _KNOWN),
        *protect(
            "families_contactpoint",
            Policy(
                see=_REACHES,
                insert=_WRITES_DOWN,
                update=f"{_REACHES} AND coalesce(ended_by_id = (SELECT wall.person()), true)",
            ),
        ),
        *protect(
            "families_givencontact",
            Policy(
                see=_REACHES_GIVEN,
                update=f"{_REACHES_GIVEN} "
                "AND coalesce(decided_by_id = (SELECT wall.person()), true)",
            ),
        ),
        ForApplication(
            "REVOKE UPDATE ON families_contactpoint, families_givencontact FROM {app}; "
            "GRANT UPDATE (until, ended_by_id) ON families_contactpoint TO {app}; "
            "GRANT UPDATE (confirmed, decided_by_id, decided_at) ON families_givencontact TO {app}"
        ),
        *protect(
            "families_snapshot", Policy(see=may("see_situations"), insert=may("release_runs"))
        ),
        *protect("families_involvement", Policy(see=_SEES, insert=_INVOLVES, update=_ENDS)),
        migrations.RunSQL(ENDS_ALONE, migrations.RunSQL.noop),
        ForApplication(
            "REVOKE UPDATE ON families_involvement FROM {app}; "
            "GRANT UPDATE (until) ON families_involvement TO {app}"
        ),
        *protect("families_safetyword", Policy(see=_SEES, insert=_SPEAKS)),
        *protect(
            "families_doubt",
            Policy(see=_DOUBTS, insert=f"{_MAKES} AND state = 'open'", update=_DOUBTS),
        ),
        *protect("families_merge", Policy(see=_DOUBTS, insert=_MERGES, update=_DOUBTS)),
        signed("families_doubt", "decided_by_id"),
        signed("families_merge", "undone_by_id"),
        keep_once_given("families_merge", "undone_at", "undone_by_id"),
        *(
            keep_history(f"families_{name}")
            for name in (
                *("household", "person", "contactpoint", "givencontact", "involvement"),
                "safetyword",
            )
        ),
        never_change("families_family", "public_id", "created_at"),
        never_change(
            *("families_givencontact", "public_id", "kind", "value", "line1", "line2"),
            *("postal_code", "city", "given_at"),
        ),
        never_change(
            *("families_snapshot", "run", "month", "household", "persons", "events", "taken_at"),
        ),
        never_change("families_merge", "kept_id", "absorbed_id", "moved", "by_id", "at"),
        keep_history("families_family", family="id"),
        keep_history("families_doubt", family="one_id"),
        keep_history("families_merge", family="kept_id"),
        # Never changed but for a merge that moves it; what it holds is not written twice.
        keep_history("families_snapshot", secret=("household", "persons", "events")),
    ]
