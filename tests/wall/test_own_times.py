"""Raw SQL against the times that families take by themselves: by code and birthday alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from jalon.directory.roles import Role
from wall.world import Login, World

pytestmark = pytest.mark.django_db
_CODE = "K7M29QXD4"
_ANYONE = [None, *Role]
_AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
_LIMITS = {
    "first_day": f"{date.today() + timedelta(days=2)}",  # noqa: DTZ011 - any day
    "last_day": f"{date.today() + timedelta(days=30)}",  # noqa: DTZ011 - any day
    "holidays": [],
    "lasting": "45 minutes",
    "every": "1 hour",
    "most": 6,
    "at_each_place": 3,
}
_ASKED = Jsonb(_LIMITS)
_NOTHING = {"coming": [], "times": [], "as_wished": True}


@pytest.fixture(scope="module")
def family(world: World, addresses: dict[str, str]) -> int:
    """The family of the world's approach, whose addressee was born on a 3 February."""
    with psycopg.connect(addresses["jalon_owner"], autocommit=True) as owner:
        owner.execute("UPDATE families_person SET birth_date = '1990-02-03'")
        owner.execute(
            "UPDATE outreach_approach SET addressee_id = (SELECT min(id) FROM families_person)"
        )
    return int(world.rows["family"]["id"])


@pytest.mark.parametrize("role", _ANYONE)
@pytest.mark.parametrize("given", [(_CODE, 4), ("222222222", 3), ("", 3)])
def test_without_both_nothing_is_shown_or_changed(
    login: Login, world: World, family: int, role: Role | None, given: tuple[str, int]
) -> None:
    """Whoever is signed in."""
    assert family
    code, day = given
    login.act_as(None if role is None else world.staff[role])
    with login.undone():
        shown = "SELECT wall.reply_diary(%s, %s, 2, 'x', %s)"
        assert login.one(shown, code, day, _ASKED) == _NOTHING
        takes = "SELECT wall.take_time(%s, %s, 2, 'x', 1, %s, %s)"
        assert login.one(takes, code, day, _AT, _ASKED) == "wrong"
        settles = "SELECT wall.settle_time(%s, %s, 2, 'x', 'cancel', %s, 0, %s, 'fr')"
        assert login.one(settles, code, day, _AT, timedelta(0)) == "wrong"


def test_guesses_count_here_too(login: Login, family: int) -> None:
    assert family
    login.act_as(None)
    with login.undone():
        shown = "SELECT wall.reply_diary(%s, 4, 2, 'y', %s)"
        for _ in range(5):
            login.one(shown, _CODE, _ASKED)
        assert login.one("SELECT wall.open_reply(%s, 3, 2, 'y')", _CODE) == "locked"
        assert login.one("SELECT wall.reply_diary(%s, 3, 2, 'y', %s)", _CODE, _ASKED) == _NOTHING
        takes = "SELECT wall.take_time(%s, 3, 2, 'y', 1, %s, %s)"
        assert login.one(takes, _CODE, _AT, _ASKED) == "locked"


@pytest.mark.parametrize(
    "limits",
    [
        {"first_day": "2026-01-01"},
        {"last_day": "2999-12-31"},
        {"most": 1000},
        {"at_each_place": 1000},
        {"lasting": "3 days"},
        {"lasting": "1 second", "every": "1 second"},
        {"every": "1 minute"},
        {"every": None},
    ],
)
def test_no_times_are_offered_that_no_fund_would(
    login: Login, owner: psycopg.Connection, family: int, limits: dict[str, object]
) -> None:
    """As whoever lets the family in, whose word the database would take for the fund's."""
    assert login.one("SELECT wall.reply_diary(%s, 3, 2, 'x', %s)", _CODE, _ASKED) == _NOTHING
    with owner.transaction(force_rollback=True), pytest.raises(errors.CheckViolation):
        owner.execute("SELECT wall.own_times(%s, %s)", (family, Jsonb(_LIMITS | limits)))


def test_nor_are_staff_told_of_any(login: Login, world: World, family: int) -> None:
    login.act_as(world.staff[Role.SECRETARY])
    asks = (
        "SELECT FROM wall.free_slots(%s, '{1}', %s, %s, '{}', %s, %s, true, NULL, NULL, NULL, %s)"
    )
    today = datetime.now(UTC).date()
    hour = timedelta(hours=1)
    good: list[object] = [family, today, today + timedelta(weeks=26), hour, hour, 5]
    assert login.run(asks, *good) == []
    for place, wrong in ((2, today + timedelta(weeks=53)), (3, 5 * hour), (4, hour / 2)):
        with pytest.raises(errors.CheckViolation):
            login.run(asks, *good[:place], wrong, *good[place + 1 :])
