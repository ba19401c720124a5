"""The pages of a support: the list, the whole of it, its diagnosis and its plan."""

from __future__ import annotations

import uuid
from typing import Any, Final, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.queries import manages
from jalon.directory.roles import Permission
from jalon.families.queries import families_led
from jalon.interventions import planning, queries, supporting, visiting
from jalon.interventions.advice_forms import SettleForm
from jalon.interventions.doing import back_from, do, present
from jalon.interventions.enums import ActionBy, ActionState, Domain, SupportState
from jalon.interventions.models import (
    Appraisal,
    InformationAdvice,
    Objective,
    PlannedAction,
    Support,
)
from jalon.interventions.reach import known_to
from jalon.interventions.reply.asking import awaited_until
from jalon.interventions.support_forms import (
    AppraisalForm,
    BudgetForm,
    ObjectiveForm,
    PlanActionForm,
    SupportFilters,
)
from jalon.interventions.writing import Page
from jalon.rules.errors import ClearError
from jalon.web.listing import filters_in_words, page_of

STATES: Final = {
    SupportState.DRAFT: "todo",
    SupportState.ACTIVE: "active",
    SupportState.SUSPENDED: "paused",
    SupportState.CLOSED: "done",
    SupportState.REOPENED: "active",
}


@require_safe
@requires(Permission.SEE_INTERVENTIONS)
def supports(request: SignedInRequest) -> HttpResponse:
    """List the supports that one carries or answers for."""
    form = SupportFilters(request.GET)
    today = timezone.localdate()
    rows = form.kept(
        known_to(queries.of_family(queries.supports()), request.user), request.user, today
    )
    page = page_of(request, rows)
    record_read(page=f"accompagnements ({filters_in_words(form)})")
    context = {
        "form": form,
        "page": page,
        "rows": [
            (one, STATES[SupportState(one.state)], visiting.review_due(one, today))
            for one in page.items
        ],
        "filtered": form.is_filtering,
        "today": today,
    }
    return render(request, "interventions/supports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def prepare(request: SignedInRequest, family: uuid.UUID) -> HttpResponse:
    """Ask, then begin to prepare a support."""
    found = present(family)
    if request.method != "POST":
        if why := supporting.why_not_prepare(found, request.user):
            messages.error(request, why)
            return redirect(found)
        record_read(family_id=found.pk, page="accompagnement à préparer")
        context = {
            "family": found,
            "heading": "Préparer un accompagnement",
            "action": "Préparer",
            "cancel_url": found.get_absolute_url(),
            "consequences": [
                (
                    "Vous écrivez ensemble le diagnostic, le plan et le contrat ; rien ne "
                    "commence avant que la famille et vous ayez signé."
                ),
                "La famille reste libre d'arrêter à tout moment.",
                "Les autres services voient que vous intervenez, jamais ce qui se dit.",
            ],
        }
        return render(request, "interventions/ask.html", context)
    advice = InformationAdvice.objects.filter(family=found, worker=request.user).last()
    try:
        made = supporting.prepare_support(family=found, advice=advice, by=request.user)
    except ClearError as error:
        messages.error(request, str(error))
        return redirect(found)
    messages.success(request, "C'est noté. Commencez par le diagnostic, avec la famille.")
    return redirect(made)


@require_safe
@requires(Permission.SEE_INTERVENTIONS)
def page(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a support; what is said and planned, to who follows the family alone."""
    support = seen(public_id)
    record_read(family_id=support.family_id, page="accompagnement")
    today = timezone.localdate()
    carries = supporting.carries(support, request.user)
    contracts = list(queries.contracts_of(support))
    planned = list(queries.actions().filter(support=support))
    hand_overs = list(queries.hand_overs_of(support.family).filter(read_by=None))
    extensions = list(support.extensions.select_related("asked_by", "decided_by").order_by("-pk"))
    context = {
        "support": support,
        "family": support.family,
        "state": STATES[SupportState(support.state)],
        "changes": list(support.changes.select_related("by", "worker").order_by("-pk")),
        "extensions": extensions,
        "extension_waits": any(one.granted is None for one in extensions),
        "appraisals": _appraisals(support),
        "objectives": [
            (one, [to_do for to_do in planned if to_do.objective_id == one.pk])
            for one in support.objectives.order_by("pk")
        ],
        "loose": [to_do for to_do in planned if to_do.objective_id is None],
        "contracts": contracts,
        "reviews": list(queries.reviews_of(support)),
        "hand_overs": hand_overs,
        "leads": bool(hand_overs and families_led(request.user, [support.family_id])),
        "opinions": list(queries.opinions_of(support)),
        "opinion_until": awaited_until(support) if carries and support.is_over else None,
        "review_kinds": visiting.reviews_possible(support) if carries else (),
        "due": visiting.review_due(support, today) if carries else None,
        "visits": list(queries.visits_of(support)),
        "unsigned": next((one for one in contracts if not one.is_signed), None),
        "reads": carries,
        "writes": carries and not support.is_over,
        "manages": manages(request.user, support.worker) and support.worker != request.user,
        "over_limit": support.over_limit(today),
        "today": today,
        "action_form": PlanActionForm(objectives=support.objectives.order_by("pk")),
    }
    return render(request, "interventions/support.html", context)


def _appraisals(support: Support) -> list[tuple[Domain, Appraisal | None]]:
    found = {one.domain: one for one in support.appraisals.all()}
    return [(domain, found.get(domain.value)) for domain in Domain]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def appraise(request: SignedInRequest, public_id: uuid.UUID, domain: str) -> HttpResponse:
    """Say how a domain goes."""
    if domain not in Domain.values:
        raise Http404
    support, which = carried(public_id, request), Domain(domain)
    key = f"domaine:{support.public_id}:{which.value}"
    return Page(
        family=support.family,
        key=key,
        form=BudgetForm if which is Domain.BUDGET else AppraisalForm,
        heading=f"Diagnostic partagé : {which.label.lower()}",
        page="diagnostic partagé",
        lead="Les mots sont ceux que vous choisissez ensemble. Rien ne les additionne.",
        row=lambda: support.appraisals.filter(domain=which).first(),
        act=lambda form: planning.appraise(
            support=support,
            domain=which,
            base=form.read,
            words=form.written,
            seen=form.cleaned_data["seen"] or 0,
            by=request.user,
            draft=key,
        ),
        done="C'est noté.",
        back=f"{support.get_absolute_url()}#diagnostic",
        trail=("Accompagnement", support.get_absolute_url()),
    ).answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def add_objective(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add an objective to the plan."""
    support = carried(public_id, request)
    key = f"objectif:{support.public_id}"
    return Page(
        family=support.family,
        key=key,
        form=ObjectiveForm,
        heading="Ajouter un objectif",
        page="objectif à écrire",
        act=lambda form: planning.add_objective(
            support=support, words=form.written, by=request.user, draft=key
        ),
        done="C'est noté : ajoutez ce qu'il faut faire pour y arriver.",
        back=f"{support.get_absolute_url()}#plan",
        trail=("Accompagnement", support.get_absolute_url()),
    ).answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def objective(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write an objective anew."""
    rows = Objective.objects.select_related("support__family", "support__worker")
    found = get_object_or_404(rows, public_id=public_id)
    key = f"but:{found.public_id}"
    return Page(
        family=found.support.family,
        key=key,
        form=ObjectiveForm,
        heading="Reprendre un objectif",
        page="objectif à reprendre",
        row=lambda: found,
        act=lambda form: planning.revise_objective(
            objective=found,
            base=form.read,
            words=form.written,
            seen=form.cleaned_data["seen"] or 0,
            by=request.user,
            draft=key,
        ),
        done="C'est noté.",
        back=f"{found.support.get_absolute_url()}#plan",
        trail=("Accompagnement", found.support.get_absolute_url()),
    ).answer(request)


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def plan_action(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add something to do to the plan."""
    support = carried(public_id, request)
    form = PlanActionForm(request.POST, objectives=support.objectives.all())
    back = f"{support.get_absolute_url()}#plan"
    if not form.is_valid():
        messages.error(request, "Rien n'est noté : dites ce qu'il faut faire, et pour quand.")
        return redirect(back)
    told = form.cleaned_data
    return do(
        request,
        lambda: planning.plan_action(
            support=support,
            objective=told["objective"],
            what=told["what"],
            who=ActionBy(told["who"]),
            due_on=told["due_on"],
            by=request.user,
        ),
        "C'est noté : vous le retrouverez dans Ma journée.",
        back,
    )


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def settle(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that something was done, or will not be."""
    rows = PlannedAction.objects.select_related("support")
    action = get_object_or_404(rows, public_id=public_id, support__isnull=False)
    form = SettleForm(request.POST)
    if not form.is_valid():
        raise Http404
    state = ActionState(form.cleaned_data["state"])
    return do(
        request,
        lambda: planning.settle_action(action=action, state=state, by=request.user),
        "C'est noté.",
        back_from(request, f"{cast('Support', action.support).get_absolute_url()}#plan"),
    )


def seen(public_id: uuid.UUID) -> Support:
    """Return the support of a reference that the person sees; 404 otherwise."""
    rows = queries.of_family(queries.supports()).select_related("worker__team")
    return get_object_or_404(rows, public_id=public_id)


def carried(public_id: uuid.UUID, request: SignedInRequest) -> Support:
    """Return a support that the person reads and writes; who answers for it leads nowhere here."""
    support = seen(public_id)
    if not supporting.carries(support, request.user):
        raise Http404
    return support


def asked(context: dict[str, Any], support: Support, heading: str, action: str) -> dict[str, Any]:
    """Return what a page that asks before it acts is told."""
    return {
        "family": support.family,
        "trail": ("Accompagnement", support.get_absolute_url()),
        "heading": heading,
        "action": action,
        "cancel_url": support.get_absolute_url(),
        **context,
    }
