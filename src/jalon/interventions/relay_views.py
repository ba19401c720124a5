"""The page where one leaves a note to whoever follows a family next."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.interventions import queries, relaying
from jalon.interventions.doing import do, present
from jalon.interventions.journal_forms import HandOverNoteForm
from jalon.interventions.models import HandOverNote
from jalon.interventions.writing import Page


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def note(request: SignedInRequest, family: uuid.UUID) -> HttpResponse:
    """Write a note for the next lead worker, or one's own that waits anew."""
    found = present(family)
    if not queries.follows(found, request.user):
        raise Http404
    key = f"relais:{found.public_id}"
    journal = reverse("followed:journal", args=[found.public_id])
    return Page(
        family=found,
        key=key,
        form=HandOverNoteForm,
        heading="Note de relais",
        page="note de relais",
        lead="Pour la personne qui suivra la famille après vous. Elle la trouve dans Ma journée, "
        "jusqu'à ce qu'elle dise l'avoir lue.",
        row=lambda: queries.own_hand_over(found, request.user).first(),
        act=lambda form: relaying.leave_note(
            family=found,
            base=form.read,
            words=form.written,
            seen=form.cleaned_data["seen"] or 0,
            by=request.user,
            draft=key,
        ),
        done="C'est noté : la note attend le prochain référent.",
        back=f"{journal}#relais",
        trail=("Journal", journal),
    ).answer(request)


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def acknowledge(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that one read it."""
    rows = HandOverNote.objects.select_related("family")
    found = get_object_or_404(rows, public_id=public_id)
    return do(
        request,
        lambda: relaying.acknowledge(note=found, by=request.user),
        "C'est noté : vous l'avez lue. Elle reste dans le journal.",
        f"{reverse('followed:journal', args=[found.family.public_id])}#relais",
    )
