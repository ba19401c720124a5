"""Which figures open onto the rows that they count, and where these are listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.rules.calendar import Month
from jalon.steering.enums import Breakdown
from jalon.steering.indicators import CHAPTERS, Formula, Indicator
from jalon.steering.indicators.definition import BASES, Term
from jalon.steering.measures import MEASURES
from jalon.steering.naming import names


def indicator_of(code: str) -> Indicator:
    """Return the indicator that has a page of its own under a code; Http404 where none has."""
    for one in chain.from_iterable(CHAPTERS.values()):
        if one.code == code:
            return one
    raise Http404


def counts_of(of: Indicator, reader: StaffMember) -> list[Indicator]:
    """Return the counts of families that an indicator is made of, and whose rows one may read.

    Each once, as a figure of its own: a share has the rows that it counts and those it is out of.
    What is confided with a family is listed for nobody who works with none.
    """
    if not isinstance(of.formula, Formula):
        return []
    works = reader.may(Permission.WORK_WITH_FAMILIES)
    terms = dict.fromkeys(
        Term(term.measure, by=term.by, among=term.among, base=term.base)
        for term in of.formula.terms
        if MEASURES[term.measure].has_families and (works or not MEASURES[term.measure].confided)
    )
    return [replace(of, label=_named(one), formula=Formula((one,)), target=None) for one in terms]


def _named(term: Term) -> str:
    of = MEASURES[term.measure]
    if term.base:
        return f"{of.label}, offres {', '.join(BASES[one] for one in term.base)}"
    if term.by:
        return f"{of.label} : {', '.join(names(term.by, term.among, of.code).values())}"
    return of.label


def is_confided(of: Indicator) -> bool:
    """Whether some of what an indicator counts is read by who follows the family alone."""
    return any(MEASURES[one].confided for one in of.measures)


def rows_url(  # noqa: PLR0913 - what the address of a list says
    of: Indicator,
    year: int,
    months: Sequence[Month] = (),
    *,
    territory: str = "",
    by: Breakdown = Breakdown.ALL,
    value: str = "",
) -> str:
    """Return where the rows of a figure are listed: of a year, or of one of its months."""
    kept = {
        "annee": str(year),
        "mois": str(months[0].month) if len(months) == 1 else "",
        "territoire": territory,
        "par": by.value,
    }
    told = {name: one for name, one in kept.items() if one}
    # Of a breakdown, what nobody knows is a value too.
    told |= {"valeur": value} if by else {}
    return f"{reverse('steering:rows', args=[of.code])}?{urlencode(told)}"
