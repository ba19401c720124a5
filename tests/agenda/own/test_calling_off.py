"""A family sees its appointment, confirms what was proposed, or calls it off while it may."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agenda.conftest import Practice
from agenda.own.conftest import Letter, asks
from conftest import as_owner
from factories.agenda import AppointmentFactory, at, next_day, span
from jalon.agenda.actions import book, cancel, move
from jalon.agenda.actions.booking import Time
from jalon.agenda.enums import Mode, State
from jalon.agenda.models import Appointment
from jalon.audit.identity import acting
from jalon.directory.models import Place
from jalon.outreach.enums import Language
from outreach.reply.conftest import Telephone

pytestmark = pytest.mark.django_db
_MINE = "Votre rendez-vous"
Make = Callable[..., Appointment]


@pytest.fixture
def make(practice: Practice) -> Make:
    """Make an appointment of the family, as colleagues do."""

    def made(**columns: Any) -> Appointment:
        found: Appointment = AppointmentFactory.create(
            **{
                "family": practice.family,
                "worker": practice.worker,
                "mode": Mode.PLACE,
                "place": practice.place,
                "during": span(at(next_day(1, timezone.localdate() + timedelta(days=3)), 9)),
            }
            | columns
        )
        return found

    return made


def button(telephone: Telephone, name: str) -> str:
    found = re.search(rf'name="{name}"\s+value="([\d.]+)"', telephone.page)
    assert found, telephone.page
    return found[1]


def test_it_is_what_is_seen_first(telephone: Telephone, letter: Letter, make: Make) -> None:
    made = make()
    with as_owner():
        Place.objects.update(address="3 rue des Lilas, 94000 Créteil")
    page = telephone.enter(letter.code.value)

    assert telephone.title == _MINE
    assert "3 rue des Lilas, 94000 Créteil" in page
    assert "9 h 00" in page
    assert made.place is not None
    assert made.place.name in page
    for hidden in (str(made.worker), made.worker.last_name, letter.person.last_name, "SECRET"):
        assert hidden not in page
    assert 'name="confirm"' not in page
    telephone.send(back="1")
    assert telephone.title == "Que souhaitez-vous ?"


def test_one_that_was_proposed_is_confirmed(
    telephone: Telephone, letter: Letter, make: Make
) -> None:
    make(state=State.PROPOSED, confirmed_at=None)
    page = telephone.enter(letter.code.value)
    assert "Vous convient-il" in page

    form, seen = telephone.hidden, button(telephone, "confirm")
    for _ in range(2):
        telephone.hidden = form
        page = telephone.send(confirm=seen)
        assert "c'est confirmé" in page

    (one,) = letter.appointments()
    assert one.state == State.BOOKED
    assert one.confirmed_at is not None


def test_called_off_it_waits_for_another_time_and_others_are_offered(
    telephone: Telephone, letter: Letter, practice: Practice
) -> None:
    asks(letter, half_days=["mon_am"], place=practice.place)
    telephone.enter(letter.code.value)
    taken = re.findall(r'name="time"\s+value="([\d.]+)"', telephone.page)[0]
    telephone.send(time=taken)
    assert letter.requests() == []

    telephone.send(cancel=button(telephone, "cancel"))
    assert telephone.title == "Annuler ce rendez-vous ?"
    form = telephone.hidden
    telephone.send(keep="1")
    assert telephone.title == _MINE
    for _ in range(2):
        telephone.hidden = form
        page = telephone.send(sure="1")
        assert "votre rendez-vous est annulé" in page
        assert telephone.title == "Choisissez votre rendez-vous"
        assert taken in page

    (one,) = letter.appointments()
    assert (one.state, one.cancelled_by) == (State.BY_FAMILY, None)
    (again,) = letter.requests()
    assert (again.kind, again.via, again.by) == ("meeting", "web", None)
    assert (again.half_days, again.place) == (["mon_am"], practice.place)
    telephone.send(time=taken)
    assert [one.state for one in letter.appointments()] == [State.BY_FAMILY, State.BOOKED]


def test_called_off_where_nobody_else_receives(
    telephone: Telephone, letter: Letter, make: Make, practice: Practice
) -> None:
    make(mode=Mode.PHONE, place=None)
    practice.worker.is_active = False
    with as_owner():
        practice.worker.save(update_fields=["is_active"])
    telephone.enter(letter.code.value)
    telephone.send(cancel=button(telephone, "cancel"))
    page = telephone.send(sure="1")

    assert telephone.title == "Nous vous contacterons"
    assert "votre rendez-vous est annulé" in page
    assert letter.requests()


def test_too_late_one_calls(telephone: Telephone, letter: Letter, make: Make) -> None:
    soon = timezone.now().replace(microsecond=0) + timedelta(hours=5)
    made = make(during=span(soon), mode=Mode.PHONE, place=None)
    page = telephone.enter(letter.code.value)
    assert 'name="cancel"' not in page
    assert "Pour le changer ou l'annuler, appelez le" in page

    telephone.hidden["step"] = "calling_off"
    page = telephone.send(seen=f"{made.starts_at.timestamp():.0f}.0", sure="1")

    assert "trop tard" in page
    assert letter.appointments()[0].state == State.BOOKED
    assert letter.requests() == []


@pytest.mark.parametrize("confirms", [True, False])
@pytest.mark.parametrize("moves", [True, False])
def test_what_a_colleague_changed_meanwhile_is_shown_first(  # noqa: PLR0913 - fixtures, cases
    telephone: Telephone,
    letter: Letter,
    make: Make,
    practice: Practice,
    *,
    moves: bool,
    confirms: bool,
) -> None:
    made = make(state=State.PROPOSED, confirmed_at=None)
    telephone.enter(letter.code.value)
    typed = {"confirm": button(telephone, "confirm")}
    if not confirms:
        telephone.send(cancel=button(telephone, "cancel"))
        typed = {"sure": "1"}
    day = next_day(1, timezone.localdate() + timedelta(days=8))
    by = practice.secretary
    with acting(by.pk):
        if moves:
            time = Time(practice.worker, at(day, 11), Mode.PLACE, practice.place)
            move(appointment=made, time=time, agreed=False, by=by)
        else:
            cancel(appointment=made, by_family=False, by=by)

    page = telephone.send(**typed)

    assert "a changé entre-temps" in page
    (one,) = letter.appointments()
    assert one.state == (State.PROPOSED if moves else State.BY_US)
    assert letter.requests() == []
    if moves:
        assert "11 h 00" in page
    assert telephone.title == (_MINE if moves else "Que souhaitez-vous ?")


@pytest.mark.parametrize("language", Language)
def test_in_every_language(telephone: Telephone, letter: Letter, language: Language) -> None:
    asks(letter)
    telephone.enter(letter.code.value)
    french = telephone.title
    page = telephone.send(langue=language.value)
    assert (telephone.title == french) == (language in {Language.FRENCH, Language.EASY_FRENCH})
    taken = re.findall(r'name="time"\s+value="([\d.]+)"', page)
    assert len(page.encode()) < 30_000

    telephone.send(time=taken[0])
    page = telephone.send(langue=language.value)
    assert telephone.hidden["done"] == "taken"
    assert 'class="done"' in page
    telephone.send(cancel=button(telephone, "cancel"))
    other = telephone.send(langue="en" if language is Language.FRENCH else "fr")
    assert telephone.hidden["seen"]
    assert other.encode() != page.encode()
    assert [one.state for one in letter.appointments()] == [State.BOOKED]


def test_a_page_open_too_long_asks_again_who_answers(letter: Letter, make: Make) -> None:
    make()
    telephone = Telephone(Client())
    telephone.enter(letter.code.value)
    telephone.hidden["state"] = "nonsense"
    telephone.send(cancel=button(telephone, "cancel"))
    assert telephone.title == "Répondre à notre lettre"


def test_a_colleague_who_cancels_for_the_family_brings_its_request_back(
    letter: Letter, practice: Practice
) -> None:
    """With its own wishes; where we cancel, or it may not answer any more, nothing comes back."""
    asks(letter, half_days=["mon_am"])
    by = practice.secretary
    for by_family, day in [(True, 1), (False, 2)]:
        with acting(by.pk):
            made = book(
                family=practice.family,
                time=Time(practice.worker, at(next_day(day), 9), Mode.PLACE, practice.place),
                people=[practice.person],
                agreed=True,
                by=by,
            )
            assert letter.requests() == []
            cancel(appointment=made, by_family=by_family, by=by)
        assert [one.half_days for one in letter.requests()] == [["mon_am"]] * by_family
