"""What nobody said of a family: not computed, or counted as nothing and listed."""

from __future__ import annotations

import pytest
from django.test import Client

from conftest import as_owner
from factories.families import SnapshotFactory
from interventions.rights_check.checks import MONTH, Found, computed, fill, sent, value
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.families.models import Family, Household, Snapshot
from jalon.interventions import checking_rights as checking
from jalon.interventions.models import RightsCheck
from jalon.interventions.rights_check.situations import (
    Otherwise,
    all_situations,
    assumed,
    unsaid_of,
    withheld,
)
from jalon.rights.situation import Occupation

pytestmark = pytest.mark.django_db


def test_what_nobody_said_keeps_from_computing_what_depends_on_it(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    fill(check, page, p0__disability="")
    computed(check, lead, Found({"RSA": "500", "AAH": "1000", "AEEH": "150", "ASF": "400"}))
    text = page.get(check.get_absolute_url()).content.decode()

    rights = {one["code"]: one["euros"] for one in (check.result or [{}])[0]["rights"]}
    left_out = {code for code, euros in rights.items() if euros is None}
    # With a rate, the allowance for disabled adults takes the place of RSA and CSS.
    assert left_out == {"AAH", "RSA", "PPA", "CSS", "AEEH"}
    assert rights["ASF"] == "400"
    assert "si un taux d'incapacité" in text.replace("&#x27;", "'")


def test_without_any_income_said_no_minimum_is_promised(
    family: Family, lead: StaffMember, page: Client
) -> None:
    with acting(lead.pk):
        opened = checking.open_check(family=family, month=MONTH, by=lead)
    fill(opened, page, p0__born="1990-03-12")
    computed(opened, lead, Found({"RSA": "646.52", "AF": "10"}))

    rights = {one["code"]: one for one in (opened.result or [{}])[0]["rights"]}
    assert rights["RSA"]["euros"] is None
    assert "même si ce n'est rien" in rights["RSA"]["why"]


def test_a_rate_of_half_keeps_from_computing_until_one_says_whether_it_bars_from_work(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    fill(check, page, p0__disability="from_50")
    computed(check, lead, Found({"RSA": "500", "AL": "300"}))
    rights = {one["code"]: one for one in (check.result or [{}])[0]["rights"]}
    assert {rights[code]["euros"] for code in ("AAH", "RSA", "PPA", "CSS")} == {None}
    assert "empêche de travailler" in rights["RSA"]["why"]
    assert rights["AL"]["euros"] == "300"


def test_each_silence_counted_as_nothing_is_listed(check: RightsCheck, page: Client) -> None:
    fill(check, page, p1__born="2010-05-04", home__tenure="owner_with_loan", home__rent="")
    fill(check, page, p1__disability="from_80")
    said = assumed(check.told, MONTH)
    for one in (
        "Lina : salaire non dit, compté nul.",
        "Lina : complément d'AEEH non dit, compté comme aucun.",
        "Mensualité du prêt non dite, comptée nulle.",
    ):
        assert one in said


def test_what_nobody_said_is_not_told_to_the_aids(check: RightsCheck, page: Client) -> None:
    fill(check, page, home__tenure="", p0__salary="")
    unsaid = unsaid_of(check.told, MONTH)
    assert {(None, "tenure"), (None, "charges"), (0, "salary"), (0, "pregnant")} <= unsaid
    assert {(None, "commune"), (1, "custody"), (1, "salary")}.isdisjoint(unsaid)


def _withheld(check: RightsCheck, *others: Otherwise) -> list[set[str]]:
    told = all_situations(check.told, MONTH, others)
    return [set(withheld(unsaid)) for _, _, unsaid in told]


def test_of_a_home_being_paid_for_one_says_when_the_loan_was_signed(
    check: RightsCheck, page: Client
) -> None:
    assert "home-loan_on" not in sent(check, page)
    fill(check, page, home__tenure="owner_with_loan", home__rent="640")
    assert _withheld(check) == [{"RSA", "PPA", "AL", "CSS", "AEEH"}]

    fill(check, page, home__loan_on="2021-05-06")

    assert _withheld(check) == [{"AEEH"}]


def test_who_studies_is_taken_from_the_extract_and_who_works_for_themselves_is_asked(
    file: Household, lead: StaffMember, page: Client
) -> None:
    with as_owner():
        snapshot = Snapshot.objects.get(file=file)
        columns = {one: getattr(snapshot, one) for one in ("family", "file", "persons", "events")}
        household = {**snapshot.household, "responsible_is_student": True}
        SnapshotFactory.create(**columns, month="2026-10", household=household)
    with acting(lead.pk):
        check = checking.open_check(family=file.family, month=MONTH, by=lead)

    assert value(check, "p0-occupation") == "student"
    assert not any("ni études" in one for one in assumed(check.told, MONTH))
    fill(check, page, p0__occupation="self_employed")
    _, now, _ = all_situations(check.told, MONTH, [])[0]
    assert now.claimant.occupation is Occupation.SELF_EMPLOYED
    fill(check, page, p0__occupation="")
    assert "Awa : ni études ni travail à son compte, faute de le savoir." in assumed(
        check.told, MONTH
    )


def test_what_another_situation_says_is_unsaid_no_more_and_what_it_changes_is(
    check: RightsCheck, page: Client
) -> None:
    fill(check, page, p0__pregnant="yes", p0__disability="from_50", p0__barred_from_work="yes")

    now, born, hired = _withheld(check, Otherwise("child"), Otherwise("job", euros="1400"))

    assert now == {"AEEH", "PRIME"}
    assert born == {"AEEH"}
    # Whether that job goes with a disability that barred from work, nobody said.
    assert hired == now | {"AAH", "RSA", "PPA", "CSS"}
