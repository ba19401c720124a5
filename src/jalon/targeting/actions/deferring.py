"""Families of a release that wait for their wave, in an order drawn by lot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.conf import settings

from jalon.directory.models import StaffMember
from jalon.rules.profile import load_profile
from jalon.targeting.capacity import Capacity
from jalon.targeting.errors import RunError
from jalon.targeting.models import Draw, Release, TargetingRun
from jalon.targeting.queries import areas_of_communes
from jalon.targeting.waves import Waves, practice
from jalon.web import french

# How many rows each offer and area selects.
Parts = Mapping[tuple[str, int | None], int]


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


def families_of(run: TargetingRun, parts: Parts) -> int:
    """Return how many new families these parts of a run bring at most, each once."""
    areas, of_communes = {area for _, area in parts}, areas_of_communes()
    new = run.summary["families"].items()
    there: int = sum(number for code, number in new if of_communes.get(code) in areas)
    return min(there, sum(parts.values()))


def room_for(parts: Parts, capacity: Capacity) -> Decimal:
    """Return how many families workers can receive in a month: of these areas, or of none."""
    areas = {area for _, area in parts if area is not None}
    return sum((capacity.by_area.get(area, Decimal(0)) for area in areas), capacity.elsewhere)


def draw_lots(
    releases: Collection[Release],
    waves: Waves,
    *,
    by: StaffMember,
    there: Parts,
    capacity: Capacity,
) -> list[Draw]:
    """Have the families of what was just released contacted in waves. The caller locks the run.

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
    if families_of(drawn[0].run, parts) <= room_for(parts, capacity):
        raise RunError(
            "Il y a de la place pour toutes ces familles dans le mois qui vient : personne n'a à "
            "attendre. Libérez-les sans tirage au sort."
        )
    return Draw.objects.bulk_create(
        Draw(release=one, by=by, waves=waves.number, days_between=waves.days_between)
        for one in drawn
    )
