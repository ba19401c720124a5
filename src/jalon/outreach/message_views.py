"""Text messages and e-mails that need somebody: what did not leave, and what still waits."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.outreach.enums import CARRIED, ToDo
from jalon.outreach.message_actions import MessageError, cancel_message, send_again
from jalon.outreach.message_queries import to_do, waiting_messages
from jalon.outreach.models import Message
from jalon.outreach.providers.choosing import providers
from jalon.outreach.shown import message_in_words, trouble_in_words
from jalon.web.listing import page_of


@require_safe
@requires(Permission.WRITE_TO_FAMILIES)
def troubled(request: SignedInRequest) -> HttpResponse:
    """List the messages that need somebody, one thing to do at a time."""
    found = to_do(providers() or CARRIED)
    counts = {what: rows.count() for what, rows in found.items()}
    asked = request.GET.get("faire", "")
    # What was asked for, else the first thing that there is to do.
    left = [what for what in found if counts[what]]
    what = next((one for one in left if one == asked), next(iter(left), ToDo.RESEND))
    page = page_of(request, found[what])
    record_read(page=f"messages à reprendre, page {page.number}")
    context = {
        "tabs": [
            {
                "label": one.label,
                "url": f"?faire={one.value}",
                "current": one == what,
                "count": counts[one],
            }
            for one in left
        ],
        "what": what.value,
        "page": page,
        "rows": [(one, message_in_words(one), trouble_in_words(one)) for one in page.items],
        "waiting": waiting_messages().count(),
    }
    return render(request, "outreach/messages.html", context)


@require_POST
@requires(Permission.WRITE_TO_FAMILIES)
def again(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send a message again, to where the family can be reached now."""
    return _do(
        request,
        public_id,
        lambda one: send_again(message=one, by=request.user),
        "Le message repart, à la prochaine heure d'envoi.",
    )


@require_POST
@requires(Permission.WRITE_TO_FAMILIES)
def cancel(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Call off a message that waits."""
    return _do(
        request,
        public_id,
        lambda one: cancel_message(message=one, by=request.user),
        "Le message n'est pas envoyé.",
    )


def _do(
    request: SignedInRequest,
    public_id: uuid.UUID,
    action: Callable[[Message], object],
    said: str,
) -> HttpResponse:
    found = get_object_or_404(Message, public_id=public_id)
    try:
        action(found)
    except MessageError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(reverse("mail:messages", query={"faire": request.POST.get("faire", "")}))
