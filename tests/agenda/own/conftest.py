"""A family that was written to and asked for a meeting, near a place that receives."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from agenda.conftest import Practice
from conftest import as_owner
from factories.outreach import AnswerFactory, ApproachFactory
from jalon.agenda.models import Appointment
from jalon.families.models import Person
from jalon.outreach.codes import new_code
from jalon.outreach.enums import AnswerKind, AnswerVia
from jalon.outreach.models import Answer, AnswerCode
from outreach.reply.conftest import BORN, Telephone


@dataclass
class Letter:
    """Who was written to, and the code of the letter."""

    person: Person
    code: AnswerCode

    def appointments(self) -> list[Appointment]:
        with as_owner():
            own = Appointment.objects.filter(family=self.person.family_id)
            return list(own.select_related("worker", "place").order_by("pk"))

    def requests(self) -> list[Answer]:
        """What it said that waits for somebody."""
        with as_owner():
            own = Answer.objects.filter(family=self.person.family_id, dealt_at=None)
            return list(own.order_by("number"))


def written_to(person: Person) -> Letter:
    """Return a letter to somebody, who was born on the day that telephones enter."""
    with as_owner():
        Person.objects.filter(pk=person.pk).update(birth_date=BORN)
    approach = ApproachFactory.create(family=person.family, addressee=person)
    with as_owner():
        return Letter(person, AnswerCode.objects.create(approach=approach, value=new_code()))


def asks(letter: Letter, **wish: object) -> None:
    """Have a family ask for a meeting, as its page writes it."""
    AnswerFactory.create(
        approach=letter.code.approach,
        kind=AnswerKind.MEETING,
        via=AnswerVia.WEB,
        by=None,
        number=len(letter.requests()) + 1,
        **wish,
    )


@pytest.fixture
def letter(practice: Practice) -> Letter:
    return written_to(practice.person)


@pytest.fixture
def telephone() -> Telephone:
    return Telephone(Client())
