"""The pages of a support's reviews and home visits."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.interventions import visiting
from jalon.interventions.at_appointments import asked_appointment, begun_at, written_at
from jalon.interventions.doing import do
from jalon.interventions.enums import ReviewKind
from jalon.interventions.journal_forms import FORMS_OF_REVIEWS, AskVisitForm, VisitForm
from jalon.interventions.models import HomeVisit
from jalon.interventions.support_views import asked, carried
from jalon.interventions.writing import Page


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def review(request: SignedInRequest, public_id: uuid.UUID, kind: str) -> HttpResponse:
    """Write down a review."""
    support = carried(public_id, request)
    if kind not in ReviewKind.values or ReviewKind(kind) not in visiting.reviews_possible(support):
        raise Http404
    which = ReviewKind(kind)
    key = f"bilan:{support.public_id}:{kind}"
    at = asked_appointment(request, support.family)
    return Page(
        family=support.family,
        key=key,
        form=FORMS_OF_REVIEWS[which],
        heading=which.label,
        page="bilan à écrire",
        act=lambda form: visiting.review(
            support=support,
            kind=which,
            words=form.written,
            by=request.user,
            draft=key,
            appointment=written_at(support.family, form.cleaned_data["appointment"]),
        ),
        initial=begun_at(at, "held_on"),
        done="C'est noté.",
        back=f"{support.get_absolute_url()}#bilans",
        trail=("Accompagnement", support.get_absolute_url()),
    ).answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def ask_visit(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write down what a family says to a home visit."""
    support = carried(public_id, request)
    form = AskVisitForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        agreed = form.cleaned_data["agreed"] == "oui"
        return do(
            request,
            lambda: visiting.ask_visit(
                support=support, agreed=agreed, on=form.cleaned_data["on"], by=request.user
            ),
            "C'est noté : préparez-la." if agreed else "C'est noté : elle ne se fait pas.",
            f"{support.get_absolute_url()}#visites",
        )
    record_read(family_id=support.family_id, page="visite à domicile à proposer")
    context = {
        "form": form,
        "consequences": [
            "Aucune visite ne se prévoit ni ne se fait sans l'accord de la famille.",
            "Elle peut revenir dessus à tout moment.",
        ],
    }
    shown = asked(context, support, "Proposer une visite à domicile", "Noter sa réponse")
    return render(request, "interventions/ask.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def visit(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Prepare a home visit, or tell it."""
    rows = HomeVisit.objects.select_related("support__family", "support__worker")
    found = get_object_or_404(rows, public_id=public_id)
    support = found.support
    key = f"visite:{found.public_id}"
    at = asked_appointment(request, support.family)
    return Page(
        family=support.family,
        key=key,
        form=VisitForm,
        heading="Visite à domicile",
        page="visite à domicile",
        row=lambda: found,
        act=lambda form: visiting.tell_visit(
            visit=found,
            base=form.read,
            told=_told(form.cleaned_data),
            seen=form.cleaned_data["seen"] or 0,
            by=request.user,
            draft=key,
            appointment=written_at(support.family, form.cleaned_data["appointment"]),
        ),
        initial=begun_at(at, "done_on"),
        done="C'est noté.",
        back=f"{support.get_absolute_url()}#visites",
        trail=("Accompagnement", support.get_absolute_url()),
    ).answer(request)


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def decline_visit(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write down that a family takes its agreement back."""
    rows = HomeVisit.objects.select_related("support__family", "support__worker")
    found = get_object_or_404(rows, public_id=public_id)
    return do(
        request,
        lambda: visiting.decline_visit(visit=found, by=request.user),
        "C'est noté : la visite ne se fait pas.",
        f"{found.support.get_absolute_url()}#visites",
    )


def _told(cleaned: Mapping[str, Any]) -> visiting.Visit:
    return visiting.Visit(**{name: cleaned[name] for name in VisitForm.words})
