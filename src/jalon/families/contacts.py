"""How a family is reached: what staff correct, and what it gave itself that a person confirms.

What was known is kept, with the day on which it ended and who ended it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.actions import may_name_lead
from jalon.families.enums import ContactKind, ContactSource
from jalon.families.errors import FamilyError
from jalon.families.locks import locked_family, present_family
from jalon.families.models import ContactPoint, Family, GivenContact, Involvement
from jalon.families.queries import Where, may_lead


@dataclass(frozen=True)
class Corrected:
    """A way to reach a family as it is from now on: an address in lines, or else a value."""

    kind: ContactKind
    value: str = ""
    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    city: str = ""


_LINES = [one.name for one in fields(Corrected) if one.name != "kind"]
HIDDEN = (
    "Adresse protégée : le référent, un responsable de territoire ou le secrétariat corrige ces "
    "coordonnées."
)


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

    What is known already stays. FamilyError where the person may not see where the family lives,
    or it was just merged.
    """
    if not may_reach(family, by):
        raise FamilyError(HIDDEN)
    present_family(family.pk)
    return sum(put_contact(family, one, by=by) for one in given)


def given_contacts(by: StaffMember, where: Where) -> QuerySet[GivenContact]:
    """Return what families gave and a person here has to confirm, the oldest first.

    Secretaries and managers see to those of where they work, others to the families they lead.
    """
    rows = GivenContact.objects.filter(confirmed=None, family__merged_into=None)
    if by.may(Permission.WRITE_TO_FAMILIES) or may_name_lead(by):
        there = where.keep(Family.objects.all())
    else:
        led = Involvement.objects.filter(worker=by, lead=True, until=None)
        there = Family.objects.filter(pk__in=led.values("family"))
    return rows.filter(family__in=there).select_related("family").order_by("pk")


@transaction.atomic
def decide_contact(*, given: GivenContact, confirmed: bool, by: StaffMember) -> None:
    """Confirm what a family gave, which from then on replaces what is of its kind; or refuse it.

    FamilyError where somebody decided already, a merge gave it to another family, or the person
    may not see where the family lives.
    """
    if not may_reach(given.family, by):
        raise FamilyError(HIDDEN)
    # As what releases and answers write: the family first.
    locked_family(given.family_id)
    # Nor has a merge given it to another family meanwhile.
    waiting = GivenContact.objects.filter(pk=given.pk, family=given.family_id, confirmed=None)
    if not waiting.update(confirmed=confirmed, decided_by=by, decided_at=timezone.now()):
        raise FamilyError("Quelqu'un vient d'en décider : relisez la page.")
    if confirmed:
        told = Corrected(ContactKind(given.kind), **{one: getattr(given, one) for one in _LINES})
        put_contact(given.family, told, by=by, source=ContactSource.FAMILY)


def put_contact(
    family: Family,
    one: Corrected,
    *,
    by: StaffMember,
    source: ContactSource = ContactSource.STAFF,
) -> bool:
    """Have this way to reach a family be the only one of its kind; tell whether that is new.

    In a transaction that holds the family.
    """
    today = timezone.localdate()
    known = ContactPoint.objects.filter(family=family, kind=one.kind, until=None)
    told = asdict(one)
    if known.count() == 1 and known.filter(**told).exists():
        return False
    for old in known:
        old.until, old.ended_by = max(today, old.since), by
        old.save(update_fields=["until", "ended_by"])
    ContactPoint.objects.create(family=family, since=today, source=source, by=by, **told)
    return True
