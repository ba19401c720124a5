"""A place that receives families on Mondays and Tuesdays, and who works there."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from factories.agenda import receives
from factories.directory import PlaceFactory, StaffFactory, TeamFactory
from factories.families import PersonFactory
from jalon.agenda.enums import Half
from jalon.directory.models import Place, StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family, Person

WEEK = ((1, Half.MORNING), (1, Half.AFTERNOON), (2, Half.MORNING))


@dataclass
class Practice:
    """A worker who receives at a place, their secretary and manager, and a family nearby."""

    place: Place
    worker: StaffMember
    secretary: StaffMember
    manager: StaffMember
    person: Person

    @property
    def name(self) -> str:
        """What pages call the family."""
        return str(self.person)

    @property
    def number(self) -> str:
        """The number of the family's file."""
        assert self.person.household
        return self.person.household.number

    @property
    def family(self) -> Family:
        return self.person.family


@pytest.fixture
def practice(db: None) -> Practice:  # noqa: ARG001
    place = PlaceFactory.create()
    team = TeamFactory.create(territory=place.commune.area.territory)
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=team)
    return Practice(
        place=place,
        worker=receives(place, *WEEK, worker=worker),
        secretary=StaffFactory.create(role=Role.SECRETARY, team=team),
        manager=StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team),
        person=PersonFactory.create(household__family__commune=place.commune),
    )
