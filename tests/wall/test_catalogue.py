"""What PostgreSQL itself says of our tables, views, functions and rights."""

from __future__ import annotations

import re
from typing import Any, Final

import psycopg
import pytest
from django.apps import apps

from jalon.audit.choices import choices_of
from jalon.config.embedded.roles import APP, OWNER
from wall.matrix import HIDDEN, MATRIX
from wall.world import Login

pytestmark = pytest.mark.django_db
# Tables outside the wall, with the reason: no family, no run and no proposal is in them.
OPEN: Final = {
    "directory_cachedvalue": "short-lived counts of wrong guesses, by digests",
}
# Other people's tables: how their names begin, with the reason.
OPEN_ELSEWHERE: Final = {
    "auth_": "Django's groups and permissions: unused, and read-only",
    "django_content_type": "names of models, read-only",
    "django_migrations": "names of migrations, read-only",
    "django_session": "found by a key that nobody can guess, before anyone is known; sealed",
    "procrastinate_": "jobs: numbers alone, never contents; a trigger guards whom they act as",
}
# What an exceptional access shows, and never lets change: all that is written with a family, but
# what is its author's alone, who shares it, that a record was made, and rights computed: no
# emergency asks for amounts.
OPENED_EXCEPTIONALLY: Final = {table for table in MATRIX if table.startswith("interventions_")} - {
    f"interventions_{table}"
    for table in ("draft", "follower", "privatenote", "recordexport", "rightscheck", "rightsclaim")
}
# Behind the wall, without history, with the reason.
_UNUSED = "a table of the sign-in library that nobody may fill"
WITHOUT_HISTORY: Final = {
    "agenda_notice": "each is told by a message, which has its own history",
    "account_emailaddress": _UNUSED,
    "account_emailconfirmation": _UNUSED,
    "audit_change": "it is the history",
    "audit_exceptionalaccess": "its row says who and when; it is examined once, by who is named",
    "audit_figure": "counts of families that are gone: nothing says which changed them",
    "audit_purge": "it is the register of purges, by whom and when",
    "audit_read": "nobody changes it",
    "directory_area": "the department's geography",
    "directory_commune": "the department's geography",
    "directory_incompatiblerole": "written by migrations alone, from the code",
    "directory_place": "where families are received: public",
    "directory_rolepermission": "written by migrations alone, from the code",
    "directory_team": "the department's teams",
    "directory_territory": "the department's geography",
    "interventions_draft": "what is being typed: its author's alone, gone once written",
    "interventions_supportevent": "it is the history of its support's states, never changed",
    "outreach_appliedrule": "a sentence made from the rules, written once with a run's proposals",
    "outreach_answercode": "written once with its letter, whose history says by whom",
    "outreach_batchpart": "made from its letters, never changed",
    "outreach_messagecontent": "written once with its message, whose history says by whom",
    "outreach_wrongreply": "digests of guesses, kept two days",
    "outreach_decision": "written once with its proposal, whose history says by whom",
    "outreach_turn": "written once with its proposal, whose history says by whom",
    "socialaccount_socialaccount": _UNUSED,
    "socialaccount_socialapp": _UNUSED,
    "socialaccount_socialtoken": _UNUSED,
    "steering_fact": "counts that nobody changes: another count is a version beside",
    "steering_reckoning": "the versions of a month, kept beside one another",
    "targeting_ruletrial": "its row says by whom; it decides nothing",
    "targeting_registercount": "made again from the run's files",
    "targeting_runcount": "made again from the run's files",
}


def _rows(owner: psycopg.Connection, query: str) -> list[Any]:
    return owner.execute(query.encode()).fetchall()


def _tables(owner: psycopg.Connection) -> dict[str, bool]:
    """Return each table of the application, and whether policies hold it."""
    return dict(
        _rows(
            owner,
            "SELECT relname, relrowsecurity FROM pg_class WHERE relkind IN ('r', 'p', 'f', 'm') "
            "AND relnamespace = 'public'::regnamespace",
        )
    )


def test_every_table_is_behind_the_wall_or_open_for_a_reason(owner: psycopg.Connection) -> None:
    found = _tables(owner)
    behind = {table for table, held in found.items() if held}
    open_ones = {
        table
        for table in set(found) - behind
        if table not in OPEN and not table.startswith(tuple(OPEN_ELSEWHERE))
    }

    assert behind == set(MATRIX), "say in wall/matrix.py who may do what"
    assert open_ones == set(), "protect the table, or say here why it is open"


def test_no_table_said_open_is_gone_or_protected(owner: psycopg.Connection) -> None:
    found = _tables(owner)
    assert [table for table in OPEN if found.get(table) is not False] == []


