"""What a changed threshold would do: who would enter and leave, and the work it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from jalon.register.extract import open_extract
from jalon.rules.calendar import Month
from jalon.rules.offers import Catalogue, Offer
from jalon.rules.outcome import Outcome
from jalon.rules.profile import load_profile
from jalon.rules.sentences import capitalised
from jalon.targeting import storage
from jalon.targeting.engine.outputs import RUN_JSON
from jalon.targeting.engine.simulating import Simulation, changed_offer, simulate
from jalon.targeting.engine.target import RecordedRun, recorded_run
from jalon.targeting.errors import RunError
from jalon.targeting.integrity import checked_folder
from jalon.targeting.models import RuleTrial, TargetingRun
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
class Found:
    """What a trial found, as its row keeps it.

    How many would enter and leave, and some of their household numbers; how many in each area;
    how many rows have each outcome before and after.
    """

    entered: int
    left: int
    entering: list[str]
    leaving: list[str]
    areas: list[tuple[str, int, int]]
    outcomes: list[tuple[str, int, int]]

    @property
    def outcomes_said(self) -> list[tuple[str, int, int]]:
        """How many rows have each outcome before and after, in words."""
        return [
            (capitalised(Outcome(one).in_french), before, after)
            for one, before, after in self.outcomes
        ]

    @property
    def samples(self) -> list[tuple[str, list[str], int]]:
        """Some of those who would enter, some of those who would leave, and how many in all."""
        return [
            ("Entreraient", self.entering, self.entered),
            ("Sortiraient", self.leaving, self.left),
        ]

    @property
    def figures(self) -> dict[str, str]:
        """The headline figures, in words."""
        sign = "+" if self.days > 0 else ""
        return {
            "entered": french.number(self.entered),
            "left": french.number(self.left),
            "days": f"{sign}{french.number(self.days, 1)}",
        }

    @property
    def days(self) -> Decimal:
        """The working days that the change adds, or saves where it is negative."""
        return (self.entered - self.left) * HOURS_A_FAMILY / HOURS_A_DAY


def recorded(run: TargetingRun) -> RecordedRun:
    """Return the rules and names that a run was made with, not those of today."""
    return recorded_run(checked_folder(run, RUN_JSON))


def offer_of(catalogue: Catalogue, code: str) -> Offer:
    """Return an offer that the run applied; RunError for any other."""
    for offer in catalogue.targeted:
        if offer.code == code:
            return offer
    raise RunError("Ce requêtage n'applique pas cette offre : choisissez-en une de la liste.")


def extract_kept(run: TargetingRun) -> Path:
    """Return the folder of a run's extract; RunError where it is gone, or yet to be read."""
    if run.computed_at is None:
        raise RunError("Ce requêtage n'est pas calculé : aucune règle ne s'y essaie.")
    folder = storage.extract_folder(run)
    if not folder.is_dir():
        raise RunError(_GONE)
    return folder


def find(trial: RuleTrial, tell: Callable[[str], None]) -> Found:
    """Apply an offer as it was and as it would be to a run's own extract, telling each step."""
    run = trial.run
    folder, past, profile = extract_kept(run), recorded(run), load_profile(run.profile)
    changed = changed_offer(past.catalogue, trial.offer, trial.settings["set"])
    tell("Lecture de l'extraction")
    with open_extract(folder, layout=past.layout, month=Month.parse(run.month)) as extract:
        tell("Application de la règle en vigueur, puis de la règle essayée")
        return _found(simulate(extract, profile, past.catalogue, changed))


def _found(simulation: Simulation) -> Found:
    entered = [one.household_id for one in simulation.moves if one.entered]
    left = [one.household_id for one in simulation.moves if not one.entered]
    return Found(
        len(entered),
        len(left),
        entered[:_SAMPLE],
        left[:_SAMPLE],
        [(label, *moves) for label, moves in simulation.by_territory().items()],
        [(one, before, simulation.after[one]) for one, before in simulation.before.items()],
    )
