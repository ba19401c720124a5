"""Every address of the application, read from Django's own resolver."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver

from jalon.directory.access import PERMISSIONS

_PARAMETER: Final = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_MISSING: Final[dict[str | None, object]] = {
    "uuid": uuid.UUID("00000000-0000-4000-8000-000000000000"),
    "int": 999_999_999,
    "str": "rien",
    "slug": "rien",
    "path": "rien",
    None: "rien",
}
# Addresses written as regular expressions, and one that each answers to.
_BY_EXAMPLE: Final = {"web:error_page": "/composants/erreurs/404/"}


@dataclass(frozen=True)
class Address:
    """A route, the name of its page, and the view that answers."""

    route: str
    name: str
    view: Callable[..., Any]

    @property
    def ours(self) -> bool:
        """Whether the view is written here, not in a library."""
        return self.view.__module__.startswith("jalon.")

    @property
    def permissions(self) -> frozenset[str] | None:
        """The permissions that the view names: one is enough, or all; empty for everyone."""
        return getattr(self.view, PERMISSIONS, None)

    @property
    def public(self) -> bool:
        """Whether it opens to whoever is not signed in."""
        return getattr(self.view, "login_required", True) is False

    @property
    def parameters(self) -> list[str]:
        """What the address of a page says of what it shows."""
        return [match["name"] for match in _PARAMETER.finditer(self.route)]

    def url(self, known: dict[str, object] | None = None) -> str:
        """Return an address of the page, of known things or of some that are missing."""
        if self.name in _BY_EXAMPLE:
            return _BY_EXAMPLE[self.name]
        given = known or {}
        return "/" + _PARAMETER.sub(
            lambda match: str(given.get(match["name"], _MISSING[match["kind"]])), self.route
        )


def addresses() -> list[Address]:
    """Return all of them."""
    return list(_walk(get_resolver(), "", ()))


def _walk(resolver: URLResolver, route: str, spaces: tuple[str, ...]) -> Iterator[Address]:
    for one in resolver.url_patterns:
        longer = route + str(one.pattern)
        if isinstance(one, URLPattern):
            yield Address(longer, ":".join((*spaces, one.name or "")), one.callback)
        else:
            yield from _walk(one, longer, (*spaces, one.namespace) if one.namespace else spaces)
