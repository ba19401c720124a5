"""What the pages of interventions share: which family, what is done, where it leads."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from jalon.directory.access import SignedInRequest
from jalon.families.models import Family
from jalon.families.queries import family_of
from jalon.rules.errors import ClearError


def present(public_id: uuid.UUID) -> Family:
    """Return the family of a reference; 404 where it was merged into another."""
    return get_object_or_404(family_of(public_id).filter(merged_into=None))


def back_from(request: SignedInRequest, page: str) -> str:
    """Return where one leads back to: the list of what is to be done if one came from it."""
    return reverse("followed:to_do") if request.POST.get("depuis") == "a-faire" else page


def do(request: SignedInRequest, act: Callable[[], object], done: str, back: str) -> HttpResponse:
    """Act, say that it is done or why not, and lead back."""
    try:
        act()
    except ClearError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(back)
