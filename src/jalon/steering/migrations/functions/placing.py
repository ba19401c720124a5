"""Where a row of a list was on its day, for who reads the list: history itself is nobody's."""

from jalon.steering.facts.placing import home_before, team_before

# Of families and workers that one sees, no more than what months are counted by.
PLACES = f"""
CREATE FUNCTION wall.home_on(family bigint, day date) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'Europe/Paris' AS $$
    SELECT CASE WHEN moved.told THEN moved.was ELSE home.commune_id END
    FROM public.families_family AS home
    LEFT JOIN LATERAL {home_before("home.id", "home_on.day")} AS moved ON true
    WHERE home.id = home_on.family AND wall.may('see_families') AND wall.may('see_figures')
$$;
CREATE FUNCTION wall.team_on(worker bigint, day date) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'Europe/Paris' AS $$
    SELECT team.label
    FROM public.directory_staffmember AS member
    LEFT JOIN LATERAL {team_before("member.id", "team_on.day")} AS changed ON true
    JOIN public.directory_team AS team
        ON team.id = CASE WHEN changed.told THEN changed.was::bigint ELSE member.team_id END
    WHERE member.id = team_on.worker AND wall.may('see_figures')
$$
"""
NO_PLACES = "DROP FUNCTION wall.team_on(bigint, date); DROP FUNCTION wall.home_on(bigint, date)"
