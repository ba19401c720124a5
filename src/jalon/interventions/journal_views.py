"""The pages of a family's journal, of one's own notes, and of the search in both."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.families.models import Family
from jalon.families.queries import families_led
from jalon.interventions import noting, queries
from jalon.interventions.at_appointments import asked_appointment, begun_at, written_at
from jalon.interventions.doing import do, present
from jalon.interventions.journal_forms import EntryForm, NoteForm, SearchForm
from jalon.interventions.models import JournalEntry, PrivateNote
from jalon.interventions.searching import search
from jalon.interventions.writing import Page
from jalon.web.listing import page_of


@require_safe
@requires(Permission.WORK_WITH_FAMILIES)
def journal(request: SignedInRequest, family: uuid.UUID) -> HttpResponse:
    """Show a family's journal to who follows it, the latest first, and one's own notes."""
    found = present(family)
    record_read(family_id=found.pk, page="journal")
    context = {
        "family": found,
        "follows": queries.follows(found, request.user),
        "page": page_of(request, queries.journal_of(found)),
        "notes": list(queries.notes_of(found, request.user)),
        "hand_overs": list(queries.hand_overs_of(found)),
        "leads": bool(families_led(request.user, [found.pk])),
    }
    return render(request, "interventions/journal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def write(request: SignedInRequest, family: uuid.UUID) -> HttpResponse:
    """Add a line to a family's journal."""
    found = present(family)
    if not queries.follows(found, request.user):
        raise Http404
    key = f"journal:{found.public_id}"
    at = asked_appointment(request, found)
    return Page(
        family=found,
        key=key,
        form=EntryForm,
        heading="Écrire au journal",
        page="ligne de journal à écrire",
        lead="Le référent de la famille et les collègues associés lisent ceci.",
        act=lambda form: noting.write_entry(
            family=found,
            words=form.written,
            by=request.user,
            draft=key,
            appointment=written_at(found, form.cleaned_data["appointment"]),
        ),
        initial=begun_at(at, "on"),
        done="C'est noté.",
        back=_journal(found),
        trail=("Journal", _journal(found)),
    ).answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def entry(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write a line of one's own anew."""
    rows = JournalEntry.objects.select_related("family")
    found = get_object_or_404(rows, public_id=public_id, by=request.user)
    key = f"ligne:{found.public_id}"
    return Page(
        family=found.family,
        key=key,
        form=EntryForm,
        heading="Reprendre une ligne du journal",
        page="ligne de journal à reprendre",
        row=lambda: found,
        act=lambda form: noting.revise_entry(
            entry=found,
            base=form.read,
            words=form.written,
            seen=form.cleaned_data["seen"] or 0,
            by=request.user,
            draft=key,
        ),
        done="C'est noté.",
        back=_journal(found.family),
        trail=("Journal", _journal(found.family)),
    ).answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def note(request: SignedInRequest, family: uuid.UUID) -> HttpResponse:
    """Note something for oneself."""
    found = present(family)
    key = f"note:{found.public_id}"
    return Page(
        family=found,
        key=key,
        form=NoteForm,
        heading="Note personnelle",
        page="note personnelle",
        lead="Vous seul la lisez : ni vos collègues, ni votre responsable. La famille peut "
        "demander à lire ce qui est écrit d'elle.",
        act=lambda form: noting.write_note(
            family=found, text=form.cleaned_data["text"], by=request.user, draft=key
        ),
        done="C'est noté, pour vous seul.",
        back=f"{_journal(found)}#notes",
        trail=("Journal", _journal(found)),
    ).answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def own_note(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write a note of one's own anew."""
    found = get_object_or_404(PrivateNote.objects.select_related("family"), public_id=public_id)
    key = _rewriting(found)
    return Page(
        family=found.family,
        key=key,
        form=NoteForm,
        heading="Reprendre une note personnelle",
        page="note personnelle à reprendre",
        lead="Vous seul la lisez : ni vos collègues, ni votre responsable.",
        row=lambda: found,
        act=lambda form: noting.revise_note(
            note=found,
            base=form.read,
            text=form.cleaned_data["text"],
            seen=form.cleaned_data["seen"] or 0,
            by=request.user,
            draft=key,
        ),
        done="C'est noté, pour vous seul.",
        back=f"{_journal(found.family)}#notes",
        trail=("Journal", _journal(found.family)),
    ).answer(request)


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def erase(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Erase a note of one's own."""
    rows = PrivateNote.objects.select_related("family")
    found = get_object_or_404(rows, public_id=public_id)
    return do(
        request,
        lambda: noting.erase_note(note=found, by=request.user, draft=_rewriting(found)),
        "La note est effacée.",
        f"{_journal(found.family)}#notes",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def find(request: SignedInRequest) -> HttpResponse:
    """Look for words in what one may read: journals, meetings, one's own notes."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    found = None
    if form.is_valid():
        record_read(page="recherche dans les écrits")
        found = search(form.cleaned_data["q"], request.user)
    return render(request, "interventions/find.html", {"form": form, "found": found})


def _rewriting(note: PrivateNote) -> str:
    return f"mienne:{note.public_id}"


def _journal(family: Family) -> str:
    return reverse("followed:journal", args=[family.public_id])
