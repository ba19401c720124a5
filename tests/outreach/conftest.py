"""The places of the department, and a head who releases."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from factories.directory import AreaFactory, CommuneFactory, StaffFactory
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path / "data"
    settings.DATA_FOLDER.mkdir()


@pytest.fixture
def _places(db: None) -> None:  # noqa: ARG001
    for area, code, label in (("creteil", "94028", "Créteil"), ("orly", "94081", "Vitry")):
        CommuneFactory.create(code=code, label=label, area=AreaFactory.create(code=area))


@pytest.fixture
def head(db: None, _places: None) -> StaffMember:  # noqa: ARG001
    """A department head, who may release but not see protected addresses."""
    member: StaffMember = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    return member
