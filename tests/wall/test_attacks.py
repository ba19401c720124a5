"""What someone who can run SQL through the application's login tries, and does not get."""

from __future__ import annotations

from typing import Final

import psycopg
import pytest
from django.db import connection
from psycopg import errors, sql
from pytest_django import Settings

from jalon.audit.identity import acting, seal
from jalon.config.embedded.roles import APP, SUPERUSER
from jalon.directory.roles import Role
from wall.matrix import GROUPS, MATRIX
from wall.world import Login, World, put

pytestmark = pytest.mark.django_db
_SECRETS: Final = [table for table, rights in MATRIX.items() if None not in GROUPS[rights.see]]


def _sees_nothing(login: Login) -> None:
    assert {table for table in _SECRETS if login.count(table)} == set()


@pytest.fixture
def head(login: Login, world: World) -> Login:
    login.act_as(world.staff[Role.DEPARTMENT_HEAD])
    return login


class TestWhoActs:
    """The person on the connection: nobody unless told so, by who holds the key."""

    def test_nobody_at_first(self, login: Login, world: World) -> None:
        assert world.rows
        assert login.one("SELECT wall.person()") is None
        _sees_nothing(login)

    @pytest.mark.parametrize(
        "undo", ["RESET ALL", "DISCARD ALL", 'RESET "jalon.person"', "SET \"jalon.person\" = ''"]
    )
    def test_nobody_once_the_connection_forgets(self, head: Login, undo: str) -> None:
        assert head.count("families_family")
        head.run(undo)
        _sees_nothing(head)

    @pytest.mark.parametrize(
        "undo", ["RESET ROLE", "SET ROLE NONE", "RESET SESSION AUTHORIZATION"]
    )
    def test_the_same_person_whatever_the_role(self, head: Login, undo: str) -> None:
        before = head.count("families_contactpoint")
        head.run(undo)
        assert head.count("families_contactpoint") == before == 0

    def test_a_bare_number_is_believed_by_nobody(self, login: Login, world: World) -> None:
        for told in (str(world.staff[Role.DEPARTMENT_HEAD]), "1.2.3", "x" * 70, "." * 80):
            login.run("SELECT set_config('jalon.person', %s, false)", told)
            for query in ("SELECT wall.person()", "SELECT count(*) FROM families_family"):
                with pytest.raises(errors.InsufficientPrivilege, match="nobody vouches"):
                    login.run(query)

    def test_a_token_does_for_its_person_alone(self, head: Login, world: World) -> None:
        token = head.one("SELECT current_setting('jalon.person')")
        _, rest = token.split(".", 1)
        head.run(
            "SELECT set_config('jalon.person', %s, false)",
            f"{world.staff[Role.TERRITORY_MANAGER]}.{rest}",
        )
        with pytest.raises(errors.InsufficientPrivilege, match="nobody vouches"):
            head.count("families_family")

    def test_a_token_does_for_its_connection_alone(self, login: Login, world: World) -> None:
        backend, number = login.connection.info.backend_pid, login.one("SELECT wall.connection()")
        for stolen in ((backend + 1, number), (backend, number - 1), (backend, number + 1)):
            token = seal(world.staff[Role.DEPARTMENT_HEAD], *stolen)
            login.run("SELECT set_config('jalon.person', %s, false)", token)
            with pytest.raises(errors.InsufficientPrivilege, match="nobody vouches"):
                login.count("families_family")

    def test_a_token_is_of_no_use_to_a_later_process_of_the_same_number(
        self, login: Login, world: World
    ) -> None:
        """As after `DISCARD ALL`, for whoever cannot choose the number of a process."""
        login.act_as(world.staff[Role.DEPARTMENT_HEAD])
        token = login.one("SELECT current_setting('jalon.person')")
        login.run("DISCARD ALL")
        login.run("SELECT set_config('jalon.person', %s, false)", token)
        with pytest.raises(errors.ObjectNotInPrerequisiteState, match="currval"):
            login.count("families_family")

        assert login.one("SELECT wall.connection()")
        with pytest.raises(errors.InsufficientPrivilege, match="nobody vouches"):
            login.count("families_family")

    @pytest.mark.parametrize(
        "query",
        [
            "SELECT setval('wall.connections', 1)",
            "SELECT nextval('wall.connections')",
            "ALTER SEQUENCE wall.connections RESTART",
        ],
    )
    def test_nobody_chooses_the_number_of_a_connection(self, head: Login, query: str) -> None:
        with pytest.raises(errors.InsufficientPrivilege):
            head.run(query)

    def test_a_token_ends(
        self, login: Login, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("jalon.audit.identity._LASTS", -1)
        login.act_as(world.staff[Role.DEPARTMENT_HEAD])
        with pytest.raises(errors.InsufficientPrivilege, match="nobody vouches"):
            login.count("families_family")

    def test_another_key_vouches_for_nobody(
        self, login: Login, world: World, settings: Settings
    ) -> None:
        settings.SECRET_KEY = "another key than the one the database was given"  # noqa: S105
        login.act_as(world.staff[Role.DEPARTMENT_HEAD])
        with pytest.raises(errors.InsufficientPrivilege, match="nobody vouches"):
            login.count("families_family")

    def test_named_in_the_middle_of_a_query_is_not_believed(self, login: Login) -> None:
        """What an injection into one query would try."""
        with pytest.raises(errors.InsufficientPrivilege, match="nobody vouches"):
            login.run(
                "SELECT count(*) FROM (SELECT set_config('jalon.person', '1', true)) AS named, "
                "families_family"
            )


class TestBeingAnother:
    """Roles and settings by which PostgreSQL would look away."""

    @pytest.mark.parametrize(
        "query",
        [
            "SET ROLE jalon_owner",
            "SET ROLE jalon_server",
            "SET SESSION AUTHORIZATION jalon_owner",
            "SET session_replication_role = replica",
            "ALTER ROLE jalon_app BYPASSRLS",
            "ALTER ROLE jalon_app SUPERUSER",
            "GRANT jalon_owner TO jalon_app",
            "GRANT pg_read_all_data TO jalon_app",
            "CREATE ROLE someone",
            "ALTER SYSTEM SET session_replication_role = replica",
            "ALTER DATABASE postgres SET row_security = off",
            "SET log_statement = 'all'",
        ],
    )
    def test_refused(self, head: Login, query: str) -> None:
        with pytest.raises((errors.InsufficientPrivilege, errors.FeatureNotSupported)):
            head.run(query)

    @pytest.mark.parametrize("table", _SECRETS)
    def test_without_row_security_nothing_is_read(self, head: Login, table: str) -> None:
        head.run("SET row_security = off")
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            head.count(table)


class TestChangingTheWall:
    """Definitions belong to the owner, and there is no place for one's own."""

    @pytest.mark.parametrize(
        "query",
        [
            "ALTER TABLE families_family DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE families_family OWNER TO jalon_app",
            "ALTER TABLE families_family ADD COLUMN mine text",
            "DROP TABLE families_family",
            "DROP POLICY see ON families_family",
            "ALTER POLICY see ON families_family USING (true)",
            "CREATE POLICY mine ON families_family USING (true)",
            "CREATE RULE mine AS ON SELECT TO families_family DO INSTEAD SELECT 1",
            "CREATE TRIGGER mine BEFORE INSERT ON families_family EXECUTE FUNCTION f()",
            "CREATE INDEX ON families_person (last_name)",
            "CREATE STATISTICS mine ON last_name, first_name FROM families_person",
            "ALTER FUNCTION wall.may(text) SECURITY INVOKER",
            "CREATE OR REPLACE FUNCTION wall.may(x text) RETURNS bool RETURN true",
            "DROP FUNCTION wall.may(text)",
            "DROP SCHEMA wall CASCADE",
            "CREATE TABLE public.mine (x int)",
            "CREATE TABLE wall.mine (x int)",
            "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE VIEW public.mine AS SELECT 1",
            "CREATE SCHEMA mine",
            "CREATE EXTENSION dblink",
            "CREATE PUBLICATION mine FOR ALL TABLES",
            "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION wall.refuse_change()",
            "COMMENT ON TABLE families_family IS 'mine'",
            "CREATE TEMP TABLE mine (x int)",
            "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        ],
    )
    def test_refused(self, head: Login, query: str) -> None:
        with pytest.raises((errors.InsufficientPrivilege, errors.InvalidObjectDefinition)):
            head.run(query)


class TestTheMachine:
    """Files, programs and other servers, through PostgreSQL."""

    @pytest.mark.parametrize(
        "query",
        [
            "SELECT pg_read_file('/etc/passwd')",
            "SELECT pg_read_binary_file('/etc/passwd')",
            "SELECT pg_ls_dir('.')",
            "SELECT lo_import('/etc/passwd')",
            "SELECT lo_export(1, '/tmp/out')",
            "COPY (SELECT 1) TO '/tmp/out'",
            "COPY (SELECT 1) TO PROGRAM 'true'",
            "SELECT pg_reload_conf()",
            "SELECT pg_rotate_logfile()",
            "SELECT * FROM pg_authid",
            "SELECT * FROM pg_shadow",
            "SELECT * FROM pg_statistic",
            "SELECT * FROM pg_hba_file_rules",
            "SELECT pg_current_logfile()",
            "DO LANGUAGE plpython3u $$ $$",
        ],
    )
    def test_refused(self, head: Login, query: str) -> None:
        with pytest.raises((errors.InsufficientPrivilege, errors.UndefinedObject)):
            head.run(query)


class TestWhatLeaks:
    """What PostgreSQL says of rows it does not show."""

    def test_statistics_hold_no_values(self, login: Login, owner: psycopg.Connection) -> None:
        owner.execute("ANALYZE families_person, families_household, families_family")
        seen = login.run(
            "SELECT tablename FROM pg_stats WHERE tablename = ANY(%s)", list(_SECRETS)
        )
        assert seen == []

    def test_a_taken_number_is_refused_without_its_row(self, login: Login, world: World) -> None:
        """That the number is taken shows; whose it is, and any other value, do not."""
        login.act_as(world.staff[Role.DEPARTMENT_HEAD])
        with pytest.raises(errors.UniqueViolation) as refusal, login.undone():
            login.run(
                "INSERT INTO families_household (family_id, number) VALUES (%s, '9400001')",
                world.rows["family"]["other"],
            )
        assert refusal.value.diag.message_detail is None

    def test_a_refused_row_is_not_told(self, login: Login) -> None:
        with pytest.raises(errors.InsufficientPrivilege) as refusal:
            login.run("INSERT INTO families_household (family_id, number) VALUES (1, 'SECRET') ")
        assert "SECRET" not in str(refusal.value)

    def test_plans_leave_out_what_a_leaky_function_would_see(self, login: Login) -> None:
        """A function that tells its arguments runs after the policy, never before."""
        login.run(
            "EXPLAIN (ANALYZE) SELECT * FROM families_person WHERE ('x' || last_name)::integer = 1"
        )

    def test_sequences_are_moved_by_inserts_alone(self, login: Login) -> None:
        for query in (
            "SELECT last_value FROM families_family_id_seq",
            "SELECT setval('families_family_id_seq', 1)",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                login.run(query)

    def test_what_others_run_is_not_shown(self, login: Login) -> None:
        """Neither the words that they search for, nor their tokens."""
        texts = login.run("SELECT query FROM pg_stat_activity WHERE usename = %s", APP)
        assert texts
        assert {text for (text,) in texts} == {""}
        with pytest.raises(errors.InsufficientPrivilege):
            login.run("SET track_activities = on")

    def test_a_token_is_not_written_into_a_query(
        self, world: World, addresses: dict[str, str]
    ) -> None:
        """Where activities are tracked, the text of a query shows, not its parameters."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (backend,) = cursor.fetchone()
        with acting(world.lead), psycopg.connect(addresses[SUPERUSER]) as superuser:
            ((last,),) = superuser.execute(
                "SELECT query FROM pg_stat_activity WHERE pid = %s", [backend]
            ).fetchall()
        assert last == "SELECT set_config('jalon.person', $1, false), wall.connection()"


class TestTemporaryObjects:
    """Even where somebody lets the application make temporary objects again."""

    @pytest.fixture
    def crafty(self, head: Login, owner: psycopg.Connection) -> object:
        (name,) = owner.execute("SELECT current_database()").fetchone() or ("",)
        database = sql.Identifier(name)
        owner.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO jalon_app").format(database))
        yield head
        owner.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM jalon_app").format(database))

    def test_a_type_of_the_same_name_runs_nothing_as_the_owner(
        self, crafty: Login, world: World
    ) -> None:
        """`date` and `jsonb` inside the wall's functions are PostgreSQL's own."""
        crafty.run(
            "CREATE FUNCTION pg_temp.spy(x anyelement) RETURNS boolean LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'ran as %', current_user; END $$"
        )
        for name in ("date", "jsonb", "text", "bigint", "int8"):
            crafty.run(
                f'CREATE DOMAIN pg_temp."{name}" AS pg_catalog.'
                f'"{"int8" if name == "bigint" else name}" CHECK (pg_temp.spy(VALUE))'
            )

        assert crafty.one("SELECT wall.person()") == world.staff[Role.DEPARTMENT_HEAD]
        assert crafty.one("SELECT wall.may('see_families')") is True
        assert crafty.count("families_family") > 0
        with crafty.undone():
            crafty.run("SELECT wall.record_read(1, 'x')")
            crafty.run("UPDATE families_family SET do_not_contact_here = NOT do_not_contact_here")

    def test_a_table_of_the_same_name_gives_no_right(self, crafty: Login, world: World) -> None:
        person = world.staff[Role.DEPARTMENT_HEAD]
        crafty.run("CREATE TEMP TABLE directory_rolegrant (member_id bigint, role text)")
        crafty.run("CREATE TEMP TABLE directory_rolepermission (role text, permission text)")
        crafty.run("INSERT INTO pg_temp.directory_rolegrant VALUES (%s, 'all')", person)
        crafty.run("INSERT INTO pg_temp.directory_rolepermission VALUES ('all', 'manage_staff')")
        crafty.run("SET search_path = pg_temp, public")
        assert crafty.one("SELECT wall.may('manage_staff')") is False


def test_incompatible_roles_are_refused_to_who_looks_at_an_earlier_state(
    login: Login, world: World, owner: psycopg.Connection, addresses: dict[str, str]
) -> None:
    """Two transactions, each under a snapshot in which the other's role is not there yet."""
    member = put(owner, "directory_staffmember", email="two@caf.example", working_time=1)
    giver = world.staff[Role.TECHNICAL_ADMINISTRATOR]
    give = (
        "INSERT INTO directory_rolegrant (member_id, role, since, granted_by_id) "
        f"VALUES ({member}, %s, current_date, {giver})"
    )
    try:
        with psycopg.connect(addresses[APP], autocommit=True) as other:
            late = Login(other)
            for one in (login, late):
                one.act_as(giver)
                one.run("BEGIN ISOLATION LEVEL REPEATABLE READ")
                assert one.count("directory_rolegrant")
            login.run(give, "mediator")
            login.run("COMMIT")
            with pytest.raises((errors.SerializationFailure, errors.ExclusionViolation)):
                late.run(give, "secretary")
            late.run("ROLLBACK")
        held = owner.execute(
            "SELECT role FROM directory_rolegrant WHERE member_id = %s", [member]
        ).fetchall()
    finally:
        owner.execute("DELETE FROM directory_rolegrant WHERE member_id = %s", [member])
        owner.execute("DELETE FROM directory_staffmember WHERE id = %s", [member])
    assert held == [("mediator",)]
