"""Ends sessions that last or sleep too long, and asks for a second factor before anything else."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

SIGNED_IN_AT: Final = "signed_in_at"
SECOND_FACTOR_ELSEWHERE: Final = "second_factor_elsewhere"
_SEEN_AT: Final = "seen_at"
# Writing that someone is there costs more than most pages: once a minute is enough.
_NOTED_EVERY: Final = 60
_LONGEST_OF_STRANGERS: Final = 64 * 1024  # bytes
_BEFORE_SECOND_FACTOR: Final = frozenset(
    {"account_logout", "account_reauthenticate", "account_change_password", "account_login"}
)


def note_sign_in(request: HttpRequest, **_: Any) -> None:  # noqa: ANN401
    """Start counting, as soon as a person has signed in."""
    request.session[SIGNED_IN_AT] = request.session[_SEEN_AT] = time.time()


class SessionLimits:
    """Signs out whoever signed in too long ago, or has done nothing for too long.

    What a page asks by itself, to show progress, is not someone being there; what it sends, as one
    types, is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, as nobody where the session is over."""
        if request.user.is_authenticated:
            if _is_over(request):
                logout(request)
                messages.info(request, "Votre session a pris fin : connectez-vous de nouveau.")
            elif request.method == "POST" or "HX-Request" not in request.headers:
                _note_presence(request)
        return self.get_response(request)


def _is_over(request: HttpRequest) -> bool:
    now = time.time()
    signed_in = request.session.get(SIGNED_IN_AT, 0)
    seen = request.session.get(_SEEN_AT, 0)
    return bool(
        now - signed_in > settings.SESSION_LASTS_SECONDS
        or now - seen > settings.SESSION_SLEEPS_SECONDS
    )


def _note_presence(request: HttpRequest) -> None:
    now = time.time()
    if now - request.session[_SEEN_AT] > _NOTED_EVERY:
        request.session[_SEEN_AT] = now


class SmallBodiesFromStrangers:
    """Refuses what nobody sends before signing in: a long body, unread; a file, not kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to sign in."""
        if not request.user.is_authenticated:
            if int(request.META.get("CONTENT_LENGTH") or 0) > _LONGEST_OF_STRANGERS:
                return redirect_to_login(request.path)
            request.upload_handlers = [_NoFile(request)]
        return self.get_response(request)


class _NoFile(FileUploadHandler):
    """Stops reading at the first file."""

    def new_file(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - Django's own
        """Refuse it."""
        raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002
        """Keep nothing."""
        return b""

    def file_complete(self, file_size: int) -> None:
        """Give nothing."""


class SecondFactorFirst:
    """Leads an account that has only a password to set up a second factor, and nowhere else.

    Whoever came through a provider that asked for one is let through.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what is asked is looked at once its view is known."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        *_: Any,  # noqa: ANN401
    ) -> HttpResponse | None:
        """Stop whatever is not about setting up a second factor."""
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        name = (request.resolver_match.url_name if request.resolver_match else None) or ""
        if name.startswith("mfa_") or name in _BEFORE_SECOND_FACTOR:
            return None
        if request.session.get(SECOND_FACTOR_ELSEWHERE) is True:
            return None
        kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        if is_mfa_enabled(request.user, kinds):
            return None
        messages.warning(
            request, "Avant tout, protégez votre compte : une clé d'accès, ou une application."
        )
        return HttpResponseRedirect(reverse("mfa_index"))
