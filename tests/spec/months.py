"""The months that worked examples stand in, and the catalogues in force then."""

from __future__ import annotations

from functools import cache

from jalon.rules.calendar import Month
from jalon.rules.offers import Catalogue
from jalon.rules.profile import Profile, load_profile

OCTOBER = Month(2026, 10)
DECEMBER_2020 = Month(2020, 12)
JANUARY_2018 = Month(2018, 1)

VAL_DE_MARNE = "val-de-marne"
ISERE = "isere"
HERAULT = "herault"
PROFILES = (VAL_DE_MARNE, ISERE, HERAULT)


@cache
def profile_of(name: str) -> Profile:
    """Return a built-in profile."""
    return load_profile(name)


@cache
def catalogue_of(name: str, month: Month) -> Catalogue:
    """Return a built-in profile's catalogue for a month's run."""
    return profile_of(name).catalogue(month)
