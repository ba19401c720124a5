"""What is read of diaries in more than one place."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import ExtractHour, Now, TruncDate
from django.utils import timezone

from jalon.agenda.days import holidays, midnight
from jalon.agenda.enums import OPEN, STANDING, Half, Mode
from jalon.agenda.models import Appointment, Attendance, Closure, Feed, Notice, Opening, Presence
from jalon.agenda.models.places import NOON
from jalon.directory.models import Absence, Place, StaffMember
from jalon.directory.queries import social_workers
from jalon.directory.roles import Permission
from jalon.families.models import Family, Involvement, Person

# Nobody plans further; what is to be moved is looked for until then.
_HORIZON = timedelta(days=370)


def appointments() -> QuerySet[Appointment]:
    """Return appointments with what a list shows of each: with whom, where, for whom."""
    return Appointment.objects.select_related("worker", "family__commune", "place", "room")


def with_family(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Add the family's name."""
    return rows.select_related("family").prefetch_related(
        Prefetch("family__people", Person.objects.order_by("pk"))
    )


def with_people(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Add the family's name, and who is expected."""
    return with_expected(with_family(rows))


def with_expected(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Add who is expected."""
    expected = Attendance.objects.select_related("person").order_by("pk")
    return rows.prefetch_related(Prefetch("attendances", expected))


def appointment_of(public_id: uuid.UUID) -> QuerySet[Appointment]:
    """Return the appointment of a reference, with all that its page shows."""
    return with_people(
        appointments()
        .select_related("made_by", "cancelled_by", "noted_by")
        .filter(public_id=public_id)
    )


def notices_of(appointment: Appointment) -> QuerySet[Notice]:
    """Return what its family is to be told of an appointment, or was, the first first."""
    return Notice.objects.filter(appointment=appointment).select_related("message").order_by("pk")


def between(
    rows: QuerySet[Appointment], first: date, last: date, workers: Collection[int]
) -> QuerySet[Appointment]:
    """Keep the appointments of workers from a day to another, both included, in order."""
    return _from_to(rows.filter(worker__in=workers), first, last).order_by("starts_at", "pk")


def on_day(rows: QuerySet[Appointment], day: date) -> QuerySet[Appointment]:
    """Keep those of a day."""
    return _from_to(rows, day, day)


def _from_to(rows: QuerySet[Appointment], first: date, last: date) -> QuerySet[Appointment]:
    end = midnight(last + timedelta(days=1))
    return rows.filter(starts_at__gte=midnight(first), starts_at__lt=end)


def standing(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Keep those that nobody cancelled."""
    return rows.filter(state__in=STANDING)


def appointments_of(family: Family) -> QuerySet[Appointment]:
    """Return all the appointments of a family, the latest first, with who was expected."""
    rows = family.appointments.select_related("worker", "place", "room")
    return with_expected(rows).order_by("-starts_at", "-pk")


def of_person(person: StaffMember) -> QuerySet[Appointment]:
    """Return the appointments that a person sees to: one's own, or else those of one's team."""
    if person.may(Permission.WORK_WITH_FAMILIES):
        return Appointment.objects.filter(worker=person)
    return Appointment.objects.filter(worker__in=team_of(person).order_by())


def without_outcome(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Keep those whose time has passed and of which nobody told what became."""
    return rows.filter(state__in=OPEN, ends_at__lte=Now())


def to_move(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Keep those to come at a time when the worker is away, or the place closed or not worked.

    Nothing is stored: what makes it so, taken back, makes it right again.
    """
    today = timezone.localdate()
    paris = timezone.get_default_timezone()
    day = TruncDate("starts_at", tzinfo=paris)
    morning = Q(hour__lt=NOON.hour)
    rows = rows.filter(state__in=OPEN, ends_at__gt=Now()).annotate(
        day=day,
        hour=ExtractHour("starts_at", tzinfo=paris),
        half=Case(When(morning, then=Value(Half.MORNING)), default=Value(Half.AFTERNOON)),
    )
    away = Absence.objects.filter(
        member=OuterRef("worker"), first_day__lte=OuterRef("day"), last_day__gte=OuterRef("day")
    )
    shut = Closure.objects.filter(
        Q(place=None) | Q(place=OuterRef("place")),
        first_day__lte=OuterRef("day"),
        last_day__gte=OuterRef("day"),
    )
    kept = Presence.objects.filter(
        Q(until=None) | Q(until__gte=OuterRef("day")),
        worker=OuterRef("worker"),
        place=OuterRef("place"),
        weekday=OuterRef("day__iso_week_day"),
        half=OuterRef("half"),
        since__lte=OuterRef("day"),
    )
    feasts = list(holidays(today, today + _HORIZON))
    return rows.filter(
        Exists(away) | Exists(shut) | Q(day__in=feasts) | Q(mode=Mode.PLACE) & ~Exists(kept)
    )


@dataclass(frozen=True)
class Busy:
    """That a colleague is busy then, and of what no more."""

    worker: int
    starts_at: datetime
    ends_at: datetime


def busy(workers: Collection[int], first: date, last: date) -> list[Busy]:
    """Return when workers are busy from a day to another, to every colleague."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT worker, lower(span), upper(span) FROM wall.busy(%s::bigint[], %s, %s)",
            [list(workers), midnight(first), midnight(last + timedelta(days=1))],
        )
        return [Busy(*row) for row in cursor.fetchall()]


def presences(workers: Collection[int], first: date, last: date) -> QuerySet[Presence]:
    """Return the half-days that workers keep on some day of a period."""
    return (
        Presence.objects.filter(Q(until=None) | Q(until__gte=first), since__lte=last)
        .filter(worker__in=workers)
        .select_related("place")
        .order_by("weekday", "half", "since")
    )


def absences(workers: Collection[int], first: date, last: date) -> QuerySet[Absence]:
    """Return the absences of workers on some day of a period."""
    return Absence.objects.filter(member__in=workers, first_day__lte=last, last_day__gte=first)


def closures(first: date, last: date) -> QuerySet[Closure]:
    """Return what is closed on some day of a period."""
    return Closure.objects.filter(first_day__lte=last, last_day__gte=first).select_related("place")


def workers_near(family: Family) -> QuerySet[StaffMember]:
    """Return the workers who take the family's commune; else those of its territory; else all."""
    near = RawSQL("SELECT worker FROM wall.workers_near(%s)", [family.commune_id])
    return social_workers().filter(pk__in=near).order_by("last_name", "first_name", "pk")


def lead_of(family: Family, known: Collection[StaffMember]) -> StaffMember | None:
    """Return the worker who leads a family, where they still receive families.

    Of those `known` to receive some, nothing more is asked.
    """
    led = Involvement.objects.filter(family=family, lead=True, until=None)
    for number in led.values_list("worker", flat=True):
        there = next((one for one in known if one.pk == number), None)
        return there or social_workers().filter(pk=number).first()
    return None


def team_of(person: StaffMember) -> QuerySet[StaffMember]:
    """Return the workers whose diaries one looks at: of one's territory, or of the department."""
    people = social_workers().order_by("last_name", "first_name", "pk")
    territory = person.team.territory_id if person.team else None
    if territory is None or person.may(Permission.MANAGE_DEPARTMENT):
        return people
    return people.filter(team__territory=territory)


def places() -> QuerySet[Place]:
    """Return the places with when they open, their rooms and what closes them from today on."""
    ahead = Closure.objects.filter(last_day__gte=timezone.localdate()).order_by("first_day")
    return (
        Place.objects.select_related("commune__area__territory")
        .prefetch_related(
            Prefetch("openings", Opening.objects.order_by("weekday", "half")),
            "rooms",
            Prefetch("closures", ahead, "closed_ahead"),
        )
        .order_by("kind", "name")
    )


def closed_everywhere() -> QuerySet[Closure]:
    """Return the days from today on when no place opens, by a decision of the department."""
    return Closure.objects.filter(place=None, last_day__gte=timezone.localdate())


def openings_of(place: Place) -> list[tuple[Opening, list[Presence]]]:
    """Return when a place opens, each half-day with who receives there now or later."""
    today = timezone.localdate()
    there = Presence.objects.filter(Q(until=None) | Q(until__gte=today), place=place)
    kept = list(there.select_related("worker").order_by("since", "pk"))
    return [
        (one, [two for two in kept if (two.weekday, two.half) == (one.weekday, one.half)])
        for one in place.openings.all()
    ]


def week_of(worker: StaffMember) -> QuerySet[Presence]:
    """Return the half-days that a worker keeps from now on, those to come over those of now."""
    today = timezone.localdate()
    return Presence.objects.filter(Q(until=None) | Q(until__gte=today), worker=worker).order_by(
        "since", "pk"
    )


def open_feed(worker: StaffMember) -> Feed | None:
    """Return the calendar address that somebody has, if any."""
    return Feed.objects.filter(
        worker=worker, generation=worker.generation, revoked_at=None
    ).first()


def expected_of(family: Family) -> QuerySet[Person]:
    """Return those of a family who may come: the living, adults first."""
    return family.people.filter(death_date=None).order_by(
        F("birth_date").asc(nulls_last=True), "pk"
    )
