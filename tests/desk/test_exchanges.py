"""A family's letters, calls and answers on its page: the path, and what comes next."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory, TeamFactory
from factories.families import FamilyFactory, HouseholdFactory, PersonFactory
from factories.outreach import (
    AnswerFactory,
    ApproachFactory,
    MessageFactory,
    ProposalFactory,
    TurnFactory,
)
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family
from jalon.outreach.models import Approach
from jalon.web import french
from jalon.web.typography import joined
from outreach.messages.letters import letter

pytestmark = pytest.mark.django_db


def signed_in(client: Client, role: Role = Role.SOCIAL_WORKER) -> StaffMember:
    member: StaffMember = StaffFactory.create(role=role, team=TeamFactory.create())
    client.force_login(member)
    return member


def approached(family: Family | None = None, **columns: Any) -> Approach:
    file = HouseholdFactory.create(family=family or FamilyFactory.create())
    PersonFactory.create(household=file)
    columns.setdefault("window_ends_on", timezone.localdate() + timedelta(days=90))
    approach: Approach = ApproachFactory.create(family=file.family)
    ProposalFactory.create(approach=approach, snapshot__file=file, **columns)
    return approach


def page(client: Client, approach: Approach, query: str = "") -> str:
    answer = client.get(f"/familles/{approach.family.public_id}/{query}")
    assert answer.status_code == 200
    return answer.content.decode().replace("&#x27;", "'")


def next_step(shown: str) -> str:
    found = re.search(r'path-next-body.*?<h3 class="path-title">([^<]+)</h3>', shown, re.DOTALL)
    return found[1] if found else ""


def answer(approach: Approach, kind: str, **columns: Any) -> None:
    number = columns.pop("number", 1)
    AnswerFactory.create(approach=approach, kind=kind, number=number, **columns)


def dealt() -> dict[str, Any]:
    return {"dealt_at": timezone.now(), "dealt_by": StaffFactory.create(first_name="Inès")}


class TestNextStep:
    @pytest.mark.parametrize(
        ("state", "said"),
        [
            ("", "Contacter la famille"),
            ("sent", "Appeler la famille"),
            ("returned", "Joindre la famille autrement"),
        ],
    )
    def test_it_follows_what_was_sent(self, client: Client, state: str, said: str) -> None:
        approach = approached()
        if state:
            letter(approach, state)
        signed_in(client)

        assert next_step(page(client, approach)) == said

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            ("call", "Appeler la famille"),
            ("meeting", "Fixer un rendez-vous"),
            ("rule", "Expliquer la règle, et comment elle a été appliquée"),
            ("unsafe", "Vérifier que la famille est en sécurité"),
            ("no", ""),
        ],
    )
    def test_it_follows_what_the_family_says(self, client: Client, kind: str, said: str) -> None:
        approach = approached()
        answer(approach, kind)
        signed_in(client)

        assert next_step(page(client, approach)) == said

    def test_once_dealt_with_nothing_more_is_asked(self, client: Client) -> None:
        approach = approached()
        answer(approach, "call", **dealt())
        signed_in(client)

        assert next_step(page(client, approach)) == ""

    def test_what_presses_most_comes_first(self, client: Client) -> None:
        approach = approached()
        answer(approach, "rule")
        answer(approach, "meeting", number=2)
        signed_in(client)

        assert next_step(page(client, approach)) == "Fixer un rendez-vous"

    def test_later_is_taken_up_on_its_day(self, client: Client) -> None:
        approach = approached()
        answer(approach, "later", again_on=timezone.localdate() - timedelta(days=1))
        signed_in(client)

        shown = page(client, approach)

        assert next_step(shown) == "Reprendre contact avec la famille"
        assert "En retard" in shown

    def test_a_family_that_asked_for_silence_is_answered_when_it_asks(
        self, client: Client
    ) -> None:
        approach = approached(FamilyFactory.create(do_not_contact=True))
        signed_in(client)
        assert next_step(page(client, approach)) == ""

        answer(approach, "call")
        assert next_step(page(client, approach)) == "Appeler la famille"

    def test_a_protected_family_is_reached_in_person(self, client: Client) -> None:
        approach = approached(FamilyFactory.create(protected_address=True), channel="in_person")
        signed_in(client)

        assert next_step(page(client, approach)) == "Joindre la famille en personne"

    def test_after_the_window_nothing_is_pressed(self, client: Client) -> None:
        approach = approached(window_ends_on=timezone.localdate() - timedelta(days=1))
        signed_in(client)

        shown = page(client, approach)

        assert next_step(shown) == ""
        assert "Fin du délai, sans réponse" in shown
        assert "La famille revient\xa0: recommencer" in shown
        assert "Noter un appel" not in shown


class TestPath:
    def test_each_thing_has_its_marker(self, client: Client) -> None:
        approach = approached()
        by = StaffFactory.create(first_name="Inès", last_name="Robin")
        sent = {"sent_at": timezone.now(), "reminder": None}
        MessageFactory.create(
            approach=approach, medium="phone", purpose="call", state="failed", by=by, **sent
        )
        MessageFactory.create(
            approach=approach,
            medium="text",
            state="failed",
            trouble="wrong_number",
            sent_at=timezone.now(),
        )
        answer(approach, "meeting", half_days=["mon_am", "fri_pm"])
        signed_in(client)

        shown = page(client, approach)

        for text in (
            "Appel\xa0: sans réponse",
            "Inès Robin",
            "Rappel par SMS",
            "Numéro ou adresse qui n'existe pas",
            "Demande un rendez-vous",
            "lundi matin, vendredi après-midi",
        ):
            assert text in shown
        # What was said the same day came after.
        assert shown.index("Demande un rendez-vous") < shown.index("Rappel par SMS")
        # On a telephone, what to do comes before how the family is reached.
        assert shown.index("Prochaine étape") < shown.index("Coordonnées")
        assert "Rappel par SMS" not in page(client, approach, "?voir=answer")

    def test_what_perhaps_left_has_not_failed(self, client: Client) -> None:
        approach = approached()
        MessageFactory.create(
            approach=approach, medium="text", state="failed", trouble="uncertain"
        )
        signed_in(client)

        shown = page(client, approach)

        assert "Incertain" in shown
        assert "Échec" not in shown

    def test_what_the_proposals_say_follows_the_answers(self, client: Client) -> None:
        approach = approached()
        signed_in(client)
        assert "À contacter" in page(client, approach)

        answer(approach, "no")
        shown = page(client, approach)
        assert "Déclinée" in shown
        assert "À contacter" not in shown

    def test_nobody_is_asked_to_contact_who_waits_for_a_turn(self, client: Client) -> None:
        approach, begins = approached(), timezone.localdate() + timedelta(days=14)
        with as_owner():
            TurnFactory.create(proposal=approach.proposals.get(), from_on=begins)
        signed_in(client)
        said = f"Attend son tour : lettre prévue à partir du {french.long_date(begins)}"
        waits = joined(said.encode()).decode()

        shown = page(client, approach)
        assert next_step(shown) == waits
        assert shown.count(waits) == 2
        assert "Contacter la famille" not in shown
        assert "À contacter" not in shown
        listed = client.get("/prises-de-contact/").content.decode()
        assert "Attend son tour" in listed
        assert french.long_date(begins) in listed

        # Nor to call it again where somebody did before its letter.
        MessageFactory.create(
            approach=approach,
            medium="phone",
            purpose="call",
            reminder=None,
            state="delivered",
            sent_at=timezone.now(),
            by=StaffFactory.create(),
        )
        assert next_step(page(client, approach)) == waits

    def test_one_last_day_to_answer_is_said_of_an_approach_and_its_proposals(
        self, client: Client
    ) -> None:
        approach = approached()
        # A family that accepts may answer for a year more than it was offered.
        answer(approach, "call")
        signed_in(client)

        shown = " ".join(page(client, approach).split())

        days = re.findall(r"jusqu'au (\d.*?\d{4})", shown)
        assert len(days) == 2, days
        assert len(set(days)) == 1, days

    def test_an_ended_approach_says_why_and_by_whom(self, client: Client) -> None:
        approach = approached()
        secretary = StaffFactory.create(first_name="Inès", last_name="Robin")
        with as_owner():
            Approach.objects.filter(pk=approach.pk).update(
                ended_on=timezone.localdate(), ending="moved_away", ended_by=secretary
            )
        signed_in(client)

        shown = page(client, approach)

        assert "Prise de contact close" in shown
        assert "A quitté le département" in shown
        assert "Inès Robin" in shown

    @pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.SECRETARY])
    def test_only_the_secretary_is_offered_to_end(self, client: Client, role: Role) -> None:
        approach = approached()
        signed_in(client, role)

        assert ("Clore…" in page(client, approach)) is (role is Role.SECRETARY)

    def test_the_queries_do_not_grow(self, client: Client) -> None:
        approach = approached()
        signed_in(client)

        def add() -> None:
            another = approached(approach.family)
            for number in (1, 2):
                AnswerFactory.create(approach=another, number=number)
                MessageFactory.create(approach=another, reminder=number)

        def counted() -> int:
            with CaptureQueriesContext(connection) as queries:
                page(client, approach)
            return len(queries)

        add()
        counted()
        one = counted()
        add()
        add()

        assert counted() == one
