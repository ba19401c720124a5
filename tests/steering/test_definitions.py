"""Indicators and measures are whole: said in words, of what is counted, and written in docs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jalon.rules.profile import load_profile
from jalon.steering.enums import Breakdown
from jalon.steering.indicators import CHAPTERS, COMPARED, INDICATORS, Formula, Indicator
from jalon.steering.measures import BANDS, MEASURES
from jalon.steering.practice import Target, read_practice
from jalon.steering.sheets import indicators_page

_PAGE = Path(__file__).parents[2] / "docs" / "indicators.md"


def said_of(one: Indicator) -> str:
    return one.formula.in_words if isinstance(one.formula, Formula) else one.formula.why


def test_the_page_is_what_the_definitions_say() -> None:
    assert _PAGE.read_text(encoding="utf-8") == indicators_page(), "make docs"


@pytest.mark.parametrize("one", INDICATORS.values(), ids=lambda one: one.code)
def test_an_indicator_says_all_of_itself(one: Indicator) -> None:
    assert one.label[0].isupper()
    assert one.definition.endswith(".")
    assert one.population
    assert one.source
    assert one.measures <= set(MEASURES)
    assert one.is_measured is bool(one.measures)


@pytest.mark.parametrize("one", INDICATORS.values(), ids=lambda one: one.code)
def test_formulas_call_values_as_pages_do(one: Indicator) -> None:
    terms = one.formula.terms if isinstance(one.formula, Formula) else ()
    # « Face » is French as well.
    codes = {code for term in terms for code in term.among} - {"face"}
    assert not codes & set(re.findall(r"\w+", f"{one.definition} {said_of(one)}"))


def test_a_formula_of_one_measure_says_nothing_more() -> None:
    plain = {
        code
        for code, one in INDICATORS.items()
        if isinstance(one.formula, Formula) and one.formula.is_plain
    }
    assert {"families_targeted", "support_running"} <= plain
    assert not plain & {"advice_length", "face_to_face_share", "rights_granted", "full_times"}


@pytest.mark.parametrize("code", ["families_a_full_time", "individual_time_share"])
def test_what_divides_families_by_workers_says_that_each_has_a_place(code: str) -> None:
    said = INDICATORS[code].definition
    assert "une famille compte où elle habite et un temps plein où est son équipe" in said


def test_codes_and_labels_are_said_once() -> None:
    chapters = (*CHAPTERS.values(), *COMPARED.values())
    everything = [one for chapter in chapters for one in chapter]
    assert len({one.code for one in everything}) == len(everything)
    assert len({one.label for one in everything}) == len(everything)
    assert len({one.label for one in MEASURES.values()}) == len(MEASURES)


def test_every_measure_serves_an_indicator() -> None:
    read = {code for one in INDICATORS.values() for code in one.measures}
    assert set(MEASURES) == read


def test_every_target_is_an_indicator_s_and_the_national_profile_sets_it() -> None:
    assert {one.target for one in INDICATORS.values() if one.target} == set(Target)
    assert set(read_practice("val-de-marne").targets) == set(Target)


def test_the_offers_of_a_base_are_those_of_the_profile() -> None:
    assert {one.base.value for one in load_profile("val-de-marne").offers} >= {"national", "local"}


def test_delays_are_ordered_as_they_are_written() -> None:
    assert list(BANDS) == sorted(BANDS)


def test_what_came_of_working_with_a_family_is_told_by_no_commune() -> None:
    told = {one.code for one in MEASURES.values() if Breakdown.COMMUNE in one.breakdowns}

    assert {"proposals_made", "families_accepted", "advice_begun", "support_begun"} <= told
    assert not told & {"support_ended", "objectives_reached", "opinion_helped", "visits_declined"}
    assert not told & {"support_running", "families_of_several", "appointments_missed"}
    for code in told:
        one = MEASURES[code]
        assert one.family != "NULL" or one.commune != "NULL", code


def test_nothing_is_told_by_person() -> None:
    assert {one.value for one in Breakdown} & {"worker", "family", "person"} == set()
