"""The offers that lists are filtered by."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils import timezone

from jalon.outreach import queries
from jalon.rules.offers import Offer
from jalon.rules.profile import load_profile


@cache
def _offers() -> dict[str, Offer]:
    """Return the offers of the fund's profile, the last version of each."""
    found = {one.code: one for one in load_profile(settings.PROFILE).offers}
    return dict(sorted(found.items(), key=lambda item: item[1].label))


def offers_to_choose(asked: str) -> list[tuple[str, str]]:
    """Return the offers that make proposals: those in force, and those that made some before.

    `asked` is kept whatever it is: an address that someone noted still says what it filters.
    """
    today = timezone.localdate()
    proposed = {
        code: one
        for code, one in _offers().items()
        if one.request is None and not one.granted_from_list
    }
    over = [code for code, one in proposed.items() if not one.in_force_on(today)]
    hidden = {*over} - {*queries.having_proposals("offer", over), asked}
    return [
        ("", "Toutes"),
        *((code, one.label) for code, one in proposed.items() if code not in hidden),
    ]


def offers_of_service(service: str) -> list[str]:
    """Return the codes of the offers that a service makes."""
    return [code for code, one in _offers().items() if service in one.services]
