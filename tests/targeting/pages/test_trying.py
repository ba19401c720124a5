"""A threshold is changed on a run: who would enter and leave, the work it means, a draft."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from conftest import as_owner
from factories.directory import StaffFactory
from factories.targeting import PROFILE, RuleDraftFactory
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.register.extract import open_extract
from jalon.rules.profile import load_profile
from jalon.targeting.engine.simulating import changed_offer, simulate
from jalon.targeting.models import RuleDraft, TargetingRun
from jalon.targeting.trials import HOURS_A_DAY, HOURS_A_FAMILY
from targeting.pages.conftest import OCTOBER, Computed

SignIn = Callable[[StaffMember], Client]


@pytest.fixture
def client(manager: StaffMember, as_person: SignIn) -> Client:
    return as_person(manager)


def plain(page: str) -> str:
    """Return a page's text with ordinary spaces."""
    return html.unescape(page).replace("\N{NO-BREAK SPACE}", " ")


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def page_of(client: Client, run: TargetingRun, offer: str, **data: Any) -> HttpResponse:
    answer = client.get(reverse("targeting:what_if", args=[run.public_id, offer]), data)
    assert answer.status_code == 200
    return answer  # type: ignore[return-value]


def tried(client: Client, run: TargetingRun, offer: str, **changes: Any) -> HttpResponse:
    form = page_of(client, run, offer).context["form"]  # type: ignore[attr-defined]
    as_it_is = {name: field.initial for name, field in form.fields.items()}
    return page_of(client, run, offer, **{**as_it_is, **changes, "essayer": "1"})


def name_of(client: Client, run: TargetingRun, offer: str, label: str) -> str:
    form = page_of(client, run, offer).context["form"]  # type: ignore[attr-defined]
    found: str = next(name for name, field in form.fields.items() if label in field.label)
    return found


def test_a_trial_says_who_would_enter_and_the_work(
    client: Client, october: TargetingRun, october_files: Computed
) -> None:
    name = name_of(client, october, "lone_parent", "âge de la personne responsable, au plus")
    profile = load_profile(PROFILE)
    catalogue = profile.catalogue(OCTOBER)
    with open_extract(october_files.extract, month=OCTOBER) as extract:
        changed = changed_offer(catalogue, "lone_parent", ["responsible_age=18..45"])
        expected = simulate(extract, profile, catalogue, changed)
    entered = [move.household_id for move in expected.moves if move.entered]
    assert entered, "the change must move someone"

    answer = tried(client, october, "lone_parent", **{name: "45"})
    page = plain(answer.content.decode())

    assert "de 18 à 34 ans" in page
    assert "de 18 à 45 ans" in page
    assert f"Entreraient {len(entered)} " in words(page)
    assert all(number in page for number in entered[:20])
    days = len(entered) * HOURS_A_FAMILY / HOURS_A_DAY
    assert f"+{days:.1f}".replace(".", ",") in page
    assert "Rien n'est changé" in page


def test_hours_a_family_are_the_source_s() -> None:
    assert HOURS_A_FAMILY == 17


@pytest.mark.parametrize("offer", ["separation", "lone_parent", "rent_arrears", "aid_leisure"])
def test_an_offer_tried_as_it_is_changes_nothing(
    client: Client, october: TargetingRun, offer: str
) -> None:
    page = tried(client, october, offer).content.decode()

    assert "Aucun critère n'a changé" in page


@pytest.mark.parametrize("value", ["", "abc", "-1", "999", "12.5", "1e999", "45; DROP TABLE"])
def test_a_value_that_cannot_be_is_said_beside_its_field(
    client: Client, october: TargetingRun, value: str
) -> None:
    name = name_of(client, october, "lone_parent", "âge de la personne responsable, au plus")

    page = tried(client, october, "lone_parent", **{name: value}).content.decode()

    assert "À corriger" in page
    assert f'href="#id_{name}"' in page
    assert "--set" not in page
    assert "Garder cet essai" not in page


def test_a_range_upside_down_is_said(client: Client, october: TargetingRun) -> None:
    name = name_of(client, october, "lone_parent", "âge de la personne responsable, au plus")

    page = tried(client, october, "lone_parent", **{name: "10"}).content.decode()

    assert "Le minimum dépasse le maximum." in page


def test_an_offer_the_run_does_not_apply_is_said(client: Client, october: TargetingRun) -> None:
    address = reverse("targeting:what_if", args=[october.public_id, "overcrowding"])

    answer = client.get(address, follow=True)

    assert "applique pas cette offre" in answer.content.decode()


def keep(client: Client, run: TargetingRun, sealed: str, note: str = "Pour le comité.") -> str:
    address = reverse("targeting:keep", args=[run.public_id])
    answer = client.post(address, {"essai": sealed, "note": note}, follow=True)
    return html.unescape(answer.content.decode())


def test_a_trial_is_kept_with_its_author_and_note(
    client: Client, october: TargetingRun, manager: StaffMember
) -> None:
    name = name_of(client, october, "lone_parent", "âge de la personne responsable, au plus")
    found = tried(client, october, "lone_parent", **{name: "45"})
    trial = found.context["trial"]  # type: ignore[attr-defined]

    page = keep(client, october, found.context["sealed"])  # type: ignore[attr-defined]

    with as_owner():
        draft = RuleDraft.objects.select_related("author").get()
    assert (draft.author, draft.note, draft.offer) == (manager, "Pour le comité.", "lone_parent")
    assert (draft.entered, draft.left) == (len(trial.entered), 0)
    assert draft.settings["set"] == ["age=18..45"]
    assert str(manager) in page
    assert "Pour le comité." in page


@pytest.mark.parametrize("sealed", ["", "x", "eyJvZmZlciI6ICJ4In0:1x:y"])
def test_a_trial_that_was_not_made_is_not_kept(
    client: Client, october: TargetingRun, sealed: str
) -> None:
    assert "trop ancien" in keep(client, october, sealed)
    with as_owner():
        assert not RuleDraft.objects.exists()


def test_one_deletes_one_s_own_draft_only(
    client: Client, manager: StaffMember, as_person: SignIn
) -> None:
    draft = RuleDraftFactory.create(author=manager)
    address = reverse("targeting:delete_draft", args=[draft.public_id])
    other = as_person(StaffFactory.create(role=Role.TERRITORY_MANAGER))

    assert other.post(address).status_code == 404
    with as_owner():
        assert RuleDraft.objects.exists()
    assert "Supprimer cet essai ?" in client.get(address).content.decode()
    client.post(address)
    with as_owner():
        assert not RuleDraft.objects.exists()
