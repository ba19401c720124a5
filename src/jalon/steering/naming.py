"""What the values of a breakdown are called on screen, as their own rooms call them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.conf import settings

from jalon.directory.models import Commune, Territory
from jalon.rules.profile import load_profile
from jalon.steering.enums import NO_TERRITORY, Breakdown
from jalon.steering.words import listed

UNKNOWN: Final = "Non connu"
NOWHERE: Final = "Hors des territoires"


def territories() -> dict[str, str]:
    """Return every territory's label by its code, and what is outside all of them."""
    found = dict(Territory.objects.order_by("label").values_list("code", "label"))
    return {**found, NO_TERRITORY: NOWHERE}


def names(by: Breakdown, values: Collection[str], measure: str) -> dict[str, str]:
    """Return what each value of a breakdown is called; one that nothing names stays as it is."""
    known = _known(by, values, measure)
    return {value: known.get(value, value) if value else UNKNOWN for value in values}


def _known(by: Breakdown, values: Collection[str], measure: str) -> dict[str, str]:
    if by is Breakdown.COMMUNE:
        return dict(Commune.objects.filter(pk__in=values).values_list("pk", "label"))
    if by is Breakdown.OFFER:
        return {one.code: one.label for one in load_profile(settings.PROFILE).offers}
    return listed(by, values, measure)
