"""Dated parameters: values with their periods, their sources and their assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from jalon.rules.calendar import french_date
from jalon.rules.fact import MOST_DECIMALS, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True)
class ResolvedParameter:
    """A parameter's value on a given day, with what it rests on."""

    name: str
    label: str
    unit: Unit
    value: Decimal
    source: str
    assumption: str | None


@dataclass(frozen=True)
class DatedValue:
    """A value in force from a day, until another, included, or for ever."""

    starts: date
    ends: date | None
    value: Decimal
    source: str
    assumption: str | None = None

    def covers(self, day: date) -> bool:
        """Whether the value is in force that day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True)
class ListedValues:
    """Values written in the profile, in the order of their dates."""

    values: tuple[DatedValue, ...]

    @property
    def starts(self) -> date:
        """The first day that has a value."""
        return self.values[0].starts

    @property
    def ends(self) -> date | None:
        """The last day that has a value, None where the last value has no end."""
        return self.values[-1].ends

    def on(self, day: date) -> tuple[Decimal, str, str | None]:
        """Return the value, its source and its assumption; LookupError where there is none."""
        for dated in self.values:
            if dated.covers(day):
                return dated.value, dated.source, dated.assumption
        raise LookupError


@dataclass(frozen=True)
class OpenFiscaValues:
    """Values computed from a dated parameter of OpenFisca-France.

    `factors` multiply it. With `sum_over_year` it is taken on the first of each of the twelve
    months of the run's year plus that number; otherwise on the run's date. `decimals` rounds
    half up; None keeps four, as engines do.
    """

    parameter: str
    factors: tuple[Decimal, ...]
    source: str
    sum_over_year: int | None = None
    decimals: int | None = None
    assumption: str | None = None

    @property
    def starts(self) -> date:
        """The first day that has a value."""
        first = min(_openfisca_series(self.parameter).values)
        return first if self.sum_over_year is None else date(first.year - self.sum_over_year, 1, 1)

    @property
    def ends(self) -> date | None:
        """OpenFisca's last value stays in force."""
        return None

    def on(self, day: date) -> tuple[Decimal, str, str | None]:
        """Return the value, its source and its assumption; LookupError where there is none."""
        if day < self.starts:
            raise LookupError
        series = _openfisca_series(self.parameter)
        if self.sum_over_year is None:
            days = [day]
        else:
            year = day.year + self.sum_over_year
            days = [date(year, month, 1) for month in range(1, MONTHS_OF_A_YEAR + 1)]
        value = sum((series.on(one) for one in days), Decimal(0))
        for factor in self.factors:
            value *= factor
        decimals = MOST_DECIMALS if self.decimals is None else self.decimals
        value = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        return value, self.source, self.assumption or series.unconfirmed_on(days[-1])


@dataclass(frozen=True)
class Parameter:
    """A dated parameter, by the name that criteria use."""

    name: str
    label: str
    unit: Unit
    values: ListedValues | OpenFiscaValues

    def on(self, day: date) -> ResolvedParameter:
        """Return its value that day; LookupError where it has none."""
        value, source, assumption = self.values.on(day)
        return ResolvedParameter(self.name, self.label, self.unit, value, source, assumption)

    def gap_within(self, starts: date, ends: date | None) -> date | None:
        """Return the first day of a period that has no value, None where all have one."""
        if starts < self.values.starts:
            return starts
        if self.values.ends is not None and (ends is None or ends > self.values.ends):
            return self.values.ends + timedelta(days=1)
        return None


@dataclass(frozen=True)
class _Series:
    """A dated series of OpenFisca-France."""

    values: dict[date, Decimal]
    confirmed_until: date | None

    def on(self, day: date) -> Decimal:
        return self.values[max(start for start in self.values if start <= day)]

    def unconfirmed_on(self, day: date) -> str | None:
        if self.confirmed_until is None or day <= self.confirmed_until:
            return None
        return (
            "OpenFisca-France a vérifié cette valeur pour la dernière fois le "
            f"{french_date(self.confirmed_until)}."
        )


@cache
def _openfisca_series(name: str) -> _Series:
    # One file is read, not the whole legislation: that would take seconds at each start.
    from openfisca_core.parameters import Parameter as Series  # noqa: PLC0415
    from openfisca_core.parameters import config  # noqa: PLC0415

    # OpenFisca's own reader opens the file in the encoding of the machine's language.
    text = _openfisca_file(name).read_text(encoding="utf-8")
    content = config.yaml.load(text, Loader=config.Loader)
    if "values" not in content:
        raise LookupError(name)
    series = Series(name, content)
    values = {
        date.fromisoformat(item.instant_str): Decimal(str(item.value))
        for item in series.values_list
        if item.value is not None
    }
    confirmed = series.metadata.get("last_value_still_valid_on")
    return _Series(values, date.fromisoformat(str(confirmed)) if confirmed else None)


def _openfisca_file(name: str) -> Path:
    spec = find_spec("openfisca_france")
    folders: Sequence[str] = spec.submodule_search_locations or () if spec else ()
    for folder in folders:
        file = Path(folder, "parameters", *name.split(".")).with_suffix(".yaml")
        if file.is_file():
            return file
    raise LookupError(name)


def openfisca_has(name: str) -> bool:
    """Whether OpenFisca-France has a dated parameter of that name."""
    try:
        _openfisca_series(name)
    except LookupError:
        return False
    return True
