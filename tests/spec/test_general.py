"""What tables of households cannot show: dates in force, amounts, several events, the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from jalon.rules.calendar import Month
from registers import Register
from spec.general_dates import IN_FORCE, STATED_AMOUNTS
from spec.months import ISERE, OCTOBER, PROFILES, VAL_DE_MARNE, catalogue_of
from spec.render import COMMAND, PAGE, page
from spec.running import ENGINES, Line
from spec.val_de_marne_families import SEPARATED

# Ibis 12 still calls a method that DuckDB 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")


@pytest.mark.parametrize(("profile", "month"), IN_FORCE, ids=str)
def test_offers_in_force(profile: str, month: Month) -> None:
    offers = catalogue_of(profile, month).offers
    assert tuple(offer.code for offer in offers) == IN_FORCE[profile, month]


@pytest.mark.parametrize(("profile", "month", "name", "amount"), STATED_AMOUNTS)
def test_amounts_stated_elsewhere(profile: str, month: Month, name: str, amount: Decimal) -> None:
    assert catalogue_of(profile, month).values[name] == amount


def _lines(engine: str, register: Register, profile: str, *offers: str) -> list[Line]:
    catalogue = catalogue_of(profile, OCTOBER)
    kept = tuple(offer for offer in catalogue.offers if offer.code in offers)
    return ENGINES[engine](register, replace(catalogue, offers=kept))


@pytest.mark.parametrize("engine", ENGINES)
def test_each_event_of_the_month_is_a_line_of_its_own(engine: str) -> None:
    home = SEPARATED.event("divorce", reported_on=date(2026, 10, 31))
    home = home.event("divorce", reported_on=date(2026, 11, 1)).lost(events=1)
    own, persons, events = home.rows("H1")
    found = _lines(engine, Register([own], persons, events), VAL_DE_MARNE, "separation")
    assert [(line[2], line[4], line[5], line[7]) for line in found] == [
        (None, "to_verify", "event_kind", None),
        ("H1-E1", "selected", None, date(2027, 10, 15)),
        ("H1-E2", "selected", None, date(2027, 10, 31)),
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_offers_made_on_request_are_not_looked_for(engine: str) -> None:
    own, persons, events = SEPARATED.rows("H1")
    register = Register([own], persons, events)
    asked = ("holiday_hosting", "separation")
    found = _lines(engine, register, ISERE, *asked)
    assert [line[0] for line in found] == ["separation"]


@pytest.mark.parametrize("profile", PROFILES)
def test_offers_made_on_request_have_no_criterion(profile: str) -> None:
    for offer in catalogue_of(profile, OCTOBER).offers:
        assert bool(offer.leaves()) is (offer.request is None)


def test_the_page_of_offers_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"docs/offers.md has changed: {COMMAND}"
