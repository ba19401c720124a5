"""Who works, and who else works for the same families."""

from __future__ import annotations

from typing import Final

from jalon.steering.enums import Breakdown
from jalon.steering.measures.measure import Measure, Total

# Each day on which a social worker was in post, with the working time of that day; a month is one
# full time, however many days it has. A day of the week counts as any other: who is in post on a
# Sunday is, and what is worked out of it is a share of the month.
STAFF_WITH: Final = (
    """
    in_post AS MATERIALIZED (
        SELECT DISTINCT ON (held.member_id, calendar.day) held.member_id AS worker,
            calendar.day::date AS day,
            coalesce(was.share::numeric, member.working_time)
                / (month_ends - month_begins) AS share
        FROM generate_series(month_begins, month_ends - 1, interval '1 day') AS calendar (day)
        JOIN public.directory_rolegrant AS held ON held.role = 'social_worker'
            AND held.confirmed_at IS NOT NULL AND held.since <= calendar.day
            AND (held.until IS NULL OR held.until >= calendar.day)
            AND (held.ended_at IS NULL OR held.ended_at::date > calendar.day)
        JOIN public.directory_staffmember AS member ON member.id = held.member_id
        LEFT JOIN LATERAL (
            SELECT change.before ->> 'working_time' AS share FROM public.audit_change AS change
            WHERE change.table_name = 'directory_staffmember' AND change.row_id = member.id
                AND change.action = 'update' AND change.at >= calendar.day + interval '1 day'
                AND change.before ? 'working_time'
            ORDER BY change.id LIMIT 1
        ) AS was ON true
    )""",
)
STAFF: Final = (
    Measure(
        "workers_in_post",
        "Travailleurs sociaux en poste, par jour",
        "in_post AS one",
        day="one.day",
        worker="one.worker",
        total="one.share",
        adds=Total.FULL_TIMES,
    ),
    Measure(
        "workers_away",
        "Jours d'absence des travailleurs sociaux en poste",
        "in_post AS one JOIN public.directory_absence AS away ON away.member_id = one.worker "
        "AND one.day BETWEEN away.first_day AND away.last_day",
        day="one.day",
        worker="one.worker",
        total="one.share",
        adds=Total.FULL_TIMES,
        part_of="workers_in_post",
    ),
    Measure(
        "families_of_several",
        "Familles connues de plusieurs services à la fin du mois",
        "(SELECT known.family_id, array_agg(DISTINCT known.service ORDER BY known.service) "
        "AS services FROM public.families_involvement AS known WHERE known.since < month_ends "
        "AND (known.until IS NULL OR known.until >= month_ends) "
        "GROUP BY 1 HAVING count(DISTINCT known.service) > 1) AS one",
        day="month_ends - 1",
        family="one.family_id",
        by={Breakdown.OUTCOME: "array_to_string(one.services, '+')"},
        part_of="families_known",
    ),
    Measure(
        "families_known",
        "Familles dont un service s'occupe à la fin du mois",
        "(SELECT DISTINCT known.family_id FROM public.families_involvement AS known "
        "WHERE known.since < month_ends "
        "AND (known.until IS NULL OR known.until >= month_ends)) AS one",
        day="month_ends - 1",
        family="one.family_id",
    ),
)
