"""A family, who leads it, a colleague of theirs and their manager."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from factories.directory import StaffFactory, TeamFactory
from factories.families import InvolvementFactory, PersonFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember, Team
from jalon.directory.roles import Role
from jalon.families.models import Family


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> Path:
    """Where files are kept: nothing of a test stays."""
    folder = tmp_path / "data"
    settings.DATA_FOLDER = folder
    return folder


@pytest.fixture
def team(db: None) -> Team:  # noqa: ARG001
    made: Team = TeamFactory.create()
    return made


def worker_of(team: Team, **columns: Any) -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER, team=team, **columns)
    return made


@pytest.fixture
def lead(team: Team) -> StaffMember:
    return worker_of(team)


@pytest.fixture
def colleague(team: Team) -> StaffMember:
    return worker_of(team)


@pytest.fixture
def manager(team: Team) -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team)
    return made


@pytest.fixture
def family(lead: StaffMember) -> Family:
    """A family that `lead` leads."""
    found: Family = PersonFactory.create(last_name="Exemple").family
    InvolvementFactory.create(family=found, worker=lead, lead=True)
    return found


@pytest.fixture
def as_lead(lead: StaffMember) -> Iterator[None]:
    """Whoever leads the family acts, unless a test says otherwise."""
    with acting(lead.pk):
        yield
