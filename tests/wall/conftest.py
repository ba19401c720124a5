"""A department with one of everything, and the application's own login to attack it with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo
from pytest_django import DjangoDbBlocker, Settings

from factories.agenda import AppointmentFactory, AttendanceFactory, OpeningFactory
from factories.directory import PlaceFactory, StaffFactory
from factories.families import (
    ContactPointFactory,
    DoubtFactory,
    GivenContactFactory,
    InvolvementFactory,
    PersonFactory,
)
from factories.interventions import (
    AdviceMeetingFactory,
    FollowerFactory,
    InformationAdviceFactory,
    SupportFactory,
)
from factories.outreach import ProposalFactory
from factories.targeting import PROFILE, RuleTrialFactory, computed_files, run_with_files
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import APP, OWNER, SUPERUSER
from jalon.directory.roles import Role
from jalon.register.synthetic import generate
from jalon.rules.calendar import Month
from jalon.rules.profile import load_profile
from wall.world import Login, World, build


@pytest.fixture(scope="session")
def addresses(server: EmbeddedServer, django_db_setup: None) -> dict[str, str]:  # noqa: ARG001
    """The address of the test database, for each who may log in: today there is that of Paris."""
    name = str(connection.settings_dict["NAME"])
    return {
        role: make_conninfo(server.url(role, name), options="-c TimeZone=Europe/Paris")
        for role in (APP, OWNER, SUPERUSER)
    }


@pytest.fixture
def owner(addresses: dict[str, str]) -> Iterator[psycopg.Connection]:
    """The owner's login, which the wall does not hold."""
    with psycopg.connect(addresses[OWNER], autocommit=True) as login:
        yield login


@pytest.fixture(scope="module")
def world(addresses: dict[str, str], django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Committed rows in every table behind the wall, taken away after the module's tests."""
    with psycopg.connect(addresses[OWNER], autocommit=True) as login:
        yield build(login)
    with django_db_blocker.unblock():
        connection.ops.execute_sql_flush(["all"])
        connection.close()


@pytest.fixture
def login(addresses: dict[str, str]) -> Iterator[Login]:
    """The application's own login, as nobody until told otherwise; nothing of it is kept."""
    with psycopg.connect(addresses[APP], autocommit=True) as one:
        yield Login(one)


@pytest.fixture(scope="session")
def computed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small extract, and what computing a month of it wrote."""
    folder = tmp_path_factory.mktemp("october")
    month, population = Month(2026, 10), load_profile(PROFILE).folder / "population.toml"
    generate(folder / "extract", population=population, month=month, households=300, seed=1)
    return folder / "extract", computed_files(folder / "extract", folder / "out", month)


@pytest.fixture
def known(
    computed: tuple[Path, Path], tmp_path: Path, settings: Settings
) -> dict[str, dict[str, object]]:
    """One of everything, and by room what its addresses name."""
    settings.DATA_FOLDER = tmp_path
    person = PersonFactory.create()
    family = person.family
    ContactPointFactory.create(family=family)
    given = GivenContactFactory.create(family=family)
    involvement = InvolvementFactory.create(family=family)
    approach = ProposalFactory.create(family=family).approach
    DoubtFactory.create()
    RuleTrialFactory.create()
    member = StaffFactory.create(role=Role.SOCIAL_WORKER)
    follower = FollowerFactory.create(family=family)
    advice = InformationAdviceFactory.create(family=family, worker=member)
    AdviceMeetingFactory.create(advice=advice)
    support = SupportFactory.create(family=family, worker=member)
    run = run_with_files(*computed, made_by=StaffFactory.create(role=Role.TARGETING_ANALYST))
    appointment = AppointmentFactory.create(worker=member, family=family)
    AttendanceFactory.create(appointment=appointment, person=person)
    place = PlaceFactory.create(commune=family.commune)
    OpeningFactory.create(place=place)
    return {
        "agenda": {
            "appointment": appointment.public_id,
            "family": family.public_id,
            "worker": member.public_id,
            "pk": place.pk,
        },
        "advice": {"public_id": advice.public_id, "family": family.public_id},
        "supports": {
            "public_id": support.public_id,
            "family": family.public_id,
            "domain": "rights",
            "kind": "step",
        },
        "followed": {"family": family.public_id, "number": follower.pk},
        "approaches": {"public_id": approach.public_id},
        "audit": {"public_id": family.public_id},
        "desk": {"public_id": family.public_id},
        "directory": {"public_id": member.public_id},
        "families": {
            "public_id": family.public_id,
            "involvement": involvement.public_id,
            "given": given.public_id,
        },
        "outreach": {"public_id": family.public_id},
        "targeting": {
            "public_id": run.public_id,
            "which": "retenues",
            "number": 1,
            "offer": "separation",
        },
    }
