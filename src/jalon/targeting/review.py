"""What a run found, beside the months before it and the workers' capacity: one page's figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from jalon.register.schema import TABLES
from jalon.rules.calendar import Month
from jalon.rules.outcome import Outcome
from jalon.targeting import queries
from jalon.targeting.anomalies import Trend, beyond_capacity, trend
from jalon.targeting.capacity import Capacity, capacity_after, from_json
from jalon.targeting.enums import RunState
from jalon.targeting.models import TargetingRun
from jalon.web import french

NO_AREA = "Hors secteur"
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True)
class Rows:
    """How many rows of a table were read, accepted, rejected."""

    label: str
    read: int
    accepted: int
    rejected: int


@dataclass(frozen=True)
class OfferFigures:
    """An offer's rows by outcome, and how those selected compare.

    What is `granted` from the list is proposed to nobody.
    """

    code: str
    label: str
    granted: bool
    selected: int
    set_aside: int
    to_verify: int
    trend: Trend


@dataclass(frozen=True)
class AreaFigures:
    """An area's selected rows, its new families for social work, and what workers can receive."""

    label: str
    trend: Trend
    families: int
    capacity: Decimal

    @property
    def months(self) -> str:
        """How many months of the workers' capacity the families make."""
        if self.capacity <= 0:
            return "personne pour les recevoir" if self.families else "0"
        return french.number(Decimal(self.families) / self.capacity, 1)

    @property
    def anomaly(self) -> str:
        """Why the area deserves a second look."""
        return self.trend.anomaly or beyond_capacity(self.families, self.capacity)

    @property
    def warning(self) -> str:
        """The same, with the figures it comes from."""
        return self.trend.warning or beyond_capacity(self.families, self.capacity)


@dataclass(frozen=True)
class Review:
    """What the page of a computed run shows; `frozen` capacities are those of its release."""

    rows: list[Rows]
    figures: list[OfferFigures]
    areas: list[AreaFigures]
    capacity: Capacity
    past_months: int
    warnings: list[str]
    frozen: bool

    @property
    def offers(self) -> list[OfferFigures]:
        """The offers that families are proposed."""
        return [one for one in self.figures if not one.granted]

    @property
    def aids(self) -> list[OfferFigures]:
        """The aids granted from the list."""
        return [one for one in self.figures if one.granted]

    @property
    def families(self) -> int:
        """The households newly selected for social work, each once."""
        return sum(one.families for one in self.areas)

    @property
    def selected(self) -> int:
        """The rows selected that make proposals."""
        return sum(one.selected for one in self.offers)

    @property
    def said(self) -> dict[str, str]:
        """The headline figures and what they compare with, in words."""
        months = french.counted(self.past_months, "mois libéré,mois libérés")
        workers = french.counted(self.capacity.workers, "travailleur social,travailleurs sociaux")
        full_time = french.number(self.capacity.full_time.normalize())
        return {
            "selected": french.number(self.selected),
            "granted": french.counted(
                sum(one.selected for one in self.aids),
                "dossier à une aide versée d'office,dossiers à des aides versées d'office",
            ),
            "families": french.number(self.families),
            "capacity": french.number(self.capacity.total, 0),
            "capacity_month": f"{workers}, {full_time} en équivalent temps plein, "
            f"en {self.capacity.month.in_french}{', à la libération' if self.frozen else ''}",
            "memory": f"Comparées à {months} avant celui-ci"
            if self.past_months
            else "Aucun mois libéré avant celui-ci : rien à comparer",
        }

    @property
    def set_aside(self) -> int:
        """The rows set aside."""
        return sum(one.set_aside for one in self.offers)

    @property
    def to_verify(self) -> int:
        """The rows to verify."""
        return sum(one.to_verify for one in self.offers)


def rows_read(run: TargetingRun) -> list[Rows]:
    """Return the balance of each table of the extract; nothing before it was checked."""
    counts = run.summary.get("rows", {})
    return [
        Rows(table.french, one["read"], one["accepted"], one["rejected"])
        for table in TABLES
        if (one := counts.get(table.name))
    ]


