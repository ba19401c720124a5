"""Raw SQL against the times that families take by themselves: by code and birthday alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg.types.json import Jsonb

from jalon.directory.roles import Role
from wall.world import Login, World

pytestmark = pytest.mark.django_db
_CODE = "K7M29QXD4"
_ANYONE = [None, *Role]
_AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
_ASKED = Jsonb(
    {
        "first_day": "2026-01-01",
        "last_day": "2026-12-31",
        "holidays": [],
        "lasting": "45 minutes",
        "every": "1 hour",
        "most": 6,
        "at_each_place": 3,
    }
)
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
