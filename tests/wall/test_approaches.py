"""What staff write of approaches, by the database alone: no invented facts, nobody else's name."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from jalon.directory.roles import Role
from wall.doors import FAMILIES
from wall.world import Login, World

pytestmark = pytest.mark.django_db
_BEGIN = (
    "INSERT INTO outreach_approach (public_id, family_id, channel, made_at, answer, ending{}) "
    "VALUES (gen_random_uuid(), %s, 'letter', now(), '', ''{})"
)
_SAY = (
    "INSERT INTO outreach_answer (public_id, approach_id, family_id, number, kind, via, said_on, "
    "at, by_id, language, services, half_days, moments, refusal{}) VALUES (gen_random_uuid(), %s, "
    "%s, 1, 'call', %s, current_date, now(), %s, '', '{{}}', '{{}}', '{{}}', ''{})"
)
_CALL = (
    "INSERT INTO outreach_message (public_id, approach_id, family_id, medium, purpose, state, "
    "trouble, made_at, by_id, attempts, provider_reference, sent_at) VALUES (gen_random_uuid(), "
    "%s, %s, %s, 'call', 'delivered', '', now(), %s, 0, '', now())"
)


@pytest.fixture
def worker(login: Login, world: World) -> int:
    number = world.staff[Role.SOCIAL_WORKER]
    login.act_as(number)
    return number


@pytest.fixture
def waiting(owner: psycopg.Connection, world: World) -> Iterator[int]:
    """An answer that nobody has dealt with."""
    approach = world.rows["outreach_approach"]
    query = _SAY.format("", "") + " RETURNING id"
    by = world.staff[Role.SECRETARY]
    found = owner.execute(query, [approach["id"], approach["family_id"], "phone", by]).fetchone()
    assert found
    yield int(found[0])
    owner.execute("DELETE FROM outreach_answer WHERE id = %s", found)


def test_who_works_with_families_begins_anew(login: Login, world: World, worker: int) -> None:
    assert worker
    approach = world.rows["outreach_approach"]
    with login.undone():
        login.run(
            _BEGIN.format(", previous_id, window_ends_on", ", %s, current_date + 365"),
            approach["family_id"],
            approach["id"],
        )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("mailed_on", "current_date"),
        ("contacted_at", "now()"),
        ("undelivered", "true"),
        ("letter_back_at", "now()"),
        ("answered_at", "now()"),
        ("again_on", "current_date"),
        ("waits_since", "now()"),
        ("ended_on", "current_date"),
        ("window_ends_on", "current_date + 3650"),
    ],
)
@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.SECRETARY, Role.DEPARTMENT_HEAD])
def test_nobody_begins_one_with_facts_that_nothing_made_true(
    login: Login, world: World, role: Role, column: str, value: str
) -> None:
    login.act_as(world.staff[role])
    family = world.rows["outreach_approach"]["family_id"]
    with login.undone(), pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
        login.run(_BEGIN.format(f", {column}", f", {value}"), family)


def test_an_approach_stays_after_the_one_it_follows(login: Login, world: World) -> None:
    login.act_as(world.staff[Role.SECRETARY])
    with login.undone(), pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
        login.run("UPDATE outreach_approach SET previous_id = id")


def test_one_writes_in_ones_own_name(login: Login, world: World, worker: int) -> None:
    approach = world.rows["outreach_approach"]
    both = approach["id"], approach["family_id"]
    other = world.staff[Role.SECRETARY]
    with login.undone():
        login.run(_SAY.format("", ""), *both, "phone", worker)
        login.run(_CALL, *both, "phone", worker)
    for query, told in (
        (_SAY.format("", ""), (*both, "phone", other)),
        (_SAY.format("", ""), (*both, "web", worker)),
        (_SAY.format("", ""), (approach["id"], world.rows["family"]["other"], "phone", worker)),
        (_CALL, (*both, "phone", other)),
        (_CALL, (*both, "text", worker)),
        (_CALL, (approach["id"], world.rows["family"]["other"], "visit", worker)),
    ):
        with login.undone(), pytest.raises((errors.InsufficientPrivilege, errors.IntegrityError)):
            login.run(query, *told)


def test_an_answer_is_not_dealt_with_as_it_is_written(
    login: Login, world: World, worker: int
) -> None:
    approach = world.rows["outreach_approach"]
    query = _SAY.format(", dealt_at, dealt_by_id", f", now(), {worker}")
    with login.undone(), pytest.raises(errors.InsufficientPrivilege):
        login.run(query, approach["id"], approach["family_id"], "phone", worker)


def test_an_answer_is_dealt_with_in_ones_own_name_and_stays_so(
    login: Login, world: World, worker: int, waiting: int
) -> None:
    other = world.staff[Role.SECRETARY]
    deal = "UPDATE outreach_answer SET dealt_at = now(), dealt_by_id = %s WHERE id = %s"
    with login.undone(), pytest.raises(errors.InsufficientPrivilege):
        login.run(deal, other, waiting)
    with login.undone(), pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
        login.run("UPDATE outreach_answer SET kind = 'no' WHERE id = %s", waiting)
    login.run(deal, worker, waiting)

    login.act_as(other)
    for query in (
        f"UPDATE outreach_answer SET dealt_at = NULL, dealt_by_id = NULL WHERE id = {waiting}",
        f"UPDATE outreach_answer SET dealt_by_id = {other} WHERE id = {waiting}",
    ):
        with login.undone():
            login.run(query)
    found = login.one("SELECT dealt_by_id FROM outreach_answer WHERE id = %s", waiting)
    assert found == worker


@pytest.fixture
def open_family(owner: psycopg.Connection, world: World) -> Iterator[None]:
    """The family of the world, its address no secret any more."""
    protect = "UPDATE families_family SET protected_address_in_register = %s WHERE id = %s"
    family = world.rows["family"]["id"]
    owner.execute(protect, [False, family])
    yield
    owner.execute(protect, [True, family])


@pytest.mark.parametrize("role", sorted(FAMILIES))
@pytest.mark.usefixtures("open_family")
def test_what_a_letter_says_is_not_read_by_mediators_and_psychologists(
    login: Login, world: World, role: Role
) -> None:
    """It holds the code by which a family answers, and where it lives."""
    login.act_as(world.staff[role])
    seen = login.count("outreach_messagecontent")
    assert bool(seen) is (role not in {Role.MEDIATOR, Role.PSYCHOLOGIST})
