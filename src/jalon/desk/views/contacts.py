"""How a family is reached: corrected when it says so, confirmed when the answer page was told."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.audit.actions import record_read
from jalon.desk.contact_forms import ContactsForm
from jalon.desk.views.family import do, present
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.families.contacts import (
    HIDDEN,
    correct_contacts,
    decide_contact,
    given_contacts,
    may_reach,
)
from jalon.families.errors import FamilyError
from jalon.families.models import ContactPoint, Person
from jalon.families.queries import where_works
from jalon.web.listing import page_of


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_FAMILIES)
def contacts(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show how a family is reached, and put what it corrects in its place."""
    found = present(public_id)
    if not may_reach(found, request.user):
        raise PermissionDenied(HIDDEN)
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


@require_safe
@requires(Permission.SEE_FAMILIES)
def to_confirm(request: SignedInRequest) -> HttpResponse:
    """List what families gave on the answer page, beside what is known of the same kind."""
    known = ContactPoint.objects.filter(until=None).order_by("-since", "-pk")
    page = page_of(
        request,
        given_contacts(request.user, where_works(request.user)).prefetch_related(
            Prefetch("family__contact_points", known, "known"),
            Prefetch("family__people", Person.objects.order_by("role", "birth_date")),
        ),
    )
    rows = [
        (one, [point for point in one.family.known if point.kind == one.kind])  # type: ignore[attr-defined]
        for one in page.items
    ]
    record_read(page=f"coordonnées à confirmer, page {page.number}")
    return render(request, "desk/contacts_to_confirm.html", {"page": page, "rows": rows})


@require_POST
@requires(Permission.SEE_FAMILIES)
def confirm(request: SignedInRequest, public_id: uuid.UUID, given: uuid.UUID) -> HttpResponse:
    """Say that what a family gave is its own: it is used from now on."""
    return _decide(request, public_id, given, confirmed=True)


@require_POST
@requires(Permission.SEE_FAMILIES)
def refuse(request: SignedInRequest, public_id: uuid.UUID, given: uuid.UUID) -> HttpResponse:
    """Say that what was given is not the family's: it is never used."""
    return _decide(request, public_id, given, confirmed=False)


def _decide(
    request: SignedInRequest, public_id: uuid.UUID, given: uuid.UUID, *, confirmed: bool
) -> HttpResponse:
    found = present(public_id)
    one = get_object_or_404(found.given_contacts.select_related("family"), public_id=given)
    try:
        decide_contact(given=one, confirmed=confirmed, by=request.user)
    except FamilyError as error:
        messages.error(request, str(error))
    else:
        said = "elle remplace l'ancienne, qui est gardée" if confirmed else "elle ne servira pas"
        messages.success(request, f"C'est noté : {said}.")
    if "liste" in request.POST:
        return redirect("families:contacts_to_confirm")
    return redirect("families:family", public_id)
