"""A support: prepared, planned by two, signed, suspended, extended, handed over, closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from conftest import as_owner
from factories.files import pdf
from factories.interventions import (
    BEGUN,
    CLOSED,
    ContractFactory,
    ObjectiveFactory,
    PlannedActionFactory,
    SupportFactory,
)
from interventions.conftest import worker_of
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember, Team
from jalon.documents import store
from jalon.documents.checking import checked
from jalon.families.models import Family, Involvement
from jalon.interventions import contracting, planning, queries, sharing, supporting
from jalon.interventions.enums import (
    ActionBy,
    Closing,
    Domain,
    ObjectiveResult,
    SupportState,
    Suspension,
)
from jalon.interventions.errors import InterventionError, RevisedMeanwhileError
from jalon.interventions.models import Appraisal, Contract, Objective, Support, SupportEvent
from jalon.interventions.terms import terms
from jalon.interventions.transitions import TRANSITIONS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_lead")]


def drafted(family: Family, by: StaffMember) -> Support:
    return supporting.prepare_support(family=family, advice=None, by=by)


def written(support: Support, by: StaffMember, **dates: date) -> Contract:
    contract = contracting.write_contract(support=support, by=by)
    words: dict[str, Any] = {
        "purpose": "Garder le logement.",
        "family_side": "Payer le loyer.",
        "worker_side": "Écrire au bailleur.",
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        **dates,
    }
    return contracting.revise_contract(contract=contract, base={}, words=words, seen=1, by=by)


def signed(contract: Contract, by: StaffMember, **told: Any) -> Contract:
    given: dict[str, Any] = {"seen": contract.revision, "on": timezone.localdate(), "scan": None}
    return contracting.sign_contract(
        contract=contract, signatories="Camille Exemple", by=by, **(given | told)
    )


def begun(family: Family, by: StaffMember) -> Support:
    support = drafted(family, by)
    signed(written(support, by), by)
    support.refresh_from_db()
    return support


def test_it_begins_with_the_contract_that_both_sign(family: Family, lead: StaffMember) -> None:
    support = drafted(family, lead)
    assert support.state == SupportState.DRAFT
    signed(written(support, lead), lead)

    support.refresh_from_db()
    today = timezone.localdate()
    assert support.state == SupportState.ACTIVE
    assert support.started_on == today
    assert support.ends_on == terms().usual_end(today)
    assert support.limit_on == terms().limit(today)
    assert support.next_review_on == today + timedelta(weeks=6)
    assert list(SupportEvent.objects.values_list("state", flat=True)) == ["draft", "active"]


def test_a_family_has_one_at_a_time(family: Family, lead: StaffMember) -> None:
    drafted(family, lead)
    with pytest.raises(InterventionError, match="déjà en cours"):
        drafted(family, lead)


@pytest.mark.parametrize(
    ("told", "match"),
    [
        ({"seen": 7}, "vient d'être changé"),
        ({"on": date(2999, 1, 1)}, "à venir"),
    ],
)
def test_what_is_signed_is_what_was_read(
    family: Family, lead: StaffMember, told: dict[str, Any], match: str
) -> None:
    contract = written(drafted(family, lead), lead)
    with pytest.raises(InterventionError, match=match):
        signed(contract, lead, **told)


def test_nobody_signs_an_empty_contract(family: Family, lead: StaffMember) -> None:
    contract = contracting.write_contract(support=drafted(family, lead), by=lead)
    with pytest.raises(InterventionError, match="s'engage"):
        signed(contract, lead)


def test_once_signed_it_never_changes_and_the_next_version_amends_it(
    family: Family, lead: StaffMember
) -> None:
    support = drafted(family, lead)
    first = signed(written(support, lead), lead, scan=checked(pdf()))
    kept = Contract.objects.get(pk=first.pk)
    assert kept.scan is not None
    assert store.given_back(kept.scan, kept.scan_sha256) == pdf()
    with pytest.raises(InterventionError, match="signé"):
        contracting.revise_contract(
            contract=first,
            base={},
            words={"starts_on": first.starts_on, "ends_on": first.ends_on},
            seen=2,
            by=lead,
        )
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Contract.objects.filter(pk=first.pk).update(purpose="Autre chose")

    second = contracting.write_contract(support=support, by=lead)
    assert (second.version, second.purpose) == (2, first.purpose)
    with pytest.raises(InterventionError, match="attend déjà"):
        contracting.write_contract(support=support, by=lead)


def test_the_database_holds_what_may_follow_what() -> None:
    with connection.cursor() as cursor:
        for was in SupportState:
            for becomes in SupportState:
                cursor.execute(
                    "SELECT wall.support_may_become(%s, %s)", [was.value, becomes.value]
                )
                assert cursor.fetchone()[0] is (becomes in TRANSITIONS[was]), (was, becomes)


def test_the_database_begins_no_support_without_a_signed_contract(
    family: Family, lead: StaffMember
) -> None:
    support = drafted(family, lead)
    with pytest.raises(DatabaseError, match="both signed"), transaction.atomic():
        Support.objects.filter(pk=support.pk).update(state=SupportState.ACTIVE, **BEGUN)


def test_a_refused_step_says_why(family: Family, lead: StaffMember) -> None:
    support = drafted(family, lead)
    with pytest.raises(InterventionError, match="ne peut pas être suspendu : il n'a pas commencé"):
        supporting.suspend(support=support, why=Suspension.HEALTH, by=lead)
    signed(written(support, lead), lead)
    supporting.suspend(support=support, why=Suspension.HEALTH, by=lead)
    with pytest.raises(InterventionError, match="ne peut pas être suspendu : il est suspendu"):
        supporting.suspend(support=support, why=Suspension.HEALTH, by=lead)
    assert supporting.resume(support=support, by=lead).state == SupportState.ACTIVE


def test_closing_tells_what_became_of_each_objective(family: Family, lead: StaffMember) -> None:
    support = begun(family, lead)
    one, other = (
        planning.add_objective(
            support=support,
            words={"domain": Domain.HOUSING, "aim": aim, "detail": ""},
            by=lead,
        )
        for aim in ("Garder le logement", "Apurer la dette")
    )
    with pytest.raises(InterventionError, match="chaque objectif"):
        supporting.close(
            support=support,
            why=Closing.REACHED,
            results={one.pk: ObjectiveResult.REACHED},
            by=lead,
        )
    with pytest.raises(InterventionError, match="autre motif"):
        supporting.close(support=support, why=Closing.NOT_BEGUN, results={}, by=lead)
    results = {one.pk: ObjectiveResult.REACHED, other.pk: ObjectiveResult.PARTLY}
    done = supporting.close(support=support, why=Closing.REACHED, results=results, by=lead)

    other.refresh_from_db()
    assert other.result == ObjectiveResult.PARTLY
    assert done.news_on == terms().news_day(timezone.localdate())
    with pytest.raises(InterventionError, match="clos"):
        planning.add_objective(
            support=done, words={"domain": Domain.WORK, "aim": "x", "detail": ""}, by=lead
        )


def test_it_is_taken_up_again_within_its_limit(family: Family, lead: StaffMember) -> None:
    support = begun(family, lead)
    supporting.close(support=support, why=Closing.FAMILY, results={}, by=lead)
    reopened = supporting.reopen(support=support, by=lead)
    assert reopened.state == SupportState.REOPENED
    supporting.suspend(support=support, why=Suspension.FAMILY, by=lead)
    assert supporting.resume(support=support, by=lead).state == SupportState.REOPENED


def test_what_never_began_is_not_taken_up_again(family: Family, lead: StaffMember) -> None:
    support = drafted(family, lead)
    supporting.close(support=support, why=Closing.NOT_BEGUN, results={}, by=lead)
    with pytest.raises(InterventionError, match="jamais commencé"):
        supporting.reopen(support=support, by=lead)


def test_past_its_limit_it_is_not_taken_up_again(family: Family, lead: StaffMember) -> None:
    past = {
        **CLOSED,
        "drafted_on": date(2020, 1, 1),
        "started_on": date(2020, 1, 1),
        "ends_on": date(2020, 6, 1),
        "limit_on": date(2021, 1, 1),
    }
    support = SupportFactory.create(family=family, worker=lead, state=SupportState.CLOSED, **past)
    with pytest.raises(InterventionError, match="prolongation"):
        supporting.reopen(support=support, by=lead)


def test_past_a_year_a_manager_agrees_first(
    family: Family, lead: StaffMember, manager: StaffMember
) -> None:
    support = begun(family, lead)
    limit = support.limit_on
    assert limit
    until = limit + timedelta(days=90)
    with pytest.raises(InterventionError, match="Sans l'accord du responsable"):
        written(support, lead, ends_on=until)
    asked = supporting.ask_extension(support=support, until=until, why="Relogement", by=lead)
    with pytest.raises(InterventionError, match="attend déjà"):
        supporting.ask_extension(support=support, until=until, why="Encore", by=lead)
    with pytest.raises(InterventionError, match="responsable"):
        supporting.decide_extension(extension=asked, granted=True, answer="", by=lead)
    with pytest.raises(DatabaseError), transaction.atomic():
        Support.objects.filter(pk=support.pk).update(limit_on=until)

    with acting(manager.pk):
        assert list(queries.extensions_asked(manager)) == [asked]
        supporting.decide_extension(extension=asked, granted=True, answer="D'accord", by=manager)
        with pytest.raises(InterventionError, match="déjà décidé"):
            supporting.decide_extension(extension=asked, granted=False, answer="", by=manager)
    with acting(lead.pk):
        support.refresh_from_db()
        assert support.limit_on == until


def test_a_manager_hands_a_support_over_with_the_family(
    family: Family, lead: StaffMember, manager: StaffMember, team: Team
) -> None:
    support = begun(family, lead)
    heir = worker_of(team)
    with pytest.raises(InterventionError, match="responsable"):
        supporting.hand_over(support=support, worker=heir, by=lead)
    with acting(manager.pk):
        supporting.hand_over(support=support, worker=heir, by=manager)
    with acting(heir.pk):
        assert Contract.objects.filter(support=support).exists()
        leads = Involvement.objects.filter(family=family, lead=True, until=None)
        assert leads.get().worker == heir
    with acting(lead.pk):
        assert not Contract.objects.filter(support=support).exists()
        assert not Support.objects.filter(pk=support.pk).exists()


def test_who_answers_for_the_work_changes_nothing_of_it(
    family: Family, lead: StaffMember, manager: StaffMember
) -> None:
    support = begun(family, lead)
    with acting(manager.pk):
        with pytest.raises(InterventionError, match="quelqu'un d'autre"):
            supporting.suspend(support=support, why=Suspension.WORKER, by=manager)
        with pytest.raises(DatabaseError), transaction.atomic():
            Support.objects.filter(pk=support.pk).update(news_on=None, ends_on=date(2027, 1, 1))
        assert not Objective.objects.exists()
        assert not Contract.objects.exists()


def test_two_workers_write_one_plan_and_neither_loses_text(
    family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    support = drafted(family, lead)
    sharing.share_family(family=family, worker=colleague, by=lead)
    words = {"domain": Domain.HOUSING, "aim": "Garder le logement", "detail": ""}
    objective = planning.add_objective(support=support, words=words, by=lead)
    planning.revise_objective(
        objective=objective,
        base=words,
        words={**words, "detail": "Un plan signé"},
        seen=1,
        by=lead,
    )
    with acting(colleague.pk):
        both = planning.revise_objective(
            objective=objective,
            base=words,
            words={**words, "aim": "Garder l'appartement"},
            seen=1,
            by=colleague,
        )
        assert (both.aim, both.detail) == ("Garder l'appartement", "Un plan signé")
        with pytest.raises(RevisedMeanwhileError):
            planning.revise_objective(
                objective=objective, base=words, words={**words, "aim": "Autre"}, seen=1, by=lead
            )


def test_two_who_first_look_at_one_domain_do_not_overwrite(
    family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    support = drafted(family, lead)
    sharing.share_family(family=family, worker=colleague, by=lead)

    def says(words: str, by: StaffMember) -> Appraisal:
        return planning.appraise(
            support=support,
            domain=Domain.BUDGET,
            base={"rating": "", "obstacles": ""},
            words={"rating": "hard", "obstacles": words},
            seen=0,
            by=by,
        )

    says("Un découvert", lead)
    with acting(colleague.pk), pytest.raises(RevisedMeanwhileError):
        says("Deux crédits", colleague)
    assert Appraisal.objects.get().obstacles == "Un découvert"


def test_an_action_hangs_on_an_objective_of_its_own_support(
    family: Family, lead: StaffMember
) -> None:
    support = drafted(family, lead)
    elsewhere = ObjectiveFactory.create()
    with pytest.raises(DatabaseError), transaction.atomic():
        PlannedActionFactory.create(advice=None, support=support, objective=elsewhere)
    made = planning.plan_action(
        support=support,
        objective=None,
        what="Appeler le bailleur",
        who=ActionBy.WORKER,
        due_on=None,
        by=lead,
    )
    assert made.of == support


def test_what_waits_is_told_by_dates_alone(lead: StaffMember) -> None:
    today = timezone.localdate()
    soon = {
        **BEGUN,
        "next_review_on": today,
        "ends_on": today + timedelta(days=10),
        "limit_on": today + timedelta(days=20),
    }
    one = SupportFactory.create(worker=lead, state=SupportState.ACTIVE, **soon)
    SupportFactory.create(worker=lead, state=SupportState.CLOSED, **CLOSED)
    before = today - timedelta(days=31)
    for due in (queries.Due.REVIEW, queries.Due.ENDING, queries.Due.LIMIT):
        rows = queries.supports().filter(worker=lead)
        assert list(rows.filter(due.by(due.day(today)))) == [one]
        assert queries.due_counts(lead, today)[due] == 1
        assert queries.due_counts(lead, before)[due] == 0
    assert queries.due_counts(lead, today)[None] == 1


def test_a_paper_without_its_scan_is_refused_by_the_database() -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), as_owner():
        ContractFactory.create(
            signed_on=date(2026, 6, 1), signature="paper", signatories="Camille"
        )
