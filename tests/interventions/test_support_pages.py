"""The pages of a support, by whoever carries it and whoever answers for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import as_owner
from factories.files import photo
from factories.interventions import (
    BEGUN,
    AdviceMeetingFactory,
    AppraisalFactory,
    ContractFactory,
    ExtensionFactory,
    InformationAdviceFactory,
    ObjectiveFactory,
    PlannedActionFactory,
    SupportEventFactory,
    SupportFactory,
)
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.interventions.enums import AdviceOutcome, OtherService, SupportState
from jalon.interventions.models import Appraisal, Contract, Objective, Support

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client, lead: StaffMember) -> Client:
    """The browser of the family's lead."""
    client.force_login(lead)
    return client


def full(lead: StaffMember, family: Family, **columns: Any) -> Support:
    """A support with one of everything."""
    given = {"state": SupportState.ACTIVE, **BEGUN, **columns}
    support: Support = SupportFactory.create(family=family, worker=lead, **given)
    objective = ObjectiveFactory.create(support=support)
    PlannedActionFactory.create(advice=None, support=support, objective=objective)
    AppraisalFactory.create(support=support, obstacles="Un découvert de 300 €")
    SupportEventFactory.create(support=support)
    ExtensionFactory.create(support=support)
    ContractFactory.create(
        support=support,
        signed_on=BEGUN["started_on"],
        signature="screen",
        signatories="Camille Exemple",
        signed_by=lead,
    )
    return support


def address(name: str, one: Any, *more: str) -> str:
    return reverse(f"supports:{name}", args=[one.public_id, *more])


def test_who_does_not_follow_a_family_that_is_led_is_told_whom_to_ask(
    client: Client, family: Family, colleague: StaffMember
) -> None:
    client.force_login(colleague)
    prepare = address("prepare", family)
    assert prepare not in client.get(family.get_absolute_url()).content.decode()
    assert "a un référent" in client.post(prepare, follow=True).content.decode()
    assert "a un référent" in client.get(prepare, follow=True).content.decode()
    with acting(colleague.pk):
        assert not Support.objects.exists()


