"""Gives the demonstration a few rights checks: truly computed, but for the last, still open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone

from jalon.audit.identity import acting
from jalon.config.maintenance import as_owner
from jalon.directory.models import StaffMember
from jalon.families.models import Family, Involvement
from jalon.interventions import checking_rights as checking
from jalon.interventions.enums import ClaimState
from jalon.interventions.models import RightsCheck, RightsClaim
from jalon.interventions.rights_check.found import rights_of
from jalon.interventions.rights_check.prefilling import prefilled
from jalon.interventions.rights_check.situations import Otherwise, questions
from jalon.interventions.rights_check.told import HOME, PAID, By, Fact, Source, Told
from jalon.rights.calculator import Calculator
from jalon.rights.comparing import is_compared
from jalon.rights.situation import Relation
from jalon.rules.calendar import Month

_COMPUTED: Final = 2
_AGO: Final = timedelta(days=21)
# What families answer, where the extract does not say.
_ADULT: Final = {
    "salary": "780.00 month",
    "taxed": "11400.00 year",
    "disability": "none",
    "pregnant": "no",
}
_CHILD: Final = {"schooled": "yes", "custody": "full", "disability": "none"}
_HOME: Final = {"tenure": "social_tenant", "rent": "430.00", "charges": "65.00", "furnished": "no"}
# What they receive, as they say it.
_PAID: Final = {"ASF": "0.00", "PPA": "0.00", "AL": "185.00", "AF": "152.24", "AAH": "0.00"}
_OTHERWISE: Final = (Otherwise("child"), Otherwise("job", euros="1450.00"))


def add_rights(worker: StaffMember) -> None:
    """Have a worker check the rights of three families that they lead; once."""
    with as_owner():
        if RightsCheck.objects.exists():
            return
        checks = [_opened(one, worker) for one in _led(worker)]
    with closing(Calculator(within=60.0)) as calculator:
        for one in checks[:_COMPUTED]:
            _compute(one, worker, calculator)
    with as_owner():
        for one in checks[:_COMPUTED]:
            one.refresh_from_db()
            _claim(one)


def _led(worker: StaffMember) -> Iterator[Family]:
    leads = Involvement.objects.filter(
        worker=worker, lead=True, until=None, family__snapshots__isnull=False
    ).order_by("pk")
    found = 0
    for lead in leads.select_related("family").distinct():
        month = Month.of(timezone.localdate())
        told = _answered(prefilled(lead.family, month), worker)
        if not any(one.blocking for _, one in questions(told, month)):
            found += 1
            yield lead.family
        if found > _COMPUTED:
            return


def _opened(family: Family, worker: StaffMember) -> RightsCheck:
    month = Month.of(timezone.localdate())
    return RightsCheck.objects.create(
        family=family,
        worker=worker,
        month=str(month),
        said=prefilled(family, month).as_json,
        at=timezone.now() - _AGO,
    )


def _compute(check: RightsCheck, worker: StaffMember, calculator: Calculator) -> None:
    with acting(worker.pk):
        checking.fill_in(
            check=check,
            month=check.of_month,
            told=_answered(check.told, worker),
            others=_others(check.told),
            seen=check.revision,
            by=worker,
        )
        checking.ask_computing(check=check, by=worker)
        checking.compute_check(check_id=check.pk, calculator=calculator)


def _others(told: Told) -> list[Otherwise]:
    couple = any(one.relation is Relation.PARTNER for _, one in told.people())
    return [Otherwise("parted"), *_OTHERWISE] if couple else list(_OTHERWISE)


def _answered(told: Told, worker: StaffMember) -> Told:
    """Return what is known once the family answered."""
    said = Source(By.FAMILY, (timezone.localdate() - _AGO).isoformat(), str(worker))
    couple = any(one.relation is Relation.PARTNER for _, one in told.people())
    answers = {f"{HOME}-{name}": value for name, value in _HOME.items()}
    answers |= {f"{PAID}-{code}": euros for code, euros in _PAID.items()}
    answers[f"{HOME}-union"] = "married" if couple else "none"
    for group, member in told.people():
        asked = _CHILD if member.relation is Relation.CHILD else _ADULT
        answers |= {f"{group}-{name}": value for name, value in asked.items()}
    facts = {name: Fact(value, said) for name, value in answers.items()}
    return replace(told, facts={**facts, **told.facts})


def _claim(check: RightsCheck) -> None:
    """Have the family claim the two rights that come to most, and one granted."""
    if not check.is_computed:
        return
    then: datetime = check.at
    RightsCheck.objects.filter(pk=check.pk).update(asked_at=then, computed_at=then)
    day: date = timezone.localdate(then)
    rights = [one for one in rights_of((check.result or [{}])[0]) if is_compared(one.kind)]
    due = sorted(rights, key=lambda one: one.euros or Decimal(0), reverse=True)
    for place, right in enumerate(one for one in due[:2] if one.euros):
        granted = place == 0
        RightsClaim.objects.create(
            rights_check=check,
            family_id=check.family_id,
            kind=right.kind.code,
            claimed_on=day + timedelta(days=1),
            state=ClaimState.GRANTED if granted else ClaimState.CLAIMED,
            decided_on=day + timedelta(days=15) if granted else None,
            euros=right.euros if granted else None,
            decided_by=check.worker if granted else None,
            decided_at=then + timedelta(days=15) if granted else None,
            by=check.worker,
        )
