"""Guards a page: who may open it is written beside it, and tests read it there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from jalon.directory.models import StaffMember
from jalon.directory.queries import waits_to_be_confirmed
from jalon.directory.roles import Permission

View = Callable[..., HttpResponseBase]
PERMISSIONS: Final = "permissions"
WAITS: Final = (
    "Un rôle de votre compte attend d'être confirmé par votre responsable : appelez-le, il vous "
    "demandera si vous êtes bien entré par vos propres moyens."
)


class SignedInRequest(HttpRequest):
    """The request of a member of staff: the middleware lets nobody else through."""

    user: StaffMember


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Let in those who have one of the permissions at least; 403 for the others."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
            if not any(request.user.may(one) for one in permissions):
                raise PermissionDenied(*_why(request.user))
            return view(request, *args, **kwargs)

        setattr(guarded, PERMISSIONS, frozenset(permissions))
        return guarded

    return guard


def requires_all(*permissions: Permission) -> Callable[[View], View]:
    """Let in those who have every one of the permissions; 403 for the others."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
            if not all(request.user.may(one) for one in permissions):
                raise PermissionDenied(*_why(request.user))
            return view(request, *args, **kwargs)

        setattr(guarded, PERMISSIONS, frozenset(permissions))
        return guarded

    return guard


def _why(person: StaffMember) -> tuple[str, ...]:
    return (WAITS,) if waits_to_be_confirmed(person) else ()


def for_everyone(view: View) -> View:
    """Let in every member of staff who is signed in."""
    setattr(view, PERMISSIONS, frozenset())
    return view
