"""How a family is held by whoever changes it, or what is known of it."""

from __future__ import annotations

from jalon.families.errors import FamilyError
from jalon.families.models import Family


def locked_family(number: int) -> Family:
    """Return a family as it is now: what is said of its safety meanwhile waits, or is seen.

    Without its key, so that what only names the family does not wait.
    """
    return Family.objects.select_for_update(of=("self",), no_key=True).get(pk=number)


def present_family(number: int) -> Family:
    """Return a family held as above; FamilyError where whoever was waited for merged it."""
    found = locked_family(number)
    if found.merged_into_id is not None:
        raise FamilyError("Cette famille vient d'être réunie à une autre : relisez la page.")
    return found
