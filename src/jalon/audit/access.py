"""Guards the control pages: this room stands below the one that gives rights to staff."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, Protocol, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

# As the directory names them: a test holds them equal.
SEE_READS: Final = "see_reads"
PURGE: Final = "purge"
View = Callable[..., HttpResponse]


class _Person(Protocol):
    def may(self, permission: str) -> bool: ...


def for_control(view: View) -> View:
    """Let in those who control who read and changed what; 403 for the others."""
    return _guarded(view, SEE_READS)


def for_purging(view: View) -> View:
    """Let in those who purge what was kept long enough; 403 for the others."""
    return _guarded(view, PURGE)


def _guarded(view: View, permission: str) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
        if not cast("_Person", request.user).may(permission):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    # Where the directory's guards say who may open a page, and tests read it.
    guarded.permissions = frozenset({permission})  # type: ignore[attr-defined]
    return guarded
