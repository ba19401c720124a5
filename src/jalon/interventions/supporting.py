"""What changes in a support: prepared, suspended, taken up, handed over, extended, closed.

Each change of its state, or of who carries it, is told by the database (`SupportEvent`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from jalon.audit.refusals import refused_as
from jalon.directory.models import StaffMember
from jalon.directory.queries import manages
from jalon.directory.roles import Permission
from jalon.families.actions import name_lead_worker
from jalon.families.locks import present_family
from jalon.families.models import Family, Involvement
from jalon.families.queries import may_lead
from jalon.interventions.advising import involve, receives
from jalon.interventions.enums import Closing, ObjectiveResult, SupportState, Suspension
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import Extension, InformationAdvice, Objective, Support
from jalon.interventions.queries import follows, may_prepare
from jalon.interventions.terms import terms
from jalon.interventions.transitions import move
from jalon.web import french


@transaction.atomic
def prepare_support(
    *, family: Family, advice: InformationAdvice | None, by: StaffMember
) -> Support:
    """Begin to prepare a support with a family: it is a draft until both sign its contract.

    InterventionError where the person accompanies no families, somebody leads this one without
    them, or a support is under way already.
    """
    receives(by)
    present_family(family.pk)
    if why := why_not_prepare(family, by):
        raise InterventionError(why)
    today = timezone.localdate()
    going_on = InterventionError("Un accompagnement est déjà en cours avec cette famille.")
    with refused_as({"support_one_at_a_time": going_on}):
        made = Support.objects.create(family=family, worker=by, advice=advice, drafted_on=today)
    involve(family, by)
    return made


def why_not_prepare(family: Family, by: StaffMember) -> str:
    """Return why a support with a family is not one's to begin; nothing where it is."""
    if may_prepare(family, by):
        return ""
    led = Involvement.objects.select_related("worker").get(family=family, lead=True, until=None)
    lead = led.worker
    assert lead  # noqa: S101 - who leads is somebody
    if lead.is_active and may_lead(lead):
        return (
            f"Cette famille a un référent, {lead} : demandez-lui, ou à son responsable, de vous y "
            "associer."
        )
    return (
        f"Le référent de cette famille, {lead}, ne reçoit plus de familles : demandez à votre "
        "responsable d'en nommer un autre, sur la page de la famille."
    )


@transaction.atomic
def suspend(*, support: Support, why: Suspension, by: StaffMember) -> Support:
    """Let a support rest for a while; InterventionError where it does not go on."""
    locked = held(support, by)
    move(locked, SupportState.SUSPENDED)
    locked.suspended_on, locked.suspension = timezone.localdate(), why
    locked.save(update_fields=["state", "suspended_on", "suspension"])
    return locked


@transaction.atomic
def resume(*, support: Support, by: StaffMember) -> Support:
    """Go on with a support that rested; InterventionError where it did not."""
    locked = held(support, by)
    if locked.state != SupportState.SUSPENDED:
        raise InterventionError("Cet accompagnement n'est pas suspendu.")
    move(locked, SupportState.REOPENED if locked.reopened_on else SupportState.ACTIVE)
    locked.suspended_on, locked.suspension = None, ""
    locked.save(update_fields=["state", "suspended_on", "suspension"])
    return locked


@transaction.atomic
def close(
    *,
    support: Support,
    why: Closing,
    results: Mapping[int, ObjectiveResult],
    by: StaffMember,
) -> Support:
    """Close a support, with the reason and what became of each objective, by its number.

    InterventionError where it is closed already, an objective has no result, or the reason is not
    one of where it stands.
    """
    locked = held(support, by)
    begun = locked.started_on is not None
    move(locked, SupportState.CLOSED)
    if begun == (why == Closing.NOT_BEGUN):
        raise InterventionError(
            "Cet accompagnement a commencé : choisissez un autre motif."
            if begun
            else "Cet accompagnement n'a pas commencé : c'est son motif de fin."
        )
    if begun:
        _note_results(locked, results)
    today = timezone.localdate()
    locked.closed_on, locked.closing = max(today, locked.drafted_on), why
    locked.suspended_on, locked.suspension, locked.next_review_on = None, "", None
    locked.news_on = terms().news_day(today) if begun else None
    locked.save(
        update_fields=[
            *("state", "closed_on", "closing", "suspended_on", "suspension"),
            *("next_review_on", "news_on"),
        ]
    )
    return locked


def _note_results(support: Support, results: Mapping[int, ObjectiveResult]) -> None:
    objectives = list(Objective.objects.filter(support=support).order_by("pk"))
    if {one.pk for one in objectives} - set(results):
        raise InterventionError("Dites ce qu'est devenu chaque objectif.")
    for one in objectives:
        one.result = results[one.pk]
    Objective.objects.bulk_update(objectives, ["result"])