def test_a_lead_who_left_is_told_with_the_way_out(
    client: Client, family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    with as_owner():
        StaffMember.objects.filter(pk=lead.pk).update(is_active=False)
    client.force_login(colleague)
    assert "ne reçoit plus de familles" in client.get(family.get_absolute_url()).content.decode()
    answer = client.post(address("prepare", family), follow=True).content.decode()
    assert f"Le référent de cette famille, {lead}, ne reçoit plus de familles" in answer


def test_who_closes_an_advice_is_told_before_that_another_leads(
    client: Client, family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    advice = InformationAdviceFactory.create(
        family=family, worker=colleague, other_service=OtherService.NONE
    )
    AdviceMeetingFactory.create(advice=advice)
    close = reverse("advice:close", args=[advice.public_id])
    client.force_login(colleague)
    assert f"a un référent, {lead}" in client.get(close).content.decode()
    accepted = {"outcome": AdviceOutcome.SUPPORT_ACCEPTED}
    assert client.post(close, accepted).headers["Location"] == advice.get_absolute_url()


def test_from_the_family_to_a_signed_contract(
    page: Client, family: Family, lead: StaffMember
) -> None:
    prepare = address("prepare", family)
    assert prepare in page.get(family.get_absolute_url()).content.decode()
    page.post(prepare)
    with acting(lead.pk):
        support = Support.objects.get()

    budget = {"rating": "hard", "obstacles": "Un crédit", "income": "1200", "seen": "0"}
    page.post(address("appraise", support, "budget"), budget)
    aim = {"domain": "housing", "aim": "Garder le logement", "seen": "0"}
    page.post(address("add_objective", support), aim)
    with acting(lead.pk):
        objective = Objective.objects.get()
        assert Appraisal.objects.get().income == 1200
    page.post(
        address("plan_action", support),
        {"what": "Écrire", "who": "family", "objective": f"{objective.public_id}"},
    )
    written = page.post(address("write_contract", support))
    with acting(lead.pk):
        contract = Contract.objects.get()
    assert written["Location"] == address("contract", contract)
    form = page.get(written["Location"]).context["form"]
    told = {name: form[name].value() for name in ("seen", "base")}
    days = {name: form[name].value().isoformat() for name in ("starts_on", "ends_on")}
    words = {"purpose": "Le logement", "family_side": "Payer", "worker_side": "Écrire"}
    assert page.post(written["Location"], {**told, **days, **words}).status_code == 302

    sign = address("sign", contract)
    assert "Le logement" in page.get(sign).content.decode()
    day = timezone.localdate()
    signature = {
        "seen": "2",
        "signatories": "Camille Exemple",
        "on": f"{day}",
        "how": "paper",
        "agreed": "on",
        "scan": SimpleUploadedFile("photo.jpg", photo()),
    }
    assert page.post(sign, signature).status_code == 302

    shown = page.get(support.get_absolute_url()).content.decode()
    assert "En cours" in shown
    assert "Signé le" in shown
    given = page.get(address("scan", contract))
    assert given.content == photo()
    assert given["Content-Disposition"] == 'attachment; filename="contrat-1-signe.jpg"'


def test_what_is_written_is_on_no_page_of_the_manager(
    client: Client, family: Family, lead: StaffMember, manager: StaffMember
) -> None:
    support = full(lead, family)
    client.force_login(manager)

    for shown in (
        client.get(support.get_absolute_url()),
        client.get(reverse("supports:list")),
        client.get(family.get_absolute_url()),
    ):
        text = shown.content.decode()
        assert str(lead) in text
        for secret in ("Un découvert", "Garder le logement", "Payer le loyer courant"):
            assert secret not in text
    assert "Le relogement est promis" in client.get(support.get_absolute_url()).content.decode()


def test_a_manager_answers_an_extension_from_their_day(
    client: Client, family: Family, lead: StaffMember, manager: StaffMember
) -> None:
    support = full(lead, family)
    with acting(manager.pk):
        extension = support.extensions.get()
    client.force_login(manager)
    assert "Prolongations à décider" in client.get("/").content.decode()

    client.post(address("decide", extension), {"granted": "oui", "answer": "D'accord"})

    with acting(lead.pk):
        support.refresh_from_db()
    assert support.limit_on == extension.until
    assert "Prolongations à décider" not in client.get("/").content.decode()


def test_a_manager_hands_over(
    client: Client, family: Family, lead: StaffMember, colleague: StaffMember, manager: StaffMember
) -> None:
    support = full(lead, family)
    client.force_login(manager)
    client.post(address("hand_over", support), {"worker": f"{colleague.public_id}"})
    with acting(colleague.pk):
        assert Support.objects.get(pk=support.pk).worker == colleague
        assert Objective.objects.exists()


def test_suspended_continued_closed_and_taken_up_again(
    page: Client, family: Family, lead: StaffMember
) -> None:
    support = full(lead, family)

    def state() -> str:
        with acting(lead.pk):
            support.refresh_from_db()
        return support.state

    page.post(address("suspend", support), {"why": "health"})
    assert state() == SupportState.SUSPENDED
    page.post(address("resume", support))
    assert state() == SupportState.ACTIVE
    asked = page.get(address("close", support))
    assert "Garder le logement" in asked.content.decode()
    refused = page.post(address("close", support), {"why": "reached"})
    assert refused.context["form"].errors
    (objective,) = asked.context["form"].objectives
    page.post(address("close", support), {"why": "reached", f"result-{objective.pk}": "partly"})
    assert state() == SupportState.CLOSED
    page.post(address("reopen", support))
    assert state() == SupportState.REOPENED


def test_an_extension_is_asked(page: Client, family: Family, lead: StaffMember) -> None:
    support = SupportFactory.create(family=family, worker=lead, state=SupportState.ACTIVE, **BEGUN)
    until = BEGUN["limit_on"] + timedelta(days=60)
    page.post(address("extend", support), {"until": f"{until}", "why": "Relogement"})
    assert "Attend une réponse" in page.get(support.get_absolute_url()).content.decode()


def test_the_contract_is_a_file_that_a_family_can_read(
    page: Client, family: Family, lead: StaffMember
) -> None:
    support = full(lead, family)
    with acting(lead.pk):
        contract = support.contracts.get()
    answer = page.get(address("contract_pdf", contract))

    pages = pypdfium2.PdfDocument(answer.content)
    text = pages[0].get_textpage().get_text_range()
    for words in ("Payer le loyer courant", "Écrire au bailleur", "Camille Exemple", "libre"):
        assert words in text
    assert "nosniff" in answer["X-Content-Type-Options"]
    assert family.name not in answer["Content-Disposition"]


def test_a_signed_contract_names_who_signed_whoever_carries_the_support_now(
    page: Client, family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    support = full(lead, family)
    with as_owner():
        Support.objects.filter(pk=support.pk).update(worker=colleague)
    with acting(lead.pk):
        contract = support.contracts.get()
    read = page.get(address("contract_pdf", contract)).content

    text = pypdfium2.PdfDocument(read)[0].get_textpage().get_text_range()
    assert str(lead) in text
    assert str(colleague) not in text


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"PK\x03\x04"])
def test_a_paper_that_is_no_scan_is_refused(
    page: Client, family: Family, lead: StaffMember, content: bytes
) -> None:
    support = SupportFactory.create(family=family, worker=lead)
    contract = ContractFactory.create(support=support)
    refused = page.post(
        address("sign", contract),
        {
            "seen": "1",
            "signatories": "Camille",
            "on": "2026-06-01",
            "how": "paper",
            "agreed": "on",
            "scan": SimpleUploadedFile("contrat.pdf", content),
        },
    )
    assert refused.status_code == 200
    assert refused.context["form"].errors


def test_a_support_s_page_asks_as_many_queries_whatever_is_in_it(
    page: Client, family: Family, lead: StaffMember, django_assert_max_num_queries: Any
) -> None:
    support = full(lead, family)
    page.get(support.get_absolute_url())
    with django_assert_max_num_queries(60) as first:
        page.get(support.get_absolute_url())
    for _ in range(2):
        objective = ObjectiveFactory.create(support=support)
        PlannedActionFactory.create(advice=None, support=support, objective=objective)
        SupportEventFactory.create(support=support)
    with django_assert_max_num_queries(60) as more:
        page.get(support.get_absolute_url())
    assert len(more) == len(first)


def test_the_list_is_kept_by_what_is_due(page: Client, lead: StaffMember) -> None:
    today = timezone.localdate()
    SupportFactory.create(
        worker=lead, state=SupportState.ACTIVE, **{**BEGUN, "next_review_on": today}
    )
    late = SupportFactory.create(
        worker=lead, state=SupportState.ACTIVE, **{**BEGUN, "next_review_on": today - timedelta(1)}
    )
    SupportFactory.create(
        worker=lead, state=SupportState.ACTIVE, **{**BEGUN, "next_review_on": today + timedelta(8)}
    )
    answer = page.get(f"{reverse('supports:list')}?echeance=bilan&de=moi")
    rows = answer.context["rows"]
    assert len(rows) == 2, "as many as the day counts: those of this week"
    assert rows[0][0] == late, "the soonest first"
    assert address("review", late, "step") in answer.content.decode()
    assert address("review", late, "step") in page.get(late.get_absolute_url()).content.decode()
    assert "Bilans à faire" in page.get("/").content.decode()
    assert len(page.get(reverse("supports:list")).context["rows"]) == 3


def test_the_family_s_page_says_what_comes_next(
    page: Client, family: Family, lead: StaffMember
) -> None:
    support = SupportFactory.create(family=family, worker=lead)

    def shown() -> str:
        return page.get(family.get_absolute_url()).content.decode()

    assert "Signer le contrat ensemble" in shown()
    with as_owner():
        columns = {**BEGUN, "next_review_on": timezone.localdate()}
        Support.objects.filter(pk=support.pk).update(state=SupportState.ACTIVE, **columns)
    assert "Faire le bilan ensemble" in shown()
