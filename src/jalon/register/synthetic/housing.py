"""Draw how each household is housed: tenure, rent, housing benefit, arrears, commune, address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from jalon.register.schema import HOUSEHOLDS
from jalon.register.synthetic.columns import UNKNOWN, Flags, Floats, Integers, Listing
from jalon.register.synthetic.draw import chance, pick
from jalon.register.synthetic.families import Families
from jalon.register.synthetic.means import Means
from jalon.register.synthetic.setting import Setting
from jalon.rules.communes import Commune

BENEFITS: Final = HOUSEHOLDS.column("housing_benefit").codes
TENURES: Final = HOUSEHOLDS.column("tenure").codes
ALF, ALS, APL = (BENEFITS.index(code) for code in ("alf", "als", "apl"))
PRIVATE, SOCIAL, LOAN = (
    TENURES.index(code) for code in ("private_tenant", "social_tenant", "owner_with_loan")
)

# Frequencies of the tenures, in the order of the codes, then unknown; by type of household.
_TENURE_WEIGHTS: Final = (
    (0.46, 0.27, 0.05, 0.02, 0.14, 0.04, 0.02),
    (0.36, 0.46, 0.04, 0.06, 0.05, 0.01, 0.02),
    (0.38, 0.28, 0.16, 0.12, 0.03, 0.01, 0.02),
    (0.29, 0.30, 0.10, 0.26, 0.02, 0.01, 0.02),
)
_BENEFIT_WITH_LOAN: Final = 0.04
_BENEFIT_EMPTY: Final = 0.004
_PRIVATE_AGREEMENT: Final = 0.25
_OTHER_ARREARS: Final = 0.02
_ARREARS_EMPTY: Final = 0.25
_CHARGES_EMPTY: Final = 0.05
_STUDENT_EMPTY: Final = 0.01


@dataclass(frozen=True)
class Homes:
    """One item a household; amounts in cents a month, `UNKNOWN` where the file is empty."""

    tenure: Integers
    benefit: Integers
    benefit_amount: Integers
    rent: Integers
    charges: Integers
    residual: Integers
    arrears: Integers

    @property
    def tenant(self) -> Flags:
        """Tenants whose rent is known."""
        return np.isin(self.tenure, (PRIVATE, SOCIAL)) & (self.rent > 0)


def draw_homes(setting: Setting, families: Families, means: Means) -> Homes:
    """Draw the homes of one chunk; arrears are added where a rent-arrears event falls."""
    generator, population = setting.generator, setting.population
    count = len(families)
    tenure = np.empty(count, dtype=np.int64)
    for type_, weights in enumerate(_TENURE_WEIGHTS):
        here = families.kind == type_
        tenure[here] = pick(generator, weights, int(here.sum()))
    benefit = _draw_benefit(setting, families, means, tenure)
    people = 1 + families.couple + families.children
    rent = _draw_rent(generator, tenure, people)
    charges = np.round(rent * generator.uniform(0.08, 0.18, count))
    share = np.where(means.low_income, 0.55, 0.28) * generator.uniform(0.6, 1.2, count)
    amount = np.round(np.where(benefit > 0, np.maximum(rent * share, 15), 0))
    residual = np.maximum(rent + charges - amount, 0)
    pays = (tenure == PRIVATE) | (tenure == SOCIAL) | (tenure == LOAN)
    hidden = chance(generator, population.value("rent_unknown"), count) | ~pays
    return Homes(
        tenure=np.where(tenure >= len(TENURES), UNKNOWN, tenure),
        benefit=np.where(chance(generator, _BENEFIT_EMPTY, count), UNKNOWN, benefit),
        benefit_amount=_cents(amount, np.zeros(count, dtype=np.bool_)),
        rent=_cents(rent, hidden),
        charges=_cents(charges, hidden | chance(generator, _CHARGES_EMPTY, count)),
        residual=_cents(residual, hidden),
        arrears=_draw_arrears(generator, rent, pays),
    )


def _draw_benefit(
    setting: Setting, families: Families, means: Means, tenure: Integers
) -> Integers:
    """Draw the housing benefit so that the profile's share of households has a right to one."""
    generator, population = setting.generator, setting.population
    count = len(families)
    tenant = (tenure == PRIVATE) | (tenure == SOCIAL)
    weight = np.where(families.student | means.low_income, 0.95, 0.42) * tenant
    weight = np.where(tenure == LOAN, _BENEFIT_WITH_LOAN, weight)
    # Two rounds: the first sets the mean, the second makes up for the chances cut at one.
    for _ in range(2):
        mean = max(float(weight.mean()), 1e-9)
        weight = np.minimum(weight * population.value("housing_benefit") / mean, 1.0)
    has = chance(generator, weight, count)
    family = families.children > 0
    apl = (tenure == SOCIAL) | chance(generator, _PRIVATE_AGREEMENT, count)
    return np.where(has, np.where(apl, APL, np.where(family, ALF, ALS)), 0)


def _draw_rent(generator: np.random.Generator, tenure: Integers, people: Integers) -> Floats:
    count = len(tenure)
    base = np.where(tenure == SOCIAL, 250 + 75 * people, 470 + 130 * people)
    return np.asarray(np.round(base * generator.lognormal(0, 0.2, count)), dtype=np.float64)


def _draw_arrears(generator: np.random.Generator, rent: Floats, pays: Flags) -> Integers:
    count = len(rent)
    owed = np.where(
        chance(generator, _OTHER_ARREARS, count), rent * generator.uniform(0.2, 3, count), 0
    )
    empty = (owed == 0) & (~pays | chance(generator, _ARREARS_EMPTY, count))
    return _cents(owed * pays, empty)


def add_arrears(generator: np.random.Generator, homes: Homes, households: Integers) -> None:
    """Give arrears of one to seven months of rent with charges to the households reported."""
    monthly = homes.rent[households] + np.maximum(homes.charges[households], 0)
    months = generator.uniform(0.8, 7, len(households))
    homes.arrears[households] = np.round(monthly * months).astype(np.int64)


def students(generator: np.random.Generator, families: Families) -> Integers:
    """Return 1 for students, 0 for the others, a few of them unknown."""
    empty = chance(generator, _STUDENT_EMPTY, len(families))
    return np.where(empty, UNKNOWN, families.student)


def _cents(euros: Floats, empty: Flags) -> Integers:
    return np.where(empty, UNKNOWN, np.round(euros * 100)).astype(np.int64)


class Towns:
    """The communes of a fund, drawn in proportion to their inhabitants."""

    def __init__(self, communes: tuple[Commune, ...]) -> None:
        self._weights = np.array([town.inhabitants for town in communes], dtype=np.float64)
        self._sizes = np.array([len(town.postal_codes) for town in communes])
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._codes = Listing([town.code for town in communes])
        self._names = Listing([town.name for town in communes])
        self._postal_codes = Listing([code for town in communes for code in town.postal_codes])

    def draw(self, generator: np.random.Generator, count: int) -> tuple[Any, Any, Any]:
        """Draw communes and a postal code in each: columns of code, postal code and name."""
        towns = pick(generator, self._weights, count)
        within = np.floor(generator.random(count) * self._sizes[towns]).astype(np.int64)
        return (
            self._codes.column(towns),
            self._postal_codes.column(self._starts[towns] + within),
            self._names.column(towns),
        )
