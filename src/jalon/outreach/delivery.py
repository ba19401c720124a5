"""Hears from the provider of text messages what became of each."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jalon.audit.identity import acting
from jalon.outreach.providers.choosing import TEXTS
from jalon.outreach.providers.webhooks import LONGEST_BODY, Sealed, is_genuine

_SETTLES: Final = {"delivered": True, "failed": False}
_LONGEST_REFERENCE: Final = 100
_SETTLE: Final = "SELECT wall.settle_delivery(%s, %s, %s, %s)"


@dataclass(frozen=True)
class Report:
    """What a provider says of a message: by its own reference, by ours, or by both."""

    reference: str
    key: uuid.UUID | None
    delivered: bool
    no_such_number: bool


# No form leads here and no cookie opens anything: a seal on the body itself tells who speaks.
@login_not_required
@csrf_exempt
@require_POST
def report(request: HttpRequest, provider: str) -> HttpResponse:
    """Take a delivery report: 204 whatever it is about, 403 where the provider did not seal it."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not _is_genuine(request, provider):
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    if found := _read(told):
        # The provider is nobody here: what it tells is written by the application itself.
        with acting(0):
            settle_delivery(found)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def settle_delivery(found: Report) -> None:
    """Write what became of a message; nothing where it is none of ours, or was told before."""
    with connection.cursor() as cursor:
        given = [found.reference, found.key, found.delivered, found.no_such_number]
        cursor.execute(_SETTLE, given)


def _is_genuine(request: HttpRequest, provider: str) -> bool:
    account = settings.MESSAGING.texts
    if provider != TEXTS or account is None:
        return False
    sealed = Sealed(
        request.headers.get("webhook-id", ""),
        request.headers.get("webhook-timestamp", ""),
        request.headers.get("webhook-signature", ""),
        request.body,
    )
    return is_genuine(sealed, account.webhook_key, time.time())


def _read(told: Any) -> Report | None:  # noqa: ANN401 - whatever JSON holds
    """Return what a report says; None where it settles nothing, or names no message."""
    if not isinstance(told, dict) or told.get("status") not in list(_SETTLES):
        return None
    reference, key = told.get("id"), _key(told.get("reference"))
    if not isinstance(reference, str) or not 0 < len(reference) <= _LONGEST_REFERENCE:
        reference = ""
    if "\x00" in reference or not (reference or key):
        return None
    return Report(reference, key, _SETTLES[told["status"]], told.get("reason") == "no_such_number")


def _key(told: Any) -> uuid.UUID | None:  # noqa: ANN401 - whatever JSON holds
    try:
        return uuid.UUID(told)
    except (ValueError, TypeError, AttributeError):
        return None
