"""A family's rights checked: filled in from the extract, computed, kept, and followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from conftest import as_owner
from factories.directory import CommuneFactory
from factories.families import HouseholdFactory, InvolvementFactory, PersonFactory, SnapshotFactory
from factories.interventions import InformationAdviceFactory, RightsCheckFactory
from jalon.audit.identity import acting
from jalon.audit.models import Read
from jalon.directory.models import StaffMember
from jalon.families.models import Family, Household, Snapshot
from jalon.interventions import checking_rights as checking
from jalon.interventions import rights_tasks, sharing
from jalon.interventions.drafting import drafts_of
from jalon.interventions.enums import ClaimState
from jalon.interventions.errors import InterventionError, RevisedMeanwhileError
from jalon.interventions.models import RightsCheck, RightsClaim
from jalon.interventions.rights_check.found import computed_of
from jalon.interventions.rights_check.situations import assumed, unsaid_of
from jalon.interventions.rights_check.told import By, Fact, Member, Source, Told
from jalon.rights.calculator import Calculator
from jalon.rights.catalogue import RIGHTS
from jalon.rights.right import Right
from jalon.rights.situation import Care, Leave, Relation, Situation
from jalon.rules.calendar import Month
from jalon.web.typography import joined
from letters.seeing import opened
from rights.broken import dead, partly

pytestmark = pytest.mark.django_db
MONTH: Final = Month(2026, 10)
_BORN: Final = date(1990, 3, 12)


class Found(Calculator):
    """Finds what it is told to, for each situation asked: euros by code, nought else."""

    def __init__(self, *found: dict[str, str | None]) -> None:
        super().__init__()
        self.found = found
        self.asked: list[Situation] = []

    def compute(self, situations: Sequence[Situation]) -> list[list[Right]]:
        self.asked = list(situations)
        told = [self.found[min(place, len(self.found) - 1)] for place in range(len(situations))]
        return [
            [
                Right(kind, None if (euros := one.get(kind.code, "0")) is None else Decimal(euros))
                for kind in RIGHTS
            ]
            for one in told
        ]


@pytest.fixture
def page(client: Client, lead: StaffMember) -> Client:
    client.force_login(lead)
    return client


@pytest.fixture
def file(lead: StaffMember) -> Household:
    """A lone mother of two, tenant, whose rent and income the extract tells."""
    made: Household = HouseholdFactory.create()
    of = {"household": made, "family": made.family}
    PersonFactory.create(**of, role="responsible", first_name="Awa", birth_date=_BORN)
    PersonFactory.create(**of, role="child", first_name="Lina", birth_date=date(2018, 5, 4))
    PersonFactory.create(**of, role="child", first_name="Noé", birth_date=date(2021, 6, 5))
    SnapshotFactory.create(
        file=made,
        month="2026-09",
        household={
            "commune": "94028",
            "family_status": "separated",
            "family_status_since": "2026-08-12",
            "gross_income_n2": "9600.00",
            "tenure": "social_tenant",
            "rent_gross": "420.00",
            "rsa": "standard",
            "housing_benefit": "none",
            "benefits": ["AF", "RSA"],
            "lost_benefits": 0,
        },
        persons=[
            {
                "role": "responsible",
                "birth_date": "1990-03-12",
                "monthly_net_pay": "300.00",
                "disabled": False,
            },
            {"role": "child", "birth_date": "2018-05-04", "in_school": True, "custody": "full"},
            {"role": "child", "birth_date": "2021-06-05", "disabled": False},
        ],
    )
    InvolvementFactory.create(family=made.family, worker=lead, lead=True)
    return made


@pytest.fixture
def check(file: Household, lead: StaffMember) -> RightsCheck:
    with acting(lead.pk):
        return checking.open_check(family=file.family, month=MONTH, by=lead)


def value(check: RightsCheck, name: str) -> str | None:
    fact = check.told.facts.get(name)
    return fact.value if fact else None


def sent(check: RightsCheck, page: Client, **changed: str) -> dict[str, str]:
    """Return what a browser sends of the form as it is shown, with what was changed."""
    form = page.get(reverse("rights:fill", args=[check.public_id])).context["form"]
    said = {}
    for bound in form:
        shown = bound.value()
        if shown not in (None, False, ""):
            said[bound.html_name] = "on" if shown is True else str(shown)
    return said | {name.replace("__", "-"): one for name, one in changed.items()}


def fill(check: RightsCheck, page: Client, **changed: str) -> RightsCheck:
    answer = page.post(
        reverse("rights:fill", args=[check.public_id]), sent(check, page, **changed)
    )
    assert answer.status_code == 302, answer.context["form"].errors
    return fresh(check)


def fresh(check: RightsCheck) -> RightsCheck:
    with acting(check.worker_id):
        check.refresh_from_db()
    return check


def computed(check: RightsCheck, by: StaffMember, calculator: Calculator) -> RightsCheck:
    with acting(by.pk):
        checking.ask_computing(check=check, by=by)
        checking.compute_check(check_id=check.pk, calculator=calculator)
        check.refresh_from_db()
    return check


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
    PersonFactory.create(household=file, family=file.family, role="spouse", birth_date=_BORN)
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
    asked = "14400 € par mois : est-ce par mois, ou par an ?"
    assert joined(asked.encode()) in answer.content
    fresh(check)
    assert check.asked_at is None
    with acting(lead.pk), pytest.raises(InterventionError, match="questions"):
        checking.ask_computing(check=check, by=lead)


def test_what_nobody_said_keeps_from_computing_what_depends_on_it(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    fill(check, page, p0__disability="")
    computed(check, lead, Found({"RSA": "500", "AAH": "1000", "AEEH": "150", "ASF": "400"}))
    text = page.get(check.get_absolute_url()).content.decode()

    rights = {one["code"]: one["euros"] for one in (check.result or [{}])[0]["rights"]}
    withheld = {code for code, euros in rights.items() if euros is None}
    # With a rate, the allowance for disabled adults takes the place of RSA and CSS.
    assert withheld == {"AAH", "RSA", "PPA", "CSS", "AEEH"}
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


def test_its_worker_fills_it_in_who_follows_the_family_reads_it_and_nobody_else(
    check: RightsCheck,
    file: Household,
    lead: StaffMember,
    colleague: StaffMember,
    manager: StaffMember,
) -> None:
    for person in (colleague, manager):
        with acting(person.pk):
            assert not RightsCheck.objects.exists()
            with pytest.raises(InterventionError):
                checking.open_check(family=file.family, month=MONTH, by=person)
    with acting(lead.pk):
        sharing.share_family(family=file.family, worker=colleague, by=lead)
    with acting(colleague.pk):
        assert RightsCheck.objects.get() == check
        with pytest.raises(InterventionError, match="collègue"):
            checking.ask_computing(check=check, by=colleague)
        assert RightsCheck.objects.filter(pk=check.pk).update(problem="à moi") == 0


def test_who_receives_a_family_checks_its_rights_and_no_other_s(
    file: Household, colleague: StaffMember
) -> None:
    InformationAdviceFactory.create(family=file.family, worker=colleague)
    with acting(colleague.pk):
        checking.open_check(family=file.family, month=MONTH, by=colleague)
        other = RightsCheckFactory.create().family
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            RightsCheck.objects.create(
                family=other, worker=colleague, month="2026-10", said=Told().as_json
            )


def test_a_right_claimed_is_followed_with_dates_and_euros(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    computed(check, lead, Found({"ASF": "401.54"}))
    claim = reverse("rights:claim", args=[check.public_id])
    page.post(claim, {"kind": "ASF", "claimed_on": "2026-11-02"})
    twice = page.post(claim, {"kind": "ASF", "claimed_on": "2026-11-03"}, follow=True)
    assert "déjà notée" in twice.content.decode()
    page.post(claim, {"kind": "CSS", "claimed_on": "2026-11-02"})
    with acting(lead.pk):
        asf, css = RightsClaim.objects.order_by("pk")

    def settled(one: RightsClaim, **said: Any) -> str:
        answer = page.post(reverse("rights:settle", args=[one.public_id]), said, follow=True)
        with acting(lead.pk):
            one.refresh_from_db()
        return answer.content.decode()

    granted = {"state": "granted", "decided_on": "2026-11-10"}
    assert "Combien est accordé" in settled(asf, **granted)
    assert "avant la demande" in settled(asf, state="refused", decided_on="2026-11-01")
    settled(asf, **granted, euros="401.54")
    settled(css, **granted)
    assert (asf.state, asf.euros) == (ClaimState.GRANTED, Decimal("401.54"))
    assert css.euros == 0
    assert (asf.decided_by_id, asf.decided_at is not None) == (lead.pk, True)
    assert f"noté par {lead}" in page.get(check.get_absolute_url()).content.decode()
    # Granted by mistake: it waits again.
    settled(asf, state="claimed")
    assert (asf.decided_on, asf.euros, asf.decided_by, asf.decided_at) == (None,) * 4
    with acting(lead.pk), pytest.raises(DatabaseError), transaction.atomic():
        RightsClaim.objects.filter(pk=asf.pk).update(state="granted")


def test_one_left_open_waits_in_one_s_day_and_is_deleted(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    assert "Rendez-vous des droits à finir" in page.get(reverse("desk:day")).content.decode()
    page.post(reverse("rights:delete", args=[check.public_id]))
    with acting(lead.pk):
        assert not RightsCheck.objects.exists()


def test_what_one_types_is_kept_until_written(check: RightsCheck, page: Client) -> None:
    typed = sent(check, page, p0__salary="777", brouillon=f"droits:{check.public_id}")
    keep = reverse("followed:keep_draft", args=[check.family.public_id])
    assert "Brouillon gardé" in page.post(keep, typed).content.decode()
    address = reverse("rights:fill", args=[check.public_id])
    assert page.get(address).context["form"]["p0-salary"].value() == "777"
    fill(check, page)
    assert value(check, "p0-salary") == "777.00 month"


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


def test_a_rate_of_half_keeps_from_computing_until_one_says_whether_it_bars_from_work(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    fill(check, page, p0__disability="from_50")
    computed(check, lead, Found({"RSA": "500", "AL": "300"}))
    rights = {one["code"]: one for one in (check.result or [{}])[0]["rights"]}
    assert {rights[code]["euros"] for code in ("AAH", "RSA", "PPA", "CSS")} == {None}
    assert "empêche de travailler" in rights["RSA"]["why"]
    assert rights["AL"]["euros"] == "300"


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


def test_a_claim_is_neither_of_years_ago_nor_to_come_even_from_sql(
    check: RightsCheck, lead: StaffMember
) -> None:
    computed(check, lead, Found({"ASF": "10"}))
    today = timezone.localdate()
    past, coming = today - timedelta(days=732), today + timedelta(days=1)
    claim: dict[str, Any] = {"check": check, "kind": "ASF", "by": lead}
    with acting(lead.pk):
        with pytest.raises(InterventionError, match="deux ans"):
            checking.claim_right(claimed_on=past, **claim)
        for day in (past, coming):
            with pytest.raises(DatabaseError, match="of_these_years"), transaction.atomic():
                RightsClaim.objects.create(
                    rights_check=check,
                    family_id=check.family_id,
                    kind="ASF",
                    by=lead,
                    claimed_on=day,
                )
        checking.claim_right(claimed_on=today - timedelta(days=700), **claim)


def test_nothing_is_claimed_nor_found_of_what_was_not_asked_for_even_from_sql(
    check: RightsCheck, lead: StaffMember
) -> None:
    now = timezone.now()
    forged: dict[str, Any] = {
        "result": [],
        "computed_with": "moi",
        "computed_at": now,
        "asked_at": now,
    }
    with acting(lead.pk):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            RightsClaim.objects.create(
                rights_check=check,
                family_id=check.family_id,
                kind="ASF",
                by=lead,
                claimed_on=timezone.localdate(),
            )
        with pytest.raises(DatabaseError), transaction.atomic():
            RightsCheck.objects.filter(pk=check.pk).update(**forged)


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


def test_a_grant_that_was_claimed_is_granted_once(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    computed(check, lead, Found({"PRIME": "1093.08"}))
    with acting(lead.pk):
        today = timezone.localdate()
        claimed = checking.claim_right(check=check, kind="PRIME", claimed_on=today, by=lead)
        checking.settle_claim(
            public_id=claimed.public_id,
            state=ClaimState.GRANTED,
            decided_on=today,
            euros=Decimal("1093.08"),
        )
    text = page.get(check.get_absolute_url()).content.decode().replace("\xa0", " ")
    assert "1 093,08 € une fois" in text.replace("\u202f", " ")
