"""The what-if page, and the drafts that it leaves."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.rules.errors import ClearError
from jalon.targeting import actions, queries
from jalon.targeting.engine.simulating import Change
from jalon.targeting.errors import RunError
from jalon.targeting.forms import NoteForm
from jalon.targeting.trial_form import TrialForm
from jalon.targeting.trials import WORK_FORMULA, Trial, offer_of, recorded, try_rule
from jalon.targeting.views.common import frame, page_of, run_or_404, saying_why

_SALT: Final = "jalon.targeting.trial"
_HOURS_TO_KEEP: Final = 10 * 3600


@require_safe
@requires(Permission.TRY_RULES)
@saying_why
def what_if(request: SignedInRequest, public_id: uuid.UUID, offer: str) -> HttpResponse:
    """Change an offer's thresholds on a run, and show who would enter and leave."""
    run = run_or_404(public_id)
    catalogue = recorded(run).catalogue
    tried = offer_of(catalogue, offer)
    asked = "essayer" in request.GET
    form = TrialForm(request.GET if asked else None, offer=tried, catalogue=catalogue)
    context = {
        **frame(request, run, ""),
        "offer": tried,
        "form": form,
        "formula": WORK_FORMULA,
        "others": [one for one in catalogue.targeted if one.code != offer],
    }
    if asked and form.is_valid():
        if not form.settings:
            context["nothing_changed"] = True
        else:
            try:
                trial = try_rule(run, tried, form.settings)
            except ClearError as error:
                form.add_error(None, str(error))
            else:
                context |= {"trial": trial, "note": NoteForm(), "sealed": _seal(trial)}
    return render(request, "targeting/what_if.html", context)


def _seal(trial: Trial) -> str:
    """Return what the trial found, so that keeping it neither computes again nor trusts a page."""
    return signing.dumps(
        {
            "offer": trial.simulation.offer.code,
            "set": trial.settings,
            "said": [[one.criterion, one.fact, one.before, one.after] for one in _changes(trial)],
            "entered": len(trial.entered),
            "left": len(trial.left),
        },
        salt=_SALT,
    )


def _changes(trial: Trial) -> tuple[Change, ...]:
    return trial.simulation.changes


def _opened(sealed: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = signing.loads(sealed, salt=_SALT, max_age=_HOURS_TO_KEEP)
    except signing.BadSignature:
        raise RunError("Cet essai est trop ancien pour être gardé : refaites-le.") from None
    return found


@require_POST
@requires(Permission.TRY_RULES)
@saying_why
def keep(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep what was tried, with a note."""
    run = run_or_404(public_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        raise RunError("La note est trop longue : raccourcissez-la, puis gardez l'essai.")
    tried = _opened(request.POST.get("essai", ""))
    actions.keep_draft(
        by=request.user,
        run=run,
        offer=tried["offer"],
        settings=tried["set"],
        changes=[Change(*one) for one in tried["said"]],
        entered=tried["entered"],
        left=tried["left"],
        note=form.cleaned_data["note"],
    )
    messages.success(request, "L'essai est gardé.")
    return redirect("targeting:drafts")


@require_safe
@requires(Permission.SEE_RUNS)
def drafts(request: SignedInRequest) -> HttpResponse:
    """List the rules that were tried."""
    page = page_of(request, queries.drafts())
    context = {
        "page": page,
        "may_try": request.user.may(Permission.TRY_RULES),
        "rows": [(one, one.run.labels.get(one.offer, one.offer)) for one in page],
    }
    return render(request, "targeting/drafts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.TRY_RULES)
def delete_draft(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask, then delete a draft of one's own."""
    draft = get_object_or_404(queries.drafts(), public_id=public_id, author=request.user)
    if request.method == "POST":
        actions.delete_draft(by=request.user, draft=draft)
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
