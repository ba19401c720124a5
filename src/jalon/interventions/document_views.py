"""The pages of a family's documents: listed, joined, opened, taken away."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.documents import store
from jalon.documents.answering import as_attachment
from jalon.documents.errors import FileLostError
from jalon.documents.kinds import Kind
from jalon.families.models import Family
from jalon.interventions import documenting, queries
from jalon.interventions.document_forms import DocumentForm
from jalon.interventions.doing import do, present
from jalon.interventions.models import Document
from jalon.web.listing import page_of


@require_safe
@requires(Permission.WORK_WITH_FAMILIES)
def documents(request: SignedInRequest, family: uuid.UUID) -> HttpResponse:
    """List a family's documents to who follows it, the latest first."""
    found = _followed(request, family)
    record_read(family_id=found.pk, page="documents")
    page = page_of(request, queries.documents_of(found))
    context = {
        "family": found,
        "page": page,
        "removable": documenting.may_remove(page.items, request.user),
    }
    return render(request, "interventions/documents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def join(request: SignedInRequest, family: uuid.UUID) -> HttpResponse:
    """Ask for a file and what it is, then keep it."""
    found = _followed(request, family)
    posted = request.method == "POST"
    form = DocumentForm(request.POST if posted else None, request.FILES if posted else None)
    if form.is_valid():
        told = form.cleaned_data
        return do(
            request,
            lambda: documenting.join_document(
                family=found, label=told["label"], file=told["file"], by=request.user
            ),
            "Le document est joint.",
            _list(found),
        )
    record_read(family_id=found.pk, page="document à joindre")
    context = {"family": found, "form": form, "back": _list(found)}
    return render(request, "interventions/join_document.html", context)


@require_safe
@requires(Permission.WORK_WITH_FAMILIES)
def download(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give a document to save."""
    found = _document(public_id)
    record_read(family_id=found.family_id, page="document téléchargé")
    kind = Kind(found.kind)
    try:
        content = store.given_back(found.file, found.sha256)
    except FileLostError as error:
        messages.error(request, str(error))
        return redirect(_list(found.family))
    return as_attachment(content, kind=kind, name=f"document.{kind.suffix}")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def remove(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask, then take a document away."""
    found = _document(public_id)
    if found.pk not in documenting.may_remove([found], request.user):
        raise Http404
    back = _list(found.family)
    if request.method == "POST":
        return do(
            request,
            lambda: documenting.remove_document(document=found, by=request.user),
            "Le document est retiré.",
            back,
        )
    record_read(family_id=found.family_id, page="document à retirer")
    context = {
        "family": found.family,
        "heading": "Retirer un document",
        "consequences": [
            f"« {found.label} » est effacé du serveur : personne ne l'ouvrira plus.",
            "L'histoire garde qu'il y a été, qui l'a joint et qui l'a retiré.",
            "Les sauvegardes déjà faites l'ont encore, le temps qu'elles sont gardées.",
        ],
        "action": "Retirer",
        "danger": True,
        "cancel_url": back,
        "trail": ("Documents", back),
    }
    return render(request, "interventions/ask.html", context)


def _followed(request: SignedInRequest, family: uuid.UUID) -> Family:
    found = present(family)
    if not queries.follows(found, request.user):
        raise Http404
    return found


def _document(public_id: uuid.UUID) -> Document:
    """Return a document that the database shows the person: who follows the family."""
    return get_object_or_404(Document.objects.select_related("family"), public_id=public_id)


def _list(family: Family) -> str:
    return reverse("followed:documents", args=[family.public_id])
