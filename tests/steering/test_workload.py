"""Days asked for beside days there are, counted by hand, and what would change them."""

from __future__ import annotations

from datetime import date

import pytest

from jalon.rules.calendar import Month
from jalon.steering.forecast.forecasting import Forecast, PastError
from jalon.steering.forecast.workload import (
    Balance,
    Costs,
    Move,
    Need,
    OfferLoad,
    Verdict,
    Worker,
    balance,
    days_between,
    difference,
    open_days,
    proposals,
    with_absence,
    with_recruit,
)

# The model of the sources: two hours a meeting, two meetings an advice, two a month of support.
COSTS = Costs(2, 2, 2, hours_a_day=7, individual_share=0.65)
FEASTS = {date(2026, 12, 25): "Noël", date(2027, 1, 1): "Jour de l'an"}
DAYS = open_days(date(2026, 12, 1), date(2027, 2, 28), FEASTS)


def foreseen(total: float, low: float, high: float) -> Forecast:
    three = (total / 3,) * 3
    months = (Month(2026, 12), Month(2027, 1), Month(2027, 2))
    error = PastError(4, 0, 0, 0, 0)
    return Forecast(months, three, three, three, total, low, high, seasonal=False, error=error)


def weighs(needed: float, available: float, high: float | None = None) -> Balance:
    """A balance of so many days."""
    hours = 7 * 0.65
    most = needed if high is None else high
    return Balance(Need(needed * hours, 0, most * hours), available, COSTS)


def offer(label: str, days: float, *, national: bool = False, is_open: bool = True) -> OfferLoad:
    return OfferLoad(label, days * 7 * 0.65, national, is_open)


def test_a_yearly_full_time_is_what_the_model_adds_up_to() -> None:
    """65 information-advice and 30 supports of six months: 980 hours, 65 % of about 1 508."""
    assert 65 * COSTS.advice + 30 * 6 * COSTS.month == 980
    assert COSTS.days(980) * COSTS.hours_a_day == pytest.approx(1508, abs=1)


def test_days_are_those_worked_holidays_and_absences_apart() -> None:
    """December 2026 to February 2027: 23, 21 and 20 week days, two of them holidays."""
    assert len(DAYS) == 62
    away = days_between(date(2026, 12, 24), date(2026, 12, 31))
    assert Worker(1, away).days(DAYS) == 57
    assert Worker(0.8, away).days(DAYS) == pytest.approx(0.8 * 57)


def test_need_is_advice_begun_and_months_of_support() -> None:
    need = Need.of(foreseen(90, 70, 110), foreseen(300, 280, 330), COSTS)
    assert need == Need(90 * 4 + 300 * 4, 70 * 4 + 280 * 4, 110 * 4 + 330 * 4)


def test_whether_days_do_is_said_with_the_interval() -> None:
    assert weighs(100, 130, high=120).verdict is Verdict.HOLDS
    assert weighs(100, 110, high=120).verdict is Verdict.TIGHT
    assert weighs(100, 90).verdict is Verdict.LACKS
    assert weighs(0, 0).verdict is Verdict.NOBODY
    assert weighs(100, 110, high=120).said == (
        "100\N{NO-BREAK SPACE}jours de travail à prévoir (entre 0 et 120), 110 disponibles. "
        "Les jours suffisent à la prévision, pas au haut de son intervalle."
    )


def test_a_recruit_counts_from_the_day_they_arrive() -> None:
    workers = (Worker(1),)
    need = Need(70 * 7 * 0.65, 0, 0)
    before = balance(need, workers, DAYS, COSTS)
    after = balance(need, with_recruit(workers, 0.5, date(2027, 2, 1), DAYS), DAYS, COSTS)
    assert after.available - before.available == 10
    assert before.verdict is Verdict.LACKS
    assert difference(before, after) == (
        "10,0 jours de plus, soit le temps de 11 informations-conseils. " + Verdict.HOLDS.value
    )


def test_an_absence_counts_once() -> None:
    known = days_between(date(2027, 1, 4), date(2027, 1, 8))
    workers = (Worker(0.8), Worker(1, known))
    need = Need(0, 0, 0)
    before = balance(need, workers, DAYS, COSTS)
    longer = days_between(date(2027, 1, 4), date(2027, 1, 15))
    after = balance(need, with_absence(workers, 1, longer), DAYS, COSTS)
    assert after.available - before.available == -5
    assert difference(before, after).startswith("5,0 jours de moins, soit le temps de 5 ")
    same = balance(need, with_absence(workers, 1, known), DAYS, COSTS)
    assert difference(before, same).startswith("Rien ne change")


def test_what_lacks_is_made_up_by_local_offers_the_heaviest_first() -> None:
    offers = [
        offer("Séparation", 60, national=True),
        offer("Maladie", 10),
        offer("Vacances", 25),
        offer("Ancienne", 40, is_open=False),
    ]
    found, left = proposals(weighs(130, 100), offers)
    assert [(one.offer.label, one.move) for one in found] == [
        ("Vacances", Move.HOLD),
        ("Maladie", Move.HOLD),
    ]
    assert found[1].why == (
        "Offre locale, qui demanderait 10\N{NO-BREAK SPACE}jours ; il en manque 5."
    )
    assert not left
    assert [one.offer.label for one in proposals(weighs(120, 100), offers)[0]] == ["Vacances"]


def test_the_national_base_is_never_held_back() -> None:
    found, left = proposals(weighs(130, 100), [offer("Séparation", 60, national=True)])
    assert not found
    assert left.startswith(
        "Aucune offre locale n'est ouverte, il manque 30\N{NO-BREAK SPACE}jours"
    )
    found, left = proposals(weighs(130, 100), [offer("Vacances", 10)])
    assert len(found) == 1
    assert left.startswith("Même sans ces offres locales, il manque 20\N{NO-BREAK SPACE}jours")


def test_what_opens_holds_at_the_high_end() -> None:
    closed = [offer("Logement", 15, is_open=False), offer("Surpeuplement", 4, is_open=False)]
    found, left = proposals(weighs(80, 100, high=95), closed)
    assert [(one.offer.label, one.move) for one in found] == [("Surpeuplement", Move.OPEN)]
    assert not left
    found, left = proposals(weighs(80, 100, high=99), closed)
    assert not found
    assert left == "Rien à ouvrir : au haut de la prévision, il reste 1\N{NO-BREAK SPACE}jour."
