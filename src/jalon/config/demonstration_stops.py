"""Gives the demonstration what stops a letter or an answer, for somebody to see to.

The register says that a lone adult has died, and no longer knows in which town a family lives: no
letter can be written. And birthdays were guessed day after day: the pages where two families
answer are closed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from django.db import connection
from django.db.models import F
from django.utils import timezone

from jalon.audit.identity import acting
from jalon.config.maintenance import as_owner
from jalon.directory.models import StaffMember
from jalon.families.arrivals import Arrival, Contact, Member, receive
from jalon.families.enums import ContactKind, PersonRole
from jalon.families.models import Family, Person
from jalon.outreach.mail_queries import families_held
from jalon.outreach.mailing import to_mail
from jalon.outreach.models import AnswerCode, CodeClosing, WrongReply

_CLOSED: Final = 2
_GUESSES: Final = range(5)  # as many as the answer page hears in a day
_DAYS: Final = range(6)
_SOMEWHERE: Final = bytes(32)


def add_stops(by: StaffMember) -> None:
    """Hold the letters of two families and close the answer pages of two others, once."""
    today = timezone.localdate()
    with acting(by.pk):
        if next(families_held(today), None) is None:
            receive(_news(today), day=today, refresh=True)
    with as_owner():
        if not CodeClosing.objects.exists():
            silent = AnswerCode.objects.filter(
                approach__answer="",
                approach__ended_on=None,
                approach__answers_until__gt=today,
                approach__addressee__birth_date__isnull=False,
            )
            for code in silent.select_related("approach__addressee").order_by("-pk")[:_CLOSED]:
                _guess(code)


def _news(today: date) -> list[Arrival]:
    """Return what the register now says of two families that wait for a letter."""
    waiting = Family.objects.filter(pk__in=to_mail(today).values("family"))
    waiting = waiting.filter(households__isnull=False).distinct().order_by("pk")
    alone = waiting.exclude(people__role=PersonRole.SPOUSE).first()
    other = next((one for one in waiting[:2] if one != alone), None)
    lost = Contact(ContactKind.ADDRESS, line1="Chez un proche", city="?")
    return [
        *([_seen_again(alone, died_on=today - timedelta(days=9))] if alone else []),
        *([replace(_seen_again(other), contacts=(lost,))] if other else []),
    ]


def _seen_again(family: Family, *, died_on: date | None = None) -> Arrival:
    """Return a family's file as it was, but for the death of its adult where one is told."""
    file = family.households.order_by("pk")[0]
    return Arrival(
        number=file.number,
        commune=family.commune_id or "",
        protected_address=file.protected_address,
        do_not_contact=file.do_not_contact,
        members=tuple(
            _member(one, died_on if one.role == PersonRole.RESPONSIBLE else None)
            for one in family.members
            if one.household_id == file.pk
        ),
        contacts=(),
    )


def _member(person: Person, died_on: date | None) -> Member:
    return Member(
        register_id=person.register_id,
        role=person.role,
        last_name=person.last_name,
        first_name=person.first_name,
        sex=person.sex,
        birth_date=person.birth_date,
        death_date=died_on or person.death_date,
    )


def _guess(code: AnswerCode) -> None:
    """Have wrong birthdays tried on a code, day after day, until its page closes."""
    addressee = code.approach.addressee
    assert addressee is not None  # noqa: S101 - it was asked for
    assert addressee.birth_date is not None  # noqa: S101 - as well
    wrong_day = addressee.birth_date.day % 28 + 1
    for _ in _DAYS:
        for _ in _GUESSES:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT wall.open_reply(%s, %s, %s, %s)",
                    [code.value, wrong_day, addressee.birth_date.month, _SOMEWHERE],
                )
        # The next day has come.
        WrongReply.objects.update(at=F("at") - timedelta(days=1))
