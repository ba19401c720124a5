"""Decides whether two families are one; a merge moves every row that names one, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import connection, transaction
from django.db.models import ForeignKey, Q
from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.families.actions import may_lift
from jalon.families.enums import DoubtState, Safety
from jalon.families.errors import FamilyError
from jalon.families.models import Doubt, Family, Involvement, Merge

# These say which families are or may be the same: they stay with the families they speak of.
_STAYS: Final = frozenset({"families_family", "families_doubt", "families_merge"})
# What each source says of a family's safety; what follows from them is the database's to tell.
_HERE: Final = tuple(one.said_here for one in Safety)
_FLAGS: Final = (*_HERE, *(one.said_in_register for one in Safety))


@dataclass(frozen=True)
class Relation:
    """A column that names a family."""

    table: str
    column: str


def relations() -> Iterator[Relation]:
    """Yield every relation to a family that a merge moves, whatever room it is in.

    What has no key of its own to a family hangs on another row by its family, and follows it.
    """
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table  # noqa: SLF001 - Django's way of naming it
        for field in model._meta.concrete_fields:  # noqa: SLF001
            keyed = isinstance(field, ForeignKey) and field.db_constraint  # type: ignore[attr-defined]
            if keyed and field.related_model is Family and table not in _STAYS and field.column:
                yield Relation(table, field.column)


@transaction.atomic
def keep_apart(*, doubt: Doubt, by: StaffMember) -> Doubt:
    """Decide that two families are not one; FamilyError where someone decided before."""
    return _decide(doubt, DoubtState.KEPT_APART, by)


@transaction.atomic
def merge(*, doubt: Doubt, by: StaffMember) -> Merge:
    """Make one family of two, the one known first; all that was known of either is its own.

    What both have and can be had once, the same service involved for instance, stays with the
    absorbed one. FamilyError where someone decided before.
    """
    decided = _decide(doubt, DoubtState.MERGED, by)
    kept, absorbed = _locked(decided.one_id, decided.other_id)
    if kept.merged_into_id or absorbed.merged_into_id:
        raise FamilyError("Une de ces familles vient d'être réunie à une autre : relisez la page.")
    was: dict[str, Any] = {
        "kept": _flags(kept),
        "absorbed": _flags(absorbed),
        "leads": _yield_lead(kept, absorbed),
    }
    moved = {
        f"{one.table}.{one.column}": _move(one, absorbed.pk, kept.pk, None) for one in relations()
    }
    for flag in _FLAGS:
        setattr(kept, flag, getattr(kept, flag) or getattr(absorbed, flag))
    kept.save(update_fields=_FLAGS)
    was["said"] = _last_said(kept)
    absorbed.merged_into = kept
    absorbed.save(update_fields=["merged_into"])
    _doubt_anew(kept, absorbed)
    return Merge.objects.create(
        kept=kept, absorbed=absorbed, moved={"rows": moved, "was": was}, by=by
    )


@transaction.atomic
def undo_merge(*, merge: Merge, by: StaffMember) -> Merge:
    """Give each family back what was its own; what came since stays with the one kept.

    What was said here since, of both together, holds for both. What the merge itself brought the
    family kept leaves it, unless someone spoke of its safety since, or the person may not lift a
    protection: then another lifts it. FamilyError where it is undone already, or a later merge
    must be undone first.
    """
    locked = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if locked.undone_at is not None:
        raise FamilyError("Cette réunion est déjà défaite.")
    later = Merge.objects.filter(
        Q(kept=locked.kept) | Q(absorbed=locked.kept), pk__gt=locked.pk, undone_at=None
    )
    if later.exists():
        raise FamilyError("Une réunion plus récente touche ces familles : défaites-la d'abord.")
    kept, absorbed = _locked(locked.kept_id, locked.absorbed_id)
    for name, ids in locked.moved["rows"].items():
        table, column = name.split(".")
        _move(Relation(table, column), kept.pk, absorbed.pk, ids)
    was = locked.moved["was"]
    _set_lead(was["leads"], leading=True)
    _part_flags(kept, absorbed, was, lower=may_lift(kept, by))
    now = timezone.now()
    Doubt.objects.filter(one=kept, other=absorbed).update(
        state=DoubtState.KEPT_APART, decided_by=by, decided_at=now
    )
    locked.undone_by, locked.undone_at = by, now
    locked.save(update_fields=["undone_by", "undone_at"])
    # Last: no family becomes itself again while its merge stands.
    absorbed.merged_into = None
    absorbed.save(update_fields=["merged_into"])
    return locked


def _decide(doubt: Doubt, state: DoubtState, by: StaffMember) -> Doubt:
    locked = Doubt.objects.select_for_update(of=("self",)).get(pk=doubt.pk)
    if locked.state != DoubtState.OPEN:
        raise FamilyError("Une autre personne vient d'en décider : relisez la page.")
    locked.state, locked.decided_by, locked.decided_at = state, by, timezone.now()
    locked.save(update_fields=["state", "decided_by", "decided_at"])
    return locked


def _locked(one: int, other: int) -> tuple[Family, Family]:
    found = {
        family.pk: family
        for family in Family.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=(one, other))
        .order_by("pk")
    }
    return found[one], found[other]


def _flags(family: Family) -> dict[str, bool]:
    return {flag: getattr(family, flag) for flag in _FLAGS}


def _part_flags(kept: Family, absorbed: Family, was: dict[str, Any], *, lower: bool) -> None:
    """Tell of each family what holds for it alone, or for want of knowing, for both."""
    silent = was["said"] == _last_said(kept)
    for flag in _HERE:
        if not silent and getattr(kept, flag):
            setattr(absorbed, flag, True)
        if silent and lower and was["absorbed"][flag] and not was["kept"][flag]:
            setattr(kept, flag, False)
    for one in Safety:
        flag = one.said_in_register
        if absorbed.households.filter(**{one.value: True}).exists():
            setattr(absorbed, flag, True)
        own = was["kept"][flag] or kept.households.filter(**{one.value: True}).exists()
        if lower and not own:
            setattr(kept, flag, False)
    for family in (kept, absorbed):
        family.save(update_fields=_FLAGS)


def _last_said(family: Family) -> int:
    """Return the number of the last change of what was said here of a family's safety, or 0."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.last_said(%s)", [family.pk])
        (found,) = cursor.fetchone()
    return int(found)


