"""A frozen month stays as it was told: what is counted again is the same, or a version beside."""

from __future__ import annotations

from datetime import date

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
from jalon.steering.actions import SteeringError, count_going_on, freeze_months, reckon_month
from jalon.steering.enums import Breakdown, Cause
from jalon.steering.models import Fact, Reckoning
from jalon.steering.telling import changes, count_one
from steering.counted import JULY, count, number

pytestmark = pytest.mark.django_db


def _advice(day: int = 1) -> InformationAdvice:
    found: InformationAdvice = InformationAdviceFactory.create(opened_on=date(2026, 7, day))
    return found


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
    gone = _advice()
    _advice()
    first = count()
    with as_owner():
        gone.delete()
        Purge.objects.create(
            begun_at=timezone.now(), moved_at=timezone.now(), staff_id=1, families=1
        )
    second = count()

    assert (second.version, second.cause, second.told) == (2, Cause.PURGED, False)
    assert second.purged == 1
    assert number("advice_begun") == {"": 2}
    assert count().pk == second.pk
    said = count_one(JULY)
    assert said[0].startswith("Juillet 2026 : ")
    with as_owner():
        assert Reckoning.objects.get(told=True).pk == first.pk


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
