"""The rows of a figure as a page says them, and why they may be fewer or more than it counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.db.models import Model

from jalon.agenda.models import Appointment
from jalon.families.models import Family
from jalon.families.queries import families_of
from jalon.interventions.models import InformationAdvice, Support
from jalon.steering.enums import Breakdown
from jalon.steering.figures.counts import offers_of
from jalon.steering.figures.shown import Shown
from jalon.steering.indicators import Formula, Indicator
from jalon.steering.measures import MEASURES, Leads, Measure
from jalon.steering.naming import names
from jalon.steering.rows.finding import Asked, Found, Row
from jalon.web import french

_PAGES: Final[dict[Leads, tuple[type[Model], str]]] = {
    Leads.ADVICE: (InformationAdvice, "L'information-conseil"),
    Leads.SUPPORT: (Support, "L'accompagnement"),
    Leads.APPOINTMENT: (Appointment, "Le rendez-vous"),
}
_TODAY: Final = "Les lignes sont lues aujourd'hui, avec vos droits."


@dataclass(frozen=True)
class Line:
    """A row with whose it is, what it was told by, and the page that says more of it, if any."""

    day: date
    family: Family
    told_by: str
    url: str
    what: str


def asked_of(
    count: Indicator, shown: Shown, territory: str, by: Breakdown, value: str
) -> Asked | None:
    """Return the rows that a count is of, in the months that it rests on; None where none is."""
    if not isinstance(count.formula, Formula) or not shown.figure.basis.months:
        return None
    (term,) = count.formula.of
    values: tuple[str, ...] = (value,) if by else ()
    if term.base:
        by, values = Breakdown.OFFER, tuple(sorted(offers_of(settings.PROFILE, term.base)))
    elif term.by:
        by, values = term.by, term.among
    return Asked(MEASURES[term.measure], shown.figure.basis.months, territory, by, values)


def lines_of(rows: Sequence[Row], of: Measure) -> list[Line]:
    """Return rows as a page shows them, whatever their number in as many queries."""
    families = {one.pk: one for one in families_of([row.family for row in rows])}
    urls = _urls(rows, of.leads)
    told = _told_by(rows, of)
    return [
        Line(
            row.day,
            families[row.family],
            said,
            urls.get(row.key or 0, ""),
            _PAGES[of.leads][1] if of.leads in _PAGES else "",
        )
        for row, said in zip(rows, told, strict=True)
    ]


def _urls(rows: Sequence[Row], leads: Leads) -> dict[int, str]:
    if leads not in _PAGES:
        return {}
    model, _ = _PAGES[leads]
    keys = {row.key for row in rows if row.key}
    found = model._default_manager.only("public_id").in_bulk(keys)  # noqa: SLF001 - Django's own
    return {key: one.get_absolute_url() for key, one in found.items()}  # type: ignore[attr-defined]


def _told_by(rows: Sequence[Row], of: Measure) -> list[str]:
    labels = {by: names(by, {row.told_by[by] for row in rows}, of.code) for by in of.by}
    return [
        ", ".join(
            [
                *(labels[by][value] for by, value in row.told_by.items() if value),
                *([f"compte pour {french.number(row.number)}"] if row.number > 1 else []),
            ]
        )
        for row in rows
    ]


def compared(counted: Shown, found: Found) -> str:
    """Say how a list stands beside what was counted, in French, and why the two may differ.

    A count that is hidden is not told: what is listed is what one may read by right.
    """
    listed = french.number(found.number)
    if counted.figure.value is None:
        return counted.said
    if counted.hidden:
        return f"Ce qui est compté est masqué. Vous pouvez en lire : {listed}. {_TODAY}"
    number = int(counted.figure.value)
    if found.number == number:
        return f"Comptés : {listed}, tous dans cette liste."
    told = f"Comptés : {french.number(number)}. Dans cette liste : {listed}."
    if found.number < number:
        return (
            f"{told} {_TODAY} Ce qui manque n'est pas de votre ressort, ou a été corrigé, réuni "
            "ou purgé depuis le décompte."
        )
    return f"{told} {_TODAY} Ce qui est en plus a été noté ou corrigé depuis le décompte."
