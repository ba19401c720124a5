"""What the declarations say of how a family's rows go, as the SQL that the purge is made of.

It is written down anew after each migration (`rights`): a table declared today goes today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from jalon.audit.declaring import Declared

_KEEP = """
INSERT INTO wall.retention (rank, relation, of_families, contacts, holders, orphans, struck)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True)
class Going:
    """How the rows of a table go with families, or once no family has any use for them.

    `of_families` is the condition on a row of it, of the numbers `$1` of families. `contacts` is
    the query of when its rows tell that a family was in touch, `holders` of those that they keep.
    `struck` is how its rows are updated to name the files `$1` no more.
    """

    relation: str
    of_families: str | None
    contacts: str | None
    holders: str | None
    orphans: str | None
    struck: str | None


def goings(declared: Iterable[Declared]) -> Iterator[Going]:
    """Return how each table goes that has rows of families, in the order of the declarations."""
    for one in declared:
        if one.families or one.through or one.goes or one.shared or one.struck:
            yield _going(one)


def _going(one: Declared) -> Going:
    sources = list(_sources(one))
    return Going(
        one.table,
        _condition(one),
        _united(f"SELECT {family}, {_last(one.contact)} FROM {rows}" for family, rows in sources)
        if one.contact
        else None,
        _united(f"SELECT {family} FROM {rows} WHERE {one.holds}" for family, rows in sources)
        if one.holds
        else None,
        one.shared or None,
        _struck(one.struck.split()) if one.struck else None,
    )


def _struck(columns: list[str]) -> str:
    def without(column: str) -> str:
        return f"wall.without_files({column}, $1)"

    return (
        f"{', '.join(f'{one} = {without(one)}' for one in columns)} "
        f"WHERE {' OR '.join(f'{one} IS DISTINCT FROM {without(one)}' for one in columns)}"
    )


def _condition(one: Declared) -> str | None:
    if one.goes:
        return one.goes
    if one.through:
        column, parent = one.through.split()
        return (
            f"{column} IN (SELECT parent.id FROM public.{parent} AS parent "
            "WHERE parent.family_id = ANY ($1))"
        )
    return " OR ".join(f"{column} = ANY ($1)" for column in one.families.split()) or None


def _sources(one: Declared) -> Iterator[tuple[str, str]]:
    """Return each way that a row names a family: the column, and where to read it from."""
    if one.through:
        column, parent = one.through.split()
        # Under the table's own name, what is said of its columns needs no other.
        owner = f"(SELECT id AS of_row, family_id AS of_family FROM public.{parent}) AS owner"
        yield "owner.of_family", f"public.{one.table} JOIN {owner} ON owner.of_row = {column}"
    for column in one.families.split():
        yield column, f"public.{one.table}"


def _last(moments: str) -> str:
    return f"greatest({', '.join(f'({one})::timestamptz' for one in moments.split())})"


def _united(queries: Iterable[str]) -> str:
    return " UNION ALL ".join(queries)


def tell_goings(cursor: CursorWrapper, declared: Iterable[Declared]) -> None:
    """Write down how each table goes, in place of what was said before."""
    cursor.execute("DELETE FROM wall.retention")
    for rank, one in enumerate(goings(declared)):
        told = (one.relation, one.of_families, one.contacts, one.holders, one.orphans, one.struck)
        cursor.execute(_KEEP, [rank, *told])
