"""The quarter to come as a page and its files say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jalon.steering.forecast.coming import Coming
from jalon.steering.forecast.forecasting import COVERAGE, LEAST, SEASONAL_LEAST, Forecast, Refusal
from jalon.steering.forecast.foreseeing import (
    ADVICES,
    ANSWERS,
    FORESEEN,
    PROPOSALS,
    RUNNING,
    Outlook,
)
from jalon.steering.forecast.workload import Balance, Verdict
from jalon.steering.hiding.suppression import HIDDEN
from jalon.steering.pictures.charts import Band, Bar, Bars, Chart, Gap, Line, Lines, Unit
from jalon.steering.pictures.tables import Cell, Table
from jalon.web import french

LABELS: Final = {
    PROPOSALS: "Propositions faites",
    ANSWERS: "Familles qui répondent",
    ADVICES: "Informations-conseils commencées",
    RUNNING: "Accompagnements en cours",
}
# What three months of each add up to.
_SUMS: Final = {**LABELS, RUNNING: "Mois d'accompagnement"}
# Of the months behind, as many as a picture tells apart.
_DRAWN: Final = 15
# Each verdict as a badge: a state, and few words.
_STATES: Final = {
    Verdict.HOLDS: ("active", "Les jours suffisent"),
    Verdict.TIGHT: ("waiting", "Juste : sans marge d'erreur"),
    Verdict.LACKS: ("danger", "Les jours manquent"),
    Verdict.NOBODY: ("danger", "Personne en poste"),
}
_NOTHING: Final = "ne peut être dit"
METHOD: Final = (
    "Le niveau des six derniers mois, la pente par rapport aux six d'avant, dont la moitié est "
    f"abandonnée à chaque mois, et la saison à partir de {SEASONAL_LEAST} mois : deux années "
    "entières, et de quoi dire l'erreur d'un calcul qui la connaît. L'intervalle vient des "
    f"erreurs passées du même calcul : il a contenu {french.percentage(COVERAGE)} d'entre elles. "
    "Elles sont de périodes de trois mois qui commencent à un mois d'écart et se recouvrent : "
    f"quatre disent moins que quatre trimestres. Il faut {LEAST} mois figés ; un nombre masqué "
    "n'y sert pas."
)


@dataclass(frozen=True)
class Told:
    """One measure's quarter in words: what is foreseen, its error, or why nothing is."""

    label: str
    said: str
    between: str
    error: str
    rests_on: str
    why_not: str


def told_of(outlook: Outlook) -> Told:
    """Return a forecast in words."""
    of, label = outlook.foreseen, _SUMS[outlook.measure]
    rests_on = f"{outlook.rests_on} mois"
    if of is None:
        return Told(label, _NOTHING, "", "", "", outlook.why_not)
    season = ", la saison comprise" if of.seasonal else ""
    return Told(
        label,
        french.number(of.total, 0),
        _between(of.total_low, of.total_high),
        of.error.said,
        f"Repose sur {rests_on}{season}.",
        "",
    )


@dataclass(frozen=True)
class Row:
    """One territory's quarter in words."""

    code: str
    label: str
    proposals: str
    answers: str
    needed: str
    available: str
    state: str
    verdict: str


def row_of(one: Coming, available: float | None) -> Row:
    """Return a place's quarter as a line of a table; without its days where they are hidden."""
    found = one.balance
    return Row(
        one.code,
        one.label,
        _total(one.outlooks[PROPOSALS]),
        _total(one.outlooks[ANSWERS]),
        _days(found),
        HIDDEN if available is None else french.number(available, 0),
        *(("", found.why) if isinstance(found, Refusal) else _STATES[found.verdict]),
    )


def _total(outlook: Outlook) -> str:
    of = outlook.foreseen
    if of is None:
        return _NOTHING
    return f"{french.number(of.total, 0)} ({_between(of.total_low, of.total_high)})"


def _days(found: Balance | Refusal) -> str:
    if isinstance(found, Refusal):
        return _NOTHING
    low, high = found.costs.days(found.need.low), found.costs.days(found.need.high)
    return f"{french.number(found.needed, 0)} ({_between(low, high)})"


