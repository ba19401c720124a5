"""What a report says first: some figures in sentences, beside their target and a year before.

A figure that is hidden, or cannot be given, is left to the tables: nothing is told in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from jalon.steering.figures.shown import Shown
from jalon.steering.indicators import Period, Unit

_DECEMBER: Final = 12
# From who was sought to what came of it.
TOLD_FIRST: Final = (
    "families_targeted",
    "answer_rate",
    "families_received",
    "families_a_full_time",
    "advice_begun",
    "support_begun",
    "objectives_reached_share",
    "rights_granted_euros",
)


def brief(year: int, told: Sequence[tuple[Shown, Shown | None]]) -> Iterator[str]:
    """Yield a sentence a figure, each with the same one a year before, where that is counted."""
    given = [(now, _comparable(now, before)) for now, before in told if now.given]
    for now, before in given:
        yield f"{_label(now)} : {now.said}{_aim(now)}{_earlier(before)}."
    if given and not any(before for _, before in given):
        yield f"Les mêmes mois de {year - 1} ne sont pas tous comptés : rien ne leur est comparé."


def _label(shown: Shown) -> str:
    """Return what the figure is; of a part of a year, that it is told since January."""
    of = shown.figure
    part = of.indicator.period is Period.YEAR and of.basis.months[-1].month != _DECEMBER
    return f"{of.indicator.label} (depuis janvier)" if part else of.indicator.label


def _comparable(now: Shown, before: Shown | None) -> Shown | None:
    """Return a figure of the year before, where it can be read and is of the same months."""
    if before is None or not before.given:
        return None
    these, those = ([month.month for month in one.figure.basis.months] for one in (now, before))
    return before if these == those else None


def _aim(shown: Shown) -> str:
    if shown.figure.target is None:
        return ""
    so_far = " à ce jour" if shown.target_part else ""
    return f", pour une cible de {shown.target}{so_far}"


def _earlier(before: Shown | None) -> str:
    if before is None:
        return ""
    percent = before.figure.indicator.unit is Unit.PERCENT
    return f" ; {before.said if percent else before.number} un an plus tôt"
