"""Raw SQL around exceptional accesses: what they open, to whom, how long, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Final

import psycopg
import pytest
from psycopg import errors

from jalon.config.embedded.roles import APP
from jalon.directory.roles import Role
from jalon.interventions.migrations.functions.exceptional import OPENED
from wall.matrix import MATRIX
from wall.test_catalogue import OPENED_EXCEPTIONALLY
from wall.test_purge_at_once import wait_for_a_lock
from wall.world import Login, World, colleague, put

pytestmark = pytest.mark.django_db
_OPEN: Final = (
    "INSERT INTO audit_exceptionalaccess (public_id, staff_id, family_id, ground, reason, "
    "finding, cleared) "
    "VALUES (gen_random_uuid(), %s, %s, 'child', 'Un appel du collège, ce matin.', '', '')"
)
_SAY: Final = "SELECT set_config('jalon.exceptional', 'on', false)"
_MAY: Final = {Role.DEPARTMENT_HEAD, Role.TERRITORY_MANAGER, Role.SOCIAL_WORKER}


@pytest.fixture(scope="module")
def strangers(world: World, addresses: dict[str, str]) -> dict[Role, int]:
    """One of each role who follows no family, and of no team."""
    assert world
    with psycopg.connect(addresses["jalon_owner"], autocommit=True) as owner:
        return {role: colleague(owner, role, f"loin-{role.value}", None) for role in Role}


@pytest.fixture
def family(world: World) -> int:
    return int(world.rows["family"]["id"])


@pytest.fixture
def forgotten(owner: psycopg.Connection, strangers: dict[Role, int]) -> Iterator[None]:
    """What strangers opened is closed again, past the wall."""
    yield
    owner.execute(
        "DELETE FROM audit_exceptionalaccess WHERE staff_id = ANY (%s)", [[*strangers.values()]]
    )


def _seen(login: Login) -> set[str]:
    """Return the tables of interventions and of ways to reach a family of which one sees rows."""
    looked = ("interventions_", "families_contactpoint", "outreach_messagecontent")
    return {table for table in MATRIX if table.startswith(looked) and login.count(table)}


def _opens(login: Login, staff: int, family: int) -> bool:
    try:
        login.run(_OPEN, staff, family)
    except errors.InsufficientPrivilege:
        return False
    return True


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("role", Role)
def test_what_an_access_opens_is_what_is_written_and_to_be_read(
    login: Login, strangers: dict[Role, int], family: int, role: Role
) -> None:
    me = strangers[role]
    login.act_as(me)
    before = _seen(login)
    opened = _opens(login, me, family) if role in _MAY else False
    assert _seen(login) == before, "nothing, until a page says that it reads exceptionally"
    login.run(_SAY)
    after = _seen(login)
    login.run("RESET jalon.exceptional")

    assert opened == (role in _MAY)
    assert after - before == (OPENED_EXCEPTIONALLY - before if opened else set())
    assert not opened or after >= OPENED_EXCEPTIONALLY


@pytest.mark.usefixtures("forgotten")
def test_what_is_taken_back_opened_nothing(
    login: Login, strangers: dict[Role, int], family: int
) -> None:
    """Open, read, take back, one family after the other, would tell nobody."""
    me = strangers[Role.SOCIAL_WORKER]
    login.act_as(me)
    login.run(_SAY)
    login.run(
        "DO $$ DECLARE found integer; BEGIN "
        f"{_OPEN % (me, family)}; "
        "SELECT count(*) INTO found FROM interventions_journalentry; "
        "RAISE EXCEPTION USING ERRCODE = 'XX999', MESSAGE = found; "
        "EXCEPTION WHEN SQLSTATE 'XX999' THEN "
        "PERFORM set_config('jalon.found', SQLERRM, false); END $$"
    )
    assert login.one("SELECT current_setting('jalon.found')") == "0"
    with login.undone():
        login.run(_OPEN, me, family)
        assert not login.count("interventions_journalentry")
    assert not login.count("audit_exceptionalaccess")
    login.run(_OPEN, me, family)
    assert login.count("interventions_journalentry")


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_nobody_opens_without_seeing_what_was_opened_meanwhile(
    login: Login, strangers: dict[Role, int], family: int, level: str
) -> None:
    me = strangers[Role.SOCIAL_WORKER]
    login.act_as(me)
    with login.undone():
        login.run(f"SET TRANSACTION ISOLATION LEVEL {level}")
        with pytest.raises(errors.CheckViolation) as refused:
            login.run(_OPEN, me, family)
    assert refused.value.diag.constraint_name == "exceptional_read_committed"


def test_nobody_opens_what_they_follow(login: Login, world: World, family: int) -> None:
    login.act_as(world.lead)
    with login.undone(), pytest.raises(errors.CheckViolation) as refused:
        login.run(_OPEN, world.lead, family)
    assert refused.value.diag.constraint_name == "exceptional_followed"


@pytest.mark.parametrize("role", sorted(set(Role) - _MAY))
def test_no_other_role_opens_anything(
    login: Login, strangers: dict[Role, int], family: int, role: Role
) -> None:
    login.act_as(strangers[role])
    with login.undone():
        assert not _opens(login, strangers[role], family)


def test_nobody_opens_for_another_or_at_another_time(
    login: Login, strangers: dict[Role, int], family: int
) -> None:
    me, other = strangers[Role.SOCIAL_WORKER], strangers[Role.DEPARTMENT_HEAD]
    login.act_as(me)
    with login.undone():
        assert not _opens(login, other, family)
    login.act_as(None)
    with login.undone():
        assert not _opens(login, me, family)
    login.act_as(me)
    with login.undone():
        later = _OPEN.replace("cleared)", "cleared, at)").replace(
            "'')", "'', now() + interval '3 days')"
        )
        login.run(later, me, family)
        assert login.one(
            "SELECT at = now() AND until = now() + interval '4 hours' "
            "FROM audit_exceptionalaccess WHERE staff_id = wall.person()"
        )
    for reason in ("", " " * 40, "Urgence.", "x" + " " * 40 + "y"):
        with login.undone(), pytest.raises(errors.InsufficientPrivilege):
            login.run(_OPEN.replace("Un appel du collège, ce matin.", reason), me, family)
    with login.undone(), pytest.raises(errors.InsufficientPrivilege):
        login.run(_OPEN.replace("'', '')", "'needed', '')"), me, family)


def test_no_family_is_opened_that_is_none(login: Login, strangers: dict[Role, int]) -> None:
    me = strangers[Role.SOCIAL_WORKER]
    login.act_as(me)
    with login.undone(), pytest.raises(errors.CheckViolation):
        login.run(_OPEN, me, -1)


@pytest.mark.usefixtures("forgotten")
def test_an_access_is_told_to_who_answers_and_changed_by_nobody(
    login: Login, world: World, strangers: dict[Role, int], family: int
) -> None:
    me = strangers[Role.SOCIAL_WORKER]
    login.act_as(me)
    login.run(_OPEN, me, family)
    for change in (
        "DELETE FROM audit_exceptionalaccess",
        "UPDATE audit_exceptionalaccess SET at = now()",
        "UPDATE audit_exceptionalaccess SET family_id = family_id",
        "UPDATE audit_exceptionalaccess SET reason = ''",
        "UPDATE audit_exceptionalaccess SET examined_at = now()",
    ):
        with pytest.raises((errors.InsufficientPrivilege, errors.GeneratedAlways)):
            login.run(change)
    mine = f"audit_exceptionalaccess WHERE staff_id = {me}"
    told = set()
    people = {
        "stranger": strangers[Role.TERRITORY_MANAGER],
        "lead": world.lead,
        **{role.value: one for role, one in world.staff.items()},
    }
    for who, one in people.items():
        login.act_as(one)
        if login.one(f"SELECT count(*) FROM {mine}"):
            told.add(who)
    assert told == {
        *(Role.TERRITORY_MANAGER, Role.DEPARTMENT_HEAD, Role.DATA_PROTECTION_OFFICER),
        "lead",
    }


@pytest.mark.usefixtures("forgotten")
def test_it_is_told_still_once_the_family_became_another(
    login: Login,
    owner: psycopg.Connection,
    world: World,
    strangers: dict[Role, int],
    family: int,
) -> None:
    """And that one another in turn."""
    me, manager = strangers[Role.SOCIAL_WORKER], world.staff[Role.TERRITORY_MANAGER]
    gone, between = (put(owner, "families_family") for _ in range(2))
    mine = f"SELECT count(*) FROM audit_exceptionalaccess WHERE staff_id = {me}"
    become = "UPDATE families_family SET merged_into_id = %s WHERE id = %s"
    try:
        login.act_as(me)
        login.run(_OPEN, me, gone)
        for told in (False, True):
            for who in (world.lead, manager):
                login.act_as(who)
                assert login.one(mine) == told, who
            owner.execute(become, [between, gone])
            owner.execute(become, [family, between])
        login.act_as(world.staff[Role.SOCIAL_WORKER])
        assert login.one(mine) == 0
        login.act_as(me)
        login.run(_SAY)
        assert not login.count("interventions_journalentry"), "it stays with its number"
    finally:
        owner.execute("UPDATE families_family SET merged_into_id = NULL WHERE id = %s", [gone])
        owner.execute("DELETE FROM families_family WHERE id = ANY (%s)", [[gone, between]])


@pytest.mark.usefixtures("forgotten")
def test_it_is_examined_once_in_ones_own_name_and_never_by_oneself(
    login: Login, world: World, strangers: dict[Role, int], family: int
) -> None:
    me = strangers[Role.DEPARTMENT_HEAD]
    manager = world.staff[Role.TERRITORY_MANAGER]
    login.act_as(me)
    login.run(_OPEN, me, family)
    examine = (
        "UPDATE audit_exceptionalaccess SET finding = 'needed', examiner_id = %s "
        "WHERE staff_id = %s RETURNING examined_at = now()"
    )
    assert login.run(examine, me, me) == [], "not one's own"
    for role in set(Role) - {Role.TERRITORY_MANAGER, Role.DEPARTMENT_HEAD}:
        login.act_as(world.staff[role])
        assert login.run(examine, world.staff[role], me) == [], role
    login.act_as(manager)
    with pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
        login.run(examine, world.lead, me)
    assert login.run(examine, manager, me) == [(True,)]
    login.act_as(world.staff[Role.DEPARTMENT_HEAD])
    again = examine.replace("'needed'", "'questioned'")
    assert login.run(again, world.staff[Role.DEPARTMENT_HEAD], me) == []
    login.act_as(manager)
    for change in (again, again.replace("'questioned'", "''")):
        with pytest.raises(errors.CheckViolation):
            login.run(change, manager, me)


_CLEAR: Final = (
    "UPDATE audit_exceptionalaccess SET cleared = %s, clearer_id = %s "
    "WHERE staff_id = %s RETURNING cleared_at = now()"
)


@pytest.mark.usefixtures("forgotten")
def test_what_is_questioned_is_cleared_up_once_by_who_controls_alone(
    login: Login, world: World, strangers: dict[Role, int], family: int
) -> None:
    me, officer = strangers[Role.DEPARTMENT_HEAD], world.staff[Role.DATA_PROTECTION_OFFICER]
    manager, said = world.staff[Role.TERRITORY_MANAGER], "Vu avec le responsable du territoire."
    login.act_as(me)
    login.run(_OPEN, me, family)
    login.act_as(officer)
    assert login.run(_CLEAR, said, officer, me) == [], "nobody questions it yet"
    login.act_as(manager)
    login.run(
        "UPDATE audit_exceptionalaccess SET finding = 'questioned', examiner_id = %s "
        "WHERE staff_id = %s",
        *(manager, me),
    )
    for role in set(Role) - {Role.DATA_PROTECTION_OFFICER}:
        who = world.staff[role]
        login.act_as(who)
        with suppress(errors.CheckViolation):
            assert login.run(_CLEAR, said, who, me) == [], role
    login.act_as(officer)
    for words, who in ((said, manager), ("Vu.", officer), ("V u , v u ,  v u !", officer)):
        with pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
            login.run(_CLEAR, words, who, me)
    for change in ("finding = 'needed'", f"examiner_id = {officer}", "finding = ''"):
        with pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
            login.run(f"UPDATE audit_exceptionalaccess SET {change} WHERE staff_id = {me}")
    assert login.run(_CLEAR, said, officer, me) == [(True,)]
    with pytest.raises(errors.CheckViolation):
        login.run(_CLEAR, said, officer, me)


@pytest.mark.usefixtures("forgotten")
def test_what_is_opened_is_read_and_nothing_more(
    login: Login, owner: psycopg.Connection, strangers: dict[Role, int], family: int
) -> None:
    me = strangers[Role.SOCIAL_WORKER]
    login.act_as(me)
    login.run(_OPEN, me, family)
    login.run(_SAY)
    other = put(owner, "families_family")
    call = {"kind": "call", "by_id": strangers[Role.MEDIATOR], "on": "2026-01-01"}
    put(owner, "interventions_journalentry", family_id=other, **call)
    try:
        for table in OPENED_EXCEPTIONALLY:
            assert {one for (one,) in login.run(f"SELECT family_id FROM {table}")} == {family}
            changes = [f"SELECT id FROM {table} FOR UPDATE"]
            if MATRIX[table].remove != "-":
                changes.append(f"DELETE FROM {table} RETURNING id")
            for change in changes:
                with suppress(errors.InsufficientPrivilege):
                    assert login.run(change) == [], table
        for change in (
            "UPDATE interventions_journalentry SET text = '' RETURNING id",
            "UPDATE interventions_support SET public_id = public_id RETURNING id",
        ):
            assert login.run(change) == []
        with pytest.raises(errors.InsufficientPrivilege):
            login.run(
                'INSERT INTO interventions_journalentry (public_id, family_id, kind, "on", text, '
                "by_id, at, revision) VALUES (gen_random_uuid(), %s, 'call', current_date, 'x', "
                "%s, now(), 0)",
                family,
                me,
            )
    finally:
        owner.execute("DELETE FROM interventions_journalentry WHERE family_id = %s", [other])
        owner.execute("DELETE FROM families_family WHERE id = %s", [other])


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize(
    "forget",
    [
        "DISCARD ALL",
        "RESET ALL",
        "RESET jalon.exceptional",
        "SET jalon.exceptional = 'yes'",
        "SET jalon.exceptional = ''",
    ],
)
def test_what_is_said_no_more_opens_nothing(
    login: Login, strangers: dict[Role, int], family: int, forget: str
) -> None:
    me = strangers[Role.SOCIAL_WORKER]
    login.act_as(me)
    login.run(_OPEN, me, family)
    login.run(_SAY)
    assert login.count("interventions_journalentry")
    login.run(forget)
    login.act_as(me)
    assert not login.count("interventions_journalentry")


@pytest.mark.usefixtures("forgotten")
def test_it_ends_by_itself_and_with_the_role(
    login: Login, owner: psycopg.Connection, strangers: dict[Role, int], family: int
) -> None:
    me = strangers[Role.SOCIAL_WORKER]
    login.act_as(me)
    login.run(_OPEN, me, family)
    login.run(_SAY)
    assert login.count("interventions_support")
    owner.execute("UPDATE directory_staffmember SET is_active = false WHERE id = %s", [me])
    assert not login.count("interventions_support")
    owner.execute("UPDATE directory_staffmember SET is_active = true WHERE id = %s", [me])
    owner.execute("DELETE FROM audit_exceptionalaccess WHERE staff_id = %s", [me])
    told = {"staff_id": me, "family_id": family, "ground": "child"}
    put(owner, "audit_exceptionalaccess", **told, at=datetime.now(UTC) - timedelta(hours=4))
    assert not login.count("interventions_support")
    login.run(_OPEN, me, family)
    assert login.count("interventions_support"), "opened again, and told again"


@pytest.mark.usefixtures("forgotten")
def test_what_runs_out_meanwhile_is_read_whole_and_not_for_long(
    login: Login, owner: psycopg.Connection, strangers: dict[Role, int], family: int
) -> None:
    """A page is read at one moment, its beginning; a transaction that lasts is no page."""
    me = strangers[Role.SOCIAL_WORKER]
    told = {"staff_id": me, "family_id": family, "ground": "child"}
    nearly = datetime.now(UTC) - timedelta(hours=4) + timedelta(seconds=0.7)
    put(owner, "audit_exceptionalaccess", **told, at=nearly)
    login.act_as(me)
    login.run(_SAY)
    with login.connection.transaction():
        assert login.count("interventions_support")
        login.run("SELECT pg_sleep(0.8)")
        assert login.count("interventions_support")
        short = OPENED.replace("CREATE", "CREATE OR REPLACE").replace("1 minute", "0 minutes")
        try:
            owner.execute(short.encode())
            assert not login.count("interventions_support")
        finally:
            owner.execute(OPENED.replace("CREATE", "CREATE OR REPLACE").encode())
    assert not login.count("interventions_support")


@pytest.mark.usefixtures("forgotten")
def test_two_at_once_open_a_family_once_and_three_at_most(
    login: Login,
    owner: psycopg.Connection,
    addresses: dict[str, str],
    strangers: dict[Role, int],
    family: int,
) -> None:
    me = strangers[Role.SOCIAL_WORKER]
    more = [put(owner, "families_family") for _ in range(3)]
    login.act_as(me)
    refused: list[str] = []

    def open_too(number: int) -> None:
        with psycopg.connect(addresses[APP], autocommit=True) as another:
            second = Login(another)
            second.act_as(me)
            try:
                second.run(_OPEN, me, number)
            except errors.IntegrityError as error:
                refused.append(error.diag.constraint_name or "")

    def both(one: int, two: int) -> None:
        with login.connection.transaction():
            login.run(_OPEN, me, one)
            thread = Thread(target=open_too, args=[two])
            thread.start()
            wait_for_a_lock(owner)
        thread.join()

    try:
        both(family, family)
        assert refused == ["exceptional_once_at_a_time"]
        login.run(_OPEN, me, more[0])
        both(more[1], more[2])
        assert refused[1:] == ["exceptional_three_at_once"]
        assert login.count("audit_exceptionalaccess") == 3
    finally:
        owner.execute("DELETE FROM families_family WHERE id = ANY (%s)", [more])
