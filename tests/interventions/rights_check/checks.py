"""A rights check filled in as a browser does, and computed by whoever is told what to find."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from django.test import Client
from django.urls import reverse

from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.interventions import checking_rights as checking
from jalon.interventions.models import RightsCheck
from jalon.rights.calculator import Calculator
from jalon.rights.catalogue import RIGHTS
from jalon.rights.right import Right
from jalon.rights.situation import Situation
from jalon.rules.calendar import Month

MONTH: Final = Month(2026, 10)
BORN: Final = date(1990, 3, 12)


class Found(Calculator):
    """Finds what it is told to, for each situation asked: euros by code, nought else."""

    def __init__(self, *found: dict[str, str | None]) -> None:
        super().__init__()
        self.found = found
        self.asked: list[Situation] = []

    def compute(self, situations: Sequence[Situation]) -> list[list[Right]]:
        self.asked = list(situations)
        told = [self.found[min(place, len(self.found) - 1)] for place in range(len(situations))]
        return [
            [
                Right(kind, None if (euros := one.get(kind.code, "0")) is None else Decimal(euros))
                for kind in RIGHTS
            ]
            for one in told
        ]


def value(check: RightsCheck, name: str) -> str | None:
    fact = check.told.facts.get(name)
    return fact.value if fact else None


def sent(check: RightsCheck, page: Client, **changed: str) -> dict[str, str]:
    """Return what a browser sends of the form as it is shown, with what was changed."""
    form = page.get(reverse("rights:fill", args=[check.public_id])).context["form"]
    said = {}
    for bound in form:
        shown = bound.value()
        if shown not in (None, False, ""):
            said[bound.html_name] = "on" if shown is True else str(shown)
    return said | {name.replace("__", "-"): one for name, one in changed.items()}


def fill(check: RightsCheck, page: Client, **changed: str) -> RightsCheck:
    answer = page.post(
        reverse("rights:fill", args=[check.public_id]), sent(check, page, **changed)
    )
    assert answer.status_code == 302, answer.context["form"].errors
    return fresh(check)


def fresh(check: RightsCheck) -> RightsCheck:
    with acting(check.worker_id):
        check.refresh_from_db()
    return check


def computed(check: RightsCheck, by: StaffMember, calculator: Calculator) -> RightsCheck:
    with acting(by.pk):
        checking.ask_computing(check=check, by=by)
        checking.compute_check(check_id=check.pk, calculator=calculator)
        check.refresh_from_db()
    return check
