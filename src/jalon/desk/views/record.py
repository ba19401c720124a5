"""The pages by which an adult of a family is given what is kept about them."""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from jalon.audit.actions import record_read
from jalon.desk.record.files import as_json, as_pdf
from jalon.desk.record.gathering import record_of
from jalon.desk.record.masking import free_texts, reading_of, struck_out
from jalon.desk.record_forms import RecordForm, RereadingForm
from jalon.desk.views.family import present
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.documents.answering import as_attachment
from jalon.interventions.enums import IdentityCheck
from jalon.interventions.exporting import export_record, may_export, settle_reading
from jalon.interventions.models import RecordExport
from jalon.rules.errors import ClearError

_FILES: Final = {"pdf": (as_pdf, "application/pdf"), "json": (as_json, "application/json")}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def ask(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask for whom the record is made and why, then lead to its files."""
    found = present(public_id)
    if not may_export(found, request.user):
        raise Http404
    form = RecordForm(request.POST if request.method == "POST" else None, family=found)
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = export_record(
                family=found,
                person=told["person"],
                asked_on=told["asked_on"],
                identity=IdentityCheck(told["identity"]),
                by=request.user,
            )
        except ClearError as error:
            form.add_error(None, str(error))
        else:
            return redirect("families:reread_record", made.public_id)
    record_read(family_id=found.pk, page="dossier à remettre")
    made_before = (
        RecordExport.objects.filter(family=found).select_related("person", "by").order_by("-pk")
    )
    context = {"family": found, "form": form, "before": list(made_before[:10])}
    return render(request, "desk/ask_record.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def reread(request: SignedInRequest, export: uuid.UUID) -> HttpResponse:
    """Show the free texts of a record, of which one strikes out what is another person's."""
    found = _own(export, request)
    if not found.is_current:
        return _too_old(found, request)
    told = record_of(found, at=timezone.now())
    texts, reading = list(free_texts(told, found.public_id)), reading_of(told, found.public_id)
    sent = request.POST if request.method == "POST" else None
    form = RereadingForm(sent, texts=texts, reading=reading, initial={"struck": found.struck})
    if form.is_valid():
        settle_reading(
            export=found, reading=reading, struck=form.cleaned_data["struck"], by=request.user
        )
        return redirect("families:record", found.public_id)
    record_read(family_id=found.family_id, page="dossier à remettre")
    context = {"export": found, "family": found.family, "form": form}
    return render(request, "desk/reread_record.html", context)


@require_safe
@requires(Permission.WORK_WITH_FAMILIES)
def record(request: SignedInRequest, export: uuid.UUID) -> HttpResponse:
    """Lead to the files of a record whose texts one read again, and say what is left to do."""
    found = _own(export, request)
    if not found.reading:
        return redirect("families:reread_record", found.public_id)
    record_read(family_id=found.family_id, page="dossier à remettre")
    return render(request, "desk/record.html", {"export": found, "family": found.family})


@require_safe
@requires(Permission.WORK_WITH_FAMILIES)
def file(request: SignedInRequest, export: uuid.UUID, kind: str) -> HttpResponse:
    """Give the record to read, or as data; for a day, to who made it and read its texts again."""
    found = _own(export, request)
    if kind not in _FILES:
        raise Http404
    if not found.is_current:
        return _too_old(found, request)
    whole = record_of(found, at=timezone.now())
    if reading_of(whole, found.public_id) != found.reading:
        messages.error(request, "Des textes sont à relire : nouveaux, ou changés depuis.")
        return redirect("families:reread_record", found.public_id)
    make, media = _FILES[kind]
    record_read(family_id=found.family_id, page=f"dossier remis ({kind.upper()})")
    content = make(struck_out(whole, found.public_id, found.struck))
    return as_attachment(content, kind=media, name=f"dossier.{kind}")


def _too_old(found: RecordExport, request: SignedInRequest) -> HttpResponse:
    messages.error(request, "Ce dossier a plus d'un jour : faites-en un autre.")
    return redirect("families:ask_record", found.family.public_id)


def _own(export: uuid.UUID, request: SignedInRequest) -> RecordExport:
    """Return a record that one made of a family that one still leads."""
    rows = RecordExport.objects.select_related("family", "person", "by")
    found = get_object_or_404(rows, public_id=export, by=request.user)
    # Parted from the family since, the person is of one that this request does not name.
    gone = found.person.family_id != found.family_id
    if gone or not may_export(found.family, request.user):
        raise Http404
    return found
