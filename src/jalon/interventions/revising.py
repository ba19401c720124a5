"""Two people change one text: what each wrote is kept, or both are shown and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model

from jalon.interventions.errors import RevisedMeanwhileError

Value = object
_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True)
class ThreeWay:
    """What comes of two changes of one text: `clashes` are the fields that both changed."""

    values: Mapping[str, Value]
    clashes: frozenset[str]


def three_way(
    base: Mapping[str, Value], mine: Mapping[str, Value], theirs: Mapping[str, Value]
) -> ThreeWay:
    """Merge field by field what two people made of the same text, read as `base`.

    A field that only one of them changed is as they made it; one that both changed alike is so
    too. Of one that both changed otherwise, mine is kept among the values, and it is told.
    """
    values, clashes = {}, set()
    for name, written in mine.items():
        read, now = base.get(name, ""), theirs[name]
        values[name] = now if written == read else written
        if written not in (read, now) and now != read:
            clashes.add(name)
    return ThreeWay(values, frozenset(clashes))


def revise(row: _Row, *, base: Mapping[str, Value], mine: Mapping[str, Value], seen: int) -> _Row:
    """Write a row's fields anew, in the caller's transaction; `seen` is the revision read.

    What a colleague changed meanwhile elsewhere in it stays. RevisedMeanwhileError where both
    changed the same field: nothing is written.
    """
    rows = type(row)._default_manager  # noqa: SLF001 - Django's way of naming it
    locked = rows.select_for_update(of=("self",)).get(pk=row.pk)
    values = mine
    if locked.revision != seen:  # type: ignore[attr-defined]
        found = three_way(base, mine, {name: getattr(locked, name) for name in mine})
        if found.clashes:
            raise RevisedMeanwhileError
        values = found.values
    for name, value in values.items():
        setattr(locked, name, value)
    locked.revision += 1  # type: ignore[attr-defined]
    locked.save(update_fields=[*values, "revision"])
    return locked
