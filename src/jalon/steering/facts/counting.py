"""The database function that counts a month, made of the measures as they are declared.

It is written anew after each migration, as rights are: a measure declared today is counted today.
"""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.db import connections

from jalon.steering.enums import NO_TERRITORY, Breakdown
from jalon.steering.facts.placing import home_before, team_before
from jalon.steering.measures import MEASURES, WITH
from jalon.steering.measures.meetings import met

# The columns of `Measure.select`, in its order.
_OWN: Final = [
    one.value for one in Breakdown if one not in {Breakdown.ALL, Breakdown.COMMUNE, Breakdown.TEAM}
]
_COLUMNS: Final = (
    "measure",
    "day",
    "family",
    "commune",
    "placed",
    "local",
    "worker",
    "staffed",
    *_OWN,
)
_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION wall.count_month(month_begins date, month_ends date)
RETURNS TABLE (
    measure text, territory text, breakdown text, value text, number bigint, total numeric
) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'Europe/Paris'
-- A nation's month is worked out in memory, once a night.
SET work_mem = '128MB' AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY WITH {shared},
    counted ({columns}, number, total) AS MATERIALIZED ({rows}),
    -- Where a family lived and in which team somebody worked on the day, as history tells it.
    placed AS (
        SELECT one.*, home.code AS home, home.area_id,
            CASE WHEN one.staffed THEN coalesce(team.label, '') END AS team,
            team.territory_id AS team_territory
        FROM counted AS one
        LEFT JOIN public.families_family AS family ON family.id = one.family
        LEFT JOIN LATERAL {home_before} AS moved ON one.commune IS NULL
        LEFT JOIN public.directory_commune AS home ON home.code = coalesce(
            one.commune, CASE WHEN moved.told THEN moved.was ELSE family.commune_id END)
        LEFT JOIN public.directory_staffmember AS worker ON worker.id = one.worker
        LEFT JOIN LATERAL {team_before} AS changed ON one.staffed
        LEFT JOIN public.directory_team AS team
            ON team.id = CASE WHEN changed.told THEN changed.was::bigint ELSE worker.team_id END
    )
    SELECT one.measure, coalesce(territory.code, CASE WHEN grouping(territory.code) = 0
            THEN '{nowhere}' ELSE '' END)::text,
        by.breakdown::text, by.value::text, sum(one.number)::bigint, round(sum(one.total), 2)
    FROM placed AS one
    LEFT JOIN public.directory_area AS area ON area.id = one.area_id
    -- What is of nobody's home is of the territory of who did it.
    LEFT JOIN public.directory_territory AS territory ON territory.id =
        CASE WHEN one.placed THEN area.territory_id ELSE one.team_territory END
    CROSS JOIN LATERAL (VALUES
        ('', ''),
        ('commune', CASE WHEN one.local THEN coalesce(one.home, '') END),
        ('team', one.team),
        {breakdowns}
    ) AS by (breakdown, value)
    WHERE by.value IS NOT NULL
    GROUP BY one.measure, by.breakdown, by.value, GROUPING SETS ((territory.code), ())
    -- What was counted and never happened is told as such: it is not what nobody counted, nor
    -- what was not kept.
    UNION ALL
    SELECT known.code, '', '', '', 0, 0 FROM (VALUES {codes}) AS known (code, kept)
    WHERE known.kept AND NOT EXISTS (SELECT FROM counted WHERE counted.measure = known.code);
END $$;
COMMENT ON FUNCTION wall.count_month(date, date) IS 'internal'
"""

# The meetings of some workers: of what they did, and not of a month.
_HELD: Final = """
CREATE OR REPLACE FUNCTION wall.meetings_held(workers bigint[], first_day date, last_day date)
RETURNS TABLE (day date, family bigint, worker bigint, mode text, hours numeric,
    appointment bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'Europe/Paris' AS $$ {rows} $$;
COMMENT ON FUNCTION wall.meetings_held(bigint[], date, date) IS 'internal';
"""


def counting() -> str:
    """Return the statements that make the functions, as SQL for the owner of the schema."""
    held = met("first_day", "last_day + 1", "= ANY (workers)")
    return _HELD.format(rows=held) + _FUNCTION.format(
        shared=", ".join(one.strip() for one in WITH),
        columns=", ".join(_COLUMNS),
        rows="\n    UNION ALL ".join(one.select for one in MEASURES.values()),
        codes=", ".join(f"('{code}', {one.kept_if})" for code, one in MEASURES.items()),
        home_before=home_before("one.family", "one.day"),
        team_before=team_before("one.worker", "one.day"),
        nowhere=NO_TERRITORY,
        breakdowns=", ".join(f"('{one}', one.{one})" for one in _OWN),
    )


def write_counting(using: str, **_: Any) -> None:  # noqa: ANN401
    """Have the database count by today's measures; called by Django once migrations are done."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone() != (settings.APPLICATION_ROLE,):
            cursor.execute(counting())
