"""Correcting how a family is reached, when it says so."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jalon.audit.actions import record_read
from jalon.desk.contact_forms import ContactsForm
from jalon.desk.views.family import do, present
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.families.contacts import correct_contacts, may_reach


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_FAMILIES)
def contacts(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show how a family is reached, and put what it corrects in its place."""
    found = present(public_id)
    if not may_reach(found, request.user):
        raise PermissionDenied(
            "Adresse protégée : le référent de la famille, un responsable de territoire ou le "
            "secrétariat corrige ses coordonnées."
        )
    form = ContactsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.corrected
        return do(
            request,
            public_id,
            lambda: correct_contacts(family=found, given=given, by=request.user),
            "C'est noté : les nouvelles coordonnées remplacent les anciennes, qui sont gardées.",
        )
    record_read(family_id=found.pk, page="coordonnées à corriger")
    known = found.contact_points.filter(until=None).order_by("kind", "-since", "pk")
    return render(request, "desk/contacts.html", {"family": found, "form": form, "known": known})
