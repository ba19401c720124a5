"""What the register holds, and the families of it that the department is in contact with.

The extract stays out of the database: what is known of it is what the month's run kept by
commune (`targeting.models.RegisterCount`). A month without such a run has no register, which is
not nought.
"""

from __future__ import annotations

from typing import Final

from jalon.steering.measures.measure import Measure

_LAST_DAY: Final = "month_ends - 1"
# The run of the month that counts: the one released, else the last computed.
_RUN: Final = """
    SELECT run.id FROM public.targeting_targetingrun AS run
    WHERE run.month = to_char(month_begins, 'YYYY-MM') AND run.state IN ('review', 'released')
        AND EXISTS (
            SELECT FROM public.targeting_registercount AS kept WHERE kept.run_id = run.id
        )
    ORDER BY run.state = 'released' DESC, run.computed_at DESC, run.id DESC LIMIT 1
"""
# Families, on the month's last day: some offered something that they may still answer, and did
# not decline; some in an information-advice or a support, drafts left out.
COVERAGE_WITH: Final = (
    f"register_run AS MATERIALIZED ({_RUN})",
    """
    last_said AS MATERIALIZED (
        SELECT DISTINCT ON (one.approach_id) one.approach_id AS approach, one.kind
        FROM public.outreach_answer AS one
        WHERE NOT one.to_check AND one.kind IN ('meeting', 'call', 'later', 'no')
            AND one.said_on < month_ends
        ORDER BY one.approach_id, one.said_on DESC, one.number DESC
    )""",
    """
    followed AS MATERIALIZED (
        SELECT advice.family_id AS family FROM public.interventions_informationadvice AS advice
        WHERE advice.opened_on < month_ends
            AND (advice.closed_on IS NULL OR advice.closed_on >= month_ends)
        UNION
        SELECT support.family_id FROM standing
        JOIN public.interventions_support AS support ON support.id = standing.support
        WHERE standing.state IN ('active', 'reopened', 'suspended')
    )""",
    """
    in_contact AS MATERIALIZED (
        SELECT one.family_id AS family FROM public.outreach_approach AS one
        LEFT JOIN posted ON posted.approach = one.id
        LEFT JOIN reached ON reached.approach = one.id
        LEFT JOIN last_said ON last_said.approach = one.id
        WHERE least(posted.day, reached.day) < month_ends
            AND (one.window_ends_on IS NULL OR one.window_ends_on >= month_ends - 1)
            AND (one.ended_on IS NULL OR one.ended_on >= month_ends)
            AND last_said.kind IS DISTINCT FROM 'no'
        UNION
        SELECT followed.family FROM followed
    )""",
)
_KEPT: Final = "EXISTS (SELECT FROM register_run)"
_NO_RUN: Final = "aucun requêtage de ce mois n'est gardé avec le décompte de son fichier"


def _register(code: str, label: str, number: str, part_of: str = "") -> Measure:
    return Measure(
        code,
        label,
        "register_run JOIN public.targeting_registercount AS found "
        "ON found.run_id = register_run.id "
        "LEFT JOIN public.directory_commune AS home ON home.code = found.commune "
        f"WHERE found.{number} > 0",
        day=_LAST_DAY,
        commune="home.code",
        by_commune=True,
        number=f"found.{number}",
        part_of=part_of,
        kept_if=_KEPT,
        not_kept=_NO_RUN,
    )


def _families(code: str, label: str, rows: str, part_of: str = "") -> Measure:
    return Measure(
        code,
        label,
        f"{rows} AS one",
        day=_LAST_DAY,
        family="one.family",
        by_commune=True,
        part_of=part_of,
    )


COVERAGE: Final = (
    _register("register_households", "Dossiers du fichier du mois", "households"),
    _register(
        "register_eligible",
        "Dossiers du fichier qu'une offre concerne",
        "eligible",
        part_of="register_households",
    ),
    _families("families_in_contact", "Familles en contact à la fin du mois", "in_contact"),
    _families(
        "families_followed",
        "Familles reçues ou accompagnées à la fin du mois",
        "followed",
        part_of="families_in_contact",
    ),
)
