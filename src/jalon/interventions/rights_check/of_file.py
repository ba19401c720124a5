"""What the fund's aids read of the extract, kept with what they came to, and told in French."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from jalon.register.schema import HOUSEHOLDS, Kind
from jalon.rights.aids import OnFile, Value
from jalon.rules.calendar import Month
from jalon.rules.expressions import Column
from jalon.rules.facts import EVENT_KINDS, FACTS
from jalon.rules.sentences import capitalised, fact_label
from jalon.web import french

_KINDS: Final = dict(EVENT_KINDS)


def file_kept(file: OnFile) -> dict[str, Any]:
    """Return it as a column keeps it; what is not there was not known."""
    return {
        "month": None if file.month is None else str(file.month),
        "columns": {name: _text(one) for name, one in sorted(file.columns.items())},
        "events": [[kind, day.isoformat()] for kind, day in file.events],
        "paid": None if file.paid is None else list(file.paid),
    }


def _text(value: Value) -> str | bool | None:
    return value if isinstance(value, str | bool | None) else str(value)


def file_title(kept: Mapping[str, Any]) -> str:
    """Say which extract it is of."""
    return f"L'extraction {Month.parse(kept['month']).of_french}, pour les aides de la caisse"


def file_told(kept: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what was read, and what it said, in French."""
    for name, value in kept["columns"].items():
        yield capitalised(_label(name)), _in_words(name, value)
    for kind, day in kept["events"]:
        yield (
            capitalised(_KINDS[kind]),
            f"enregistré le {french.long_date(date.fromisoformat(day))}",
        )
    if kept["paid"]:
        yield "Versé dans le mois", ", ".join(kept["paid"])


def _label(name: str) -> str:
    """Return what a column tells of: the first of the facts that read it."""
    column = Column("household", name)
    facts = FACTS.items()
    return fact_label(next(one for one, fact in facts if column in set(fact.expression.walk())))


def _in_words(name: str, value: str | bool) -> str:  # noqa: FBT001 - a cell
    kind = HOUSEHOLDS.column(name).kind
    if isinstance(value, bool):
        return "oui" if value else "non"
    if kind is Kind.AMOUNT:
        return french.euros(Decimal(value))
    if kind is Kind.DATE:
        return french.long_date(date.fromisoformat(value))
    fact = FACTS.get(name)
    return fact.french(value) if fact else value
