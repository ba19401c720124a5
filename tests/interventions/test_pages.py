"""The pages of information-advice, and of what is kept as one types."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from factories.directory import StaffFactory
from factories.interventions import (
    AdviceMeetingFactory,
    InformationAdviceFactory,
    JournalEntryFactory,
    PlannedActionFactory,
    SupportFactory,
)
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family
from jalon.interventions.drafting import keep_draft
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import AdviceMeeting, Draft, InformationAdvice

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client, lead: StaffMember) -> Client:
    """The browser of the family's lead."""
    client.force_login(lead)
    return client


def written(**told: str) -> dict[str, str]:
    return {"held_on": f"{timezone.localdate()}", "mode": "face", "seen": "0", **told}


def test_from_the_family_to_the_first_meeting(
    page: Client, family: Family, lead: StaffMember
) -> None:
    shown = page.get(family.get_absolute_url())
    address = reverse("advice:open", args=[family.public_id])
    assert address in shown.content.decode()

    opened = page.post(address, {"come": "direct", "other_service": "none"})
    assert opened.status_code == 302
    with acting(lead.pk):
        advice = InformationAdvice.objects.get()
    assert opened["Location"] == reverse("advice:meet", args=[advice.public_id])

    page.post(opened["Location"], written(asked="Un loyer en retard"))
    shown = page.get(advice.get_absolute_url())
    assert "Un loyer en retard" in shown.content.decode()
    assert "Information-conseil ouverte" in page.get(family.get_absolute_url()).content.decode()


def test_what_is_said_is_on_no_page_of_the_manager(
    client: Client, family: Family, lead: StaffMember, manager: StaffMember
) -> None:
    advice = InformationAdviceFactory.create(family=family, worker=lead)
    AdviceMeetingFactory.create(advice=advice, asked="Un secret")
    client.force_login(manager)

    for address in (advice.get_absolute_url(), family.get_absolute_url(), reverse("advice:list")):
        shown = client.get(address)
        assert shown.status_code == 200
        assert str(lead) in shown.content.decode()
        assert "Un secret" not in shown.content.decode()


def test_a_form_left_in_the_middle_is_there_when_one_comes_back(
    page: Client, family: Family, lead: StaffMember
) -> None:
    advice = InformationAdviceFactory.create(family=family, worker=lead)
    address = reverse("advice:meet", args=[advice.public_id])
    key = f"entretien:{advice.public_id}"
    kept = page.post(
        reverse("followed:keep_draft", args=[family.public_id]),
        {**written(asked="Un début de phr"), "brouillon": key},
    )
    assert "Brouillon gardé" in kept.content.decode()

    page.logout()
    page.force_login(lead)
    assert "Un début de phr" in page.get(address).content.decode()
    assert "Entretien à noter" in page.get(reverse("followed:drafts")).content.decode()

    page.post(address, written(asked="Un début de phrase"))
    with acting(lead.pk):
        assert AdviceMeeting.objects.get().asked == "Un début de phrase"
        assert not Draft.objects.exists()


def test_a_draft_is_its_author_s_alone(
    page: Client, family: Family, lead: StaffMember, manager: StaffMember
) -> None:
    advice = InformationAdviceFactory.create(family=family, worker=lead)
    page.post(
        reverse("followed:keep_draft", args=[family.public_id]),
        {"asked": "x", "brouillon": f"entretien:{advice.public_id}"},
    )
    other = StaffFactory.create(role=Role.SOCIAL_WORKER, team=lead.team)
    for person, seen in ((lead, 1), (manager, 0), (other, 0)):
        with acting(person.pk):
            assert Draft.objects.count() == seen


@pytest.mark.parametrize(
    "key",
    [
        "n'importe quoi",
        "note\x00",
        "domaine:00000000-0000-4000-8000-000000000001",
        f"journal:{'-' * 36}",
        f"domaine:00000000-0000-4000-8000-000000000001:{'a' * 80}",
    ],
)
def test_a_draft_of_no_form_is_refused(
    page: Client, family: Family, lead: StaffMember, key: str
) -> None:
    for name in ("keep_draft", "forget_draft"):
        address = reverse(f"followed:{name}", args=[family.public_id])
        assert page.post(address, {"brouillon": key}).status_code == 404
    with acting(lead.pk), pytest.raises(InterventionError, match="pas des nôtres"):
        keep_draft(family=family, form=key, content={}, by=lead)


def test_a_draft_holds_no_sign_that_the_database_cannot(
    page: Client, family: Family, lead: StaffMember
) -> None:
    address = reverse("followed:keep_draft", args=[family.public_id])
    told = {"text": "Appelée\x00 hier", "brouillon": f"journal:{family.public_id}"}
    assert page.post(address, told).status_code == 200
    with acting(lead.pk):
        assert Draft.objects.get().content["text"] == "Appelée hier"


@pytest.mark.parametrize(
    "base", ['{"on": "zzz", "kind": "zz"}', '{"on": 1}', "[]", "{", "[" * 100_000]
)
def test_what_was_read_is_refused_once_damaged(
    page: Client, family: Family, lead: StaffMember, base: str
) -> None:
    entry = JournalEntryFactory.create(family=family, by=lead)
    told = {"kind": "call", "on": "2026-08-01", "text": "b", "seen": "0", "base": base}
    shown = page.post(reverse("followed:entry", args=[entry.public_id]), told)
    assert shown.status_code == 200
    assert "abîmée" in shown.content.decode()


