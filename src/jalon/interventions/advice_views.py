"""The pages of an information-advice: opened, met, followed up, closed."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.interventions import advising, planning, queries, supporting
from jalon.interventions.advice_forms import (
    ActionForm,
    AdviceFilters,
    CloseForm,
    MeetingForm,
    OpenForm,
    OtherServiceForm,
    SettleForm,
)
from jalon.interventions.at_appointments import (
    asked_appointment,
    begun_at,
    naming,
    written_at,
)
from jalon.interventions.doing import back_from, do, present
from jalon.interventions.enums import ActionBy, ActionState, AdviceOutcome, OtherService
from jalon.interventions.models import AdviceMeeting, InformationAdvice, PlannedAction
from jalon.interventions.reach import known_to
from jalon.interventions.writing import Page
from jalon.rules.errors import ClearError
from jalon.web.listing import filters_in_words, page_of


@require_safe
@requires(Permission.SEE_INTERVENTIONS)
def advices(request: SignedInRequest) -> HttpResponse:
    """List the information-advices that one holds or answers for."""
    form = AdviceFilters(request.GET)
    rows = known_to(queries.of_family(queries.advices()), request.user)
    page = page_of(request, form.kept(rows, request.user))
    record_read(page=f"informations-conseils ({filters_in_words(form)})")
    context = {"form": form, "page": page, "filtered": form.is_filtering}
    return render(request, "interventions/advices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def start(request: SignedInRequest, family: uuid.UUID) -> HttpResponse:
    """Ask where it comes from, then open an information-advice."""
    found = present(family)
    at = asked_appointment(request, found)
    form = OpenForm(request.POST if request.method == "POST" else None, family=found)
    if form.is_valid():
        try:
            opened = advising.open_advice(
                family=found,
                come=form.said,
                other_service=OtherService(form.cleaned_data["other_service"]),
                by=request.user,
            )
        except ClearError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "C'est ouvert : les services voient que vous intervenez.")
            return redirect(reverse("advice:meet", args=[opened.public_id], query=naming(at)))
    record_read(family_id=found.pk, page="information-conseil à ouvrir")
    return render(request, "interventions/open_advice.html", {"family": found, "form": form})


@require_safe
@requires(Permission.SEE_INTERVENTIONS)
def page(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show an information-advice; what was said, to who follows the family alone."""
    advice = _advice(public_id)
    record_read(family_id=advice.family_id, page="information-conseil")
    holds = _holds(advice, request)
    context = {
        "advice": advice,
        "family": advice.family,
        "meetings": list(queries.meetings_of(advice)),
        "actions": list(queries.actions().filter(advice=advice)),
        "today": timezone.localdate(),
        "reads": holds,
        "writes": holds and advice.is_open,
        "action_form": ActionForm(),
        "other_form": OtherServiceForm(),
    }
    return render(request, "interventions/advice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def meet(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write down a meeting."""
    advice = _held(public_id, request)
    key = f"entretien:{advice.public_id}"
    at = asked_appointment(request, advice.family)
    return Page(
        family=advice.family,
        key=key,
        form=MeetingForm,
        heading="Noter un entretien",
        page="entretien à noter",
        act=lambda form: advising.record_meeting(
            advice=advice,
            words=_said(form),
            by=request.user,
            draft=key,
            appointment=written_at(advice.family, form.cleaned_data["appointment"]),
        ),
        initial=begun_at(at, "held_on"),
        done="C'est noté.",
        back=advice.get_absolute_url(),
        trail=("Information-conseil", advice.get_absolute_url()),
        lead="Vous seul, le référent de la famille et les collègues qu'il associe le lisez.",
    ).answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def meeting(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write a meeting's words anew."""
    rows = AdviceMeeting.objects.select_related("advice__family")
    found = get_object_or_404(rows, public_id=public_id)
    key = f"reprise:{found.public_id}"
    return Page(
        family=found.advice.family,
        key=key,
        form=MeetingForm,
        heading="Reprendre un entretien",
        page="entretien à reprendre",
        row=lambda: found,
        act=lambda form: advising.revise_meeting(
            meeting=found,
            base=form.read,
            words=_said(form),
            seen=form.cleaned_data["seen"] or 0,
            by=request.user,
            draft=key,
        ),
        done="C'est noté.",
        back=found.advice.get_absolute_url(),
        trail=("Information-conseil", found.advice.get_absolute_url()),
    ).answer(request)


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def follow_up(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add something to do."""
    advice = _held(public_id, request)
    form = ActionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Rien n'est noté : dites ce qu'il faut faire, et pour quand.")
        return redirect(advice)
    told = form.cleaned_data
    return do(
        request,
        lambda: advising.plan_follow_up(
            advice=advice,
            what=told["what"],
            who=ActionBy(told["who"]),
            due_on=told["due_on"],
            by=request.user,
        ),
        "C'est noté : vous le retrouverez dans Ma journée.",
        advice.get_absolute_url(),
    )


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def settle(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that something was done, or will not be."""
    rows = PlannedAction.objects.select_related("advice")
    action = get_object_or_404(rows, public_id=public_id, advice__isnull=False)
    back = cast("InformationAdvice", action.advice).get_absolute_url()
    form = SettleForm(request.POST)
    if not form.is_valid():
        raise Http404
    state = ActionState(form.cleaned_data["state"])
    return do(
        request,
        lambda: planning.settle_action(action=action, state=state, by=request.user),
        "C'est noté.",
        back_from(request, f"{back}#suites"),
    )


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def other_service(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say whether another social service follows the family."""
    advice = _held(public_id, request)
    form = OtherServiceForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Rien n'est noté : choisissez une réponse.")
        return redirect(advice)
    told = OtherService(form.cleaned_data["other_service"])
    return do(
        request,
        lambda: advising.note_other_service(advice=advice, other_service=told, by=request.user),
        "C'est noté.",
        advice.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def close(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask what it led to, then close."""
    advice = _held(public_id, request)
    form = CloseForm(request.POST if request.method == "POST" else None, advice=advice)
    why_not = supporting.why_not_prepare(advice.family, request.user)
    if form.is_valid():
        outcome = AdviceOutcome(form.cleaned_data["outcome"])
        try:
            advising.close_advice(
                advice=advice, outcome=outcome, other_service=form.other, by=request.user
            )
        except ClearError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "C'est noté : l'information-conseil est close.")
            if outcome == AdviceOutcome.SUPPORT_ACCEPTED and not why_not:
                return redirect("supports:prepare", advice.family.public_id)
            return redirect(advice)
    record_read(family_id=advice.family_id, page="information-conseil à clore")
    context = {
        "family": advice.family,
        "trail": ("Information-conseil", advice.get_absolute_url()),
        "heading": "Clore l'information-conseil",
        "action": "Clore",
        "form": form,
        "cancel_url": advice.get_absolute_url(),
        "consequences": [
            "Plus rien ne s'y ajoute ; ce qui est écrit reste, lisible des mêmes personnes.",
            "Votre intervention auprès de la famille, elle, se termine sur sa page.",
            *([f"Si elle accepte un accompagnement : {why_not}"] if why_not else []),
        ],
    }
    return render(request, "interventions/ask.html", context)


def _advice(public_id: uuid.UUID) -> InformationAdvice:
    return get_object_or_404(queries.of_family(queries.advice_of(public_id)))


def _holds(advice: InformationAdvice, request: SignedInRequest) -> bool:
    works = request.user.may(Permission.WORK_WITH_FAMILIES)
    own = advice.worker_id == request.user.pk
    return works and (own or queries.follows(advice.family, request.user))


def _held(public_id: uuid.UUID, request: SignedInRequest) -> InformationAdvice:
    """Return one that the person holds; whoever only answers for it leads nowhere here."""
    advice = _advice(public_id)
    if not _holds(advice, request):
        raise Http404
    return advice


def _said(form: Any) -> Any:  # noqa: ANN401 - of the form that the page was given
    return form.said
