"""A load as a page says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jalon.directory.models import StaffMember
from jalon.steering.load.loads import Load
from jalon.steering.practice import Practice, Target
from jalon.web import french

# Who is nowhere to be seen in three months has no share to show.
_AWAY: Final = "absent"
# With a twentieth left, nobody has room; from a fifth over on, as for evening out.
_FULL, _OVER = 0.95, 1.2


@dataclass(frozen=True)
class Row:
    """One worker's load, each number with what it compares with."""

    load: Load
    worker: StaffMember
    expected: str
    share: str
    state: str
    state_label: str


def row_of(load: Load) -> Row:
    """Return a load in words."""
    share = load.carried.load
    state, label = _state(share)
    return Row(
        load=load,
        worker=load.worker,
        expected="" if load.expected is None else french.number(load.expected, 0),
        share=_AWAY if share is None else french.percentage(share),
        state=state,
        state_label=label,
    )


def _state(share: float | None) -> tuple[str, str]:
    if share is None:
        return "paused", "Absent d'ici trois mois"
    if share > _OVER:
        return "danger", "Plus que le temps disponible"
    return ("waiting", "Complet") if share >= _FULL else ("active", "A de la place")


@dataclass(frozen=True)
class Whole:
    """All the workers shown, together."""

    workers: int
    full_time: str
    running: int
    families: int
    expected: str
    hours: str


def whole(found: Sequence[Load]) -> Whole:
    """Return what workers carry together: the sums of their rows."""
    expected = [one.expected for one in found if one.expected is not None]
    return Whole(
        workers=len(found),
        full_time=french.number(sum(one.worker.working_time for one in found), 1),
        running=sum(one.running for one in found),
        families=sum(one.families for one in found),
        expected=french.number(sum(expected), 0) if len(expected) == len(found) else "",
        hours=french.number(sum(one.hours_spent for one in found), 0),
    )


def targets_in_words(rules: Practice) -> list[tuple[str, str, str]]:
    """Return how working time should be shared out: what, the target, what is known of it."""
    told = (
        (
            Target.INDIVIDUAL_TIME_SHARE,
            "Avec les familles",
            "Compté ici, par les rencontres tenues et le temps que le modèle leur donne.",
        ),
        (
            Target.COLLECTIVE_TIME_SHARE,
            "Travail collectif",
            "Non mesuré : rien n'en est encore écrit dans Jalon.",
        ),
        (
            Target.INSTITUTIONAL_TIME_SHARE,
            "Vie institutionnelle",
            "Non mesuré : rien n'en est encore écrit dans Jalon.",
        ),
    )
    return [
        (
            label,
            french.percentage(rules.targets[target] / 100)
            if target in rules.targets
            else "pas de cible au profil",
            known,
        )
        for target, label, known in told
    ]