def review(run: TargetingRun, counts: queries.Counts) -> Review:
    """Gather the figures of a computed run, of which one has the `counts_by_outcome`."""
    past = queries.released_before(run)
    by_area = queries.selected_by_offer_and_area([run.pk, *past])
    by_offer = [(one, offer, number) for one, offer, _, number in by_area]
    offers = _offers(run, past, by_offer, counts)
    proposed = [
        (one, area, number)
        for one, offer, area, number in by_area
        if offer not in run.summary["granted"]
    ]
    kept = run.capacity if run.state == RunState.RELEASED else None
    capacity = from_json(kept) if kept else capacity_after(Month.parse(run.month))
    areas = _areas(run, past, proposed, capacity)
    warnings = list(run.summary["warnings"])
    warnings += [f"{one.label} : {one.trend.warning}." for one in offers if one.trend.warning]
    warnings += [f"{one.label} : {one.warning}." for one in areas if one.warning]
    return Review(
        rows_read(run), offers, areas, capacity, len(past), warnings, frozen=kept is not None
    )


def trends(
    run: TargetingRun, past: Sequence[int], counted: Iterable[tuple[int, _Key, int]]
) -> dict[_Key, Trend]:
    """Return each key's figure in a run beside the past runs'; a month without it counts 0."""
    numbers: dict[_Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for run_id, key, number in counted:
        numbers[key][run_id] += number
    return {
        key: trend(by_run[run.pk], [by_run[one] for one in past])
        for key, by_run in numbers.items()
    }


def _offers(
    run: TargetingRun,
    past: Sequence[int],
    counted: Iterable[tuple[int, str, int]],
    outcomes: queries.Counts,
) -> list[OfferFigures]:
    found = trends(run, past, counted)
    figures = [
        OfferFigures(
            code,
            run.labels.get(code, code),
            code in run.summary["granted"],
            outcomes.get(code, {}).get(Outcome.SELECTED, 0),
            outcomes.get(code, {}).get(Outcome.SET_ASIDE, 0),
            outcomes.get(code, {}).get(Outcome.TO_VERIFY, 0),
            found.get(code) or trend(0, [0] * len(past)),
        )
        for code in run.summary["targeted"]
    ]
    return sorted(figures, key=lambda one: one.label)


def _areas(
    run: TargetingRun,
    past: Sequence[int],
    counted: Iterable[tuple[int, int | None, int]],
    capacity: Capacity,
) -> list[AreaFigures]:
    found = trends(run, past, counted)
    areas = queries.areas_of_communes()
    families: dict[int | None, int] = defaultdict(int)
    for code, number in run.summary["families"].items():
        families[areas.get(code)] += number
    labels = [*queries.areas().items(), (None, NO_AREA)]
    return [
        AreaFigures(
            label,
            found.get(area) or trend(0, [0] * len(past)),
            families[area],
            capacity.elsewhere if area is None else capacity.by_area[area],
        )
        for area, label in labels
        if area is not None or area in found or capacity.elsewhere
    ]


@dataclass(frozen=True)
class CommuneFigures:
    """A commune's selected rows beside the months before."""

    code: str
    label: str
    area: str
    trend: Trend


def communes_of(run: TargetingRun, offer: str = "") -> list[CommuneFigures]:
    """Return the figures of each commune, of an offer or of all that make proposals."""
    past = queries.released_before(run)
    offers = [offer] if offer else [one for one in run.labels if one not in run.summary["granted"]]
    found = trends(run, past, queries.selected_by_commune([run.pk, *past], offers))
    known = queries.communes()
    figures = [
        CommuneFigures(
            code,
            known[code].label if code in known else code or "Commune non connue",
            known[code].area.label if code in known else NO_AREA,
            one,
        )
        for code, one in found.items()
    ]
    return sorted(figures, key=lambda one: (-one.trend.number, one.label))
