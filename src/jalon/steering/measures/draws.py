"""What became of families that lots placed: contacted at once, or in the last wave.

Each draw gives these two an equal share of its families, however many waves it has: all waves but
the first would weigh more where there are more of them, and the two groups would differ by that.
Both are looked at on the same day, half a year after the draw, where the draw placed them:
whoever came earlier by themselves is counted among those that waited.
"""

from __future__ import annotations

from typing import Final

from jalon.steering.enums import Breakdown
from jalon.steering.measures.measure import Measure, within

# Longer than any wave lasts (`targeting.models.LONGEST_DAYS` at most), and than its window opens.
_AFTER: Final = "(one.drawn_on + 182)"
_DRAWN: Final = (
    "public.outreach_turn AS one JOIN public.targeting_draw AS draw ON draw.id = one.draw_id "
    "JOIN public.outreach_proposal AS proposal "
    f"ON proposal.id = one.proposal_id AND NOT proposal.doubled WHERE {within(_AFTER)}"
)
_BETWEEN: Final = f">= one.drawn_on AND {{day}} < {_AFTER}"
_BEGAN: Final = (
    "(EXISTS (SELECT FROM public.interventions_informationadvice AS advice "
    "WHERE advice.family_id = proposal.family_id AND advice.opened_on "
    f"{_BETWEEN.format(day='advice.opened_on')}) "
    "OR EXISTS (SELECT FROM public.interventions_support AS support "
    "WHERE support.family_id = proposal.family_id AND support.started_on "
    f"{_BETWEEN.format(day='support.started_on')}))"
)


def _measure(code: str, label: str, condition: str, part_of: str = "") -> Measure:
    return Measure(
        code,
        label,
        f"{_DRAWN} AND {condition}",
        day=_AFTER,
        family="proposal.family_id",
        commune="proposal.commune_id",
        by={Breakdown.OFFER: "proposal.offer"},
        part_of=part_of,
    )


DRAWS: Final = (
    _measure("drawn_first", "Tirées au sort pour la première vague", "one.wave = 1"),
    _measure(
        "drawn_first_begun",
        "Tirées pour la première vague, suivies six mois après",
        f"one.wave = 1 AND {_BEGAN}",
        part_of="drawn_first",
    ),
    _measure("drawn_later", "Tirées au sort pour la dernière vague", "one.wave = draw.waves"),
    _measure(
        "drawn_later_begun",
        "Tirées pour la dernière vague, suivies six mois après",
        f"one.wave = draw.waves AND {_BEGAN}",
        part_of="drawn_later",
    ),
)