@transaction.atomic
def reopen(*, support: Support, by: StaffMember) -> Support:
    """Take a closed support up again, within its limit.

    InterventionError where it never began, is past its limit, or another is under way.
    """
    present_family(support.family_id)
    locked = held(support, by)
    if locked.state == SupportState.SUSPENDED:
        raise InterventionError(
            "Cet accompagnement est suspendu : reprenez-le, il n'est pas clos."
        )
    if locked.closing == Closing.NOT_BEGUN:
        raise InterventionError("Cet accompagnement n'a jamais commencé : préparez-en un autre.")
    move(locked, SupportState.REOPENED)
    today = timezone.localdate()
    if locked.over_limit(today):
        raise InterventionError(
            "Sa durée d'un an est passée : préparez un nouvel accompagnement, ou demandez une "
            "prolongation avant de le clore."
        )
    locked.reopened_on, locked.closed_on, locked.closing, locked.news_on = today, None, "", None
    locked.next_review_on = _next_review(locked, today)
    another = InterventionError("Un autre accompagnement est en cours avec cette famille.")
    with refused_as({"support_one_at_a_time": another}):
        locked.save(
            update_fields=[
                *("state", "reopened_on", "closed_on", "closing", "news_on"),
                "next_review_on",
            ]
        )
    return locked


@transaction.atomic
def ask_extension(*, support: Support, until: date, why: str, by: StaffMember) -> Extension:
    """Ask one's manager to go on past the limit; InterventionError where nothing is to ask."""
    locked = held(support, by)
    if locked.limit_on is None or locked.is_over:
        raise InterventionError("Seul un accompagnement commencé se prolonge.")
    if until <= locked.limit_on:
        raise InterventionError(
            f"Il peut déjà durer jusqu'au {french.long_date(locked.limit_on)}."
        )
    waiting = InterventionError("Une demande attend déjà la réponse du responsable.")
    with refused_as({"extension_asked_once": waiting}):
        return Extension.objects.create(
            support=locked, family_id=locked.family_id, until=until, why=why, asked_by=by
        )


@transaction.atomic
def decide_extension(
    *, extension: Extension, granted: bool, answer: str, by: StaffMember
) -> Extension:
    """Say yes or no to a support that lasts longer; the database moves its limit.

    InterventionError where the person does not answer for who carries it, or asked it themselves,
    or somebody decided before.
    """
    worker = Support.objects.select_related("worker__team").get(pk=extension.support_id).worker
    if by.pk in (extension.asked_by_id, worker.pk) or not manages(by, worker):
        raise InterventionError("Le responsable de qui porte l'accompagnement en décide.")
    still = Extension.objects.filter(pk=extension.pk, granted=None)
    now = timezone.now()
    if not still.update(granted=granted, answer=answer, decided_by=by, decided_at=now):
        raise InterventionError("C'est déjà décidé : relisez la page.")
    return Extension.objects.get(pk=extension.pk)


@transaction.atomic
def hand_over(*, support: Support, worker: StaffMember, by: StaffMember) -> Support:
    """Have another worker carry a support, and lead the family; a manager says so.

    InterventionError or FamilyError where one may not, or nothing changes.
    """
    if not manages(by, support.worker):
        raise InterventionError("Le responsable décide de qui porte un accompagnement.")
    leads = Involvement.objects.filter(family=support.family_id, worker=worker, lead=True)
    if not leads.filter(until=None).exists():
        name_lead_worker(family=support.family, worker=worker, by=by)
    locked = _locked(support)
    if locked.is_over:
        raise InterventionError("Cet accompagnement est clos.")
    if locked.worker_id == worker.pk:
        raise InterventionError(f"{worker} porte déjà cet accompagnement.")
    locked.worker = worker
    locked.save(update_fields=["worker"])
    return locked


def held(support: Support, by: StaffMember) -> Support:
    """Hold a support as it is now, in the transaction of whoever follows the family.

    InterventionError for others, whoever answers for the work included.
    """
    if not carries(support, by):
        raise InterventionError("Cet accompagnement est suivi par quelqu'un d'autre.")
    return _locked(support)


def carries(support: Support, by: StaffMember) -> bool:
    """Tell whether one reads and writes what a support holds: its worker, who follows."""
    if not by.may(Permission.WORK_WITH_FAMILIES):
        return False
    return support.worker_id == by.pk or follows(support.family, by)


def _locked(support: Support) -> Support:
    rows = Support.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("family", "worker").get(pk=support.pk)


def begin(support: Support, start: date, ends_on: date) -> None:
    """Begin a support that is held, once its contract is signed."""
    told = terms()
    move(support, SupportState.ACTIVE)
    support.started_on, support.ends_on = start, ends_on
    support.limit_on = told.limit(start)
    support.next_review_on = told.next_review(start, start)
    support.save(update_fields=["state", "started_on", "ends_on", "limit_on", "next_review_on"])


def _next_review(support: Support, after: date) -> date | None:
    return terms().next_review(support.started_on, after) if support.started_on else None
