"""Who may do what in the embedded server, and what it is set to."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg import errors, sql

from config.embedded.processes import wait_stopped
from jalon.config.embedded import EmbeddedServer, running
from jalon.config.embedded.roles import SUPERUSER


def one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


def settings(url: str, *names: str) -> list[object]:
    return [one(url, f"SELECT current_setting('{name}')") for name in names]


RIGHTS = (
    "SELECT rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls "
    "FROM pg_roles WHERE rolname = current_user"
)


def test_the_owner_owns_the_database_and_is_no_superuser(server: EmbeddedServer) -> None:
    assert one(server.owner_url, "SELECT current_user, current_database()") == (
        "jalon_owner",
        "jalon",
    )
    assert one(server.owner_url, RIGHTS) == (True, False, True, False, False, False)
    owner = "SELECT datdba::regrole::text FROM pg_database WHERE datname = 'jalon'"
    assert one(server.owner_url, owner) == "jalon_owner"


def test_the_application_has_no_right_but_to_log_in(server: EmbeddedServer) -> None:
    assert one(server.app_url, RIGHTS) == (True, False, False, False, False, False)
    assert (
        one(
            server.app_url,
            "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r "
            "ON r.oid = m.member WHERE r.rolname = current_user",
        )
        == 0
    )


@pytest.mark.parametrize("role", ["jalon_owner", SUPERUSER])
def test_the_application_cannot_become_another(server: EmbeddedServer, role: str) -> None:
    with psycopg.connect(server.app_url) as connection:
        for statement in ("SET ROLE {}", "SET SESSION AUTHORIZATION {}"):
            with pytest.raises(errors.InsufficientPrivilege), connection.transaction():
                connection.execute(sql.SQL(statement).format(sql.Identifier(role)))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.x (y int)",
        "CREATE SCHEMA x",
        "CREATE TEMPORARY TABLE x (y int)",
        "ALTER SYSTEM SET fsync = off",
        "COPY (SELECT 1) TO PROGRAM 'cat'",
        "CREATE DATABASE x",
    ],
)
def test_the_application_creates_nothing(server: EmbeddedServer, statement: str) -> None:
    with (
        psycopg.connect(server.app_url, autocommit=True) as connection,
        pytest.raises((errors.InsufficientPrivilege, errors.FeatureNotSupported)),
    ):
        connection.execute(sql.SQL(statement))


def test_the_owner_makes_and_drops_the_databases_of_tests(server: EmbeddedServer) -> None:
    with psycopg.connect(server.url("jalon_owner", "postgres"), autocommit=True) as connection:
        connection.execute('CREATE DATABASE "test de l\'été"')
        assert one(server.url("jalon_owner", "test de l'été"), "SELECT current_database()") == (
            "test de l'été"
        )
        assert one(server.url("jalon_app", "test de l'été"), "SELECT 1") == 1
        connection.execute('DROP DATABASE "test de l\'été"')


def test_the_owner_installs_the_extensions(server: EmbeddedServer) -> None:
    with psycopg.connect(server.owner_url) as connection:
        for name in ("btree_gist", "pg_trgm", "unaccent", "fuzzystrmatch"):
            connection.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(name)))
        row = connection.execute(
            "SELECT unaccent('Élodie'), similarity('Hélène', 'Helene') > 0, "
            "levenshtein('Dupond', 'Dupont'), int4range(1, 3) && int4range(2, 4)"
        ).fetchone()
        assert row == ("Elodie", True, 1, True)


def test_it_speaks_french_and_utc(server: EmbeddedServer) -> None:
    assert one(server.app_url, "SELECT upper('élève œuvre'), 'É' ILIKE 'é'") == (
        "ÉLÈVE ŒUVRE",
        True,
    )
    assert settings(server.app_url, "server_encoding", "TimeZone") == ["UTF8", "UTC"]
    found = one(
        server.app_url,
        "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()",
    )
    assert found == ("b", "PG_UNICODE_FAST")


def test_it_is_postgresql_18_on_no_network_and_loses_nothing(server: EmbeddedServer) -> None:
    names = (
        "listen_addresses",
        "fsync",
        "full_page_writes",
        "synchronous_commit",
        "data_checksums",
    )
    assert settings(server.owner_url, *names) == ["", "on", "on", "on", "on"]
    assert str(one(server.owner_url, "SHOW server_version")).startswith("18.")


def test_each_start_takes_back_what_was_granted(made: Path) -> None:
    with running(made) as server, psycopg.connect(server.url(SUPERUSER)) as connection:
        for statement in (
            "ALTER ROLE jalon_app SUPERUSER BYPASSRLS CREATEDB",
            "GRANT jalon_owner TO jalon_app WITH ADMIN OPTION",
            "GRANT pg_read_all_data TO jalon_app",
            "ALTER ROLE jalon_owner BYPASSRLS NOLOGIN",
            "GRANT ALL ON DATABASE jalon TO PUBLIC",
            "CREATE ROLE stranger LOGIN",
        ):
            connection.execute(sql.SQL(statement))
    wait_stopped(made)
    with running(made) as server:
        assert one(server.app_url, RIGHTS) == (True, False, False, False, False, False)
        assert one(server.owner_url, RIGHTS) == (True, False, True, False, False, False)
        assert (
            one(
                server.owner_url,
                "SELECT count(*) FROM pg_auth_members WHERE member = 'jalon_app'::regrole",
            )
            == 0
        )
        with pytest.raises(psycopg.OperationalError, match="no pg_hba"):
            psycopg.connect(server.url("stranger"))


def test_each_start_makes_the_database_and_the_application_again(made: Path) -> None:
    with (
        running(made) as server,
        psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection,
    ):
        connection.execute("DROP DATABASE jalon")
        connection.execute("DROP ROLE jalon_app")
    wait_stopped(made)
    with running(made) as server:
        assert one(server.app_url, "SELECT current_user") == "jalon_app"
