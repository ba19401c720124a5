"""Whose words one reads: the families that one follows, and what one opened oneself."""

# Whoever leads a family, or was associated by its lead or a manager. Whoever says by themselves
# that they are involved reads nothing by that.
FOLLOWED = """
CREATE FUNCTION wall.families_followed() RETURNS SETOF bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT involved.family_id FROM public.families_involvement AS involved
    WHERE involved.worker_id = wall.person() AND involved.lead AND involved.until IS NULL
        AND wall.may('work_with_families')
    UNION
    SELECT follower.family_id FROM public.interventions_follower AS follower
    WHERE follower.worker_id = wall.person() AND follower.until IS NULL
        AND wall.may('work_with_families')
$$;

CREATE FUNCTION wall.advices_read() RETURNS SETOF bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT advice.id FROM public.interventions_informationadvice AS advice
    WHERE advice.worker_id = wall.person() AND wall.may('work_with_families')
    UNION
    SELECT advice.id FROM public.interventions_informationadvice AS advice
    WHERE advice.family_id IN (SELECT wall.families_followed())
$$;

CREATE FUNCTION wall.supports_read() RETURNS SETOF bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT support.id FROM public.interventions_support AS support
    WHERE support.worker_id = wall.person() AND wall.may('work_with_families')
    UNION
    SELECT support.id FROM public.interventions_support AS support
    WHERE support.family_id IN (SELECT wall.families_followed())
$$
"""
# Whether somebody leads a family, whoever asks.
LED = """
CREATE FUNCTION wall.is_led(family bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.families_involvement
        WHERE family_id = family AND lead AND until IS NULL
    )
$$
"""
# Whose work one answers for, asked once a query.
MANAGED = """
CREATE FUNCTION wall.staff_managed() RETURNS SETOF bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT member.id FROM public.directory_staffmember AS member
    WHERE wall.may('manage_department')
    UNION
    SELECT member.id FROM public.directory_staffmember AS manager
    JOIN public.directory_team AS mine ON mine.id = manager.team_id
    JOIN public.directory_team AS theirs ON theirs.territory_id = mine.territory_id
    JOIN public.directory_staffmember AS member ON member.team_id = theirs.id
    WHERE manager.id = wall.person() AND wall.may('manage_territory')
$$;

-- Supports that one answers for and does not carry. Of a department, that is all but a few: those
-- are taken away from all numbers, and the others not read.
CREATE FUNCTION wall.supports_answered() RETURNS int8multirange LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN wall.may('manage_department')
        THEN int8multirange(int8range(NULL, NULL)) - coalesce((
            SELECT range_agg(int8range(own.id, own.id, '[]'))
            FROM public.interventions_support AS own WHERE own.worker_id = (SELECT wall.person())
        ), '{}')
        ELSE (
            SELECT range_agg(int8range(one.id, one.id, '[]'))
            FROM public.interventions_support AS one
            WHERE one.worker_id IN (SELECT wall.staff_managed())
                AND one.worker_id <> (SELECT wall.person())
        )
    END
$$
"""
# Decision 22 came to ask it of many families at once (`answering.py`).
ANSWERS_FOR_FAMILY = """
CREATE OR REPLACE FUNCTION wall.answers_for_family(family bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT wall.may('manage_department') OR (wall.may('manage_territory') AND EXISTS (
        SELECT FROM public.directory_staffmember AS manager
        JOIN public.directory_team AS mine ON mine.id = manager.team_id
        WHERE manager.id = wall.person() AND (
            EXISTS (
                SELECT FROM public.families_involvement AS involved
                JOIN public.directory_staffmember AS worker ON worker.id = involved.worker_id
                JOIN public.directory_team AS team ON team.id = worker.team_id
                WHERE involved.family_id = family AND involved.lead AND involved.until IS NULL
                    AND team.territory_id = mine.territory_id
            ) OR EXISTS (
                SELECT FROM public.families_family AS one
                JOIN public.directory_commune AS commune ON commune.code = one.commune_id
                JOIN public.directory_area AS area ON area.id = commune.area_id
                WHERE one.id = family AND area.territory_id = mine.territory_id
            )
        )
    ))
$$
"""
# With whom a family is shared: a social worker, named by who leads it, or by who manages them and
# answers for the family: it lives there, or one of theirs leads it.
MAY_SHARE = f"""{ANSWERS_FOR_FAMILY};

CREATE FUNCTION wall.may_share(family bigint, colleague bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(colleague <> wall.person(), false) AND wall.may_lead(colleague)
        AND (wall.leads(family)
            OR wall.manages(colleague) AND wall.answers_for_family(family))
$$
"""
