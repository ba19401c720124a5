"""Offers, and the catalogue of those in force in a month with their parameters' values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from jalon.rules.calendar import Month
from jalon.rules.criteria import AllOf, Criterion, Leaf, leaves, parameters_of
from jalon.rules.fact import Fact
from jalon.rules.parameters import ResolvedParameter


class Service(StrEnum):
    """The department's services that an offer proposes."""

    SOCIAL_WORK = "social_work"
    PSYCHOLOGY = "psychology"
    MEDIATION = "mediation"
    FINANCIAL_AID = "financial_aid"


class Base(StrEnum):
    """Where an offer comes from: the national base, the fund itself, a service, an aid."""

    NATIONAL = "national"
    LOCAL = "local"
    SERVICE = "service"
    AID = "aid"


class Field(StrEnum):
    """The mission an offer belongs to."""

    PARENTHOOD = "parenthood"
    HOUSING = "housing"
    INCLUSION = "inclusion"
    FAMILY_LIFE = "family_life"
    MEDIATION = "mediation"


class Window(StrEnum):
    """What the one-year window to answer is counted from."""

    REGISTRATION = "registration"
    LETTER = "letter"


@dataclass(frozen=True)
class Offer:
    """What the department proposes for a situation, and the rule that says to whom.

    An offer is set off by `events` of some kinds, or looked for in the whole file (`stock`), or
    made on `request` only, which says whose.
    """

    code: str
    label: str
    base: Base
    field: Field | None
    services: tuple[Service, ...]
    valid_from: date
    valid_until: date | None
    source: str
    assumptions: tuple[str, ...]
    events: tuple[str, ...]
    stock: bool
    request: str | None
    purpose: str
    objectives: tuple[str, ...]
    actions: tuple[str, ...]
    rule: AllOf

    def in_force_on(self, day: date) -> bool:
        """Whether the offer applies that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def is_social_work_only(self) -> bool:
        """Whether a support under way leaves nothing of the offer to propose."""
        return self.services == (Service.SOCIAL_WORK,)

    @property
    def granted_from_list(self) -> bool:
        """Whether the aids service grants it to the whole list, without meeting anyone.

        So an automatic aid that no event sets off: nobody is proposed it, or waits for an answer.
        """
        return self.base is Base.AID and self.stock

    def leaves(self) -> tuple[tuple[str, Leaf], ...]:
        """Return each criterion with its path."""
        return tuple(leaves(self.rule))

    def facts(self) -> tuple[Fact, ...]:
        """Return the facts that its criteria compare, the event itself left out."""
        return tuple(leaf.fact for _, leaf in self.leaves() if isinstance(leaf, Criterion))

    def parameter_names(self) -> frozenset[str]:
        """Return the dated parameters that its criteria and their facts rest on."""
        return parameters_of(self.rule)


@dataclass(frozen=True)
class Catalogue:
    """The offers in force on a day, the last of a run's month, with the parameters' values."""

    profile: str
    day: date
    window: Window
    offers: tuple[Offer, ...]
    parameters: Mapping[str, ResolvedParameter]
    assumptions: tuple[str, ...] = ()

    @cached_property
    def values(self) -> Mapping[str, Decimal]:
        """The parameters' bare values, by name."""
        return {name: parameter.value for name, parameter in self.parameters.items()}

    @property
    def month(self) -> Month:
        """The month that the day falls in, whose events set offers off."""
        return Month.of(self.day)

    @property
    def targeted(self) -> tuple[Offer, ...]:
        """The offers that a run looks for: all but those made on request."""
        return tuple(offer for offer in self.offers if offer.request is None)

    def offer(self, code: str) -> Offer:
        """Return the offer of that code; KeyError where it is not in force."""
        for offer in self.offers:
            if offer.code == code:
                return offer
        raise KeyError(code)

    def with_offer(self, changed: Offer) -> Catalogue:
        """Return the catalogue with an offer changed, the others alike."""
        return replace(
            self,
            offers=tuple(
                changed if offer.code == changed.code else offer for offer in self.offers
            ),
        )

    def only(self, code: str) -> Catalogue:
        """Return the catalogue with that offer alone."""
        return replace(self, offers=(self.offer(code),))

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that decides: the same catalogue has the same fingerprint."""
        # A frozen dataclass's repr names every class and every value below it.
        parts = [self.profile, self.window, *map(repr, self.offers)]
        parts += [repr(parameter) for _, parameter in sorted(self.parameters.items())]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
