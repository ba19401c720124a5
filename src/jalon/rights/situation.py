"""What a family says of itself, as far as its rights depend on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from jalon.rules.calendar import Month

_MONTHS = 12


class Relation(StrEnum):
    """Who somebody is in the household."""

    CLAIMANT = "claimant"
    PARTNER = "partner"
    CHILD = "child"


class Union(StrEnum):
    """What ties the two adults of a household."""

    NONE = "none"
    MARRIED = "married"
    CIVIL_UNION = "civil_union"
    COHABITING = "cohabiting"


class Income(StrEnum):
    """What somebody receives each month, besides what is to be computed."""

    SALARY = "salary"
    UNEMPLOYMENT = "unemployment"
    PENSION = "pension"
    DISABILITY_PENSION = "disability_pension"
    SICK_PAY = "sick_pay"
    CHILD_SUPPORT = "child_support"


class Tenure(StrEnum):
    """By what right a household lives where it does; codes of the monthly extract."""

    PRIVATE_TENANT = "private_tenant"
    SOCIAL_TENANT = "social_tenant"
    OWNER = "owner"
    OWNER_WITH_LOAN = "owner_with_loan"
    HOSTED = "hosted"


class Disability(StrEnum):
    """A rate of disability that the departmental house for disabled people recognised."""

    NONE = "none"
    FROM_50 = "from_50"
    FROM_80 = "from_80"


class Occupation(StrEnum):
    """What changes the rule of some rights, or what may be computed of them."""

    OTHER = "other"
    STUDENT = "student"
    SELF_EMPLOYED = "self_employed"


class Leave(StrEnum):
    """How much less a parent works, to bring up a young child."""

    NONE = "none"
    FULL = "full"
    HALF = "half"  # works half of the time at most
    PART = "part"  # works from half of the time to four fifths


class Care(StrEnum):
    """Who minds a child while the parents work."""

    FAMILY = "family"
    NURSERY = "nursery"
    CHILDMINDER = "childminder"
    EMPLOYEE = "employee"  # at the family's home


class Per(StrEnum):
    """What an amount is told for: half of all mistakes are a year taken for a month."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Amount:
    """Euros, a month or a year."""

    euros: Decimal
    per: Per = Per.MONTH

    @property
    def monthly(self) -> Decimal:
        """Euros a month."""
        return self.euros if self.per is Per.MONTH else self.euros / _MONTHS

    @property
    def yearly(self) -> Decimal:
        """Euros a year."""
        return self.euros if self.per is Per.YEAR else self.euros * _MONTHS


@dataclass(frozen=True)
class Person:
    """Somebody of the household.

    `incomes` are net, as received, since January of the year before. `taxed` is what the tax
    notice says of year N-2, salaries, benefits and pensions together; None where nobody said, and
    what depends on it is then not computed. `alternating`: a child half of the time.
    `schooled` counts from 6 to 15 years; None is not said. `care_level` is the category of the
    supplement to the allowance for a disabled child, 1 to 6.

    Of who is pregnant, `due` is when the birth is expected, of so many `babies`. Of who works less
    for a child, `on_leave_since` when, and `contributed` whether they worked the two years that
    the leave benefit asks for. A child `awaited` is imagined: the grant of its birth is to come.
    """

    relation: Relation
    born: date
    incomes: Mapping[Income, Amount] = field(default_factory=dict)
    occupation: Occupation = Occupation.OTHER
    taxed: Amount | None = None
    schooled: bool | None = None
    alternating: bool = False
    disability: Disability = Disability.NONE
    barred_from_work: bool = False
    care_level: int = 0
    pregnant: bool = False
    due: date | None = None
    babies: int = 1
    leave: Leave = Leave.NONE
    on_leave_since: date | None = None
    contributed: bool = False
    adopted_on: date | None = None
    care: Care = Care.FAMILY
    awaited: bool = False


@dataclass(frozen=True)
class Home:
    """Where a household lives: euros a month, `commune` an INSEE code.

    `loan_on`: when the loan of a home that is being paid for was signed.
    """

    tenure: Tenure
    commune: str
    rent: Decimal = Decimal(0)
    charges: Decimal = Decimal(0)
    furnished: bool = False
    loan_on: date | None = None


@dataclass(frozen=True)
class Situation:
    """A household in a month. `alone_since`: when a lone parent came to be alone, if lately."""

    month: Month
    people: tuple[Person, ...]
    home: Home
    union: Union = Union.NONE
    alone_since: date | None = None

    @property
    def claimant(self) -> Person:
        """Who claims; LookupError where nobody does."""
        for one in self.people:
            if one.relation is Relation.CLAIMANT:
                return one
        raise LookupError("nobody claims")

    @property
    def partner(self) -> Person | None:
        """Who lives with them, if anybody."""
        return next((one for one in self.people if one.relation is Relation.PARTNER), None)

    @property
    def children(self) -> tuple[Person, ...]:
        """The children of the household."""
        return tuple(one for one in self.people if one.relation is Relation.CHILD)
