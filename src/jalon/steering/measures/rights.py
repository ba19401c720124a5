"""Rights that checks found and that families claimed: how many, and for how many euros.

What is paid by the month, what is paid once a year and what is a cover are counted apart, each
right in one measure alone: euros of different rhythms are not added up, and a cover has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from jalon.interventions.enums import ClaimState
from jalon.interventions.rights_check.told import PAID, SOME
from jalon.rights.catalogue import RIGHTS, Rhythm
from jalon.rights.comparing import NO_DIFFERENCE, is_compared
from jalon.steering.enums import Breakdown
from jalon.steering.measures.measure import Measure, Total, during, within


def _codes(codes: Iterable[str]) -> str:
    listed = ", ".join(f"'{one}'" for one in codes)
    return f"({listed})"


_COMPARED: Final = _codes(one.code for one in RIGHTS if is_compared(one))
_COVERS: Final = _codes(one.code for one in RIGHTS if one.cover)
_YEARLY: Final = _codes(one.code for one in RIGHTS if one.rhythm is Rhythm.YEAR and not one.cover)
_SAID: Final = f"one.said -> 'facts' -> ('{PAID}-' || (due.told ->> 'code')) ->> 'value'"
RIGHTS_WITH: Final = (
    # A check done again within the month corrects the one before: the last one counts.
    f"""
    rights_checked AS MATERIALIZED (
        SELECT DISTINCT ON (one.family_id) one.family_id AS family, one.worker_id AS worker,
            one.computed_at AS at, one.said, one.result
        FROM public.interventions_rightscheck AS one
        WHERE {during("one.computed_at")}
        ORDER BY one.family_id, one.computed_at DESC, one.id DESC
    )""",
    # What today's situation gives, beside what is said to be paid; NULL where nobody knows it.
    f"""
    rights_due AS MATERIALIZED (
        SELECT one.family, one.worker, one.at, due.told ->> 'code' AS code,
            (due.told ->> 'euros')::numeric AS euros, paid.said = '{SOME}' AS is_paid,
            CASE WHEN paid.said <> '{SOME}' THEN paid.said::numeric END AS paid
        FROM rights_checked AS one
        CROSS JOIN LATERAL jsonb_array_elements(one.result -> 0 -> 'rights') AS due (told)
        CROSS JOIN LATERAL (
            SELECT CASE WHEN due.told ->> 'code' IN {_COMPARED}
                THEN nullif({_SAID}, '') END AS said
        ) AS paid
        WHERE (due.told ->> 'euros')::numeric > 0
    )""",
)
_FOUND: Final = (
    Measure(
        "rights_checked",
        "Familles dont les droits ont été calculés",
        "rights_checked AS one",
        day="one.at",
        family="one.family",
        worker="one.worker",
        confided=True,
    ),
    Measure(
        "rights_missing",
        "Droits qui semblent manquer",
        f"rights_due AS one WHERE one.paid = 0 OR one.euros - one.paid >= {NO_DIFFERENCE}",
        day="one.at",
        family="one.family",
        worker="one.worker",
        by={Breakdown.RIGHT: "one.code"},
        total="one.euros - one.paid",
        adds=Total.EUROS,
        confided=True,
    ),
    Measure(
        "rights_to_compare",
        "Droits possibles, dont personne ne dit s'ils sont versés",
        "rights_due AS one WHERE one.paid IS NULL AND one.is_paid IS NULL",
        day="one.at",
        family="one.family",
        worker="one.worker",
        by={Breakdown.RIGHT: "one.code"},
        confided=True,
    ),
)


def _claims(code: str, label: str, condition: str, day: str = "one.decided_on") -> Measure:
    """Return a measure of claims; those that are granted add their euros up."""
    with_euros = code in {"rights_granted_monthly", "rights_granted_yearly"}
    return Measure(
        code,
        label,
        f"public.interventions_rightsclaim AS one WHERE {within(day)}{condition}",
        day=day,
        family="one.family_id",
        worker="one.by_id",
        by={Breakdown.RIGHT: "one.kind"},
        total="one.euros" if with_euros else "0",
        adds=Total.EUROS if with_euros else Total.NOTHING,
        confided=True,
    )


_GRANTED: Final = f" AND one.state = '{ClaimState.GRANTED.value}'"
_FOLLOWED: Final = (
    _claims("rights_claimed", "Droits demandés", "", "one.claimed_on"),
    _claims(
        "rights_granted_monthly",
        "Droits accordés, versés chaque mois",
        f"{_GRANTED} AND one.kind NOT IN {_COVERS} AND one.kind NOT IN {_YEARLY}",
    ),
    _claims(
        "rights_granted_yearly",
        "Droits accordés, versés une fois par an",
        f"{_GRANTED} AND one.kind IN {_YEARLY}",
    ),
    _claims(
        "rights_granted_cover",
        "Couvertures santé accordées",
        f"{_GRANTED} AND one.kind IN {_COVERS}",
    ),
    _claims(
        "rights_refused",
        "Droits refusés",
        f" AND one.state = '{ClaimState.REFUSED.value}'",
    ),
)
RIGHTS_FOLLOWED: Final = (*_FOUND, *_FOLLOWED)
