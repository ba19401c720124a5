"""Every field is declared personal, with who sees it and how long, or not personal."""

from __future__ import annotations

from collections import Counter

import pytest
from django.apps import apps

from jalon.audit.personal import DECLARED, Audience
from jalon.directory.roles import Permission, Role
from wall.matrix import GROUPS, HIDDEN, MATRIX

_FIELDS = {
    meta.db_table: {field.name for field in meta.local_fields}
    for meta in (model._meta for model in apps.get_models())  # noqa: SLF001 - Django's own name
}


def test_every_table_is_declared_and_no_other() -> None:
    assert set(DECLARED) == set(_FIELDS), "declare it in jalon/audit/personal.py"


@pytest.mark.parametrize("table", DECLARED)
def test_every_field_is_declared_once(table: str) -> None:
    assert Counter(DECLARED[table].fields()) == Counter(_FIELDS[table])


@pytest.mark.parametrize("table", DECLARED)
def test_what_is_personal_has_an_audience_and_an_end(table: str) -> None:
    declared = DECLARED[table]
    if declared.personal or declared.links or declared.hidden:
        assert declared.audience
        assert declared.kept
    else:
        assert declared.audience is None


@pytest.mark.parametrize("table", sorted(set(DECLARED) & set(MATRIX)))
def test_the_audience_said_is_that_of_the_wall(table: str) -> None:
    audience = DECLARED[table].audience
    sees = GROUPS[MATRIX[table].see]
    if audience is None:
        return
    expected = {
        Audience.ANYONE: GROUPS["anyone"],
        Audience.STAFF: GROUPS["signed-in"],
        Audience.ONESELF: GROUPS["self+door"],
        Audience.OWNER: GROUPS["self"],
        Audience.ACCOUNTS: GROUPS["acc.+door"],
        Audience.ANSWERABLE: GROUPS["answers"],
    }.get(audience)
    if expected is None:
        permission = Permission(audience)
        expected = frozenset(role for role in Role if permission in role.permissions)
    assert sees == expected


def test_what_is_said_hidden_is_hidden_by_the_wall() -> None:
    said = {table: frozenset(one.hidden.split()) for table, one in DECLARED.items() if one.hidden}

    assert said == HIDDEN


def test_families_hold_personal_data_nowhere_else() -> None:
    """A room of families, runs or proposals has no table without an audience."""
    for table, declared in DECLARED.items():
        if table.startswith(("families_", "outreach_", "targeting_", "interventions_")):
            assert declared.audience not in {None, Audience.ANYONE, Audience.STAFF}, table