def _between(low: float, high: float) -> str:
    return f"entre {french.number(low, 0)} et {french.number(high, 0)}"


def charts_of(whole: Coming, places: Sequence[Coming], where: str) -> dict[str, Chart]:
    """Return the pictures of a page: each measure's months, then each territory's days."""
    found: dict[str, Chart] = {
        measure: _months_of(outlook, outlook.foreseen, where)
        for measure, outlook in whole.outlooks.items()
        if outlook.foreseen
    }
    if any(isinstance(one.balance, Balance) for one in places):
        found["territoires"] = _days_by_place(places)
    return found


def _months_of(outlook: Outlook, of: Forecast, where: str) -> Lines:
    behind, line = outlook.months[-_DRAWN:], outlook.line[-_DRAWN:]
    ahead, unknown = len(of.months), (None,) * len(behind)
    label = LABELS[outlook.measure]
    return Lines(
        f"{label}, {where} : les mois passés et les trois à venir",
        of.said,
        Unit.COUNT,
        tuple(one.first_day for one in (*behind, *of.months)),
        (
            Line("Compté", (*line, *(Gap.ELSEWHERE,) * ahead)),
            Line("Prévu", (*(Gap.ELSEWHERE,) * len(behind), *of.values)),
        ),
        band=Band("Quatre fois sur cinq", (*unknown, *of.low), (*unknown, *of.high)),
        short=label,
    )


def _days_by_place(places: Sequence[Coming]) -> Bars:
    bars = tuple(
        Bar(one.label, one.balance.needed, one.balance.available)
        if isinstance(one.balance, Balance)
        else Bar(one.label, Gap.MISSING)
        for one in places
    )
    return Bars(
        "Jours de travail demandés au trimestre, par territoire",
        "Pour chaque territoire, les jours de temps plein que demandent les "
        "informations-conseils et les accompagnements prévus, et ceux des personnes en poste.",
        "Territoire",
        Unit.DAYS,
        bars,
        target_label="jours disponibles",
        short="Jours par territoire",
    )


def tables_of(whole: Coming, places: Sequence[Coming], where: str) -> list[Table]:
    """Return the tables of a workbook: the quarter, then each territory's."""
    head = ("Ce qui est prévu", "Trois mois", "Au moins", "Au plus", "Mois derrière")
    errors = (
        "Erreur passée",
        "Comme les trois derniers mois",
        "Erreur de « comme les trois derniers mois »",
        "Pourquoi pas",
    )
    rows = [
        (_SUMS[measure], *_numbers(whole.outlooks[measure]), whole.outlooks[measure].why_not)
        for measure in FORESEEN
    ]
    title = f"Le trimestre, {where}"
    found = [Table(title, (*head, *errors), tuple(rows), METHOD, short="Le trimestre")]
    if places:
        days = ("Jours demandés", "Au moins", "Au plus", "Jours disponibles", "Ce qu'il en est")
        by_place = [(one.label, *_balance_of(one.balance)) for one in places]
        found.append(Table("Les territoires", ("Territoire", *days), tuple(by_place), SUMS))
    return found


SUMS: Final = (
    "Prévus chacun pour soi, les territoires ne s'ajoutent pas exactement au département."
)


def _numbers(outlook: Outlook) -> tuple[Cell, ...]:
    of = outlook.foreseen
    if of is None:
        return (None, None, None, outlook.rests_on, None, None, None)
    error = (round(of.error.mean, 1), round(of.error.as_last), round(of.error.naive, 1))
    totals = (round(of.total), round(of.total_low), round(of.total_high))
    return (*totals, outlook.rests_on, *error)


def _balance_of(found: Balance | Refusal) -> tuple[Cell, ...]:
    if isinstance(found, Refusal):
        return (None, None, None, None, found.why)
    days = (found.needed, found.costs.days(found.need.low), found.costs.days(found.need.high))
    return (*(round(one) for one in days), round(found.available), found.verdict.value)
