"""What was found of a family's rights: beside what is paid, side by side, on paper."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from conftest import as_owner
from factories.families import SnapshotFactory
from interventions.rights_check.checks import Found, computed, fill
from jalon.audit.identity import acting
from jalon.audit.models import Read
from jalon.directory.models import StaffMember
from jalon.families.models import Household, Snapshot
from jalon.interventions import checking_rights as checking
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import RightsCheck
from jalon.interventions.rights_check.found import computed_of, side_by_side
from jalon.rights.catalogue import RIGHTS
from jalon.rights.right import Right
from letters.seeing import opened

pytestmark = pytest.mark.django_db


def test_it_shows_what_seems_missing_and_what_may_be_at_risk(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    fill(check, page, paid__RSA="500")
    computed(check, lead, Found({"ASF": "401.54", "RSA": "0", "AF": "152.24"}))
    answer = page.get(check.get_absolute_url())
    groups = {
        group.title: [row.kind.code for row in group.rows] for group in answer.context["groups"]
    }

    assert groups == {
        "Ce qui semble manquer": ["ASF"],
        "Ce qui peut être à risque": ["RSA"],
        "Ce qui est déjà versé": ["AF"],
    }
    text = answer.content.decode().replace("\xa0", " ")
    for word in (
        "art. L. 523-1",
        "À confirmer par le service des prestations",
        "openfisca-france",
    ):
        assert word in text
    assert "par mois, en octobre 2026" in text


def test_situations_stand_side_by_side_with_what_changes(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    fill(check, page, child="on", job_who="claimant", job_euros="1400")
    calculator = Found(
        {"AF": "152.24", "RSA": "500", "ARS": "430"},
        {"AF": "347.29", "RSA": "600", "ARS": "430"},
        {"AF": "152.24", "RSA": "0", "PPA": "300.10", "ARS": "430"},
    )
    computed(check, lead, calculator)
    context = page.get(check.get_absolute_url()).context

    assert len(calculator.asked) == 3
    assert context["situations"][0] == "Aujourd'hui"
    rows = {row.label: [cell.change for cell in row.cells] for row in context["beside"]}
    assert [one.replace("\xa0", " ") for one in rows["Allocations familiales"]] == [
        *("", "+ 195,05 €", "")
    ]
    rhythms = {row.label: (row.rhythm, bool(row.law)) for row in context["beside"]}
    assert rhythms["Allocation de rentrée scolaire"] == ("une fois par an", True)
    assert rhythms["Allocations familiales"] == ("par mois", True)
    total = [cell.euros.replace("\xa0", " ") for cell in context["total"].cells]
    assert [one.replace("\u202f", " ") for one in total] == ["652,24 €", "947,29 €", "452,34 €"]


def test_the_total_is_in_part_where_something_was_not_computed_and_none_where_nothing_was(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    fill(check, page, child="on")
    calculator = Found({"AF": "152.24", "RSA": None}, {"AF": "347.29", "RSA": "600"})
    computed(check, lead, calculator)
    result = check.result or []

    _, total = side_by_side(result)
    assert total is not None
    assert total.label == "Total par mois, en partie"
    assert [cell.euros.replace("\xa0", " ") for cell in total.cells] == ["152,24 €", "347,29 €"]
    for situation in result:
        situation["rights"] = [
            one | ({"euros": "0"} if one["code"] == "AF" else {}) for one in situation["rights"]
        ]
    assert side_by_side(result)[1] is None


def test_a_separation_says_what_it_supposes(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    fill(check, page, new_relation="partner", new_born="1991-01-01")
    fill(check, page, home__alone_since="", home__union="married", parted="on")
    computed(check, lead, Found({"AF": "152.24"}, {"AF": "152.24", "ASF": "300"}))

    text = page.get(check.get_absolute_url()).content.decode()
    assert "le logement restent à la personne qui demande" in text
    assert "aucune pension alimentaire nouvelle" in text


def test_a_right_on_record_says_how_often_it_comes() -> None:
    told = {one.code: computed_of(Right(one, Decimal(1))) for one in RIGHTS}
    assert told["ARS"].endswith("une fois par an")
    assert told["AF"].endswith("par mois")
    assert told["CSS"] == "oui"


def test_a_situation_that_does_not_fit_any_more_is_refused(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    fill(check, page, new_relation="partner", new_born="1991-01-01")
    fill(check, page, home__alone_since="", parted="on", p3__here="no")
    with acting(lead.pk), pytest.raises(InterventionError, match="n'est plus là"):
        checking.ask_computing(check=check, by=lead)


def test_the_family_takes_a_page_home_and_that_it_was_made_is_on_record(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    address = reverse("rights:sheet", args=[check.public_id])
    assert page.get(address).status_code == 404, "nothing is computed"
    computed(check, lead, Found({"ASF": "401.54", "AF": "152.24"}))
    made = page.get(address)

    (paper,) = opened(made.content)
    text = " ".join(paper.text.split())
    assert "Allocation de soutien familial" in text
    assert "402 €" in text
    assert "Allocations familiales" in text.partition("Vous recevez déjà")[2]
    assert "feuille-caf.pdf" in made.headers["Content-Disposition"]
    with as_owner():
        assert (
            Read.objects.filter(family_id=check.family_id, page="feuille des droits").count() == 1
        )


def test_the_fund_s_own_aids_are_kept_with_what_is_missing_to_tell(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    computed(check, lead, Found({}))
    context = page.get(check.get_absolute_url()).context
    aids = [*context["aids"], *context["aids_to_check"]]

    kept = {one["label"]: one["state"] for one in (check.result or [{}])[0]["aids"]}
    assert {one.label for one in aids} == {label for label, state in kept.items() if state != "no"}
    assert all(one.sentence and one.source for one in aids)
    assert aids


def test_what_the_aids_read_of_the_extract_is_kept_with_them_and_nothing_else_of_it(
    check: RightsCheck, file: Household, page: Client, lead: StaffMember
) -> None:
    said = {"family_quotient": "452.10", "housing_benefit": "als", "rsa": "none"}
    SnapshotFactory.create(
        file=file,
        month="2026-10",
        household=said | {"benefits": ["AF"], "lost_benefits": 0},
        events=[{"kind": "separation", "reported_on": "2026-08-12"}],
    )
    computed(check, lead, Found({}))
    Snapshot.objects.filter(file=file).delete()

    assert (check.result or [{}])[0]["file"] == {
        "month": "2026-10",
        "columns": {"family_quotient": "452.10", "housing_benefit": "als"},
        "events": [["separation", "2026-08-12"]],
        "paid": [],
    }
    text = page.get(check.get_absolute_url()).content.decode()
    for word in (
        "L&#x27;extraction d&#x27;octobre 2026, pour les aides",
        "452,10",
        "12 août 2026",
    ):
        assert word in text
