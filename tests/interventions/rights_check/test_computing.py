"""Rights computed in the background: what fails, what is slow, what changes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from conftest import as_owner
from factories.families import SnapshotFactory
from interventions.rights_check.checks import MONTH, Found, computed, fill, fresh, sent, value
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.families.models import Household
from jalon.interventions import checking_rights as checking
from jalon.interventions import rights_tasks
from jalon.interventions.drafting import drafts_of
from jalon.interventions.errors import InterventionError, RevisedMeanwhileError
from jalon.interventions.models import RightsCheck
from jalon.interventions.rights_check.told import Told
from jalon.rights.calculator import Calculator
from jalon.rights.right import Right
from jalon.rights.situation import Situation
from jalon.rules.calendar import Month
from rights.broken import dead, partly

pytestmark = pytest.mark.django_db


@pytest.fixture
def calculators() -> Iterator[list[Calculator]]:
    made = [Calculator(within=2.0, work=work) for work in (partly, dead)]
    yield made
    for one in made:
        one.close()


def test_what_the_model_could_not_compute_is_said_and_the_rest_is_shown(
    check: RightsCheck, page: Client, lead: StaffMember, calculators: list[Calculator]
) -> None:
    computed(check, lead, calculators[0])
    answer = page.get(check.get_absolute_url())

    assert [row.kind.code for row in answer.context["groups"][0].rows] == ["ASF"]
    assert "n'a pas abouti" in dict(answer.context["not_computed"])["Allocations familiales"]


def test_where_nothing_came_the_page_says_so_and_it_may_be_asked_again(
    check: RightsCheck, page: Client, lead: StaffMember, calculators: list[Calculator]
) -> None:
    computed(check, lead, calculators[1])
    assert not check.is_computed
    text = page.get(check.get_absolute_url()).content.decode()
    assert "Calculer à nouveau" in text

    page.post(reverse("rights:compute", args=[check.public_id]))
    with acting(lead.pk):
        checking.compute_check(check_id=check.pk, calculator=Found({"ASF": "10"}))
    fresh(check)
    assert check.is_computed


def test_while_it_is_computed_the_page_asks_again_and_then_shows(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    with acting(lead.pk):
        checking.ask_computing(check=check, by=lead)
    again = {"HX-Request": "true"}
    waiting = page.get(check.get_absolute_url())
    assert "Calcul en cours" in waiting.content.decode()
    assert "Actualiser" in waiting.content.decode()
    assert "HX-Refresh" not in page.get(check.get_absolute_url(), headers=again).headers
    with acting(lead.pk):
        checking.compute_check(check_id=check.pk, calculator=Found({}))
    assert page.get(check.get_absolute_url(), headers=again).headers["HX-Refresh"] == "true"


def test_computed_it_is_kept_as_it_is_even_from_sql(check: RightsCheck, lead: StaffMember) -> None:
    computed(check, lead, Found({"ASF": "10"}))
    rows = RightsCheck.objects.filter(pk=check.pk)
    changes: list[dict[str, Any]] = [{"said": {}}, {"result": []}, {"month": "2026-09"}]
    with acting(lead.pk):
        for changed in changes:
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.update(**changed)
        with pytest.raises(InterventionError, match="sont calculés"):
            checking.delete_check(check=check, by=lead)
        assert rows.delete()[0] == 0
        # Computed twice, it ends once.
        checking.compute_check(check_id=check.pk, calculator=Found({"ASF": "99"}))
        assert rows.get().result == check.result
        taken_up = checking.open_again(check=check, by=lead)
    assert (taken_up.said, taken_up.is_computed) == (check.said, False)


def test_what_is_being_computed_is_not_changed_under_it(
    check: RightsCheck, lead: StaffMember
) -> None:
    with acting(lead.pk):
        checking.ask_computing(check=check, by=lead)
        with pytest.raises(DatabaseError), transaction.atomic():
            RightsCheck.objects.filter(pk=check.pk).update(said={"members": [], "facts": {}})


def test_two_windows_of_one_worker_lose_nothing_unsaid(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    address = reverse("rights:fill", args=[check.public_id])
    old = sent(check, page, p0__salary="800")
    fill(check, page, p0__salary="500")
    answer = page.post(address, old)
    assert answer.status_code == 409
    assert "autre fenêtre" in answer.content.decode()
    assert answer.context["form"]["p0-salary"].value() == "800"
    with acting(lead.pk), pytest.raises(RevisedMeanwhileError):
        checking.fill_in(check=check, month=MONTH, told=Told(), others=[], seen=1, by=lead)


def test_what_is_changed_while_it_is_computed_waits_for_its_own_result(
    check: RightsCheck, lead: StaffMember
) -> None:
    """Its worker gives up waiting, corrects an answer and asks again."""

    class Meanwhile(Found):
        def compute(self, situations: Sequence[Situation]) -> list[list[Right]]:
            checking.fill_in(check=check, month=MONTH, told=check.told, others=[], seen=1, by=lead)
            checking.ask_computing(check=check, by=lead)
            return super().compute(situations)

    computed(check, lead, Meanwhile({"ASF": "1"}))
    assert check.is_under_way
    with acting(lead.pk):
        checking.compute_check(check_id=check.pk, calculator=Found({"ASF": "2"}))
    assert fresh(check).is_computed
    assert "2" in [one["euros"] for one in (check.result or [{}])[0]["rights"]]


def test_the_worker_finds_the_job_and_a_fault_of_ours_is_said(
    check: RightsCheck, lead: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Sequence[Situation]) -> list[list[Right]]:
        raise RuntimeError

    monkeypatch.setattr(rights_tasks._CALCULATOR, "compute", broken)  # noqa: SLF001 - its own
    with acting(lead.pk):
        checking.ask_computing(check=check, by=lead)
    task = app.tasks[checking.COMPUTE]
    with pytest.raises(RuntimeError):
        task.func(check_id=check.pk, by_id=lead.pk)
    assert "n'a pas abouti" in fresh(check).problem


def test_the_fault_of_an_old_request_does_not_fail_the_new_one(
    check: RightsCheck, lead: StaffMember
) -> None:
    class Meanwhile(Found):
        def compute(self, _: Sequence[Situation]) -> list[list[Right]]:
            checking.withdraw_asking(check=check, by=lead)
            checking.ask_computing(check=check, by=lead)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        computed(check, lead, Meanwhile())
    assert fresh(check).is_under_way


def test_one_who_waits_for_long_gives_up_and_corrects(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    with acting(lead.pk):
        checking.ask_computing(check=check, by=lead)
    long_ago = timezone.now() - timedelta(minutes=5)
    with as_owner():
        RightsCheck.objects.filter(pk=check.pk).update(asked_at=long_ago)
    withdraw = reverse("rights:withdraw", args=[check.public_id])
    assert withdraw in page.get(check.get_absolute_url()).content.decode()
    page.post(withdraw)
    assert fresh(check).asked_at is None
    fill(check, page, p0__salary="410")
    assert value(check, "p0-salary") == "410.00 month"


def test_while_it_is_computed_what_asks_again_shows_nothing_unrecorded(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    with acting(lead.pk):
        checking.ask_computing(check=check, by=lead)
    text = page.get(check.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert 'id="avancement"' in text
    assert "Awa" not in text
    assert check.family.name not in text


@pytest.mark.parametrize("is_computed", [False, True])
def test_what_is_sent_once_rights_are_asked_for_goes_on_in_another_check(
    check: RightsCheck, page: Client, lead: StaffMember, *, is_computed: bool
) -> None:
    address = reverse("rights:fill", args=[check.public_id])
    old = sent(check, page, p0__salary="800", p0__taxed__seen="on")
    if is_computed:
        computed(check, lead, Found({"ASF": "10"}))
    else:
        fill(check, page, calculer="oui")
    answer = page.post(address, old, follow=True)

    assert "déjà demandé" in answer.content.decode()
    with acting(lead.pk):
        other = RightsCheck.objects.exclude(pk=check.pk).get()
    assert answer.context["form"]["p0-salary"].value() == "800"
    fill(other, page)
    assert value(other, "p0-salary") == "800.00 month"
    assert other.told.facts["p0-taxed"].source.by == "document"


def test_sent_twice_it_is_asked_for_once_and_nothing_is_said_lost(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    address = reverse("rights:fill", args=[check.public_id])
    typed = sent(
        *(check, page), p0__salary="800", new_relation="child", new_born="2026-01-02", calculer="o"
    )
    for _ in range(2):
        assert page.post(address, typed).headers["Location"] == check.get_absolute_url()
    with acting(lead.pk):
        assert RightsCheck.objects.get().is_under_way
    assert len(fresh(check).told.members) == 4


def test_what_was_typed_too_late_goes_on_where_one_does_it_again(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    keep = reverse("followed:keep_draft", args=[check.family.public_id])
    typed = sent(check, page, p0__salary="777", brouillon=f"droits:{check.public_id}")
    computed(check, lead, Found({"ASF": "10"}))
    page.post(keep, typed)
    assert "Un brouillon" in page.get(check.get_absolute_url()).content.decode()
    answer = page.post(reverse("rights:again", args=[check.public_id]), follow=True)
    assert answer.context["form"]["p0-salary"].value() == "777"
    with acting(lead.pk):
        assert [one.form for one in drafts_of(lead)] == [answer.context["key"]]


def test_done_again_it_is_for_this_month_with_the_latest_extract_and_says_so(
    check: RightsCheck, file: Household, page: Client, lead: StaffMember
) -> None:
    fill(check, page, home__charges="60", p0__salary="410", month="2026-09")
    computed(check, lead, Found({"ASF": "10"}))
    SnapshotFactory.create(
        file=file, month="2026-10", household={"rent_gross": "450.00", "lost_benefits": 0}
    )
    answer = page.post(reverse("rights:again", args=[check.public_id]), follow=True)

    with acting(lead.pk):
        other = RightsCheck.objects.exclude(pk=check.pk).get()
    assert other.of_month == Month.of(timezone.localdate())
    told = {name: value(other, name) for name in ("home-rent", "home-charges", "p0-salary")}
    assert told == {"home-rent": "450.00", "home-charges": "60.00", "p0-salary": "410.00 month"}
    assert "la dernière extraction" in answer.content.decode()
