"""Whose rights one checks, which checks one reads, and who noted what was decided of a claim."""

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

# What was decided of a claim is told with who noted it, and when: by the database.
DECIDED = """
CREATE FUNCTION wall.tell_decided() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.decided_by_id := CASE WHEN NEW.state = 'claimed' THEN NULL ELSE wall.person() END;
    NEW.decided_at := CASE WHEN NEW.state = 'claimed' THEN NULL ELSE now() END;
    RETURN NEW;
END $$;
CREATE TRIGGER tell_decided BEFORE INSERT OR UPDATE OF state, decided_on, euros
ON interventions_rightsclaim FOR EACH ROW
WHEN (row_security_active('interventions_rightsclaim'::regclass))
EXECUTE FUNCTION wall.tell_decided()
"""
NOT_DECIDED = (
    "DROP TRIGGER tell_decided ON interventions_rightsclaim; DROP FUNCTION wall.tell_decided()"
)
