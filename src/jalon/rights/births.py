"""The grant of a birth is paid ahead: it is computed of the family as it is before the birth."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from jalon.rights.situation import Person, Relation, Situation
from jalon.rules.calendar import Month, add_months

# In the seventh month of the pregnancy: two months before the one of the birth.
_AHEAD: Final = 2


def before_birth(said: Situation) -> Situation | None:
    """Return the family with its children to be born, as it is in the month of their grant.

    The law and the incomes are those of the situation's month. None where no birth is expected.
    """
    expected = _expected(said)
    if not expected:
        return None
    child = Person(Relation.CHILD, add_months(said.month.first_day, _AHEAD))
    born = tuple(one for one in said.people if not one.awaited)
    return replace(said, people=(*born, *(child,) * expected))


def _expected(said: Situation) -> int:
    told = sum(one.babies for one in said.people if one.pregnant and one.due)
    return told + sum(one.awaited for one in said.people)


def granted_in(said: Situation) -> Month | None:
    """Return the month in which the grant of the birth that one expects is paid; None for none."""
    due = next((one.due for one in said.people if one.pregnant and one.due), None)
    return Month.of(add_months(due.replace(day=1), -_AHEAD)) if due else None
