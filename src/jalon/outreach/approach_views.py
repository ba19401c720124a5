"""Writing down what a family says, that one called it, and that an approach ends."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.families.contacts import may_reach
from jalon.outreach import answering
from jalon.outreach.approach_forms import DETAILS, AnswerForm, CallForm, EndForm
from jalon.outreach.enums import AnswerKind, Ending, Medium
from jalon.outreach.errors import AnsweredMeanwhileError, ApproachError, OverError
from jalon.outreach.exchanges import answers, approach_of, last_number
from jalon.outreach.models import Answer, Approach
from jalon.outreach.shown import answer_in_words
from jalon.outreach.states import may_answer
from jalon.rules.errors import ClearError

_CONFLICT: Final = 409
_SAID: Final = {
    AnswerKind.CONTACT: "C'est noté. L'adresse est protégée : dites au secrétariat ce qui change.",
    AnswerKind.UNSAFE: "C'est noté : l'adresse est protégée, plus rien ne part par écrit.",
    AnswerKind.LATER: "C'est noté : elle reviendra dans Ma journée le jour dit.",
    AnswerKind.STOP: "C'est noté : plus de SMS ni de courriel. Les courriers restent possibles.",
    AnswerKind.RESUME: "C'est noté : les SMS et les courriels reprennent.",
    AnswerKind.NO: "C'est noté. Elle peut changer d'avis jusqu'à la fin du délai.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_FAMILIES)
def answer(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write down what a family says; once its window is over, begin anew with it."""
    approach = get_object_or_404(approach_of(public_id))
    anew = not may_answer(approach, timezone.localdate())
    if request.method != "POST":
        initial = {"seen": last_number(approach)}
        form = AnswerForm(initial=initial, approach=approach, anew=anew)
        return _asking(request, approach, form, anew=anew)
    form = AnswerForm(request.POST, approach=approach, anew=anew)
    if not form.is_valid():
        return _asking(request, approach, form, anew=anew)
    try:
        return _written(request, approach, form, anew=anew)
    except AnsweredMeanwhileError:
        seen = form.cleaned_data["seen"]
        told = request.POST.copy()
        told["seen"] = str(last_number(approach))
        again = AnswerForm(told, approach=approach)
        return _asking(request, approach, again, anew=False, since=seen)
    except OverError:
        return _asking(request, approach, form, anew=True)


def _written(
    request: SignedInRequest, approach: Approach, form: AnswerForm, *, anew: bool
) -> HttpResponse:
    """Write the answer, say so, and lead to what comes next."""
    said, family = form.said, approach.family
    if anew:
        try:
            answering.start_anew(approach=approach, said=said, by=request.user)
        except ApproachError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request, "C'est noté : la famille recommence, avec un an devant elle."
            )
        return redirect(family)
    seen = form.cleaned_data["seen"]
    answering.record_answer(approach=approach, said=said, seen=seen, by=request.user)
    if said.kind is AnswerKind.CONTACT and may_reach(family, request.user):
        messages.success(request, "C'est noté : corrigez maintenant ses coordonnées.")
        return redirect("families:contacts", family.public_id)
    messages.success(
        request, _SAID.get(said.kind, "C'est noté : la réponse attend d'être traitée.")
    )
    return redirect(family)


def _asking(
    request: SignedInRequest,
    approach: Approach,
    form: AnswerForm,
    *,
    anew: bool,
    since: int | None = None,
) -> HttpResponse:
    """Show the form, what was said before, and what was since the form was opened."""
    record_read(family_id=approach.family_id, page="réponse à noter")
    known = list(answers().filter(approach=approach))
    context = {
        "approach": approach,
        "family": approach.family,
        "form": form,
        "anew": anew,
        "begun_anew": Approach.objects.filter(previous=approach).first() if anew else None,
        "earlier": [(one, answer_in_words(one)) for one in known],
        "meanwhile": [
            (one, answer_in_words(one))
            for one in known
            if since is not None and one.number > since
        ],
        "details": {kind.value: [form[name] for name in names] for kind, names in DETAILS.items()},
    }
    status = 200 if since is None else _CONFLICT
    return render(request, "outreach/answer.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_FAMILIES)
def call(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write down that one called or visited a family."""
    approach = get_object_or_404(approach_of(public_id))
    form = CallForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        record_read(family_id=approach.family_id, page="appel à noter")
        context = {"approach": approach, "family": approach.family, "form": form}
        return render(request, "outreach/call.html", context)
    medium, reached = Medium(form.cleaned_data["medium"]), form.cleaned_data["reached"] == "oui"
    done = _do(
        request,
        lambda: answering.record_call(
            approach=approach, medium=medium, reached=reached, by=request.user
        ),
        "C'est noté. Qu'a dit la famille ?" if reached else "C'est noté : sans réponse.",
    )
    if done and reached and may_answer(approach, timezone.localdate()):
        return redirect("approaches:answer", public_id)
    return redirect(approach.family)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WRITE_TO_FAMILIES)
def end(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask why, then end an approach."""
    approach = get_object_or_404(approach_of(public_id))
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        cause = Ending(form.cleaned_data["cause"])
        _do(
            request,
            lambda: answering.end_approach(approach=approach, cause=cause, by=request.user),
            "C'est noté : la prise de contact est close.",
        )
        return redirect(approach.family)
    record_read(family_id=approach.family_id, page="prise de contact à clore")
    context = {
        "heading": f"Clore la prise de contact : {approach.family.name}",
        "action": "Clore",
        "form": form,
        "cancel_url": approach.family.get_absolute_url(),
        "consequences": [
            "La famille ne reçoit plus rien de ce qui lui était proposé, et n'a plus à répondre.",
            "Ce qui a été envoyé et dit reste sur sa page, avec votre nom, la date et la cause.",
        ],
    }
    return render(request, "web/confirm.html", context)


@require_POST
@requires(Permission.WRITE_TO_FAMILIES)
def open_code(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let a family answer on the page again."""
    approach = get_object_or_404(approach_of(public_id))
    _do(
        request,
        lambda: answering.open_code(approach=approach, by=request.user),
        "C'est noté : la page de réponse s'ouvre de nouveau, demain si les essais sont du jour.",
    )
    return redirect(f"{approach.family.get_absolute_url()}#prise-{approach.public_id}")


@require_POST
@requires(Permission.SEE_FAMILIES)
def dealt_with(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that one did what an answer asked."""
    one = get_object_or_404(
        Answer.objects.select_related("family", "approach"), public_id=public_id
    )
    _do(
        request,
        lambda: answering.deal_with(answer=one, by=request.user),
        "C'est noté : cette réponse est traitée.",
    )
    return redirect(f"{one.family.get_absolute_url()}#prise-{one.approach.public_id}")


def _do(request: SignedInRequest, act: Callable[[], object], done: str) -> bool:
    """Act, and say that it is done or why not."""
    try:
        act()
    except ClearError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, done)
    return True
