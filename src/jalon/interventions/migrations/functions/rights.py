"""Whose rights one checks, and which checks one reads."""

# Whoever follows a family, or receives it these days: an information-advice of theirs is open.
RECEIVED = """
CREATE FUNCTION wall.families_received() RETURNS SETOF bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT wall.families_followed()
    UNION
    SELECT advice.family_id FROM public.interventions_informationadvice AS advice
    WHERE advice.worker_id = wall.person() AND advice.state = 'open'
        AND wall.may('work_with_families')
$$;

CREATE FUNCTION wall.rights_checks_read() RETURNS SETOF bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT one.id FROM public.interventions_rightscheck AS one
    WHERE one.worker_id = wall.person() AND wall.may('work_with_families')
    UNION
    SELECT one.id FROM public.interventions_rightscheck AS one
    WHERE one.family_id IN (SELECT wall.families_followed())
$$
"""
NOT_RECEIVED = "DROP FUNCTION wall.rights_checks_read(); DROP FUNCTION wall.families_received()"
