"""Families: who they are, how they are reached, who is involved with them, which are the same."""

from jalon.families.models.contacts import ContactPoint, GivenContact
from jalon.families.models.families import (
    Doubt,
    Family,
    Household,
    Involvement,
    Merge,
    Person,
    SafetyWord,
    Snapshot,
)

__all__ = [
    "ContactPoint",
    "Doubt",
    "Family",
    "GivenContact",
    "Household",
    "Involvement",
    "Merge",
    "Person",
    "SafetyWord",
    "Snapshot",
]
