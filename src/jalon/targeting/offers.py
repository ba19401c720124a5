"""The fund's offers as pages show them: written from the rules themselves, as `jalon offers`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from jalon.register.schema import table_named
from jalon.rules import sheets
from jalon.rules.criteria import condition_of
from jalon.rules.expressions import BenefitPaid, Column, Expression
from jalon.rules.offers import Catalogue, Offer
from jalon.rules.outcome import PROTECTED_ADDRESS, SET_ASIDE_IN_FRENCH, set_aside_reasons
from jalon.rules.profile import Profile, load_profile
from jalon.rules.sentences import capitalised, in_force, period, quantity

_TABLES = {"household": "households", "person": "persons", "concerned": "persons"}


@dataclass(frozen=True)
class OfferRow:
    """An offer in a list: what it is, what sets it off, and since when."""

    code: str
    label: str
    kind: str
    services: str
    trigger: str
    in_force: str


@dataclass(frozen=True)
class OfferSheet:
    """All that an offer's page says.

    `plain` is what `jalon offers show --format json` writes. `reads` gives the columns read of
    each table of the extract, `set_aside` why a family that the rule concerns is proposed
    nothing, `parameters` each amount of that day with its source, `first_day` when this version
    begins.
    """

    row: OfferRow
    plain: dict[str, Any]
    reads: list[tuple[str, list[str]]]
    set_aside: list[str]
    parameters: list[tuple[str, str, str]]
    time_to_answer: str
    first_day: date


@dataclass(frozen=True)
class Version:
    """An offer as it is, or was, or will be in force."""

    label: str
    first_day: date
    in_force: str


def fund() -> Profile:
    """Return the fund's profile."""
    return load_profile(settings.PROFILE)


def offers_on(day: date) -> list[OfferRow]:
    """Return the offers in force on a day, by label."""
    return sorted(
        (_row(one) for one in fund().catalogue_on(day).offers), key=lambda one: one.label
    )


def sheet_on(code: str, day: date) -> OfferSheet | None:
    """Return an offer's sheet as it is in force on a day; None where it is not."""
    catalogue = fund().catalogue_on(day)
    offer = next((one for one in catalogue.offers if one.code == code), None)
    if offer is None:
        return None
    plain = sheets.as_json(offer, catalogue)
    return OfferSheet(
        row=_row(offer),
        plain=plain,
        reads=_reads(offer, catalogue),
        set_aside=[] if offer.request else _set_aside(offer),
        parameters=[
            (one.label, quantity(one.value, one.unit), one.source)
            for name, one in sorted(catalogue.parameters.items())
            if name in plain["parameters"]
        ],
        time_to_answer=sheets.time_to_answer(offer, catalogue),
        first_day=offer.valid_from,
    )


def versions_of(code: str) -> list[Version]:
    """Return each version of an offer, the first one first; none where there is no such offer."""
    found = [
        Version(one.label, one.valid_from, in_force(one.valid_from, one.valid_until))
        for one in fund().offers
        if one.code == code
    ]
    return sorted(found, key=lambda one: one.first_day)


def _row(offer: Offer) -> OfferRow:
    return OfferRow(
        offer.code,
        offer.label,
        capitalised(sheets.kind(offer)),
        ", ".join(sheets.SERVICES[one] for one in offer.services),
        capitalised(sheets.trigger(offer)),
        capitalised(period(offer.valid_from, offer.valid_until)),
    )


def _set_aside(offer: Offer) -> list[str]:
    return [capitalised(SET_ASIDE_IN_FRENCH[reason]) for reason in set_aside_reasons(offer)]


def _reads(offer: Offer, catalogue: Catalogue) -> list[tuple[str, list[str]]]:
    """Return the columns that decide, by table in French; of an offer on request, none."""
    if offer.request is not None:
        return []
    found: dict[str, set[str]] = defaultdict(set)
    for node in _nodes(offer, catalogue):
        if isinstance(node, Column):
            found[_TABLES.get(node.scope, "events")].add(node.name)
        elif isinstance(node, BenefitPaid):
            found["benefits"] |= {"month", "code"}
    return [
        (capitalised(table_named(name).french), sorted(columns))
        for name, columns in sorted(found.items())
        if columns
    ]


def _nodes(offer: Offer, catalogue: Catalogue) -> Iterator[Expression]:
    yield from condition_of(offer.rule, catalogue.values).walk()
    yield from PROTECTED_ADDRESS.expression.walk()
    for _, condition in set_aside_reasons(offer).values():
        yield from condition.walk()
