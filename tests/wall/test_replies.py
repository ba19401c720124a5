"""Raw SQL against the family's own answers: nobody guesses at them, or writes them alone."""

from __future__ import annotations

from threading import Thread

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from jalon.directory.roles import Role
from jalon.outreach.codes import ALPHABET
from wall.world import Login, World, put

pytestmark = pytest.mark.django_db
_CODE = "K7M29QXD4"
# After every other where codes are in order: an index is read to its end for it.
_LAST = ALPHABET[-1] * len(_CODE)
_ANYONE = [None, *Role]
_BY_HAND = """
outreach_answer (public_id, approach_id, family_id, number, kind, via, said_on, at, services,
    half_days, moments, language, refusal)
SELECT gen_random_uuid(), id, family_id, 1, 'no', 'web', current_date, now(), '{}', '{}', '{}',
    '', '' FROM outreach_approach
"""
_COUNTERS = """
SELECT relname, seq_scan, seq_tup_read, idx_scan, idx_tup_fetch, n_tup_ins, n_tup_upd, n_tup_del
FROM pg_stat_xact_all_tables WHERE schemaname = 'public' ORDER BY relname
"""


@pytest.fixture(scope="module")
def family(world: World, addresses: dict[str, str]) -> int:
    """The family of the world's approach, whose addressee was born on a 3 February."""
    with psycopg.connect(addresses["jalon_owner"], autocommit=True) as owner:
        owner.execute("UPDATE families_person SET birth_date = '1990-02-03'")
        owner.execute(
            "UPDATE outreach_approach SET addressee_id = (SELECT min(id) FROM families_person)"
        )
    return int(world.rows["family"]["id"])


def _reply(login: Login, said: dict[str, object], *, day: int = 3) -> str:
    told: str = login.one("SELECT wall.reply(%s, %s, 2, 'x', %s)", _CODE, day, Jsonb(said))
    return told


@pytest.mark.parametrize("role", _ANYONE)
def test_by_the_code_and_the_birthday_alone(
    login: Login, world: World, family: int, role: Role | None
) -> None:
    """Whoever is signed in: the answer is the family's, and nobody's of ours."""
    login.act_as(None if role is None else world.staff[role])
    assert family
    with login.undone():
        assert _reply(login, {"kind": "no", "refusal": "", "language": "fr"}, day=4) == "wrong"
        assert _reply(login, {"kind": "no", "refusal": "", "language": "fr"}) == "right"
        login.act_as(world.staff[Role.SOCIAL_WORKER])
        assert login.run(
            "SELECT via, by_id FROM outreach_answer ORDER BY number DESC LIMIT 1"
        ) == [("web", None)]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"kind": "nonsense", "refusal": "", "language": "fr"},
        {"kind": "later", "refusal": "", "language": "fr"},
        {"kind": "call", "refusal": "other", "language": "fr"},
        {"kind": "call", "refusal": "", "language": "fr", "place": 999_999},
        {"kind": "call", "refusal": "", "language": "fr", "moments": ["x" * 200]},
    ],
)
def test_only_answers_are_written(login: Login, family: int, said: dict[str, object]) -> None:
    assert family
    try:
        _reply(login, said)
    except (errors.IntegrityError, errors.DataError):
        return
    raise AssertionError(said)


@pytest.mark.parametrize("role", _ANYONE)
def test_nobody_answers_by_hand_in_the_name_of_a_family(
    login: Login, world: World, family: int, role: Role | None
) -> None:
    login.act_as(None if role is None else world.staff[role])
    word = (
        f"families_safetyword (family_id, flag, source, reason, at) VALUES ({family}, "
        "'protected_address', 'family', '', now())"
    )
    for row in (_BY_HAND, word):
        with login.undone():
            try:
                written = login.run(f"INSERT INTO {row} RETURNING id")
            except errors.InsufficientPrivilege:
                written = []
            assert written == [], row
    with login.undone(), pytest.raises(errors.InsufficientPrivilege):
        login.run("UPDATE outreach_answercode SET wrong = 0")
    with login.undone(), pytest.raises(errors.InsufficientPrivilege):
        login.run("DELETE FROM outreach_wrongreply")


def test_a_word_without_a_colleague_is_the_familys(owner: psycopg.Connection, family: int) -> None:
    with pytest.raises(errors.CheckViolation):
        put(owner, "families_safetyword", family_id=family, flag="x", source="seen", by_id=None)


@pytest.mark.parametrize("unknown", ["222222222", "K7M29QXD5", _LAST, "", "é"])
def test_an_unknown_code_costs_what_a_wrong_birthday_does(
    login: Login, family: int, unknown: str
) -> None:
    """Before, between and after the codes that there are."""
    assert family

    def told(code: str) -> object:
        with login.undone():
            before = login.run(_COUNTERS)
            verdict = login.one("SELECT wall.open_reply(%s, 30, 12, 'y')", code)
            after = login.run(_COUNTERS)
        return verdict, [
            (name, [new - old for new, old in zip(now, was, strict=True)])
            for (name, *was), (_, *now) in zip(before, after, strict=True)
            if was != now
        ]

    for _ in range(12):
        told(unknown)
    assert told(unknown) == told(_CODE)
    assert told(_CODE)[0] == "wrong"  # type: ignore[index]


def test_the_window_of_what_ends_is_told_to_who_may_answer_alone(
    login: Login, owner: psycopg.Connection, family: int
) -> None:
    assert family
    long_ago = "window_ends_on = '2020-01-01', answered_at = '2020-01-01'"
    owner.execute(f"UPDATE outreach_approach SET {long_ago}".encode())
    try:
        for day, verdict in ((3, "over"), (4, "wrong")):
            with login.undone():
                told = login.one("SELECT wall.open_reply(%s, %s, 2, 'z')", _CODE, day)
                assert told == verdict
    finally:
        owner.execute("UPDATE outreach_approach SET window_ends_on = NULL, answered_at = now()")


def test_a_colleague_writes_one_down_at_the_same_moment(
    login: Login, owner: psycopg.Connection, family: int
) -> None:
    """Neither waits for the other for ever, and both are heard."""
    said: dict[str, object] = {"kind": "no", "refusal": "", "language": "fr"}
    told: list[str] = []
    answering = Thread(target=lambda: told.append(_reply(login, said)))
    theirs = "INSERT INTO outreach_answer SELECT * FROM jsonb_populate_record(NULL::"
    (row,) = owner.execute("SELECT to_jsonb(one) FROM outreach_answer AS one").fetchone() or ({},)
    row |= {"id": -5, "number": 1, "public_id": "00000000-0000-4000-8000-000000000005"}
    try:
        with owner.transaction():
            owner.execute(f"{theirs}outreach_answer, %s)".encode(), [Jsonb(row)])
            answering.start()
            answering.join(0.5)
            assert told == []
        answering.join(10)
        numbers = owner.execute(
            "SELECT number, via FROM outreach_answer WHERE number > 0 ORDER BY number"
        ).fetchall()
    finally:
        owner.execute("DELETE FROM outreach_answer WHERE number > 0")

    assert family
    assert told == ["right"]
    assert numbers == [(1, "phone"), (2, "web")]