def test_what_is_to_do_asks_as_many_queries_however_much_there_is(
    page: Client, family: Family, lead: StaffMember, django_assert_max_num_queries: Any
) -> None:
    support = SupportFactory.create(family=family, worker=lead)

    def asked(more: int) -> int:
        for _ in range(more):
            PlannedActionFactory.create(advice=None, support=support)
            PlannedActionFactory.create(advice__family=family)
        with django_assert_max_num_queries(60) as queries:
            assert page.get(reverse("followed:to_do")).status_code == 200
        return len(queries)

    assert asked(1) == asked(3)


def test_who_wrote_at_the_same_time_sees_both_texts(
    page: Client, family: Family, lead: StaffMember
) -> None:
    advice = InformationAdviceFactory.create(family=family, worker=lead)
    meeting = AdviceMeetingFactory.create(advice=advice, asked="Le loyer")
    address = reverse("advice:meeting", args=[meeting.public_id])
    form = page.get(address).context["form"]
    base: dict[str, Any] = {"base": form["base"].value(), "seen": form["seen"].value()}
    assert json.loads(base["base"])["asked"] == "Le loyer"
    day = {"held_on": f"{meeting.held_on}", "mode": "face"}

    assert page.post(address, {**day, **base, "asked": "Le loyer, le gaz"}).status_code == 302
    clash = page.post(address, {**day, **base, "asked": "Le loyer, l'eau", "told": "FSL"})

    assert clash.status_code == 409
    shown = clash.content.decode()
    assert "Le loyer, le gaz" in shown
    assert "Le loyer, l&#x27;eau" in shown
    again = clash.context["form"]
    told = {name: again[name].value() for name in again.fields}
    assert page.post(address, {**told, "asked": "Loyer, gaz, eau"}).status_code == 302
    with acting(lead.pk):
        last = AdviceMeeting.objects.get()
    assert (last.asked, last.told) == ("Loyer, gaz, eau", "FSL")


def test_the_list_asks_as_many_queries_for_one_as_for_three(
    page: Client, lead: StaffMember, django_assert_max_num_queries: Any
) -> None:
    InformationAdviceFactory.create(worker=lead)
    page.get(reverse("advice:list"))
    with django_assert_max_num_queries(60) as first:
        page.get(reverse("advice:list"))
    for _ in range(2):
        InformationAdviceFactory.create(worker=lead)
    with django_assert_max_num_queries(60) as third:
        assert len(page.get(reverse("advice:list")).context["page"].items) == 3
    assert len(third) == len(first)


def test_the_day_tells_what_is_due(page: Client, family: Family, lead: StaffMember) -> None:
    advice = InformationAdviceFactory.create(family=family, worker=lead)
    added = {"what": "Écrire au bailleur", "who": "family", "due_on": f"{timezone.localdate()}"}
    page.post(reverse("advice:follow_up", args=[advice.public_id]), added)

    shown = page.get(reverse("desk:day")).content.decode()

    assert "Actions à faire cette semaine" in shown
    assert "Informations-conseils ouvertes" in shown
    assert "Écrire au bailleur" in page.get(reverse("followed:to_do")).content.decode()


def test_a_support_that_was_accepted_is_the_next_page(
    page: Client, family: Family, lead: StaffMember
) -> None:
    advice = InformationAdviceFactory.create(family=family, worker=lead, other_service="none")
    AdviceMeetingFactory.create(advice=advice)
    closed = page.post(
        reverse("advice:close", args=[advice.public_id]), {"outcome": "support_accepted"}
    )
    assert closed["Location"] == reverse("supports:prepare", args=[family.public_id])


def test_what_is_done_is_said_on_the_list(page: Client, family: Family, lead: StaffMember) -> None:
    advice = InformationAdviceFactory.create(family=family, worker=lead)
    action = PlannedActionFactory.create(advice=advice)
    listed = reverse("followed:to_do")
    assert action.settle_url in page.get(listed).content.decode()

    answer = page.post(action.settle_url, {"state": "done", "depuis": "a-faire"})

    assert answer["Location"] == listed
    assert "Rien à faire" in page.get(listed).content.decode()


def test_ending_one_asks_whether_another_service_follows_the_family(
    page: Client, family: Family, lead: StaffMember
) -> None:
    advice = InformationAdviceFactory.create(family=family, worker=lead, other_service="unknown")
    AdviceMeetingFactory.create(advice=advice)
    close = reverse("advice:close", args=[advice.public_id])
    assert close in page.get(f"{reverse('advice:list')}?etat=open&de=moi").content.decode()

    asked = page.post(reverse("advice:other_service", args=[advice.public_id]), follow=True)
    assert "choisissez une réponse" in asked.content.decode()
    told = {"outcome": "support_accepted", "other_service": "unknown"}
    refused = page.post(close, told)
    assert refused.status_code == 200, "one stays where one is asked"
    assert "un autre service social" in refused.content.decode()

    page.post(close, {**told, "other_service": "town"})
    with acting(lead.pk):
        advice.refresh_from_db()
    assert (advice.state, advice.other_service) == ("closed", "town")
    assert "other_service" not in page.get(close).content.decode()
