"""The course of a support: suspended, taken up, handed over, extended, closed, reopened."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.queries import manages
from jalon.directory.roles import Permission
from jalon.interventions import queries, supporting
from jalon.interventions.doing import do
from jalon.interventions.enums import Closing, Suspension
from jalon.interventions.models import Objective
from jalon.interventions.support_forms import (
    CloseSupportForm,
    DecideForm,
    ExtensionForm,
    HandOverForm,
    SuspendForm,
)
from jalon.interventions.support_views import asked, carried, seen
from jalon.web import french


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def suspend(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask why, then let a support rest."""
    support = carried(public_id, request)
    form = SuspendForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        why = Suspension(form.cleaned_data["why"])
        return do(
            request,
            lambda: supporting.suspend(support=support, why=why, by=request.user),
            "C'est noté : l'accompagnement est suspendu.",
            support.get_absolute_url(),
        )
    record_read(family_id=support.family_id, page="accompagnement à suspendre")
    context = {
        "form": form,
        "consequences": [
            "Le plan reste ; ses échéances ne s'arrêtent pas, ni la limite d'un an.",
            "Il reprend d'un clic, ou se clôt.",
        ],
    }
    shown = asked(context, support, "Suspendre l'accompagnement", "Suspendre")
    return render(request, "interventions/ask.html", shown)


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def resume(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Go on with a support that rested."""
    support = carried(public_id, request)
    return do(
        request,
        lambda: supporting.resume(support=support, by=request.user),
        "C'est noté : l'accompagnement reprend.",
        support.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def close(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask why and what became of each objective, then close."""
    support = carried(public_id, request)
    objectives = list(Objective.objects.filter(support=support).order_by("pk"))
    told = request.POST if request.method == "POST" else None
    form = CloseSupportForm(told, support=support, objectives=objectives)
    if form.is_valid():
        why = Closing(form.cleaned_data["why"])
        return do(
            request,
            lambda: supporting.close(
                support=support, why=why, results=form.results, by=request.user
            ),
            "C'est noté : l'accompagnement est clos.",
            support.get_absolute_url(),
        )
    record_read(family_id=support.family_id, page="accompagnement à clore")
    results = [form[f"result-{one.pk}"] for one in form.objectives]
    context = {"support": support, "family": support.family, "form": form, "results": results}
    return render(request, "interventions/close_support.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def reopen(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask, then take a closed support up again."""
    support = carried(public_id, request)
    if request.method == "POST":
        return do(
            request,
            lambda: supporting.reopen(support=support, by=request.user),
            "C'est noté : l'accompagnement reprend.",
            support.get_absolute_url(),
        )
    record_read(family_id=support.family_id, page="accompagnement à reprendre")
    context = {
        "consequences": [
            "Le diagnostic, le plan et le contrat sont là comme vous les aviez laissés.",
            "La limite d'un an court toujours depuis son début.",
        ]
    }
    shown = asked(context, support, "Reprendre l'accompagnement", "Reprendre")
    return render(request, "interventions/ask.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def extend(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask one's manager to go on past the limit."""
    support = carried(public_id, request)
    form = ExtensionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = form.cleaned_data
        return do(
            request,
            lambda: supporting.ask_extension(
                support=support, until=told["until"], why=told["why"], by=request.user
            ),
            "C'est demandé : votre responsable le voit dans Ma journée.",
            support.get_absolute_url(),
        )
    record_read(family_id=support.family_id, page="prolongation à demander")
    limit = french.long_date(support.limit_on)
    context = {"form": form, "consequences": [f"Aujourd'hui, il peut durer jusqu'au {limit}."]}
    shown = asked(context, support, "Demander une prolongation", "Demander")
    return render(request, "interventions/ask.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_TERRITORY, Permission.MANAGE_DEPARTMENT)
def decide(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say yes or no to a support that lasts longer."""
    rows = queries.extensions_asked(request.user)
    extension = get_object_or_404(rows, public_id=public_id)
    support = extension.support
    form = DecideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        granted = form.cleaned_data["granted"] == "oui"
        return do(
            request,
            lambda: supporting.decide_extension(
                extension=extension,
                granted=granted,
                answer=form.cleaned_data["answer"],
                by=request.user,
            ),
            "C'est noté : la prolongation est accordée." if granted else "C'est noté : c'est non.",
            support.get_absolute_url(),
        )
    record_read(family_id=support.family_id, page="prolongation à décider")
    context = {
        "form": form,
        "consequences": [
            (
                f"{extension.asked_by} demande jusqu'au {french.long_date(extension.until)} : "
                f"« {extension.why} »"
            ),
            f"Sans votre accord, il finit au plus tard le {french.long_date(support.limit_on)}.",
        ],
    }
    shown = asked(context, support, "Répondre à une demande de prolongation", "Répondre")
    return render(request, "interventions/ask.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_TERRITORY, Permission.MANAGE_DEPARTMENT)
def hand_over(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask to whom, then have another worker carry a support."""
    support = seen(public_id)
    if not manages(request.user, support.worker):
        raise Http404
    told = request.POST if request.method == "POST" else None
    form = HandOverForm(told, support=support, by=request.user)
    if form.is_valid():
        worker = form.cleaned_data["worker"]
        return do(
            request,
            lambda: supporting.hand_over(support=support, worker=worker, by=request.user),
            f"C'est noté : {worker} porte désormais l'accompagnement, et la famille.",
            support.get_absolute_url(),
        )
    record_read(family_id=support.family_id, page="passage de relais")
    context = {
        "form": form,
        "consequences": [
            "La personne choisie devient référente de la famille, et lit ce qui en est écrit.",
            (
                f"{support.worker} ne le lit plus, sauf si la famille lui est associée : "
                "demandez-lui d'écrire d'abord une note de relais."
            ),
        ],
    }
    shown = asked(context, support, "Passer le relais", "Passer le relais")
    return render(request, "interventions/ask.html", shown)
