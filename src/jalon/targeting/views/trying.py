"""The what-if page, the page of a trial that follows it, and the trials that are kept."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.rules.errors import ClearError
from jalon.targeting import actions, queries, storage
from jalon.targeting.engine.simulating import changed_offer
from jalon.targeting.forms import NoteForm
from jalon.targeting.models import RuleTrial
from jalon.targeting.trial_form import TrialForm
from jalon.targeting.trials import WORK_FORMULA, Found, offer_of, recorded
from jalon.targeting.views.common import frame, page_of, run_or_404, saying_why


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.TRY_RULES)
@saying_why
def what_if(request: SignedInRequest, public_id: uuid.UUID, offer: str) -> HttpResponse:
    """Show an offer's criteria on a run, and have others tried."""
    run = run_or_404(public_id)
    catalogue = recorded(run).catalogue
    shown = offer_of(catalogue, offer)
    asked = request.POST if request.method == "POST" else None
    form = TrialForm(asked, offer=shown, catalogue=catalogue)
    if form.is_valid() and form.settings:
        try:
            trial = actions.try_rule(by=request.user, run=run, offer=offer, settings=form.settings)
        except ClearError as error:
            form.add_error(None, storage.without_paths(str(error), run))
        else:
            return redirect("targeting:trial", trial.public_id)
    context = {
        **frame(request, run, ""),
        "offer": offer,
        "label": shown.label,
        "form": form,
        "nothing_changed": form.is_bound and form.is_valid(),
        "others": [one for one in catalogue.targeted if one.code != offer],
    }
    return render(request, "targeting/what_if.html", context)


@require_safe
@requires(Permission.TRY_RULES)
def trial(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Follow a trial, then show what it found, or why it found nothing."""
    found = get_object_or_404(queries.trials(), public_id=public_id)
    response = _page(request, found, NoteForm())
    if request.headers.get("HX-Request") and not found.is_under_way:
        # The page that was following the computing shows the rest of it.
        response["HX-Refresh"] = "true"
    return response


def _page(request: SignedInRequest, trial: RuleTrial, note: NoteForm) -> HttpResponse:
    run = run_or_404(trial.run.public_id)
    context: dict[str, Any] = {
        **frame(request, run, ""),
        "trial": trial,
        "offer": trial.offer,
        "label": trial.label,
        "is_own": trial.author_id == request.user.pk,
        "note": note,
    }
    if trial.result:
        record_read(page=f"Essai d'une règle, requêtage {run.public_id}")
        context["found"] = Found(**trial.result)
        context["is_social_work"] = trial.offer in run.summary.get("social_work", [])
        context["formula"] = WORK_FORMULA
        context["may_explain"] = storage.extract_folder(run).is_dir()
    if not trial.is_under_way:
        context["form"] = _form_of(trial)
    return render(request, "targeting/trial.html", context)


def _form_of(trial: RuleTrial) -> TrialForm | None:
    """Return the criteria as they were tried; None once the run's files are gone."""
    try:
        catalogue = recorded(trial.run).catalogue
        tried, _ = changed_offer(catalogue, trial.offer, trial.settings["set"])
    except ClearError:
        return None
    return TrialForm(offer=offer_of(catalogue, trial.offer), catalogue=catalogue, tried=tried)


@require_POST
@requires(Permission.TRY_RULES)
def keep(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep a trial of one's own, with a note."""
    trial = get_object_or_404(queries.trials(), public_id=public_id, author=request.user)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, trial, form)
    try:
        actions.keep_trial(by=request.user, trial_id=trial.pk, note=form.cleaned_data["note"])
    except ClearError as error:
        messages.error(request, str(error))
        return redirect("targeting:trial", public_id)
    messages.success(request, "L'essai est gardé.")
    return redirect("targeting:drafts")


@require_safe
@requires(Permission.SEE_RUNS)
def drafts(request: SignedInRequest) -> HttpResponse:
    """List the trials that are kept, and one's own."""
    context = {
        "page": page_of(request, queries.drafts(request.user)),
        "may_try": request.user.may(Permission.TRY_RULES),
    }
    return render(request, "targeting/drafts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.TRY_RULES)
def delete(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask, then delete a trial of one's own."""
    trial = get_object_or_404(queries.trials(), public_id=public_id, author=request.user)
    if request.method == "POST":
        actions.delete_trial(by=request.user, trial=trial)
        messages.success(request, "L'essai est supprimé.")
        return redirect("targeting:drafts")
    return render(
        request,
        "web/confirm.html",
        {
            "heading": "Supprimer cet essai ?",
            "action": "Supprimer",
            "danger": True,
            "cancel_url": reverse("targeting:drafts"),
            "post_url": "",
            "consequences": [
                "L'essai et sa note disparaissent pour tous. La règle ne change pas."
            ],
        },
    )