def _yield_lead(kept: Family, absorbed: Family) -> list[int]:
    """Leave a family one lead: where both have, the absorbed one's goes on without leading."""
    if not Involvement.objects.filter(family=kept, lead=True, until=None).exists():
        return []
    leads = Involvement.objects.filter(family=absorbed, lead=True, until=None)
    ids = list(leads.values_list("pk", flat=True))
    _set_lead(ids, leading=False)
    return ids


def _set_lead(ids: list[int], *, leading: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.set_lead(%s::bigint[], %s)", [ids, leading])


def _move(relation: Relation, origin: int, destination: int, ids: list[int] | None) -> list[int]:
    """Move rows, these or all, past what the person may read of them; return which moved."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wall.move_rows(%s, %s, %s, %s, %s::bigint[])",
            [relation.table, relation.column, origin, destination, ids],
        )
        (moved,) = cursor.fetchone()
    return list(moved)


def _doubt_anew(kept: Family, absorbed: Family) -> None:
    """Ask of the family kept what was being asked of the other."""
    asked = Doubt.objects.filter(
        Q(one=absorbed) | Q(other=absorbed), state=DoubtState.OPEN
    ).exclude(Q(one=kept) | Q(other=kept))
    Doubt.objects.bulk_create(
        (
            Doubt(one_id=min(pair), other_id=max(pair), why=doubt.why)
            for doubt in asked
            for pair in [
                (kept.pk, (doubt.other_id if doubt.one_id == absorbed.pk else doubt.one_id))
            ]
        ),
        ignore_conflicts=True,
    )
