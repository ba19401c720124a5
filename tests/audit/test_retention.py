"""Each length of time said of a field is enforced by a step that exists."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from procrastinate.contrib.django import app

from conftest import as_owner
from jalon.audit.declaring import Kept
from jalon.audit.going import goings
from jalon.audit.personal import DECLARED
from jalon.audit.retention import NO_RIGHT, RULES, Rule
from jalon.families.models import Family

# Rows that outlive families, and are made to name them no more.
_STRUCK = {"targeting_ruletrial"}
# Kept as families are, without a row of one: they go with the last family that has a use for them.
_SHARED = {"outreach_appliedrule", "outreach_batch"}


def test_every_length_of_time_is_enforced_and_no_other() -> None:
    assert {one.kept for one in RULES} == {one.kept for one in DECLARED.values() if one.kept}
    assert {one.kept for one in RULES} == set(Kept)


@pytest.mark.django_db
@pytest.mark.parametrize("rule", RULES, ids=lambda one: f"{one.kept.name} {one.step}")
def test_the_step_that_enforces_it_exists(rule: Rule) -> None:
    room, _, name = rule.step.partition(".")
    if room == "wall":
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_proc WHERE pronamespace = 'wall'::regnamespace "
                "AND proname = %s",
                [name],
            )
            assert cursor.fetchone() == (1,)
    elif rule.step == NO_RIGHT:
        tables = [name for name, one in DECLARED.items() if one.kept == rule.kept]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT bool_or(has_table_privilege(one, 'INSERT')) "
                "FROM unnest(%s::text[]) AS one",
                [tables],
            )
            assert cursor.fetchone() == (False,)
    elif ":" in rule.step:
        module, _, function = rule.step.partition(":")
        assert callable(getattr(import_module(module), function))
    else:
        assert rule.step in {one for one, _ in app.periodic_registry.periodic_tasks}


def test_every_table_of_families_goes_with_them() -> None:
    goes = {one.relation: one for one in goings(DECLARED.values())}
    kept = {name for name, one in DECLARED.items() if one.kept in {Kept.FAMILY, Kept.DRAFT}}
    named = {
        model._meta.db_table  # noqa: SLF001 - Django's own name
        for model in apps.get_models()
        for field in model._meta.local_fields  # noqa: SLF001 - likewise
        if field.related_model is Family
    }

    assert kept | named == {*goes} - {"outreach_batchpart"} - _STRUCK
    assert {name for name, one in goes.items() if one.of_families is None} == _SHARED | _STRUCK
    assert {name for name, one in goes.items() if one.struck} == _STRUCK


@pytest.mark.django_db
def test_what_hangs_on_a_table_is_declared_after_it() -> None:
    """A purge goes backwards: keys that are not deferred refuse anything else."""
    order = [one.relation for one in goings(DECLARED.values())]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint "
            "WHERE contype = 'f' AND conrelid <> confrelid"
        )
        keys = [(one, other) for one, other in cursor.fetchall() if {one, other} <= set(order)]

    assert len(keys) > 30
    assert [key for key in keys if order.index(key[0]) < order.index(key[1])] == []


@pytest.mark.django_db
def test_what_a_row_that_goes_is_named_by_is_found_by_an_index() -> None:
    """Else each row that goes would have whole tables read, to know that nothing names it."""
    tables = [one.relation for one in goings(DECLARED.values())]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT key.conrelid::regclass::text, key.conname FROM pg_constraint AS key "
            "WHERE key.contype = 'f' AND key.confrelid::regclass::text = ANY (%s) AND NOT EXISTS "
            "(SELECT FROM pg_index WHERE indrelid = key.conrelid AND indkey[0] = ANY (key.conkey)"
            " AND coalesce(pg_get_expr(indpred, indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$', true))",
            [tables],
        )
        assert cursor.fetchall() == []
