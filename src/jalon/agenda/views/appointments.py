"""One appointment: what it is, that the family agreed, that it is cancelled, what it became."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.agenda import actions, queries
from jalon.agenda.enums import OPEN, Outcome, State
from jalon.agenda.forms import CancelForm, OutcomesForm
from jalon.agenda.models import Appointment
from jalon.agenda.said import said_at
from jalon.agenda.shown import standing_of, told_in_words, when_in_words, where_in_words
from jalon.agenda.views.common import done
from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.rules.errors import ClearError


@require_safe
@requires(Permission.KEEP_DIARIES)
def appointment(request: SignedInRequest, appointment: uuid.UUID) -> HttpResponse:
    """Show an appointment, and what may be done with it now."""
    one = _found(appointment)
    record_read(family_id=one.family_id, page="rendez-vous")
    ahead = one.starts_at > timezone.now()
    label, state = standing_of(one)
    context = {
        "one": one,
        "when": when_in_words(one),
        "where": where_in_words(one),
        "label": label,
        "state": state,
        "may_confirm": one.state == State.PROPOSED and ahead,
        "may_move": one.state in OPEN,
        "may_cancel": one.state in OPEN and ahead,
        "may_note": not ahead and one.state in {*OPEN, State.HELD},
        "said": said_at(one, request.user),
        "told": told_in_words(queries.notices_of(one)) if ahead else [],
        "to_move": queries.to_move(Appointment.objects.filter(pk=one.pk)).exists(),
    }
    return render(request, "agenda/appointment.html", context)


@require_POST
@requires(Permission.KEEP_DIARIES)
def confirm(request: SignedInRequest, appointment: uuid.UUID) -> HttpResponse:
    """Say that the family agreed."""
    one = _found(appointment)
    done(
        request,
        lambda: actions.confirm(appointment=one, by=request.user),
        "C'est noté : le rendez-vous est confirmé.",
    )
    return redirect(one)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KEEP_DIARIES)
def cancel(request: SignedInRequest, appointment: uuid.UUID) -> HttpResponse:
    """Ask who cancels, then cancel."""
    one = _found(appointment)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        by_family = form.cleaned_data["who"] == "famille"
        done(
            request,
            lambda: actions.cancel(appointment=one, by_family=by_family, by=request.user),
            "C'est noté : le rendez-vous est annulé, et son heure est libre.",
        )
        return redirect(one)
    record_read(family_id=one.family_id, page="rendez-vous à annuler")
    context = {
        "heading": f"Annuler le rendez-vous : {one.family.name}",
        "action": "Annuler le rendez-vous",
        "cancel": "Garder le rendez-vous",
        "form": form,
        "cancel_url": one.get_absolute_url(),
        "consequences": [
            f"{when_in_words(one)}, avec {one.worker} : cette heure redevient libre.",
            "Si c'est elle qui annule, sa demande de rendez-vous attend de nouveau.",
            (
                "Si c'est nous, elle reçoit un message à son numéro ou courriel confirmé : "
                "sinon, appelez."
            ),
        ],
    }
    return render(request, "web/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KEEP_DIARIES)
def note(request: SignedInRequest, appointment: uuid.UUID) -> HttpResponse:
    """Ask what became of each person expected, then note it; or of all at once, from the list."""
    one = _found(appointment)
    if "tous" in request.POST:
        return _note_all(request, one)
    form = OutcomesForm(request.POST if request.method == "POST" else None, appointment=one)
    if form.is_valid():
        try:
            actions.note_outcomes(appointment=one, outcomes=form.outcomes, by=request.user)
        except ClearError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "C'est noté.")
            return redirect(one)
    record_read(family_id=one.family_id, page="suite d'un rendez-vous")
    context = {
        "one": one,
        "form": form,
        "when": when_in_words(one),
        "where": where_in_words(one),
        "too_soon": one.starts_at > timezone.now(),
    }
    return render(request, "agenda/note.html", context)


def _note_all(request: SignedInRequest, one: Appointment) -> HttpResponse:
    """Note the same of everybody expected, and lead back to what remains to be noted."""
    said = request.POST["tous"]
    if said not in {Outcome.ATTENDED, Outcome.ABSENT}:
        raise Http404
    if one.state == State.HELD:
        messages.error(request, "Quelqu'un l'a noté entre-temps : corrigez-le sur sa page.")
        return redirect(one)
    outcomes = dict.fromkeys((each.person_id for each in one.attendances.all()), Outcome(said))
    done(
        request,
        lambda: actions.note_outcomes(appointment=one, outcomes=outcomes, by=request.user),
        f"C'est noté : {one.family.name}.",
    )
    return redirect("agenda:to_note")


def _found(public_id: uuid.UUID) -> Appointment:
    return get_object_or_404(queries.appointment_of(public_id))
