"""A small department, its people, and runs that were computed for real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from conftest import as_owner
from factories.directory import AreaFactory, StaffFactory, TerritoryFactory
from factories.targeting import PROFILE, computed_files, run_with_files
from jalon.config.embedded import EmbeddedServer
from jalon.directory.models import Area, Commune, Sector, StaffMember
from jalon.directory.roles import Role
from jalon.register.synthetic import generate
from jalon.rules.calendar import Month
from jalon.rules.profile import load_profile
from jalon.targeting.models import TargetingRun
from targeting.pages.working import Worker, workers

OCTOBER, SEPTEMBER = Month(2026, 10), Month(2026, 9)


@dataclass(frozen=True)
class Computed:
    """An extract and what its computing wrote."""

    extract: Path
    files: Path


def _computed(folder: Path, month: Month, seed: int) -> Computed:
    profile = load_profile(PROFILE)
    extract = folder / "extract"
    population = profile.folder / "population.toml"
    generate(extract, population=population, month=month, households=2000, seed=seed)
    return Computed(extract, computed_files(extract, folder / "out", month))


@pytest.fixture(scope="session")
def october_files(tmp_path_factory: pytest.TempPathFactory) -> Computed:
    return _computed(tmp_path_factory.mktemp("october"), OCTOBER, 1)


@pytest.fixture(scope="session")
def september_files(tmp_path_factory: pytest.TempPathFactory) -> Computed:
    return _computed(tmp_path_factory.mktemp("september"), SEPTEMBER, 2)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Settings) -> Path:
    settings.DATA_FOLDER = tmp_path / "data"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.INCOMING_FOLDER = tmp_path / "incoming"
    settings.PROFILE = PROFILE
    return tmp_path


@pytest.fixture
def analyst(db: None) -> StaffMember:  # noqa: ARG001
    return StaffFactory.create(role=Role.TARGETING_ANALYST)  # type: ignore[no-any-return]


@pytest.fixture
def manager(db: None) -> StaffMember:  # noqa: ARG001
    return StaffFactory.create(role=Role.TERRITORY_MANAGER)  # type: ignore[no-any-return]


@pytest.fixture
def department(db: None) -> dict[str, Area]:  # noqa: ARG001
    """The profile's areas and communes, and a worker in each area."""
    territory = TerritoryFactory.create()
    found = {}
    for one in load_profile(PROFILE).territories:
        area = AreaFactory.create(code=one.code, label=one.label, territory=territory)
        worker = StaffFactory.create(role=Role.SOCIAL_WORKER)
        communes = [
            Commune(code=code, label=f"Commune {code}", area=area) for code in sorted(one.communes)
        ]
        with as_owner():
            Commune.objects.bulk_create(communes)
            Sector.objects.bulk_create(
                Sector(worker=worker, commune=commune) for commune in communes
            )
        found[one.code] = area
    return found


@pytest.fixture
def october(
    october_files: Computed,
    analyst: StaffMember,
    department: dict[str, Area],  # noqa: ARG001
) -> TargetingRun:
    """October's run, waiting to be reviewed."""
    return run_with_files(october_files.extract, october_files.files, made_by=analyst)


@pytest.fixture
def september(september_files: Computed, analyst: StaffMember) -> TargetingRun:
    """September's run, released."""
    return run_with_files(
        september_files.extract, september_files.files, made_by=analyst, state="released"
    )


@pytest.fixture
def worker(server: EmbeddedServer, data: Path) -> Iterator[Worker]:
    """Starts workers, each in a process of its own."""
    with workers(server, data) as start:
        yield start


@pytest.fixture
def as_person() -> Callable[[StaffMember], Client]:
    """Return a browser in which someone is signed in."""

    def signed_in(person: StaffMember, **kwargs: Any) -> Client:
        client = Client(**kwargs)
        client.force_login(person)
        return client

    return signed_in
