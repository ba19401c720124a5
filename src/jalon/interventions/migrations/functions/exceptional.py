"""What is opened exceptionally: whose families, who answers for it, and within which bounds."""

# Asked where a page says that it reads exceptionally (`jalon.audit.exceptional`), and nowhere
# else: other queries see of it a word that was not said, and cost what they cost without it.
# What is not committed yet opens nothing: taken back once it was read by, nobody would be told.
# Hours end by the clock, however long a transaction lasts; a page has a minute to be made.
OPENED = """
CREATE FUNCTION wall.families_opened() RETURNS int8multirange LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT range_agg(int8range(opened.family_id, opened.family_id, '[]'))
    FROM public.audit_exceptionalaccess AS opened
    WHERE opened.staff_id = wall.person() AND opened.at < now()
        AND opened.until > greatest(now(), clock_timestamp() - interval '1 minute')
        AND wall.may('open_exceptionally')
$$
"""
# A family and those that became it, whose accesses keep their number: as the person asking sees
# families. Then those that the person leads.
LED = """
CREATE FUNCTION wall.families_within(families bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE held (id) AS (
        SELECT unnest(families)
        UNION
        SELECT gone.id FROM held
        JOIN public.families_family AS gone ON gone.merged_into_id = held.id
    )
    SELECT id FROM held
$$;

CREATE FUNCTION wall.families_led() RETURNS SETOF bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT wall.families_within(ARRAY(
        SELECT involved.family_id FROM public.families_involvement AS involved
        WHERE involved.worker_id = wall.person() AND involved.lead AND involved.until IS NULL
            AND wall.may_lead(wall.person())
    ))
$$
"""
NO_ANSWERS = (
    "DROP FUNCTION wall.answers_for_access(bigint, bigint); "
    "DROP FUNCTION wall.family_become(bigint)"
)
NO_LED = "DROP FUNCTION wall.families_led(); DROP FUNCTION wall.families_within(bigint[])"
# Whoever answers for the family, as it is now, or for the colleague who opened it; nobody for
# themselves. As cheap as what policies compare rows by.
ANSWERS = """
CREATE FUNCTION wall.family_become(family bigint) RETURNS bigint LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    other bigint;
BEGIN
    LOOP
        SELECT one.merged_into_id INTO other FROM public.families_family AS one
        WHERE one.id = family;
        EXIT WHEN other IS NULL;
        family := other;
    END LOOP;
    RETURN family;
END $$;

CREATE FUNCTION wall.answers_for_access(family bigint, reader bigint) RETURNS boolean
LANGUAGE sql STABLE COST 0.0001 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT reader <> wall.person()
        AND (wall.manages(reader) OR wall.answers_for_family(wall.family_become(family)))
$$
"""
# Policies are asked first: refused before them, one would know what colleagues have open. People
# are held one by one, for two at once would not see each other; nor would who looks at an earlier
# state, as other isolations do.
BOUNDS = """
CREATE TRIGGER tell_moment BEFORE INSERT ON audit_exceptionalaccess FOR EACH ROW
WHEN (row_security_active('audit_exceptionalaccess'::regclass))
EXECUTE FUNCTION wall.tell_moment();

CREATE FUNCTION wall.guard_exceptional() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'what was opened meanwhile must be seen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'exceptional_read_committed';
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.families_family AS one
        WHERE one.id = NEW.family_id AND one.merged_into_id IS NULL
    ) THEN
        RAISE EXCEPTION 'a family is opened that is one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'exceptional_of_a_family';
    END IF;
    IF NEW.family_id IN (SELECT wall.families_followed()) THEN
        RAISE EXCEPTION 'what one follows is read already'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'exceptional_followed';
    END IF;
    PERFORM FROM public.directory_staffmember AS member
    WHERE member.id = NEW.staff_id FOR NO KEY UPDATE;
    IF (
        SELECT count(*) FROM public.audit_exceptionalaccess AS opened
        WHERE opened.staff_id = NEW.staff_id AND opened.until > now()
    ) > 3 THEN
        RAISE EXCEPTION 'three families are opened at once, and no more'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'exceptional_three_at_once';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER within_bounds AFTER INSERT ON audit_exceptionalaccess FOR EACH ROW
WHEN (row_security_active('audit_exceptionalaccess'::regclass))
EXECUTE FUNCTION wall.guard_exceptional();

CREATE FUNCTION wall.tell_examined() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.examined_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER tell_examined BEFORE UPDATE OF finding ON audit_exceptionalaccess FOR EACH ROW
WHEN (OLD.finding = '' AND row_security_active('audit_exceptionalaccess'::regclass))
EXECUTE FUNCTION wall.tell_examined()
"""
NO_BOUNDS = (
    "DROP TRIGGER tell_examined ON audit_exceptionalaccess; DROP FUNCTION wall.tell_examined(); "
    "DROP TRIGGER within_bounds ON audit_exceptionalaccess; "
    "DROP FUNCTION wall.guard_exceptional(); "
    "DROP TRIGGER tell_moment ON audit_exceptionalaccess"
)
