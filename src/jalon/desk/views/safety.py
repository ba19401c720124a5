"""Saying what keeps a family safe, in one step; taking it back, with a reason."""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from jalon.audit.actions import record_read
from jalon.desk.forms import LiftForm, SafetyForm
from jalon.desk.views.family import do, present
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.families import actions
from jalon.families.enums import LiftReason, Safety, SafetySource

_SAID: Final = {
    Safety.PROTECTED_ADDRESS: "C'est noté : plus aucun courrier ni message ne partira, et les "
    "coordonnées sont masquées.",
    Safety.DO_NOT_CONTACT: "C'est noté : la famille ne sera plus sollicitée.",
}
_LIFTED: Final = {
    Safety.PROTECTED_ADDRESS: "C'est noté : personne d'ici ne dit plus que cette adresse est à "
    "protéger.",
    Safety.DO_NOT_CONTACT: "C'est noté : personne d'ici ne dit plus que la famille refuse d'être "
    "contactée.",
}
_THEN: Final = {
    Safety.PROTECTED_ADDRESS: "Les coordonnées de la famille se montrent de nouveau à tous ceux "
    "qui travaillent avec elle, et des courriers peuvent partir.",
    Safety.DO_NOT_CONTACT: "La famille peut de nouveau recevoir des courriers et des messages.",
}
_HEADINGS: Final = {
    Safety.PROTECTED_ADDRESS: "Ne plus protéger l'adresse ?",
    Safety.DO_NOT_CONTACT: "Pouvoir de nouveau contacter la famille ?",
}


@require_POST
@requires(Permission.SEE_FAMILIES)
def say(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say what keeps a family safe: it holds at once."""
    found = present(public_id)
    form = SafetyForm(request.POST, family=found)
    if not form.is_valid():
        messages.error(
            request, "Rien n'est noté : dites ce qu'il faut savoir, et d'où vous le savez."
        )
        return redirect("families:family", public_id)
    flag, source = Safety(form.cleaned_data["flag"]), SafetySource(form.cleaned_data["source"])
    return do(
        request,
        public_id,
        lambda: actions.say(family=found, flag=flag, source=source, by=request.user),
        _SAID[flag],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_FAMILIES)
def lift(request: SignedInRequest, public_id: uuid.UUID, which: str) -> HttpResponse:
    """Ask why, then take back what was said here."""
    if which not in set(Safety):
        raise Http404
    flag, found = Safety(which), present(public_id)
    if not actions.may_lift(found, request.user):
        raise PermissionDenied(
            "Seul le référent de la famille ou un responsable de territoire peut revenir dessus."
        )
    form = LiftForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = LiftReason(form.cleaned_data["reason"])
        return do(
            request,
            public_id,
            lambda: actions.lift(family=found, flag=flag, reason=reason, by=request.user),
            _LIFTED[flag],
        )
    record_read(family_id=found.pk, page="retour sur une protection")
    context = {
        "heading": _HEADINGS[flag],
        "action": "Revenir dessus",
        "danger": True,
        "form": form,
        "cancel_url": found.get_absolute_url(),
        "consequences": [
            _THEN[flag],
            "Si l'extraction de la Caf le dit aussi, la protection reste.",
            "Votre nom, la date et la raison restent dans la page de la famille.",
        ],
    }
    return render(request, "web/confirm.html", context)
