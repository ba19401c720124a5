"""What a picture shows, and the table beside it: values alone, drawn by `drawing.py`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum
from hashlib import sha256
from typing import Final

from jalon.steering.hiding.suppression import HIDDEN
from jalon.steering.pictures.tables import Cell, Table
from jalon.web import french
from jalon.web.french import Number

# Another number when drawings change: those kept under the former one are drawn again.
LOOK: Final = 5
# More lines on one picture are told apart by nobody.
MOST_LINES: Final = 4
_NO_VALUE: Final = "pas de donnée"


class Unit(Enum):
    """What the values of a picture count, and how its axis writes them (d3's own format)."""

    COUNT = ("nombre", ",.0f")
    RATIO = ("nombre", ",.1~f")
    SHARE = ("part", ".1~%")
    HOURS = ("heures", ",.1~f")
    DAYS = ("jours", ",.1~f")
    EUROS = ("euros", ",.0f")
    A_THOUSAND = ("pour 1\N{NO-BREAK SPACE}000 dossiers", ",.1f")

    @property
    def label(self) -> str:
        """What it is called under an axis."""
        return self.value[0]

    @property
    def axis(self) -> str:
        """How an axis writes it."""
        return self.value[1]

    def said(self, value: Number) -> str:
        """Write a value as a sentence does."""
        return _SAID[self](value)


_SAID: Final[dict[Unit, Callable[[Number], str]]] = {
    Unit.COUNT: lambda value: french.number(value, 0),
    Unit.RATIO: lambda value: french.number(value, 0 if value == int(value) else 1),
    Unit.SHARE: french.percentage,
    Unit.HOURS: lambda value: f"{french.number(value, 0)}\N{NO-BREAK SPACE}h",
    Unit.DAYS: lambda value: f"{french.number(value, 1)}\N{NO-BREAK SPACE}j",
    Unit.EUROS: lambda value: french.euros(value, 0),
    Unit.A_THOUSAND: lambda value: french.number(value, 1),
}


class Gap(Enum):
    """Why there is no value where one is expected."""

    HIDDEN = HIDDEN
    MISSING = _NO_VALUE
    # None is awaited: another line of the picture tells of that month.
    ELSEWHERE = ""


Value = int | float | Gap


@dataclass(frozen=True)
class Bar:
    """One bar; `target` is its own, where it has one."""

    label: str
    value: Value
    target: float | None = None


@dataclass(frozen=True)
class Bars:
    """Bars from top to bottom, in the order given.

    `says` is the sentence read in place of the picture; `of` names what the bars are, `short` the
    sheet of a workbook.
    """

    title: str
    says: str
    of: str
    unit: Unit
    bars: tuple[Bar, ...]
    target_label: str = "cible"
    short: str = ""

    def table(self) -> Table:
        """Return the same values as a table."""
        aims = any(bar.target is not None for bar in self.bars)
        head = (self.of, self.unit.label.capitalize(), *([_capital(self.target_label)] * aims))
        rows = [(bar.label, _cell(bar.value), *([bar.target] * aims)) for bar in self.bars]
        shares = self._shares(len(head))
        return Table(self.title, head, tuple(rows), share_columns=shares, short=self.short)

    def _shares(self, columns: int) -> frozenset[int]:
        return frozenset(range(1, columns)) if self.unit is Unit.SHARE else frozenset()


@dataclass(frozen=True)
class Line:
    """One value a month; a gap where there is none."""

    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Band:
    """Between what and what values to come are expected; None in months already over."""

    label: str
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True)
class Lines:
    """Up to `MOST_LINES` lines over months, and a target that holds for all of them.

    `short` names the sheet of a workbook. ValueError where a line has not one value a month, or
    where there are too many lines.
    """

    title: str
    says: str
    unit: Unit
    months: tuple[date, ...]
    lines: tuple[Line, ...]
    target: float | None = None
    target_label: str = "cible"
    band: Band | None = None
    short: str = ""

    def __post_init__(self) -> None:
        if len(self.lines) > MOST_LINES:
            raise ValueError("too many lines to be told apart")
        told: list[Sequence[object]] = [line.values for line in self.lines]
        told += [self.band.low, self.band.high] if self.band else []
        if any(len(values) != len(self.months) for values in told):
            raise ValueError("a line has one value a month")

    def table(self) -> Table:
        """Return the same values as a table, a row a month."""
        columns: list[tuple[str, Sequence[Cell]]] = [
            (line.label, [_cell(value) for value in line.values]) for line in self.lines
        ]
        if self.band:
            columns.append((f"{_capital(self.band.label)} : de", self.band.low))
            columns.append(("à", self.band.high))
        if self.target is not None:
            columns.append((_capital(self.target_label), [self.target] * len(self.months)))
        rows = [
            (_capital(french.month_of(month)), *(values[place] for _, values in columns))
            for place, month in enumerate(self.months)
        ]
        share = frozenset(range(1, len(columns) + 1)) if self.unit is Unit.SHARE else frozenset()
        head = ("Mois", *(label for label, _ in columns))
        return Table(self.title, head, tuple(rows), share_columns=share, short=self.short)


Chart = Bars | Lines


def digest(chart: Chart, width: int) -> str:
    """Return what names the picture of a chart: the same values give the same picture."""
    told = [LOOK, width, type(chart).__name__, asdict(chart)]
    return sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()


def drawn(value: Value) -> float | None:
    """Return the number that a picture draws; None for a gap."""
    return None if isinstance(value, Gap) else float(value)


def told(value: Value, unit: Unit) -> str:
    """Write a value, or why there is none."""
    return value.value if isinstance(value, Gap) else unit.said(value)


def _cell(value: Value) -> Cell:
    return (value.value or None) if isinstance(value, Gap) else value


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
