"""Correcting how a family is reached: what was known is kept, with the day on which it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.enums import ContactKind
from jalon.families.errors import FamilyError
from jalon.families.models import ContactPoint, Family, Involvement
from jalon.families.queries import may_lead


@dataclass(frozen=True)
class Corrected:
    """A way to reach a family as it is from now on: an address in lines, or else a value."""

    kind: ContactKind
    value: str = ""
    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    city: str = ""


def may_reach(family: Family, by: StaffMember) -> bool:
    """Tell whether a person sees where a family lives, and may correct it."""
    if not by.may(Permission.SEE_FAMILIES):
        return False
    if not family.protected_address or by.may(Permission.SEE_PROTECTED_ADDRESSES):
        return True
    led = Involvement.objects.filter(family=family, worker=by, lead=True, until=None)
    return may_lead(by) and led.exists()


@transaction.atomic
def correct_contacts(*, family: Family, given: Sequence[Corrected], by: StaffMember) -> int:
    """Put each way to reach a family in the place of those of its kind; return how many changed.

    What is known already stays. FamilyError where the person may not see where the family lives.
    """
    if not may_reach(family, by):
        raise FamilyError(
            "Adresse protégée : le référent, un responsable de territoire ou le secrétariat "
            "corrige ces coordonnées."
        )
    Family.objects.select_for_update(of=("self",)).get(pk=family.pk)
    return sum(_put(family, one) for one in given)


def _put(family: Family, one: Corrected) -> bool:
    today = timezone.localdate()
    known = ContactPoint.objects.filter(family=family, kind=one.kind, until=None)
    told = {
        "value": one.value,
        "line1": one.line1,
        "line2": one.line2,
        "postal_code": one.postal_code,
        "city": one.city,
    }
    if known.count() == 1 and known.filter(**told).exists():
        return False
    for old in known:
        old.until = max(today, old.since)
        old.save(update_fields=["until"])
    ContactPoint.objects.create(family=family, kind=one.kind, since=today, **told)
    return True
