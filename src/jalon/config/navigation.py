"""What every page shows around its own content: where one may go, and as whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission


@dataclass(frozen=True)
class Link:
    """An entry of the navigation, shown to whoever has its permission, or to all."""

    label: str
    view: str
    icon: str
    permission: Permission | None = None
    also: tuple[str, ...] = ()  # the other rooms of addresses that it stands for


@dataclass(frozen=True)
class Entry:
    """A link as the page shows it."""

    label: str
    url: str
    icon: str
    current: bool


LINKS: Final = (
    Link("Ma journée", "desk:day", "sun"),
    Link("Familles", "families:search", "people", Permission.SEE_FAMILIES),
    Link("Agenda", "agenda:week", "calendar-event", Permission.SEE_FAMILIES),
    Link(
        "Interventions",
        "supports:list",
        "chat-left-text",
        Permission.SEE_INTERVENTIONS,
        ("advice", "followed", "rights"),
    ),
    Link("Prises de contact", "approaches:list", "reply", Permission.SEE_FAMILIES),
    Link("Propositions", "outreach:proposals", "envelope", Permission.SEE_FAMILIES),
    Link("Courriers", "mail:batches", "envelope-open", Permission.WRITE_TO_FAMILIES),
    Link("Requêtages", "targeting:runs", "funnel", Permission.SEE_RUNS),
    Link("Ma charge", "load:mine", "person-circle", Permission.WORK_WITH_FAMILIES),
    Link("Pilotage", "steering:team", "diagram-3", Permission.SEE_FIGURES),
    Link("Offres", "offers:offers", "journal-text"),
    Link("Équipe", "directory:staff", "person-badge", Permission.SEE_STAFF),
    Link("Contrôle", "audit:reads", "shield-check", Permission.SEE_READS),
)
_VERSION: Final = version("jalon")


@cache
def _address(view: str) -> str:
    return reverse(view)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return what the base page needs; nothing but the version for whoever is not signed in."""
    shared: dict[str, Any] = {"demo": settings.DEMO, "version": _VERSION}
    user = getattr(request, "user", None)
    if not isinstance(user, StaffMember):
        return shared
    room = request.resolver_match.namespace if request.resolver_match else ""
    entries = []
    for link in LINKS:
        if link.permission is None or user.may(link.permission):
            url = _address(link.view)
            entries.append(
                Entry(link.label, url, link.icon, room in {link.view.split(":")[0], *link.also})
            )
    if user.may(Permission.SEE_FAMILIES):
        shared["search_url"] = _address("families:search")
    return {**shared, "navigation": entries, "help_url": _address("desk:guide")}
