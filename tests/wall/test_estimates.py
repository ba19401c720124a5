"""What the planner's estimates tell to somebody who may see no row: numbers, never names."""

from __future__ import annotations

from typing import Final

import psycopg
import pytest

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import ContactPointFactory, PersonFactory
from factories.interventions import PrivateNoteFactory
from jalon.audit.personal import DECLARED
from jalon.directory.roles import Role
from wall.world import Login

pytestmark = pytest.mark.django_db(transaction=True)
# Of so few values, or so common, that an estimate tells nobody apart.
_COMMON: Final = {
    "families": {"role", "sex", "kind", "service", "why", "since", "until"},
    "interventions": {"state"},
    # When somebody is busy is known to their colleagues.
    "agenda": {"state", "half", "weekday", "since", "until", "during", "starts_at", "ends_at"},
}
_MANY: Final = 120
# Values that only their own columns may tell apart.
_GUESSES: Final = {
    ("families_person", "last_name"): "Exemple",
    ("families_person", "birth_date"): "1990-01-01",
    ("families_contactpoint", "value"): "+33612345678",
    ("families_household", "number"): "00000042",
    ("interventions_privatenote", "text"): "Exemple 042",
}


def test_no_sample_is_kept_of_what_names_or_reaches_a_family(owner: psycopg.Connection) -> None:
    rows = owner.execute(
        "SELECT attrelid::regclass::text, attname FROM pg_attribute "
        "JOIN pg_type ON pg_type.oid = atttypid "
        "JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r' "
        "WHERE relname ~ '^(families|interventions|agenda)_' AND attnum > 0 "
        "AND (typcategory IN ('S', 'D', 'A', 'N', 'R', 'U')) AND attstattarget IS DISTINCT FROM 0"
    ).fetchall()
    personal = {
        (one.table, field)
        for one in DECLARED.values()
        for field in f"{one.personal} {one.hidden}".split()
    }

    found = personal & set(rows)

    assert {one for one in found if one[1] not in _COMMON[one[0].split("_")[0]]} == set()


def test_no_sample_is_kept_of_what_an_index_works_out(owner: psycopg.Connection) -> None:
    """An index over an expression has samples of its own."""
    rows = owner.execute(
        "SELECT indexrelid::regclass::text, attname, coalesce(attstattarget, -1) "
        "FROM pg_index JOIN pg_attribute ON attrelid = indexrelid "
        "WHERE indrelid::regclass::text ~ '^(families|outreach|audit|interventions|agenda)_' "
        "AND attnum <= indnkeyatts AND indkey[attnum - 1] = 0"
    ).fetchall()

    assert len(rows) > 5
    assert [row for row in rows if row[2] != 0] == []


def test_no_comparison_is_estimated_from_hidden_values(
    owner: psycopg.Connection, login: Login
) -> None:
    """By halves, one would find a hidden value again: every guess is given the same estimate."""
    with as_owner():
        author = StaffFactory.create(role=Role.SOCIAL_WORKER)
        for number in range(_MANY):
            person = PersonFactory.create(last_name=f"Exemple{number}")
            ContactPointFactory.create(family=person.family, value=f"+336{number:08d}")
            PrivateNoteFactory.create(
                family=person.family, author=author, text=f"Exemple {number}"
            )
    owner.execute("ANALYZE")

    def estimate(table: str, column: str, value: str) -> float:
        # An outer join keeps what is estimated of the few rows that policies leave.
        ((plan,),) = login.run(
            "EXPLAIN (FORMAT JSON) SELECT 1 FROM "
            f"{table} AS hidden LEFT JOIN generate_series(1, 1000000000) AS n "
            f"ON hidden.{column} <= '{value}'"
        )
        return float(plan[0]["Plan"]["Plan Rows"])

    for (table, column), guess in _GUESSES.items():
        lowest, highest = ("0001-01-01", "9999-12-31") if "date" in column else ("", "~")
        assert login.count(table) == 0
        # As it is, and as the indexes have it.
        for left in (column, f"{column} + 0" if "date" in column else f"{column} || ''"):
            told = {estimate(table, left, value) for value in (lowest, guess, highest)}
            assert len(told) == 1, (table, left)
