"""Who writes contact points without seeing them learns nothing of those that are protected."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.types.json import Jsonb

from jalon.directory.roles import Role
from wall.world import Login, World, put

pytestmark = pytest.mark.django_db
_NUMBERS = ("+33612345678", "+33698765432")
_DAY = "2026-11-22"
# What PostgreSQL tells anybody of the rows that a transaction wrote.
_WRITTEN = """
SELECT relname, n_tup_ins, n_tup_upd, n_tup_del, n_tup_hot_upd, n_tup_newpage_upd
FROM pg_stat_xact_user_tables WHERE relname IN ('families_contactpoint', 'audit_change')
ORDER BY relname
"""


@pytest.fixture
def family(owner: psycopg.Connection, world: World) -> int:
    assert world.rows
    family = put(owner, "families_family", protected_address_here=True)
    for number in _NUMBERS:
        put(
            owner,
            "families_contactpoint",
            family_id=family,
            kind="phone",
            value=number,
            protected=True,
            since="2026-01-01",
        )
    return family


def _told(family: int, number: str, *, alone: bool) -> Jsonb:
    empty = dict.fromkeys(("line1", "line2", "postal_code", "city"), "")
    return Jsonb([{"family": family, "kind": "phone", "value": number, "alone": alone} | empty])


def _learns(login: Login, told: Jsonb) -> list[int]:
    """Return all that a transaction tells whoever puts a contact point."""
    with login.undone():
        before = _counts(login)
        login.run("SELECT wall.put_contacts(%s, %s)", told, _DAY)
        return [now - then for now, then in zip(_counts(login), before, strict=True)]


def _counts(login: Login) -> list[int]:
    written = [count for row in login.run(_WRITTEN) for count in row[1:]]
    return [login.one("SELECT nextval('families_contactpoint_id_seq')"), *written]


@pytest.mark.parametrize("alone", [True, False])
def test_a_right_guess_of_a_protected_number_shows_as_a_wrong_one(
    login: Login, world: World, family: int, *, alone: bool
) -> None:
    login.act_as(world.staff[Role.DEPARTMENT_HEAD])
    assert login.run("SELECT FROM families_contactpoint WHERE family_id = %s", family) == []

    right = _learns(login, _told(family, _NUMBERS[0], alone=alone))
    wrong = _learns(login, _told(family, "+33600000000", alone=alone))

    assert right == wrong
    assert right[0] > 1


@pytest.mark.parametrize(
    ("alone", "told", "current"),
    [
        (True, _NUMBERS[0], {_NUMBERS[0]}),
        (True, "+33600000000", {"+33600000000"}),
        (False, _NUMBERS[0], set(_NUMBERS)),
        (False, "+33600000000", {*_NUMBERS, "+33600000000"}),
    ],
)
def test_what_is_told_is_current_once_and_stays_protected(  # noqa: PLR0913, PLR0917 - a table's columns
    login: Login,
    world: World,
    owner: psycopg.Connection,
    family: int,
    told: str,
    current: set[str],
    *,
    alone: bool,
) -> None:
    login.act_as(world.staff[Role.DEPARTMENT_HEAD])
    for _ in range(2):  # a take-up that was killed begins again
        login.run("SELECT wall.put_contacts(%s, %s)", _told(family, told, alone=alone), _DAY)

    found = owner.execute(
        "SELECT value FROM families_contactpoint "
        "WHERE family_id = %s AND until IS NULL AND protected",
        [family],
    ).fetchall()
    assert sorted(found) == sorted((number,) for number in current)


def _current(owner: psycopg.Connection, family: int) -> set[str]:
    rows = owner.execute(
        "SELECT value FROM families_contactpoint WHERE family_id = %s AND until IS NULL", [family]
    )
    return {value for (value,) in rows.fetchall()}


_SHARED, _SAFE, _OTHER = "+33611111111", "+33622222222", "+33633333333"


@pytest.mark.parametrize("hidden", [False, True])
def test_the_register_replaces_its_own_word_alone(
    login: Login, world: World, owner: psycopg.Connection, *, hidden: bool
) -> None:
    """Month after month: what a person ended is back once the register told another."""
    family = put(owner, "families_family", protected_address_here=hidden)
    worker = world.staff[Role.SOCIAL_WORKER]
    of_family = {"family_id": family, "kind": "phone", "since": "2026-01-01", "protected": hidden}
    ended = {"until": "2026-02-01", "ended_by_id": worker}
    put(owner, "families_contactpoint", **of_family, value=_SHARED, **ended)
    put(owner, "families_contactpoint", **of_family, value=_SAFE, source="family", by_id=worker)
    login.act_as(world.staff[Role.DEPARTMENT_HEAD])

    def told(number: str, *, alone: bool = True) -> set[str]:
        for _ in range(2):  # a take-up that was killed begins again
            login.run("SELECT wall.put_contacts(%s, %s)", _told(family, number, alone=alone), _DAY)
        return _current(owner, family)

    assert told(_SHARED) == {_SAFE}
    # Nor where another file may tell it: nobody knows which of them changed.
    assert told(_SHARED, alone=False) == {_SAFE}
    assert told(_SAFE) == {_SAFE}
    assert told(_OTHER) == {_SAFE, _OTHER}
    assert told(_SHARED) == {_SAFE, _SHARED}
    ((source, by),) = owner.execute(
        "SELECT source, by_id FROM families_contactpoint "
        "WHERE family_id = %s AND value = %s AND until IS NULL",
        [family, _SAFE],
    ).fetchall()
    assert (source, by) == ("family", worker)


def test_what_was_ended_or_written_here_shows_no_more_than_a_wrong_guess(
    login: Login, world: World, owner: psycopg.Connection, family: int
) -> None:
    worker = world.staff[Role.SOCIAL_WORKER]
    of_family = {"family_id": family, "kind": "phone", "since": "2026-01-01", "protected": True}
    ended = {"until": "2026-02-01", "ended_by_id": worker}
    put(owner, "families_contactpoint", **of_family, value=_SHARED, **ended)
    put(owner, "families_contactpoint", **of_family, value=_SAFE, source="staff", by_id=worker)
    login.act_as(world.staff[Role.DEPARTMENT_HEAD])

    told = [
        _learns(login, _told(family, one, alone=True)) for one in (_SHARED, _SAFE, "+33600000000")
    ]

    assert told[0] == told[1] == told[2]
