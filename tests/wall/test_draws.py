"""Raw SQL of who releases, that would have lots say what suits."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from jalon.directory.roles import Role
from wall.world import Login, World, put

pytestmark = pytest.mark.django_db
_DRAW = (
    "INSERT INTO targeting_draw (release_id, by_id, at, waves, days_between, seed) "
    "VALUES (%s, %s, {at}, %s, 14, '{seed}') RETURNING seed"
)


@pytest.fixture
def releases(login: Login, owner: psycopg.Connection, world: World) -> Iterator[list[int]]:
    """Two parts of a run that one just released, and one of another month; none is drawn yet."""
    run, head = dict(world.rows["targeting_targetingrun"]), world.staff[Role.DEPARTMENT_HEAD]
    other = put(
        owner,
        "targeting_targetingrun",
        month="2026-08",
        profile="val-de-marne",
        state="received",
        made_by_id=run["made_by_id"],
    )
    found = [
        put(
            owner,
            "targeting_release",
            run_id=of,
            offer=offer,
            area_id=world.rows["directory_area"]["id"],
            by_id=head,
            made_by_id=run["made_by_id"],
        )
        for of, offer in ((run["id"], "rent_arrears"), (run["id"], "overcrowding"), (other, "x"))
    ]
    login.act_as(head)
    yield found
    owner.execute("DELETE FROM targeting_release WHERE id = ANY (%s)", [found])
    owner.execute("DELETE FROM targeting_targetingrun WHERE id = %s", [other])


def drawn(login: Login, world: World, release: int, waves: int = 2, seed: str = "") -> str:
    """Draw as whoever runs SQL would, look at the seed, and take all of it back."""
    with login.undone():
        query = _DRAW.format(at="now()", seed=seed)
        return str(login.one(query, release, world.staff[Role.DEPARTMENT_HEAD], waves))


def test_nobody_chooses_a_seed(login: Login, world: World, releases: list[int]) -> None:
    with pytest.raises(errors.CheckViolation, match="drawn by the database"):
        drawn(login, world, releases[0], seed="0" * 64)


def test_drawn_again_until_it_pleases_it_is_the_same(
    login: Login, world: World, releases: list[int]
) -> None:
    """Whatever is undone, asked for otherwise, or released besides: a month has one seed."""
    first, second, of_another_month = releases
    once = drawn(login, world, first)
    assert {
        drawn(login, world, first),
        drawn(login, world, first, waves=5),
        drawn(login, world, second),
    } == {once}
    assert drawn(login, world, of_another_month) != once


def test_waves_begin_on_the_day_that_lots_are_drawn(
    login: Login, world: World, releases: list[int]
) -> None:
    for at in ("'2020-01-01'", "now() + interval '50 minutes'"):
        with login.undone():
            query = _DRAW.format(at=at, seed="").replace("RETURNING seed", "RETURNING at - now()")
            after = login.one(query, releases[0], world.staff[Role.DEPARTMENT_HEAD], 2)
            assert abs(after.total_seconds()) < 60


@pytest.mark.parametrize(
    "query", ["SELECT wall.seed_of('2026-10')", "SELECT key FROM wall.lots", "TABLE wall.lots"]
)
def test_nobody_reads_what_the_next_seeds_are_made_of(
    login: Login, world: World, query: str
) -> None:
    login.act_as(world.staff[Role.DEPARTMENT_HEAD])
    with login.undone(), pytest.raises(errors.InsufficientPrivilege):
        login.run(query)


def test_the_owner_finds_a_seed_again(
    login: Login, owner: psycopg.Connection, world: World, releases: list[int]
) -> None:
    run = world.rows["targeting_targetingrun"]
    ((found,),) = owner.execute("SELECT wall.seed_of(%s)", [run["month"]]).fetchall()
    assert drawn(login, world, releases[0]) == found