def test_tables_of_families_runs_and_proposals_are_never_open() -> None:
    rooms = ("families", "targeting", "outreach", "agenda", "interventions", "audit", "steering")
    ours = {
        model._meta.db_table  # noqa: SLF001 - Django's own name
        for room in rooms
        for model in apps.get_app_config(room).get_models()
    }
    assert ours <= set(MATRIX)


def test_every_protected_table_keeps_history_or_says_why_not(owner: psycopg.Connection) -> None:
    kept = _rows(
        owner,
        "SELECT relname, count(*) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE tgname LIKE 'history_of_%' AND tgenabled = 'O' GROUP BY relname",
    )
    assert {table for table, triggers in kept if triggers == 3} == set(MATRIX) - set(
        WITHOUT_HISTORY
    )


def test_each_protected_table_has_a_policy_to_see_and_none_for_all(
    owner: psycopg.Connection,
) -> None:
    found = _rows(
        owner,
        "SELECT tablename, array_agg(cmd ORDER BY cmd), bool_and(permissive = 'PERMISSIVE'), "
        "bool_and(roles = '{public}') FROM pg_policies GROUP BY tablename",
    )
    assert {table for table, *_ in found} == set(MATRIX)
    opened = _rows(
        owner,
        "SELECT array_agg(tablename ORDER BY tablename) FROM pg_policies "
        "WHERE policyname = 'see_exceptionally' AND cmd = 'SELECT'",
    )
    assert set(opened[0][0]) == OPENED_EXCEPTIONALLY
    for table, commands, permissive, everybody in found:
        assert commands.count("SELECT") == (2 if table in OPENED_EXCEPTIONALLY else 1), table
        others = [one for one in commands if one != "SELECT"]
        assert len(others) == len(set(others)), table
        assert "ALL" not in commands, table
        assert permissive, table
        assert everybody, table


def test_a_column_with_choices_holds_nothing_else(owner: psycopg.Connection) -> None:
    """A word that no page knows would break the page for everybody."""
    checked = {
        (table, column): set(re.findall("'([^']*)'::", definition))
        for table, column, definition in _rows(
            owner,
            "SELECT conrelid::regclass::text, attname, pg_get_constraintdef(pg_constraint.oid) "
            "FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] "
            "WHERE contype = 'c' AND convalidated AND conname LIKE '%_is_known'",
        )
    }
    wanted = {
        (model._meta.db_table, field.column): words  # noqa: SLF001 - Django's own name
        for room in (
            *("audit", "directory", "families", "targeting", "outreach", "agenda"),
            *("interventions", "steering"),
        )
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.local_concrete_fields  # noqa: SLF001 - likewise
        if (words := choices_of(field)) is not None
    }
    assert len(wanted) > 20
    assert checked == wanted


def test_functions_that_work_as_the_owner_are_few_and_closed(owner: psycopg.Connection) -> None:
    for name, schema, belongs, settings in _rows(
        owner,
        "SELECT oid::regprocedure::text, pronamespace::regnamespace::text, "
        "proowner::regrole::text, coalesce(proconfig, '{}') FROM pg_proc WHERE prosecdef "
        "AND pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')",
    ):
        assert schema == "wall", name
        assert belongs == OWNER, name
        assert "search_path=pg_catalog, pg_temp" in settings, name


# What only other functions of the wall call.
_INTERNAL = {
    "wall.accounts_due()",
    "wall.count_month(date,date)",
    "wall.facts_changed(bigint,bigint)",
    "wall.meetings_held(bigint[],date,date)",
    "wall.contacts()",
    "wall.families_due()",
    "wall.forget_contents(text,bigint[])",
    "wall.hold_purge(bigint)",
    "wall.holders()",
    "wall.is_due(bigint[])",
    "wall.last_account_gone()",
    "wall.last_day_gone()",
    "wall.last_log_gone()",
    "wall.tell_figures(bigint[])",
    "wall.tied_to(bigint)",
    "wall.check_reply(text,integer,integer,bytea)",
    (
        "wall.free_times(bigint,bigint[],date,date,date[],interval,interval,boolean,bigint[],"
        "text[],bigint,integer)"
    ),
    "wall.give_contacts(bigint,jsonb,boolean)",
    "wall.receiving(bigint,integer,text,daterange)",
    "wall.holds(bigint,text)",
    "wall.hold_reply(text,integer,integer,bytea)",
    "wall.message_hindrance(bigint)",
    "wall.needs_a_person(bigint)",
    "wall.own_times(bigint,jsonb)",
    "wall.own_workers(bigint,date,date)",
    "wall.check_asked(jsonb)",
    "wall.merging(bigint)",
    "wall.moved_as_told(bigint,bigint,jsonb)",
    "wall.protect_on_demand(bigint)",
    "wall.settle_approaches(bigint[])",
    "wall.code_still_good(bigint)",
    "wall.suspend_roles(bigint,boolean)",
    "wall.take_turn(bytea)",
    "wall.ways_into(bigint)",
    "wall.seed_of(text)",
    "wall.without_files(jsonb,text[])",
    "wall.without_files(text,text[])",
}


