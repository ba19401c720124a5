"""Families of a release that wait for their wave, in an order drawn by lot."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

from django.conf import settings

from jalon.directory.models import StaffMember
from jalon.rules.profile import load_profile
from jalon.targeting.capacity import Capacity
from jalon.targeting.errors import RunError
from jalon.targeting.models import Draw, Release
from jalon.targeting.waves import Waves, practice
from jalon.web import french

_SEED_BYTES: Final = 32


def may_wait(offers: Collection[str]) -> frozenset[str]:
    """Return which of these offers may be contacted in waves: those that no urgent event sets off.

    Nor aids that are granted to the whole list: nobody is contacted for them.
    """
    urgent = practice().is_urgent
    held = {
        one.code
        for one in load_profile(settings.PROFILE).offers
        if urgent(one) or one.granted_from_list
    }
    return frozenset(offers) - held


def fits(parts: Mapping[tuple[str, int | None], int], capacity: Capacity) -> bool:
    """Tell whether workers can receive all these rows in a month: of their areas, or of none."""
    areas = {area for _, area in parts if area is not None}
    room = sum((capacity.by_area.get(area, Decimal(0)) for area in areas), capacity.elsewhere)
    return sum(parts.values()) <= room


def draw_lots(
    releases: Collection[Release],
    waves: Waves,
    *,
    by: StaffMember,
    there: Mapping[tuple[str, int | None], int],
    capacity: Capacity,
) -> list[Draw]:
    """Have the families of what was just released contacted in waves, each offer and area apart.

    RunError, saying why, where nothing of it may wait, where there is room for all at once, or
    where the last wave would come too late.
    """
    longest = practice().longest_days
    if waves.last_after > longest:
        raise RunError(
            f"La dernière vague commencerait après {french.counted(waves.last_after, 'jour')} : "
            f"le profil de la caisse en permet {longest} au plus. Choisissez moins de vagues, ou "
            "des vagues plus proches."
        )
    waiting = may_wait({one.offer for one in releases})
    drawn = [one for one in releases if one.offer in waiting]
    if not drawn:
        raise RunError(
            "Ces offres n'attendent pas : leurs familles sont contactées tout de suite. Libérez-"
            "les sans tirage au sort."
        )
    parts = {(one.offer, one.area_id): there[one.offer, one.area_id] for one in drawn}
    if fits(parts, capacity):
        raise RunError(
            "Il y a de la place pour toutes ces familles dans le mois qui vient : personne n'a à "
            "attendre. Libérez-les sans tirage au sort."
        )
    return Draw.objects.bulk_create(
        Draw(
            release=one,
            by=by,
            seed=secrets.token_hex(_SEED_BYTES),
            waves=waves.number,
            days_between=waves.days_between,
        )
        for one in drawn
    )
