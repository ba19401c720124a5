"""What the command that counts months says of each: found, the same as before, or changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils import timezone

from jalon.audit.identity import acting
from jalon.rules.calendar import Month
from jalon.rules.sentences import capitalised
from jalon.steering.actions import count_going_on, freeze_months, reckon_month, recount_frozen
from jalon.steering.enums import Cause
from jalon.steering.measures import MEASURES
from jalon.steering.models import Fact, Reckoning
from jalon.steering.practice import practice
from jalon.web import french

_MOST_LINES: Final = 20
Key = tuple[str, str, str, str]
Count = tuple[int, Decimal]


@dataclass(frozen=True)
class Change:
    """One fact that two counts of a month do not tell alike: what, where, before and after."""

    measure: str
    territory: str
    breakdown: str
    value: str
    before: Count
    after: Count


def changes(before: Reckoning, after: Reckoning) -> list[Change]:
    """Return what two counts of a month do not tell alike, in the order of measures."""
    old, new = _facts(before), _facts(after)
    nothing = (0, Decimal())
    return [
        Change(*key, old.get(key, nothing), new.get(key, nothing))
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]


def _facts(reckoning: Reckoning) -> dict[Key, Count]:
    rows = Fact.objects.filter(reckoning=reckoning)
    return {
        (one.measure, one.territory, one.breakdown, one.value): (one.number, one.total)
        for one in rows
    }


def count_due() -> list[str]:
    """Do the work of the night, and say what was done."""
    today = timezone.localdate()
    with acting(0):
        frozen = freeze_months(today=today, after_days=practice().freeze_after_days)
        amended = recount_frozen()
        count_going_on(today=today)
    said = [f"Mois figé : {Month.parse(one).in_french}." for one in frozen]
    said += [f"Mois corrigé depuis qu'il est figé : {one.in_french}." for one in amended]
    return [*said, "Les mois qui courent sont comptés."]


def count_one(month: Month) -> list[str]:
    """Count a month that is over, and say what changed since it was frozen, if it was."""
    with acting(0):
        before = Reckoning.objects.filter(month=str(month), told=True, version__gt=0).first()
        after = reckon_month(month=month, freeze=True)
        return list(_said(month, before, after))


def _said(month: Month, before: Reckoning | None, after: Reckoning) -> Iterator[str]:
    if before is None:
        counted = french.counted(after.facts.count(), "fait")
        yield f"{capitalised(month.in_french)} est figé : {counted}."
        if after.gone:
            gone = french.number(after.gone)
            yield f"Des familles en avaient déjà été purgées : il y manque {gone} faits ou plus."
        return
    if before.pk == after.pk:
        yield f"{capitalised(month.in_french)} : le même décompte que le premier jour."
        return
    yield (
        f"{capitalised(month.in_french)} : {french.counted(after.changed, 'fait')} "
        f"autrement que dans la version {before.version} (version {after.version}). "
        f"{Cause(after.cause).label}."
    )
    found = [one for one in changes(before, after) if not (one.territory or one.breakdown)]
    for one in found[:_MOST_LINES]:
        label = MEASURES[one.measure].label if one.measure in MEASURES else one.measure
        yield f"  {label} : {french.number(one.before[0])} → {french.number(one.after[0])}"
    if after.cause == Cause.PURGED:
        yield (
            f"Familles qui y étaient peut-être, purgées depuis : {french.number(after.purged)}. "
            f"La version {before.version} reste celle des chiffres."
        )
