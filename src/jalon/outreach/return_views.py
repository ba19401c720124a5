"""Letters that came back: the code typed or scanned, the reason chosen, the address put right."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.families.errors import FamilyError
from jalon.families.models import Person
from jalon.outreach import returning
from jalon.outreach.enums import Medium, MessageState, Trouble
from jalon.outreach.errors import BatchError
from jalon.outreach.mail_forms import AddressForm, CodeForm, ReturnForm
from jalon.outreach.mailing import letters_back, to_mail_again
from jalon.outreach.models import Message
from jalon.web.listing import page_ahead

_GETS_AND_POSTS = require_http_methods(["GET", "HEAD", "POST"])


@_GETS_AND_POSTS
@requires(Permission.WRITE_TO_FAMILIES)
def returns(request: SignedInRequest) -> HttpResponse:
    """Take the code of a letter that came back; list those to which nothing was done since."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            found = returning.letter_of_code(form.cleaned_data["code"])
        except BatchError as error:
            form.add_error("code", str(error))
        else:
            return redirect("mail:returned", found.public_id)
    record_read(page="courriers revenus")
    back = letters_back(timezone.localdate()).select_related("family")
    letters = Message.objects.filter(medium=Medium.LETTER, state=MessageState.RETURNED)
    rows = back.prefetch_related(
        Prefetch("family__people", Person.objects.order_by("pk")),
        Prefetch("messages", letters.order_by("-pk"), to_attr="letters"),
    )
    context = {"form": form, "page": page_ahead(request, rows)}
    return render(request, "outreach/returns.html", context)


@_GETS_AND_POSTS
@requires(Permission.WRITE_TO_FAMILIES)
def returned(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say why a letter came back."""
    found = _letter(public_id)
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            returning.record_return(letter=found, reason=Trouble(form.cleaned_data["reason"]))
        except BatchError as error:
            messages.error(request, str(error))
            return redirect("mail:returns")
        messages.success(request, "C'est noté. Si vous connaissez la bonne adresse, donnez-la.")
        return redirect("mail:address", found.public_id)
    record_read(family_id=found.family_id, page="courrier revenu")
    context = {"letter": found, "form": form, "sent_to": returning.sent_to(found)}
    return render(request, "outreach/returned.html", context)


@_GETS_AND_POSTS
@requires(Permission.WRITE_TO_FAMILIES)
def address(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put a family's address right: the next batch writes again, where one may write."""
    found, today = _letter(public_id), timezone.localdate()
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            returning.correct_address(family=found.family, by=request.user, **form.cleaned_data)
        except (BatchError, FamilyError) as error:
            form.add_error(None, str(error))
        else:
            again = to_mail_again(today).filter(pk=found.approach_id).exists()
            then = "le prochain envoi lui écrira" if again else "plus rien ne part par écrit"
            messages.success(request, f"L'adresse est corrigée : {then}.")
            return redirect("mail:returns")
    record_read(family_id=found.family_id, page="adresse à corriger")
    return render(request, "outreach/address.html", {"letter": found, "form": form})


def _letter(public_id: uuid.UUID) -> Message:
    letters = Message.objects.select_related("family", "batch").filter(medium=Medium.LETTER)
    return get_object_or_404(
        letters.exclude(state__in=[MessageState.QUEUED, MessageState.CANCELLED]),
        public_id=public_id,
    )
