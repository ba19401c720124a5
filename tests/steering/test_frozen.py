"""A frozen month stays as it was told: what is counted again is the same, or a version beside."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import as_owner
from factories.directory import CommuneFactory, StaffFactory
from factories.interventions import InformationAdviceFactory
from jalon.audit.identity import acting
from jalon.audit.models import Figure, Purge
from jalon.directory.roles import Role
from jalon.interventions.models import InformationAdvice
from jalon.rules.calendar import Month
from jalon.steering.actions import (
    SteeringError,
    count_going_on,
    freeze_months,
    reckon_month,
    recount_frozen,
)
from jalon.steering.enums import Breakdown, Cause
from jalon.steering.facts.telling import changes, count_due, count_one
from jalon.steering.models import Fact, Reckoning
from steering.counted import JULY, count, number

pytestmark = pytest.mark.django_db

# What a purge takes, today and from now on: more than two years old.
_OLD = Month(2024, 7)


def _advice(day: int = 1, month: Month = JULY) -> InformationAdvice:
    on = month.first_day + timedelta(days=day - 1)
    found: InformationAdvice = InformationAdviceFactory.create(opened_on=on)
    return found


def _ago(months: int) -> Month:
    """Return a month that was over so many months ago."""
    day = timezone.localdate().replace(day=1)
    for _ in range(months):
        day = (day - timedelta(days=1)).replace(day=1)
    return Month.of(day)


def _purge(**took: int) -> None:
    now = timezone.now()
    with as_owner():
        Purge.objects.create(begun_at=now, moved_at=now, ended_at=now, staff_id=1, **took)


def test_counted_again_a_month_that_nothing_changed_is_the_same() -> None:
    _advice()
    first = count()
    again = count()

    assert (first.version, first.cause, first.told) == (1, Cause.FIRST, True)
    assert again.pk == first.pk
    assert again.checked_at
    assert count_one(JULY) == ["Juillet 2026 : le même décompte que le premier jour."]


def test_what_was_written_late_is_a_version_beside_and_told_from_then_on() -> None:
    _advice()
    first = count()
    _advice(31)
    second = count()

    assert (second.version, second.cause, second.told) == (2, Cause.CORRECTED, True)
    assert number("advice_begun") == {"": 2}
    with as_owner():
        first.refresh_from_db()
        assert not first.told
        assert first.facts.get(measure="advice_begun", territory="", breakdown="").number == 1
        told = {(one.measure, one.before[0], one.after[0]) for one in changes(first, second)}
        assert second.changed == len(changes(first, second)) > 4
    assert ("advice_begun", 1, 2) in told
    assert count().pk == second.pk


def test_what_a_purge_takes_away_lowers_no_figure() -> None:
    gone = _advice(month=_OLD)
    _advice(month=_OLD)
    first = count(_OLD)
    with as_owner():
        gone.delete()
    _purge(families=1)
    second = count(_OLD)

    assert (second.version, second.cause, second.told) == (2, Cause.PURGED, False)
    assert second.purged == 1
    assert number("advice_begun", _OLD) == {"": 2}
    assert count(_OLD).pk == second.pk
    said = count_one(_OLD)
    assert said[0].startswith("Juillet 2024 : ")
    assert said[-1].startswith("Familles qui y étaient peut-être, purgées depuis : 1.")
    with as_owner():
        assert Reckoning.objects.get(told=True).pk == first.pk


def test_what_a_purge_takes_of_staff_who_left_lowers_no_figure() -> None:
    _advice(month=_OLD)
    first = count(_OLD)
    _advice(month=_OLD)
    _purge(accounts=1)
    second = count(_OLD)

    assert (second.cause, second.told, second.purged) == (Cause.PURGED, False, 0)
    with as_owner():
        assert Reckoning.objects.get(told=True).pk == first.pk


def test_a_purge_that_cannot_reach_a_month_leaves_it_to_be_put_right() -> None:
    lately = _ago(1)
    _advice(month=lately)
    count(lately)
    _purge(families=3, accounts=2)
    _advice(month=lately)
    second = count(lately)

    assert (second.cause, second.told, second.purged) == (Cause.CORRECTED, True, 0)
    assert number("advice_begun", lately) == {"": 2}


def test_the_night_tells_what_was_written_late_once_another_month_is_frozen() -> None:
    late = _ago(3)
    _advice(month=late)
    count_due()
    assert number("advice_begun", late) == {"": 1}
    _advice(28, month=late)
    assert count_due() == ["Les mois qui courent sont comptés."]

    with as_owner():
        last = Reckoning.objects.filter(version=1).latest("month")
        Reckoning.objects.filter(pk=last.pk).update(computed_at=timezone.now())
    said = count_due()

    assert f"Mois corrigé depuis qu'il est figé : {late.in_french}." in said
    assert number("advice_begun", late) == {"": 2}
    _advice(month=late)
    with acting(0):
        assert recount_frozen() == []
    assert number("advice_begun", late) == {"": 2}


def test_a_month_first_counted_after_a_purge_says_that_facts_are_gone() -> None:
    with as_owner():
        Figure.objects.create(month="2026-07", kind=Figure.Kind.ADVICE, number=4)
    _advice()

    said = count_one(JULY)

    assert "Des familles en avaient déjà été purgées : il y manque 4 faits ou plus." in said


def test_a_month_that_is_not_over_is_counted_anew_and_never_frozen() -> None:
    today = Month.of(timezone.localdate())
    InformationAdviceFactory.create(opened_on=today.first_day)
    with acting(0):
        one = reckon_month(month=today, freeze=False)
        with as_owner():
            InformationAdviceFactory.create(opened_on=today.first_day)
        other = reckon_month(month=today, freeze=False)
        with pytest.raises(SteeringError, match="n'est pas fini"):
            reckon_month(month=today, freeze=True)

    assert (one.version, other.version) == (0, 0)
    assert number("advice_begun", today) == {"": 2}
    with as_owner():
        assert Reckoning.objects.count() == 1


def test_the_night_freezes_what_was_over_long_enough_and_counts_what_goes_on() -> None:
    InformationAdviceFactory.create(opened_on=date(2026, 8, 3))
    with acting(0):
        assert freeze_months(today=date(2026, 10, 10), after_days=10) == ["2026-08"]
        assert freeze_months(today=date(2026, 10, 11), after_days=10) == ["2026-09"]
        assert freeze_months(today=date(2026, 10, 11), after_days=10) == []
        count_going_on(today=date(2026, 10, 11))
    with as_owner():
        told = dict(Reckoning.objects.filter(told=True).values_list("month", "version"))
    assert told == {"2026-08": 1, "2026-09": 1, "2026-10": 0}


def test_nobody_counts_but_the_application_itself() -> None:
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    with acting(head.pk), pytest.raises(Exception, match="counted by the application itself"):
        reckon_month(month=JULY, freeze=True)


def test_a_family_that_moved_since_stays_where_it_was() -> None:
    one = _advice()
    before, after = one.family.commune, CommuneFactory.create()
    assert before
    first = count()
    with as_owner():
        one.family.commune = after
        one.family.save()

    assert count().pk == first.pk
    assert number("advice_begun", by=Breakdown.COMMUNE) == {before.code: 1}


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(1, 31), max_size=4), st.lists(st.integers(1, 31), max_size=2))
def test_counting_again_changes_nothing_unless_something_was_written(
    first: list[int], more: list[int]
) -> None:
    with as_owner():
        Fact.objects.all().delete()
        Reckoning.objects.all().delete()
        InformationAdvice.objects.all().delete()
    for day in first:
        _advice(day)
    was = count()
    for day in more:
        _advice(day)
    now = count()

    assert (now.pk == was.pk) is (not more)
    assert number("advice_begun").get("", 0) == len(first) + len(more)
