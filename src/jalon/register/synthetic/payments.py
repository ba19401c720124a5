"""Lay out what each household is paid in the last two months, in line with its situation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa

from jalon.register.synthetic.columns import UNKNOWN_DAY, Flags, Floats, Integers, amounts, codes
from jalon.register.synthetic.draw import chance
from jalon.register.synthetic.families import LONE_PARENT, Families
from jalon.register.synthetic.housing import ALF, ALS, APL, Homes
from jalon.register.synthetic.means import INCREASED, Means
from jalon.register.synthetic.people import CHILD, RESPONSIBLE, VISITING, People
from jalon.register.synthetic.period import DAYS_A_YEAR, Period
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
# Amounts in cents a month, rounded; they only have to look right.
_FAMILY_SUPPORT: Final = 19_900
_FAMILY_ALLOWANCE: Final = 14_900
_FAMILY_ALLOWANCE_MORE: Final = 19_100


def two_months(month: Month) -> tuple[Month, Month]:
    """Return the months that the table of benefits covers."""
    return Month.of(add_months(month.first_day, -1)), month


def draw_payments(  # noqa: PLR0913 - all that a household's payments depend on
    generator: np.random.Generator,
    period: Period,
    families: Families,
    people: People,
    means: Means,
    homes: Homes,
    ajpp: Integers,
) -> dict[str, Any]:
    """Return household positions, months, codes and amounts, sorted by household."""
    months = two_months(period.month)
    rights = list(_rights(generator, period, families, people, means, homes, ajpp))
    suspended = chance(generator, _SUSPENDED, len(families))
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
    order = np.argsort((where * 2 + when) * len(CODES) + what, kind="stable")
    return {
        "households": where[order],
        "month": codes(when[order], [str(month) for month in months]),
        "code": codes(what[order], pa.array(CODES)),
        "amount": amounts(much[order].astype(np.int64)),
    }


def _rights(  # noqa: PLR0913 - all that a household's payments depend on
    generator: np.random.Generator,
    period: Period,
    families: Families,
    people: People,
    means: Means,
    homes: Homes,
    ajpp: Integers,
) -> Iterator[tuple[str, Flags, Floats]]:
    count = len(families)
    noise = generator.uniform(0.7, 1.3, count)
    age = (period.last_day - people.birth) / DAYS_A_YEAR
    child = (people.role == CHILD) & (people.custody != VISITING)
    child &= (people.death == UNKNOWN_DAY) & (age >= 0)
    in_charge = _count(people, child & (age < 20), count)  # noqa: PLR2004 - years
    under_three = _count(people, child & (age < 3), count)  # noqa: PLR2004 - years
    over_three = _count(people, child & (age >= 3) & (age < 21), count)  # noqa: PLR2004 - years
    pupils = _count(people, child & (age >= 6) & (age < 18), count)  # noqa: PLR2004 - years
    disabled_child = _count(people, child & (people.disabled == 1), count)
    disabled_adult = _count(people, (people.role == RESPONSIBLE) & (people.disabled == 1), count)
    lone = families.kind == LONE_PARENT
    more = np.maximum(in_charge - 2, 0)
    low = means.low_income

    yield "AAH", disabled_adult > 0, np.minimum(95_000 * noise, 101_600)
    yield "AEEH", disabled_child > 0, 14_900 * disabled_child
    yield "AF", in_charge > 1, _FAMILY_ALLOWANCE + _FAMILY_ALLOWANCE_MORE * more
    yield "AJPP", np.isin(np.arange(count), ajpp), np.full(count, 130_000.0)
    for code, right in (("ALF", ALF), ("ALS", ALS), ("APL", APL)):
        yield code, homes.benefit == right, homes.benefit_amount
    yield "ARS", low & (pupils > 0), 42_500 * pupils
    asf = lone & (in_charge > 0) & chance(generator, _PAID_FAMILY_SUPPORT, count)
    yield "ASF", asf, _FAMILY_SUPPORT * in_charge
    yield "CF", (over_three >= _LARGE_FAMILY) & (low | (noise > 1)), np.full(count, 19_400.0)
    yield "PAJE", (under_three > 0) & (low | (noise > 0.8)), np.full(count, 19_300.0)  # noqa: PLR2004 - two in three
    yield "PPA", means.activity_bonus, np.round(22_000 * noise)
    standard = 60_000 + 26_000 * families.couple + 18_000 * in_charge
    rsa = np.where(means.rsa == INCREASED, standard * 1.28, standard)
    yield "RSA", means.rsa > 0, np.round(rsa * noise * 0.85)


def _count(people: People, those: Flags, households: int) -> Integers:
    return np.bincount(people.household[those], minlength=households)
