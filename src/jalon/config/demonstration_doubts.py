"""Gives the demonstration families that may be one: second files of people known already.

As registers have them: a parent under a new number after a move, a mother whom a former file still
names, a child whose parents live apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils import timezone

from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.families.arrivals import Arrival, Contact, Member, receive
from jalon.families.enums import ContactKind, PersonRole
from jalon.families.models import ContactPoint, Family, Household, Person

# No synthetic extract numbers a file or a person so.
_PREFIX: Final = "98"


def add_doubts(by: StaffMember) -> None:
    """Make second files known, once; fewer where no family known so far suits."""
    with acting(by.pk):
        if Household.objects.filter(number__startswith=_PREFIX).exists():
            return
        arrivals = [
            _arrival(number, family, second_file(family.members))
            for number, (family, second_file) in enumerate(_suited(), start=1)
        ]
        receive(arrivals, day=timezone.localdate(), refresh=False)


_SecondFile = Callable[[list[Person]], tuple[Member, ...]]


def _suited() -> list[tuple[Family, _SecondFile]]:
    """Return, for each second file, a family of its own that has whom it names."""
    found: list[tuple[Family, _SecondFile]] = []
    child, spouse = ({"role": role} for role in (PersonRole.CHILD, PersonRole.SPOUSE))
    for there, absent, second_file in (
        (None, spouse, _moved),
        (spouse, None, _former_file),
        (child, spouse, _other_parent),
    ):
        rows = Family.objects.filter(protected_address=False, do_not_contact=False)
        rows = rows.exclude(pk__in=[family.pk for family, _ in found])
        people = Person.objects.filter(family=OuterRef("pk"))
        rows = rows.exclude(Exists(people.exclude(death_date=None)))
        if there is not None:
            rows = rows.filter(Exists(people.filter(**there)))
        if absent is not None:
            rows = rows.exclude(Exists(people.filter(**absent)))
        if family := rows.select_related("commune").order_by("pk").first():
            found.append((family, second_file))
    return found


def _moved(people: list[Person]) -> tuple[Member, ...]:
    """Return the same people, registered anew under other numbers."""
    return tuple(_member(one, f"{_PREFIX}{one.pk:08d}") for one in people)


def _former_file(people: list[Person]) -> tuple[Member, ...]:
    """Return the spouse, under the same number, alone in the file of before."""
    spouse = next(one for one in people if one.role == PersonRole.SPOUSE)
    return (replace(_member(spouse), role=PersonRole.RESPONSIBLE),)


def _other_parent(people: list[Person]) -> tuple[Member, ...]:
    """Return a child, under the same number, in the other parent's file."""
    child = next(one for one in people if one.role == PersonRole.CHILD)
    parent = Member(
        register_id=f"{_PREFIX}{child.pk:08d}",
        role=PersonRole.RESPONSIBLE,
        last_name=child.last_name,
        first_name="Samir",
        sex="M",
        birth_date=date(1988, 4, 12),
        death_date=None,
    )
    return (parent, _member(child))


def _member(person: Person, register_id: str = "") -> Member:
    return Member(
        register_id=register_id or person.register_id,
        role=person.role,
        last_name=person.last_name,
        first_name=person.first_name,
        sex=person.sex,
        birth_date=person.birth_date,
        death_date=None,
    )


def _arrival(number: int, family: Family, members: tuple[Member, ...]) -> Arrival:
    """Receive a file at another address, with the telephone that the family has."""
    phones = ContactPoint.objects.filter(family=family, kind=ContactKind.PHONE, until=None)
    town = ContactPoint.objects.filter(family=family, kind=ContactKind.ADDRESS, until=None).first()
    address = Contact(
        ContactKind.ADDRESS,
        line1=f"{number} rue des Essais",
        postal_code=town.postal_code if town else "",
        city=town.city if town else "",
    )
    return Arrival(
        number=f"{_PREFIX}{number:06d}",
        commune=family.commune_id or "",
        protected_address=False,
        do_not_contact=False,
        members=members,
        contacts=(address, *(Contact(ContactKind.PHONE, one.value) for one in phones[:1])),
    )
