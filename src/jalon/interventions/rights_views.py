"""The pages of a rights check: opened, filled in, computed, read, followed."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.documents.answering import as_attachment
from jalon.interventions import checking_rights, queries
from jalon.interventions.checking_rights import draft_key
from jalon.interventions.claim_forms import ClaimForm, SettleForm
from jalon.interventions.doing import do, present
from jalon.interventions.drafting import draft_of
from jalon.interventions.enums import ClaimState
from jalon.interventions.errors import InterventionError, RevisedMeanwhileError
from jalon.interventions.models import RightsCheck, RightsClaim
from jalon.interventions.rights_check import found
from jalon.interventions.rights_check.shown import said_of
from jalon.interventions.rights_check.situations import assumed
from jalon.interventions.rights_check.sure import left_to_ask
from jalon.interventions.rights_form import OpenForm, RightsForm
from jalon.interventions.rights_pdf import rights_pdf
from jalon.letters.errors import LetterRefusedError
from jalon.rights.aids import AidState
from jalon.rights.catalogue import BY_CODE
from jalon.rights.right import NOT_LOOKED_AT, TO_CONFIRM
from jalon.rights.sheet import FILE_NAME
from jalon.rules.calendar import Month
from jalon.web.listing import page_of

_CONFLICT: Final = 409
# What the form sends that is nobody's answer.
_NOT_SAID: Final = frozenset({"csrfmiddlewaretoken", "brouillon", "calculer", "enregistrer"})
# Beyond, the worker that computes has much to do, or stopped.
_LATE: Final = timedelta(minutes=2)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def checks(request: SignedInRequest, family: uuid.UUID) -> HttpResponse:
    """List a family's rights checks, and open one for a month."""
    of = present(family)
    rows = queries.rights_checks_of(of)
    may_open = checking_rights.may_check(of, request.user)
    if not (may_open or rows.exists()):
        raise Http404
    form = OpenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            opened = checking_rights.open_check(
                family=of, month=Month.parse(form.cleaned_data["month"]), by=request.user
            )
        except InterventionError as error:
            form.add_error(None, str(error))
        else:
            return redirect("rights:fill", opened.public_id)
    record_read(family_id=of.pk, page="rendez-vous des droits d'une famille")
    context = {"family": of, "page": page_of(request, rows), "form": form, "may_open": may_open}
    return render(request, "interventions/rights_checks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def fill(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask what rights depend on, then keep it, and have the rights computed if asked to."""
    one = _check(public_id)
    if one.worker_id != request.user.pk:
        return redirect(one)
    late = one.is_computed or one.is_under_way
    if request.method != "POST":
        return redirect(one) if late else _filling(request, one, _begun(request, one))
    form = RightsForm(request.POST, check=one, by=request.user)
    if late:
        return _too_late(request, one, form)
    return _write(request, one, form) if form.is_valid() else _filling(request, one, form)


def _write(request: SignedInRequest, one: RightsCheck, form: RightsForm) -> HttpResponse:
    try:
        written = checking_rights.fill_in(
            check=one,
            month=form.said_month,
            told=form.told,
            others=form.others,
            seen=form.cleaned_data["seen"],
            by=request.user,
            compute="calculer" in request.POST,
        )
    except RevisedMeanwhileError:
        one.refresh_from_db()
        if one.is_computed or one.is_under_way:
            return _too_late(request, one, RightsForm(request.POST, check=one, by=request.user))
        return _filling(request, one, _over(request, one), status=_CONFLICT)
    except InterventionError:
        one.refresh_from_db()
        return _too_late(request, one, form)
    return _written(request, written)


def _too_late(request: SignedInRequest, one: RightsCheck, form: RightsForm) -> HttpResponse:
    """Keep what was sent once rights were asked for, or computed, as the draft of another check.

    Nothing where the check says it all: it was sent twice.
    """
    if form.is_kept:
        return redirect(one)
    content = {name: str(value) for name, value in request.POST.items() if name not in _NOT_SAID}
    try:
        opened = checking_rights.open_for_late(check=one, content=content, by=request.user)
    except InterventionError as error:
        messages.error(request, str(error))
        return _filling(request, one, form, status=_CONFLICT)
    messages.warning(
        request,
        "Le calcul était déjà demandé, depuis une autre fenêtre : ce que vous venez d'envoyer "
        "n'y est pas. C'est gardé ici, dans un nouveau rendez-vous des droits.",
    )
    return redirect("rights:fill", opened.public_id)


def _begun(request: SignedInRequest, one: RightsCheck) -> RightsForm:
    draft = draft_of(draft_key(one), request.user)
    if draft is None:
        return RightsForm(check=one, by=request.user)
    messages.info(request, "Vous aviez commencé : voici ce que vous aviez noté.")
    return RightsForm.resumed(draft.content, check=one, by=request.user)


def _over(request: SignedInRequest, one: RightsCheck) -> RightsForm:
    """Return the form as sent, over what another window wrote: sent once more, it holds."""
    sent = request.POST.copy()
    sent["seen"] = str(one.revision)
    form = RightsForm(sent, check=one, by=request.user)
    form.add_error(
        None, "Rempli depuis dans une autre fenêtre : relisez vos réponses, puis enregistrez."
    )
    return form


def _written(request: SignedInRequest, one: RightsCheck) -> HttpResponse:
    """Lead on: to what is to be asked, to the computing, or back to the form."""
    if one.is_under_way:
        return redirect(one)
    if "calculer" in request.POST:
        messages.error(request, checking_rights.why_not_computed(one))
    else:
        messages.success(request, "C'est noté.")
    return redirect("rights:fill", one.public_id)


def _filling(
    request: SignedInRequest, one: RightsCheck, form: RightsForm, *, status: int = 200
) -> HttpResponse:
    record_read(family_id=one.family_id, page="rendez-vous des droits à remplir")
    parts = list(form.parts())
    context = {
        "check": one,
        "family": one.family,
        "form": form,
        "parts": parts,
        "to_ask": [found for part in parts for found in part.to_ask()],
        "key": draft_key(one),
    }
    return render(request, "interventions/fill_rights.html", context, status=status)


@require_safe
@requires(Permission.WORK_WITH_FAMILIES)
def check(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show where a check stands: to fill in, being computed, or what it found."""
    one = _check(public_id)
    if "HX-Request" in request.headers and not one.is_under_way:
        return HttpResponseClientRefresh()
    if "HX-Request" in request.headers:
        return render(request, "interventions/rights_progress.html", {"check": one})
    record_read(family_id=one.family_id, page="rendez-vous des droits")
    context: dict[str, Any] = {
        "check": one,
        "family": one.family,
        "own": one.worker_id == request.user.pk,
        "may_open": checking_rights.may_check(one.family, request.user),
        "late": one.is_under_way and timezone.now() - (one.asked_at or one.at) > _LATE,
        "typed": draft_of(draft_key(one), request.user) is not None,
        "said": [
            (title, rows) for title, rows in said_of(one.told, one.of_month, one.result) if rows
        ],
    }
    if one.is_computed:
        context |= _found(one)
    return render(request, "interventions/rights_check.html", context)


def _found(one: RightsCheck) -> dict[str, Any]:
    told, month, result = one.told, one.of_month, one.result or []
    rights = found.rights_of(result[0])
    aids = found.aids_kept(result[0])
    claims = list(queries.claims_of(one))
    claimed = {claim.kind for claim in claims}
    due = found.due(rights, told)
    open_to = [
        (one.code, one.label)
        for one in (*due, *(right.kind for right in rights if right.kind not in due))
        if one.code not in claimed
    ]
    beside, total = found.side_by_side(result)
    return {
        "groups": found.groups_of(rights, told, month),
        "without": found.without_right(rights, told),
        "aids": [aid for aid in aids if aid.state is AidState.POSSIBLE],
        "aids_to_check": [aid for aid in aids if aid.state is AidState.UNKNOWN],
        "not_computed": found.not_computed(rights, told),
        "assumed": assumed(told, month),
        "to_confirm": TO_CONFIRM,
        "not_looked_at": NOT_LOOKED_AT,
        "incomes_since": Month(month.year - 1, 1).in_french,
        "beside_note": (
            f"Des estimations, {TO_CONFIRM}. L'écart avec aujourd'hui est dessous. "
            "Un emploi y est compté comme s'il avait toujours duré."
        ),
        "asked": [question.text for _, question in left_to_ask(told, month)],
        "situations": [situation["label"] for situation in result],
        "beside": beside,
        "parted": any(other.kind == "parted" for other in one.others),
        "total": total,
        "claims": [(claim, _settling(claim)) for claim in claims],
        "claim_form": ClaimForm(rights=open_to) if open_to else None,
    }


def _settling(claim: RightsClaim) -> SettleForm:
    return SettleForm(
        initial={"state": claim.state, "decided_on": claim.decided_on, "euros": claim.euros},
        auto_id=f"id_{claim.public_id}_%s",
    )


@require_safe
@requires(Permission.WORK_WITH_FAMILIES)
def sheet(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give the page that the family takes home."""
    one = _check(public_id)
    if not one.is_computed:
        raise Http404
    record_read(family_id=one.family_id, page="feuille des droits")
    try:
        made = rights_pdf(one)
    except LetterRefusedError as error:
        messages.error(request, str(error))
        return redirect(one)
    return as_attachment(made, kind="application/pdf", name=FILE_NAME)


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def compute(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Have the rights computed once more, where nothing came."""
    one = _check(public_id)
    return do(
        request,
        lambda: checking_rights.ask_computing(check=one, by=request.user),
        "Le calcul est demandé.",
        one.get_absolute_url(),
    )


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def again(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Open another check with what this one says."""
    one = _check(public_id)
    try:
        opened = checking_rights.open_again(check=one, by=request.user)
    except InterventionError as error:
        messages.error(request, str(error))
        return redirect(one)
    messages.info(
        request,
        f"Le point est refait pour {opened.of_month.in_french}, avec la dernière extraction lue. "
        "Ce que la famille a dit, ou un document, est repris : relisez-le avec elle.",
    )
    return redirect("rights:fill", opened.public_id)


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def withdraw(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give up waiting for the computing, and go back to the form."""
    one = _check(public_id)
    return do(
        request,
        lambda: checking_rights.withdraw_asking(check=one, by=request.user),
        "Le calcul n'est plus attendu : corrigez, puis demandez-le à nouveau.",
        reverse("rights:fill", args=[one.public_id]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def delete(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask, then delete a check that was not computed."""
    one = _check(public_id)
    if one.worker_id != request.user.pk or one.is_computed:
        raise Http404
    back = reverse("rights:checks", args=[one.family.public_id])
    if request.method == "POST":
        return do(
            request,
            lambda: checking_rights.delete_check(check=one, by=request.user),
            "C'est effacé.",
            back,
        )
    record_read(family_id=one.family_id, page="rendez-vous des droits à effacer")
    context = {
        "family": one.family,
        "heading": "Effacer ce rendez-vous des droits",
        "consequences": ["Ce qui y est noté est effacé. Rien n'a été calculé."],
        "action": "Effacer",
        "danger": True,
        "cancel_url": one.get_absolute_url(),
        "trail": ("Rendez-vous des droits", back),
    }
    return render(request, "interventions/ask.html", context)


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def claim(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note that the family claims a right."""
    one = _check(public_id)
    form = ClaimForm(request.POST, rights=[(code, kind.label) for code, kind in BY_CODE.items()])
    back = f"{one.get_absolute_url()}#demandes"
    if not form.is_valid():
        messages.error(request, "Rien n'est noté : dites quel droit, et depuis quel jour.")
        return redirect(back)
    return do(
        request,
        lambda: checking_rights.claim_right(check=one, by=request.user, **form.cleaned_data),
        "C'est noté.",
        back,
    )


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def settle(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note what was decided of a right claimed."""
    rows = RightsClaim.objects.select_related("rights_check")
    one = get_object_or_404(rows, public_id=public_id)
    form = SettleForm(request.POST)
    back = f"{one.rights_check.get_absolute_url()}#demandes"
    if not form.is_valid():
        messages.error(request, "Rien n'est noté : dites la suite, le jour, et le montant.")
        return redirect(back)
    said = form.cleaned_data
    return do(
        request,
        lambda: checking_rights.settle_claim(
            public_id=one.public_id,
            state=ClaimState(said["state"]),
            decided_on=said["decided_on"],
            euros=said["euros"],
        ),
        "C'est noté.",
        back,
    )


def _check(public_id: uuid.UUID) -> RightsCheck:
    """Return a check that the database shows the person."""
    rows = RightsCheck.objects.select_related("family", "worker")
    return get_object_or_404(rows, public_id=public_id)
