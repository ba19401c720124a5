"""Diaries behind the wall: who sees whom a worker meets, and who only that they are busy."""

from django.db import migrations

from jalon.agenda.migrations.functions.appointments import BUSY, GUARD
from jalon.agenda.migrations.functions.feeds import FEED
from jalon.agenda.migrations.functions.places import CAPACITY, KEYS, MANAGES_PLACE
from jalon.agenda.migrations.functions.slots import FREE_SLOTS, FREE_TIMES, WORKERS_NEAR
from jalon.audit.wall import (
    ForApplication,
    Policy,
    keep_history,
    keep_no_statistics,
    keep_no_statistics_of_index,
    may,
    mine,
    never_change,
    protect,
    refuse_changes,
    signed,
)

_SIGNED_IN = "(SELECT wall.person()) IS NOT NULL"
_KEEPS = may("keep_diaries")
_PLACES = "wall.manages_place(place_id)"
_MANAGES = "wall.manages(worker_id)"
_OWN = mine("worker_id")
# In one's own name, before anything came of it; for a worker who may receive families.
_MAKES = (
    f"{_KEEPS} AND made_by_id = (SELECT wall.person()) AND state IN ('proposed', 'booked') "
    "AND wall.may_lead(worker_id)"
)
_MAKES_FEED = (
    f"{may('work_with_families')} AND {_OWN} AND revoked_at IS NULL AND generation = "
    "(SELECT generation FROM directory_staffmember WHERE id = (SELECT wall.person()))"
)
_ASKED = (
    "bigint, bigint[], date, date, date[], interval, interval, boolean, bigint[], text[], "
    "bigint, integer"
)
_KEYS_UNDONE = (
    "ALTER TABLE agenda_presence DROP CONSTRAINT presence_while_open; "
    "ALTER TABLE agenda_appointment DROP CONSTRAINT appointment_in_a_room_of_its_place"
)


class Migration(migrations.Migration):
    dependencies = [("agenda", "0001_initial"), ("outreach", "0007_true_facts")]

    operations = [
        migrations.RunSQL(MANAGES_PLACE, "DROP FUNCTION wall.manages_place(bigint)"),
        migrations.RunSQL(KEYS, _KEYS_UNDONE),
        migrations.RunSQL(
            CAPACITY,
            "DROP TRIGGER check_capacity ON agenda_opening; "
            "DROP TRIGGER check_longer_presence ON agenda_presence; "
            "DROP TRIGGER check_presence ON agenda_presence; "
            "DROP FUNCTION wall.check_capacity(); DROP FUNCTION wall.check_presence(); "
            "DROP FUNCTION wall.receiving(bigint, integer, text, daterange)",
        ),
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER guard ON agenda_attendance; DROP TRIGGER guard ON agenda_appointment; "
            "DROP FUNCTION wall.guard_attendance(); DROP FUNCTION wall.guard_appointment()",
        ),
        migrations.RunSQL(BUSY, "DROP FUNCTION wall.busy(bigint[], timestamptz, timestamptz)"),
        migrations.RunSQL(WORKERS_NEAR, "DROP FUNCTION wall.workers_near(text)"),
        migrations.RunSQL(FREE_TIMES, f"DROP FUNCTION wall.free_times({_ASKED})"),
        migrations.RunSQL(FREE_SLOTS, f"DROP FUNCTION wall.free_slots({_ASKED})"),
        migrations.RunSQL(
            FEED,
            "DROP FUNCTION wall.feed_is_open(text); DROP FUNCTION wall.calendar_feed(text)",
        ),
        *(
            operation
            for name in ("opening", "room", "closure")
            for operation in protect(
                f"agenda_{name}",
                Policy(see=_SIGNED_IN, insert=_PLACES, update=_PLACES, delete=_PLACES),
            )
        ),
        *protect(
            "agenda_presence",
            Policy(see=_SIGNED_IN, insert=_MANAGES, update=_MANAGES, delete=_MANAGES),
        ),
        *protect("agenda_appointment", Policy(see=_KEEPS, insert=_MAKES, update=_KEEPS)),
        ForApplication(
            "REVOKE UPDATE ON agenda_appointment FROM {app}; "
            "GRANT UPDATE (worker_id, mode, place_id, room_id, link, during, state, "
            "confirmed_at, cancelled_at, cancelled_by_id, noted_at, noted_by_id) "
            "ON agenda_appointment TO {app}"
        ),
        *protect(
            "agenda_attendance",
            Policy(see=_KEEPS, insert=_KEEPS, update=_KEEPS, delete=f"{_KEEPS} AND outcome = ''"),
        ),
        ForApplication(
            "REVOKE UPDATE ON agenda_attendance FROM {app}; "
            "GRANT UPDATE (outcome) ON agenda_attendance TO {app}"
        ),
        *protect("agenda_feed", Policy(see=_OWN, insert=_MAKES_FEED, update=_OWN)),
        ForApplication(
            "REVOKE UPDATE ON agenda_feed FROM {app}; "
            "GRANT UPDATE (with_numbers, revoked_at) ON agenda_feed TO {app}"
        ),
        never_change("agenda_appointment", "public_id", "made_at", "made_by_id"),
        never_change("agenda_attendance", "appointment_id", "person_id"),
        never_change("agenda_feed", "worker_id", "token_hash", "made_at", "generation"),
        never_change("agenda_presence", "worker_id", "place_id", "weekday", "half"),
        signed("agenda_appointment", "cancelled_by_id", "noted_by_id"),
        refuse_changes(
            "agenda_feed",
            "revoked_for_good",
            "OLD.revoked_at IS NOT NULL AND OLD.revoked_at IS DISTINCT FROM NEW.revoked_at",
            "revoked_at",
        ),
        keep_history("agenda_opening"),
        keep_history("agenda_room"),
        keep_history("agenda_closure"),
        keep_history("agenda_presence", subject="worker_id"),
        keep_history("agenda_appointment", secret=("link",)),
        keep_history("agenda_attendance"),
        keep_history("agenda_feed", secret=("token_hash",), subject="worker_id"),
        # When somebody is busy is known to colleagues, and plans need it; nothing else is sampled.
        keep_no_statistics(
            *("agenda_appointment", "mode", "link", "confirmed_at", "cancelled_at", "noted_at"),
        ),
        keep_no_statistics("agenda_attendance", "outcome"),
        keep_no_statistics("agenda_feed", "token_hash", "generation", "made_at", "revoked_at"),
        keep_no_statistics_of_index("closure_once_at_a_time", 1, 2),
        keep_no_statistics_of_index("presence_at_one_place_at_a_time", 4),
    ]
