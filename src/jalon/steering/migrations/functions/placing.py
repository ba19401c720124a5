"""Where rows of a list were on their days, for who reads the list: history itself is nobody's."""

from jalon.steering.facts.placing import home_before, team_before

# Of families and workers that one sees, no more than what months are counted by; each day once.
PLACES = f"""
CREATE FUNCTION wall.homes_on(families bigint[], days date[])
RETURNS TABLE (family bigint, day date, commune text) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'Europe/Paris' AS $$
    SELECT asked.family, asked.day,
        CASE WHEN moved.told THEN moved.was ELSE home.commune_id END
    FROM (SELECT DISTINCT * FROM unnest(families, days)) AS asked (family, day)
    JOIN public.families_family AS home ON home.id = asked.family
    LEFT JOIN LATERAL {home_before("home.id", "asked.day")} AS moved ON true
    WHERE wall.may('see_families') AND wall.may('see_figures')
$$;
CREATE FUNCTION wall.teams_on(workers bigint[], days date[])
RETURNS TABLE (worker bigint, day date, team text) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'Europe/Paris' AS $$
    SELECT asked.worker, asked.day, team.label
    FROM (SELECT DISTINCT * FROM unnest(workers, days)) AS asked (worker, day)
    JOIN public.directory_staffmember AS member ON member.id = asked.worker
    LEFT JOIN LATERAL {team_before("member.id", "asked.day")} AS changed ON true
    JOIN public.directory_team AS team
        ON team.id = CASE WHEN changed.told THEN changed.was::bigint ELSE member.team_id END
    WHERE wall.may('see_figures')
$$
"""
NO_PLACES = (
    "DROP FUNCTION wall.teams_on(bigint[], date[]); DROP FUNCTION wall.homes_on(bigint[], date[])"
)
