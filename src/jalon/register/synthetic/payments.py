"""Lay out what each household is paid in the last two months, in line with its situation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jalon.register.synthetic.columns import UNKNOWN_DAY, Flags, Floats, Integers, amounts, codes
from jalon.register.synthetic.draw import chance
from jalon.register.synthetic.families import LONE_PARENT
from jalon.register.synthetic.housing import ALF, ALS, APL
from jalon.register.synthetic.means import INCREASED
from jalon.register.synthetic.people import CHILD, RESPONSIBLE, VISITING, People
from jalon.register.synthetic.period import DAYS_A_YEAR
from jalon.register.synthetic.setting import Setting
from jalon.register.synthetic.situation import Situation
from jalon.rules.calendar import Month, add_months

CODES: Final = (
    "AAH",
    "AEEH",
    "AF",
    "AJPP",
    "ALF",
    "ALS",
    "APL",
    "ARS",
    "ASF",
    "CF",
    "PAJE",
    "PPA",
    "RSA",
)
_SCHOOL_ALLOWANCE_MONTH: Final = 8
_SUSPENDED: Final = 0.01
_PAID_FAMILY_SUPPORT: Final = 0.42
_LARGE_FAMILY: Final = 3
_MODEST_ABOVE: Final = 0.8
# Amounts in cents a month, rounded; they only have to look right.
_Right = tuple[str, Flags, NDArray[np.floating[Any]]]
_FAMILY_SUPPORT: Final = 19_900.0
_FAMILY_ALLOWANCE: Final = 14_900.0
_FAMILY_ALLOWANCE_MORE: Final = 19_100.0


def two_months(month: Month) -> tuple[Month, Month]:
    """Return the months that the table of benefits covers."""
    return Month.of(add_months(month.first_day, -1)), month


def draw_payments(setting: Setting, situation: Situation) -> dict[str, Any]:
    """Return household positions, months, codes and amounts, sorted by household."""
    months = two_months(setting.period.month)
    rights = list(_rights(setting, situation))
    suspended = chance(setting.generator, _SUSPENDED, len(situation.families))
    households, month_index, code_index, cents = [], [], [], []
    for index, month in enumerate(months):
        stopped = suspended & (index == 1)
        for code, has, amount in rights:
            if code == "ARS" and month.month != _SCHOOL_ALLOWANCE_MONTH:
                continue
            paid = np.flatnonzero(has & ~stopped)
            households.append(paid)
            month_index.append(np.full(len(paid), index))
            code_index.append(np.full(len(paid), CODES.index(code)))
            cents.append(amount[paid])
    where, when = np.concatenate(households), np.concatenate(month_index)
    what, much = np.concatenate(code_index), np.concatenate(cents)
    order = np.argsort((where * len(months) + when) * len(CODES) + what, kind="stable")
    return {
        "households": where[order],
        "month": codes(when[order], [str(month) for month in months]),
        "code": codes(what[order], pa.array(CODES)),
        "amount": amounts(much[order].astype(np.int64)),
    }


def _rights(setting: Setting, situation: Situation) -> Iterator[_Right]:
    """Yield each code with who has a right to it and the amount in cents, if they have."""
    people, means = situation.people, situation.means
    count = len(situation.families)
    noise = setting.generator.uniform(0.7, 1.3, count)
    child = (people.role == CHILD) & (people.custody != VISITING) & (people.death == UNKNOWN_DAY)
    disabled = people.disabled == 1
    disabled_children = _count(people, child & disabled, count)
    ajpp = [each.households for each in situation.events if each.kind == "ajpp_opened"]
    disabled_adults = _count(people, (people.role == RESPONSIBLE) & disabled, count)
    yield "AAH", disabled_adults > 0, np.minimum(95_000 * noise, 101_600)
    yield "AEEH", disabled_children > 0, 14_900.0 * disabled_children
    yield "AJPP", np.isin(np.arange(count), np.concatenate(ajpp)), np.full(count, 130_000.0)
    for code, right in (("ALF", ALF), ("ALS", ALS), ("APL", APL)):
        homes = situation.homes
        yield code, homes.benefit == right, homes.benefit_amount.astype(np.float64)
    yield "PPA", means.activity_bonus, np.round(22_000 * noise)
    yield from _family_rights(setting, situation, child, noise)


def _family_rights(
    setting: Setting, situation: Situation, child: Flags, noise: Floats
) -> Iterator[_Right]:
    families, people, means = situation.families, situation.people, situation.means
    count = len(families)

    def aged(start: float, end: float) -> Integers:
        age = (setting.period.last_day - people.birth) / DAYS_A_YEAR
        return _count(people, child & (age >= start) & (age < end), count)

    in_charge = aged(0, 20)
    more = np.maximum(in_charge - 2, 0)
    yield "AF", in_charge > 1, _FAMILY_ALLOWANCE + _FAMILY_ALLOWANCE_MORE * more
    yield "ARS", means.low_income & (aged(6, 18) > 0), 42_500.0 * aged(6, 18)
    lone = families.kind == LONE_PARENT
    unpaid = chance(setting.generator, _PAID_FAMILY_SUPPORT, count)
    yield "ASF", lone & unpaid & (in_charge > 0), _FAMILY_SUPPORT * in_charge
    large = aged(3, 21) >= _LARGE_FAMILY
    yield "CF", large & (means.low_income | (noise > 1)), np.full(count, 19_400.0)
    modest = means.low_income | (noise > _MODEST_ABOVE)
    yield "PAJE", modest & (aged(0, 3) > 0), np.full(count, 19_300.0)
    standard = 60_000 + 26_000 * families.couple + 18_000 * in_charge
    amount = np.where(means.rsa == INCREASED, standard * 1.28, standard)
    yield "RSA", means.rsa > 0, np.round(amount * noise * 0.85)


def _count(people: People, those: Flags, households: int) -> Integers:
    return np.bincount(people.household[those], minlength=households)
