"""A family chooses a time by itself on its answer page, and nobody else does."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agenda.conftest import Practice
from agenda.own.conftest import Letter, asks, written_to
from conftest import as_owner
from factories.agenda import AppointmentFactory, PresenceFactory, at, next_day, receives, span
from factories.directory import AbsenceFactory, PlaceFactory, StaffFactory
from factories.families import InvolvementFactory, PersonFactory
from factories.outreach import AnswerFactory
from jalon.agenda.enums import Half, Mode, State
from jalon.agenda.models import Appointment, Attendance
from jalon.audit.identity import acting
from jalon.audit.models import Change
from jalon.directory.roles import Role
from jalon.families.models import Family
from jalon.outreach.answering import deal_with
from jalon.outreach.enums import AnswerKind, AnswerVia
from jalon.outreach.errors import ApproachError
from jalon.outreach.models import Answer, Approach
from outreach.reply.conftest import Telephone

pytestmark = pytest.mark.django_db
_PARIS = ZoneInfo("Europe/Paris")
_TITLE = "Choisissez votre rendez-vous"
_MINE = "Votre rendez-vous"


def times(telephone: Telephone) -> list[str]:
    return re.findall(r'name="time"\s+value="([\d.]+)"', telephone.page)


def ask(telephone: Telephone, letter: Letter, **wish: object) -> str:
    telephone.enter(letter.code.value)
    telephone.send(what="meeting")
    return telephone.send(**wish)


def test_a_family_that_asks_takes_a_time_at_once(
    telephone: Telephone, letter: Letter, practice: Practice
) -> None:
    page = ask(telephone, letter)
    assert telephone.title == _TITLE
    assert practice.place.name in page
    assert str(practice.worker) not in page
    assert len(times(telephone)) == 3
    assert letter.requests()

    page = telephone.send(time=times(telephone)[0])

    (made,) = letter.appointments()
    assert telephone.title == _MINE
    assert "ce rendez-vous est à vous" in page
    assert practice.place.name in page
    assert (made.state, made.mode, made.worker, made.made_by_id) == (
        State.BOOKED,
        Mode.PLACE,
        practice.worker,
        None,
    )
    assert made.starts_at >= timezone.now() + timedelta(days=1)
    assert letter.requests() == []
    with as_owner():
        assert Attendance.objects.get().person_id == letter.person.pk
        approach = Approach.objects.get(pk=letter.code.approach_id)
        assert Change.objects.filter(table_name="agenda_appointment", staff_id=None).exists()
    assert (approach.answer, approach.waits_since) == ("meeting", None)


def test_colleagues_read_that_the_family_saw_to_it_itself(
    telephone: Telephone, letter: Letter, practice: Practice, client: Client
) -> None:
    ask(telephone, letter)
    telephone.send(time=times(telephone)[0])
    (made,) = letter.appointments()
    with as_owner():
        answer = Answer.objects.get()

    with (
        acting(practice.secretary.pk),
        pytest.raises(ApproachError, match="La famille, qui a choisi un moment elle-même"),
    ):
        deal_with(answer=answer, by=practice.secretary)
    client.force_login(practice.worker)
    page = client.get(made.get_absolute_url()).content.decode()
    assert "par la famille elle-même" in page
    asked = reverse("approaches:answer", args=[letter.code.approach.public_id])
    assert "la famille a choisi son rendez-vous" in client.get(asked).content.decode()


def test_whoever_asked_before_finds_times_once_let_in(
    telephone: Telephone, letter: Letter
) -> None:
    asks(letter)
    telephone.enter(letter.code.value)
    assert telephone.title == _TITLE

    telephone.send(back="1")
    assert telephone.title == "Que souhaitez-vous ?"


def test_the_few_times_are_of_several_half_days(telephone: Telephone, letter: Letter) -> None:
    ask(telephone, letter)

    moments = [float(one.split(".")[1]) for one in times(telephone)]
    halves = {datetime.fromtimestamp(one, _PARIS).strftime("%F %p") for one in moments}
    assert len(halves) == len(moments) == 3


def test_where_and_when_it_wished_else_elsewhere(
    telephone: Telephone, letter: Letter, practice: Practice
) -> None:
    far = PlaceFactory.create(name="Relais social", commune=practice.place.commune)
    receives(far, (4, Half.AFTERNOON), worker=practice.worker)

    page = ask(telephone, letter, place=far.pk, half_days=["thu_pm"])
    assert "Relais social" in page
    assert practice.place.name not in page
    assert "Voici des moments libres" in page

    telephone.send(back="1")
    telephone.send(what="meeting")
    page = telephone.send(half_days=["fri_am"])
    assert "Rien n'est libre comme vous le souhaitez" in page
    assert practice.place.name in page


def test_with_whoever_leads_the_family_alone(
    telephone: Telephone, letter: Letter, practice: Practice
) -> None:
    lead = StaffFactory.create(role=Role.SOCIAL_WORKER, team=practice.worker.team)
    InvolvementFactory.create(family=practice.family, worker=lead, lead=True)
    ask(telephone, letter)
    assert telephone.title == "Merci, c'est noté"

    with as_owner():
        PresenceFactory.create(worker=lead, place=practice.place, weekday=2)
    telephone.enter(letter.code.value)
    telephone.send(time=times(telephone)[0])

    (made,) = letter.appointments()
    assert made.worker == lead


def test_nobody_who_receives_and_a_person_calls(
    telephone: Telephone, letter: Letter, practice: Practice
) -> None:
    AbsenceFactory.create(
        member=practice.worker,
        first_day=timezone.localdate(),
        last_day=timezone.localdate() + timedelta(days=60),
    )
    ask(telephone, letter)

    assert telephone.title == "Merci, c'est noté"
    assert letter.requests()


def test_none_suits(telephone: Telephone, letter: Letter) -> None:
    ask(telephone, letter)
    telephone.send(none="1")

    assert telephone.title == "Merci, c'est noté"
    assert letter.appointments() == []
    assert letter.requests()


def test_of_two_families_one_wins_and_the_other_chooses_again(
    telephone: Telephone, letter: Letter, practice: Practice
) -> None:
    neighbour = written_to(PersonFactory.create(household__family__commune=practice.place.commune))
    other = Telephone(Client())
    ask(telephone, letter)
    ask(other, neighbour)
    first = times(telephone)[0]
    assert first in times(other)

    telephone.send(time=first)
    page = other.send(time=first)

    assert "vient d'être pris" in page
    assert other.title == _TITLE
    assert first not in times(other)
    assert neighbour.appointments() == []
    other.send(time=times(other)[0])
    assert len(neighbour.appointments()) == len(letter.appointments()) == 1


def test_the_last_time_was_taken_and_a_person_calls(
    telephone: Telephone, letter: Letter, practice: Practice
) -> None:
    ask(telephone, letter)
    AbsenceFactory.create(
        member=practice.worker,
        first_day=timezone.localdate(),
        last_day=timezone.localdate() + timedelta(days=60),
    )
    page = telephone.send(time=times(telephone)[0])

    assert "vient d'être pris" in page
    assert telephone.title == "Merci, c'est noté"
    assert letter.requests()


def test_twice_by_an_impatient_finger_is_once(telephone: Telephone, letter: Letter) -> None:
    ask(telephone, letter)
    form, time = telephone.hidden, times(telephone)[0]
    for _ in range(2):
        telephone.hidden = form
        page = telephone.send(time=time)
        assert "ce rendez-vous est à vous" in page
    assert len(letter.appointments()) == 1

    telephone.hidden = form
    other = time.split(".")[0] + "." + str(int(time.split(".")[1]) + 3600)
    assert "a changé entre-temps" in telephone.send(time=other)
    assert len(letter.appointments()) == 1


@pytest.mark.parametrize(
    "value",
    ["", "x", "1.", ".5", "1.x", "999999999999.1", "1.99999999999", "٣.٤", "1.2.3", "-1.5"],
)
def test_what_is_no_time_takes_none(telephone: Telephone, letter: Letter, value: str) -> None:
    ask(telephone, letter)
    telephone.send(time=value)

    assert telephone.last.status_code == 200
    assert telephone.title == _TITLE
    assert letter.appointments() == []


@pytest.mark.parametrize("hours", [0, 1, 24 * 7 * 6])
def test_a_time_that_was_not_offered_is_not_taken(
    telephone: Telephone, letter: Letter, practice: Practice, hours: int
) -> None:
    """Too soon, too far, or when nobody receives."""
    ask(telephone, letter)
    moment = timezone.now().replace(minute=0, second=0) + timedelta(hours=hours)
    telephone.send(time=f"{practice.place.pk}.{moment.timestamp():.0f}")

    assert telephone.title == _TITLE
    assert letter.appointments() == []


def _protected(letter: Letter) -> None:
    with as_owner():
        Family.objects.filter(pk=letter.person.family_id).update(protected_address_here=True)


def _unsafe(letter: Letter) -> None:
    AnswerFactory.create(
        approach=letter.code.approach, kind=AnswerKind.UNSAFE, number=7, via=AnswerVia.PHONE
    )


def _to_check(letter: Letter) -> None:
    AnswerFactory.create(
        approach=letter.code.approach,
        kind=AnswerKind.CALL,
        number=7,
        via=AnswerVia.WEB,
        by=None,
        to_check=True,
    )


@pytest.mark.parametrize("change", [_protected, _unsafe, _to_check])
def test_in_danger_nothing_is_shown_offered_or_taken(
    telephone: Telephone, letter: Letter, practice: Practice, change: object
) -> None:
    ask(telephone, letter)
    form, time = telephone.hidden, times(telephone)[0]
    change(letter)  # type: ignore[operator]

    telephone.send(time=time)
    assert telephone.title == "Merci, c'est noté"
    assert letter.appointments() == []

    AppointmentFactory.create(
        family=practice.family,
        worker=practice.worker,
        mode=Mode.PLACE,
        place=practice.place,
        during=span(at(next_day(2), 9)),
    )
    page = telephone.enter(letter.code.value)
    assert telephone.title == "Que souhaitez-vous ?"
    assert practice.place.name not in page
    telephone.send(what="meeting")
    telephone.send()
    assert telephone.title == "Merci, c'est noté"
    telephone.hidden = form | {"step": "appointment"}
    assert practice.place.name not in telephone.send()
    # Confirmed by hand, it is as an appointment that there is not: nothing tells the danger.
    coming = int(at(next_day(2), 9).timestamp())
    answers = set()
    for when in (coming, coming + 7):
        telephone.hidden = form | {"step": "appointment"}
        telephone.send(confirm=f"{when}.0")
        answers.add(telephone.title)
    assert answers == {"Que souhaitez-vous ?"}


def test_once_over_no_time_is_offered_or_taken(telephone: Telephone, letter: Letter) -> None:
    ask(telephone, letter)
    time = times(telephone)[0]
    with as_owner():
        Approach.objects.filter(pk=letter.code.approach_id).update(
            ended_on=timezone.localdate(), ending="mistake", ended_by=StaffFactory.create().pk
        )
    telephone.send(time=time)

    assert telephone.title == "Vous pouvez nous appeler"
    assert letter.appointments() == []


def test_without_the_birthday_nothing_is_offered(telephone: Telephone, letter: Letter) -> None:
    asks(letter)
    telephone.open()
    page = telephone.send(code=letter.code.value, day="1", month="1")

    assert "ne vont pas ensemble" in page
    assert times(telephone) == []
    assert Answer.objects.count() == Appointment.objects.count() == 0
