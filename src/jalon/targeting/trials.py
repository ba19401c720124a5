"""What a changed threshold would do: who would enter and leave, and the work it means."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from jalon.register.extract import open_extract
from jalon.rules.calendar import Month
from jalon.rules.offers import Catalogue, Offer, Service
from jalon.rules.outcome import Outcome
from jalon.rules.profile import load_profile
from jalon.rules.sentences import capitalised, fact_label
from jalon.targeting import storage
from jalon.targeting.engine.simulating import Move, Simulation, changed_offer, simulate
from jalon.targeting.engine.target import RecordedRun, recorded_run
from jalon.targeting.errors import RunError
from jalon.targeting.models import TargetingRun
from jalon.web import french

# Source: projet de service 2021, § 2.3 and 5: an information-advice takes two meetings, a support
# about two meetings a month for six months; each meeting is two hours of work, all told.
MEETING_HOURS: Final = Decimal(2)
ADVICE_MEETINGS: Final = 2
SUPPORT_MEETINGS: Final = 12
# Source: the same, § 7.2: the share of each among individual interventions that is aimed at.
ADVICE_SHARE: Final = Decimal("0.35")
SUPPORT_SHARE: Final = Decimal("0.65")
# A full-time day of 35 hours a week (assumption: the source speaks of hours).
HOURS_A_DAY: Final = Decimal(7)
HOURS_A_FAMILY: Final = MEETING_HOURS * (
    ADVICE_SHARE * ADVICE_MEETINGS + SUPPORT_SHARE * SUPPORT_MEETINGS
)
WORK_FORMULA: Final = (
    "Si toutes acceptaient : 35 % d'informations-conseils (2 rencontres de 2 h de travail) "
    "et 65 % d'accompagnements (12 rencontres de 2 h), soit 17 h par famille ; une journée "
    "compte 7 h. "
    "Source : projet de service 2021 ; la journée de 7 h est une hypothèse."
)
_SAMPLE: Final = 20
_GONE: Final = "L'extraction de ce requêtage n'est plus gardée : déposez-la de nouveau."


@dataclass(frozen=True)
class Trial:
    """What a change of an offer's rule would do to a run."""

    simulation: Simulation
    settings: list[str]

    @property
    def entered(self) -> list[Move]:
        """Those who would enter."""
        return [one for one in self.simulation.moves if one.entered]

    @property
    def left(self) -> list[Move]:
        """Those who would leave."""
        return [one for one in self.simulation.moves if not one.entered]

    @property
    def is_social_work(self) -> bool:
        """Whether social workers would meet these families."""
        return Service.SOCIAL_WORK in self.simulation.offer.services

    @property
    def samples(self) -> list[tuple[str, list[Move], int]]:
        """Some of those who would enter, some of those who would leave, and how many in all."""
        return [
            ("Entreraient", self.entered[:_SAMPLE], len(self.entered)),
            ("Sortiraient", self.left[:_SAMPLE], len(self.left)),
        ]

    @property
    def areas(self) -> list[tuple[str, int, int]]:
        """How many would enter and leave, area by area."""
        return [(label, *moves) for label, moves in self.simulation.by_territory().items()]

    @property
    def outcomes(self) -> list[tuple[str, int, int]]:
        """How many rows have each outcome before and after."""
        before, after = self.simulation.before, self.simulation.after
        return [
            (capitalised(Outcome(one).in_french), number, after[one])
            for one, number in before.items()
        ]

    @property
    def said(self) -> list[dict[str, str]]:
        """Each change in words: what it is about, before and after."""
        return [
            {
                "label": capitalised(fact_label(one.fact)),
                "before": one.before,
                "after": one.after,
            }
            for one in self.simulation.changes
        ]

    @property
    def figures(self) -> dict[str, str]:
        """The headline figures, in words."""
        sign = "+" if self.days > 0 else ""
        return {
            "entered": french.number(len(self.entered)),
            "left": french.number(len(self.left)),
            "days": f"{sign}{french.number(self.days, 1)}",
        }

    @property
    def days(self) -> Decimal:
        """The working days that the change adds, or saves where it is negative."""
        families = len(self.entered) - len(self.left)
        return families * HOURS_A_FAMILY / HOURS_A_DAY


def recorded(run: TargetingRun) -> RecordedRun:
    """Return the rules and names that a run was made with, not those of today."""
    return recorded_run(storage.run_folder(run))


def offer_of(catalogue: Catalogue, code: str) -> Offer:
    """Return an offer that the run applied; RunError for any other."""
    for offer in catalogue.targeted:
        if offer.code == code:
            return offer
    raise RunError("Ce requêtage n'applique pas cette offre : choisissez-en une de la liste.")


def try_rule(run: TargetingRun, offer: Offer, settings: list[str]) -> Trial:
    """Apply an offer as it was and as it would be to a run's own extract."""
    past, folder = recorded(run), storage.extract_folder(run)
    if not folder.is_dir():
        raise RunError(_GONE)
    changed = changed_offer(past.catalogue, offer.code, settings)
    with open_extract(folder, layout=past.layout, month=Month.parse(run.month)) as extract:
        simulation = simulate(extract, load_profile(run.profile), past.catalogue, changed)
    return Trial(simulation, settings)
