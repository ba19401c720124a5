"""What is asked of a family: begun with the extract, each answer with who gave it."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from factories.directory import CommuneFactory
from factories.families import HouseholdFactory, PersonFactory, SnapshotFactory
from factories.interventions import RightsCheckFactory
from interventions.rights_check.checks import (
    BORN,
    MONTH,
    Found,
    computed,
    fill,
    fresh,
    sent,
    value,
)
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.families.models import Family, Household
from jalon.interventions import checking_rights as checking
from jalon.interventions.drafting import drafts_of
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import RightsCheck
from jalon.interventions.rights_check.told import By, Fact, Member, Source, Told
from jalon.rights.situation import Care, Leave, Relation
from jalon.rules.calendar import Month
from jalon.web.typography import joined

pytestmark = pytest.mark.django_db


def test_it_begins_with_what_the_extract_says_and_guesses_nothing(check: RightsCheck) -> None:
    assert [str(one) for one in check.told.members] == ["Awa", "Lina", "Noé"]
    assert value(check, "p0-salary") == "300.00 month"
    assert value(check, "p0-taxed") == "9600.00 year"
    assert value(check, "home-rent") == "420.00"
    assert value(check, "home-alone_since") == "2026-08-12"
    assert (value(check, "p1-schooled"), value(check, "p1-custody")) == ("yes", "full")
    # It says that RSA and family allowances are paid, never how much; and that no housing
    # benefit is.
    paid = {code: value(check, f"paid-{code}") for code in ("RSA", "AF", "AL", "ASF")}
    assert paid == {"RSA": "some", "AF": "some", "AL": "0.00", "ASF": "0.00"}
    for name in ("p1-disability", "p2-schooled", "home-charges", "p0-pregnant"):
        assert value(check, name) is None, name
    assert str(check.told.facts["home-rent"].source) == "extraction de septembre 2026"


def test_of_a_couple_nobody_knows_whose_income_the_extract_tells(
    file: Household, lead: StaffMember
) -> None:
    PersonFactory.create(household=file, family=file.family, role="spouse", birth_date=BORN)
    with acting(lead.pk):
        opened = checking.open_check(family=file.family, month=MONTH, by=lead)
    assert value(opened, "p0-taxed") is None
    assert value(opened, "p1-taxed") is None


def test_rows_lost_or_a_file_without_benefits_tell_of_nothing_unpaid(
    family: Family, lead: StaffMember
) -> None:
    file = HouseholdFactory.create(family=family)
    for month, household in (
        ("2026-09", {"benefits": ["AF"], "lost_benefits": 1}),
        ("2026-10", {"benefits": [], "lost_benefits": 0}),
    ):
        SnapshotFactory.create(file=file, month=month, household=household)
        with acting(lead.pk):
            opened = checking.open_check(family=family, month=MONTH, by=lead)
        assert value(opened, "paid-ASF") is None, month


def test_each_answer_says_who_gave_it_and_when(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    kept = check.told.facts["home-rent"]
    fill(check, page, p0__salary="412.50", home__charges="60", p0__taxed__seen="on")
    facts = check.told.facts
    today = timezone.localdate().isoformat()

    assert facts["home-rent"] == kept
    said = facts["p0-salary"]
    assert (said.value, said.source.by, said.source.when, said.source.to) == (
        *("412.50 month", "family", today),
        str(lead),
    )
    assert facts["p0-taxed"].source.by == "document"
    # That it is paid is kept, where no amount is given for it.
    assert value(check, "paid-AF") == "some"
    fill(check, page, paid__AF="152.24", home__charges="")
    assert value(check, "paid-AF") == "152.24"
    assert value(check, "home-charges") is None


def test_somebody_who_lives_there_is_added_and_one_who_left_is_not_counted(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    fill(check, page, new_relation="child", new_name="Zoé", new_born="2026-09-20", p1__here="no")
    calculator = Found({"AF": "100"})
    computed(check, lead, calculator)

    (situation,) = calculator.asked
    assert [one.born.year for one in situation.children] == [2021, 2026]


def test_what_cannot_all_be_true_is_asked_beside_the_field_and_nothing_is_computed(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    address = reverse("rights:fill", args=[check.public_id])
    answer = page.post(address, sent(check, page, p0__salary="14400", calculer="oui"), follow=True)

    assert "Répondez d" in answer.content.decode()
    asked = "14\xa0400\xa0€ par mois : est-ce par mois, ou par an ?"
    assert answer.content.count(joined(asked.encode())) == 2, "above, and beside the field"
    assert b'href="#id_p0-salary"' in answer.content
    fresh(check)
    assert check.asked_at is None
    with acting(lead.pk), pytest.raises(InterventionError, match="questions"):
        checking.ask_computing(check=check, by=lead)


def test_what_one_types_is_kept_until_written(check: RightsCheck, page: Client) -> None:
    typed = sent(check, page, p0__salary="777", brouillon=f"droits:{check.public_id}")
    keep = reverse("followed:keep_draft", args=[check.family.public_id])
    assert "Brouillon gardé" in page.post(keep, typed).content.decode()
    address = reverse("rights:fill", args=[check.public_id])
    assert page.get(address).context["form"]["p0-salary"].value() == "777"
    fill(check, page)
    assert value(check, "p0-salary") == "777.00 month"


def test_the_commune_is_shown_with_its_source_and_corrected(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    CommuneFactory.create(code="94081", label="Vitry-sur-Seine")
    fill(check, page)
    assert value(check, "home-commune") == "94028"
    fill(check, page, home__commune="94081")
    assert check.told.facts["home-commune"].source.by == "family"
    computed(check, lead, Found({}))
    text = page.get(check.get_absolute_url()).content.decode()
    assert "Vitry-sur-Seine (94081)" in text


def test_the_income_of_a_year_is_not_taken_for_another_s(
    file: Household, check: RightsCheck, lead: StaffMember
) -> None:
    later = Month(2027, 1)
    with acting(lead.pk):
        opened = checking.open_check(family=file.family, month=later, by=lead)
        assert value(opened, "p0-taxed") is None
        changed = checking.fill_in(
            check=check, month=later, told=check.told, others=[], seen=1, by=lead
        )
    assert value(changed, "p0-taxed") is None
    assert value(changed, "p0-salary") == "300.00 month"


def test_a_status_that_the_extract_does_not_tell_is_not_taken_for_being_alone(
    family: Family, lead: StaffMember
) -> None:
    file = HouseholdFactory.create(family=family)
    SnapshotFactory.create(file=file, month="2026-09", household={"benefits": []})
    with acting(lead.pk):
        opened = checking.open_check(family=family, month=MONTH, by=lead)
    assert value(opened, "home-union") is None


@pytest.mark.parametrize(
    ("declared", "pregnant"), [("2026-08-01", "yes"), ("2026-01-05", None), ("2021-06-01", None)]
)
def test_a_pregnancy_declared_lately_is_taken_from_the_extract(
    file: Household, lead: StaffMember, declared: str, pregnant: str | None
) -> None:
    SnapshotFactory.create(
        file=file, month="2026-10", household={"pregnancy_declared_on": declared}
    )
    with acting(lead.pk):
        opened = checking.open_check(family=file.family, month=MONTH, by=lead)
    assert value(opened, "p0-pregnant") == pregnant


def test_what_one_unticks_stays_unticked_and_goes_with_what_is_deleted(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    keep = reverse("followed:keep_draft", args=[check.family.public_id])
    fill(check, page, p0__salary__seen="on", child="on")
    typed = sent(check, page, brouillon=f"droits:{check.public_id}")
    del typed["p0-salary-seen"], typed["child"]
    page.post(keep, typed)
    form = page.get(reverse("rights:fill", args=[check.public_id])).context["form"]
    assert (form["p0-salary-seen"].value(), form["child"].value()) == (False, False)

    page.post(reverse("rights:delete", args=[check.public_id]))
    with acting(lead.pk):
        assert not drafts_of(lead).exists()


def test_what_is_rare_and_true_is_confirmed_with_who_and_when(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    fill(check, page, home__charges="900")
    with acting(lead.pk):
        assert checking.why_not_computed(check)
    fill(check, page, home__charges__sure="on")
    sure = check.told.facts["home-charges-sure"].source
    assert (sure.when, sure.to) == (timezone.localdate().isoformat(), str(lead))
    with acting(lead.pk):
        assert checking.why_not_computed(check) == ""
    assert "rare, confirmé" in page.get(check.get_absolute_url()).content.decode()
    # Another amount is another question.
    fill(check, page, home__charges="950")
    with acting(lead.pk):
        assert checking.why_not_computed(check)


def test_where_nobody_claims_the_form_adds_who_does(
    family: Family, page: Client, lead: StaffMember
) -> None:
    said = Told().adding(
        Member(Relation.CHILD, "Noé"), Fact("2020-01-01", Source(By.EXTRACT, "2026-09"))
    )
    opened = RightsCheckFactory.create(family=family, worker=lead, said=said.as_json)
    with acting(lead.pk):
        assert checking.why_not_computed(opened)
    fill(opened, page, new_relation="claimant", new_name="Awa", new_born="1990-01-01")
    with acting(lead.pk):
        assert checking.why_not_computed(opened) == ""


def test_a_pregnancy_leads_to_its_date_and_the_grant_waits_for_it(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    fill(check, page, p0__pregnant="yes")
    shown = page.get(reverse("rights:fill", args=[check.public_id])).content.decode()
    assert "Naissance prévue le" in shown
    computed(check, lead, Found({"PRIME": "1093.08"}))

    rights = {one["code"]: one for one in (check.result or [{}])[0]["rights"]}
    assert rights["PRIME"]["euros"] is None
    assert "date prévue" in rights["PRIME"]["why"]


def test_a_birth_and_who_minds_a_child_are_told_to_the_model_with_who_said_them(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    fill(check, page, p0__pregnant="yes", p1__born="2024-05-04")
    said = fill(
        check,
        page,
        p0__due="2026-12-20",
        p0__babies="2",
        p1__care="childminder",
        p0__leave="half",
        p2__adopted_on="2022-03-04",
    )
    fill(check, page, p0__on_leave_since="2026-09-01", p0__contributed="yes")
    assert str(said.told.facts["p0-due"].source).endswith(str(lead))
    asked = Found({"PRIME": "2186.16", "PREPARE": "297.17"})
    computed(check, lead, asked)

    mother, minded, adopted = asked.asked[0].people
    assert (mother.due, mother.babies) == (date(2026, 12, 20), 2)
    assert (mother.leave, mother.on_leave_since) == (Leave.HALF, date(2026, 9, 1))
    assert mother.contributed
    assert (minded.care, adopted.adopted_on) == (Care.CHILDMINDER, date(2022, 3, 4))
    text = page.get(check.get_absolute_url()).content.decode().replace("\xa0", " ")
    assert "une fois, deux mois avant la naissance ou à l&#x27;adoption" in text
    assert "art. L. 531-1, L. 531-4 et D. 531-4" in text


def test_what_is_of_young_children_is_asked_where_there_are_some(
    check: RightsCheck, page: Client
) -> None:
    def names() -> set[str]:
        form = page.get(reverse("rights:fill", args=[check.public_id])).context["form"]
        return set(form.fields)

    # The youngest is five, of a lone parent.
    assert not {"p0-leave", "paid-PREPARE", "p0-due"} & names()
    assert {"p1-care", "p2-care", "paid-CMG"} <= names()
    fill(check, page, p2__born="2025-06-05", new_relation="partner", new_born="1991-01-01")
    assert {"p0-leave", "p3-leave", "paid-PREPARE", "p2-care"} <= names()
    # Of a couple, nobody is paid for one of eight.
    assert "p1-care" not in names()


def test_what_no_extract_has_a_code_of_is_not_said_to_be_unpaid(check: RightsCheck) -> None:
    assert value(check, "paid-CMG") is None
    assert value(check, "paid-ASF") == "0.00"