def test_nobody_else_runs_the_functions_of_the_wall(owner: psycopg.Connection) -> None:
    for name, trigger, public, application in _rows(
        owner,
        "SELECT oid::regprocedure::text, prorettype = 'trigger'::regtype, "
        f"has_function_privilege('public', oid, 'EXECUTE'), has_function_privilege('{APP}', oid, "
        "'EXECUTE') FROM pg_proc WHERE pronamespace = 'wall'::regnamespace",
    ):
        assert not public, name
        assert application is (not trigger and name not in _INTERNAL), name


def test_views_see_with_the_rights_of_who_looks(owner: psycopg.Connection) -> None:
    careless = _rows(
        owner,
        "SELECT relname FROM pg_class WHERE relkind = 'v' "
        "AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) "
        "AND NOT coalesce(reloptions, '{}') && "
        "ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1']",
    )
    assert careless == []


def test_copies_of_queries_are_not_kept(owner: psycopg.Connection) -> None:
    """A materialised view has no policies."""
    assert _rows(owner, "SELECT relname FROM pg_class WHERE relkind = 'm'") == []


def test_the_application_owns_nothing_and_is_nobody_else(owner: psycopg.Connection) -> None:
    ((superuser, bypasses, creates_roles, creates_databases, replicates),) = _rows(
        owner,
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication "
        f"FROM pg_roles WHERE rolname = '{APP}'",
    )
    assert not any((superuser, bypasses, creates_roles, creates_databases, replicates))
    assert (
        _rows(
            owner,
            f"SELECT roleid::regrole FROM pg_auth_members WHERE member = '{APP}'::regrole",
        )
        == []
    )
    assert (
        _rows(
            owner,
            "SELECT refclassid::regclass, objid FROM pg_shdepend "
            f"WHERE refobjid = '{APP}'::regrole AND deptype = 'o'",
        )
        == []
    )


def test_the_application_creates_nothing(owner: psycopg.Connection) -> None:
    assert (
        _rows(
            owner,
            f"SELECT nspname FROM pg_namespace WHERE has_schema_privilege('{APP}', oid, 'CREATE')",
        )
        == []
    )
    ((creates, temporary),) = _rows(
        owner,
        f"SELECT has_database_privilege('{APP}', current_database(), 'CREATE'), "
        f"has_database_privilege('{APP}', current_database(), 'TEMPORARY')",
    )
    assert not creates
    assert not temporary


def test_rights_on_tables_are_those_of_the_matrix(owner: psycopg.Connection) -> None:
    """Rights come before policies: what no policy allows, the login cannot even try."""
    for table, rights in MATRIX.items():
        hidden = HIDDEN.get(table, frozenset())
        assert _columns_not_seen(owner, table) == hidden, table
        ((see, add, change, remove, others),) = _rows(
            owner,
            ", ".join(
                [
                    f"SELECT has_table_privilege('{APP}', '{table}', 'SELECT')",
                    f"has_table_privilege('{APP}', '{table}', 'INSERT')",
                    f"has_any_column_privilege('{APP}', '{table}', 'UPDATE')",
                    f"has_table_privilege('{APP}', '{table}', 'DELETE')",
                    f"has_table_privilege('{APP}', '{table}', 'TRUNCATE, REFERENCES, TRIGGER')",
                ]
            ),
        )
        wanted = (not hidden, rights.add != "-", rights.change != "-", rights.remove != "-", False)
        assert (see, add, change, remove, others) == wanted, table


def _columns_not_seen(owner: psycopg.Connection, table: str) -> set[str]:
    found = _rows(
        owner,
        f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 "
        "AND NOT attisdropped "
        f"AND NOT has_column_privilege('{APP}', attrelid, attnum, 'SELECT')",
    )
    return {name for (name,) in found}


def test_the_key_is_read_by_nobody(login: Login) -> None:
    for query in ("SELECT * FROM wall.key", "UPDATE wall.key SET one = one", "TABLE wall.key"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            login.run(query)
