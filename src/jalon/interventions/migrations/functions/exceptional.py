"""What is opened exceptionally: whose families, who answers for it, and within which bounds."""

# Asked where a page says that it reads exceptionally (`jalon.audit.exceptional`), and nowhere
# else: other queries see of it a word that was not said, and cost what they cost without it.
OPENED = """
CREATE FUNCTION wall.families_opened() RETURNS int8multirange LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT range_agg(int8range(opened.family_id, opened.family_id, '[]'))
    FROM public.audit_exceptionalaccess AS opened
    WHERE opened.staff_id = wall.person() AND opened.until > now()
        AND wall.may('open_exceptionally')
$$
"""
# Whoever answers for the family, or for the colleague who opened it; nobody for themselves. As
# cheap as what policies compare rows by.
ANSWERS = """
CREATE FUNCTION wall.answers_for_access(family bigint, reader bigint) RETURNS boolean
LANGUAGE sql STABLE COST 0.0001 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT reader <> wall.person()
        AND (wall.manages(reader) OR wall.answers_for_family(family))
$$
"""
# Policies are asked first: refused before them, one would know what colleagues have open. People
# are held one by one, for two at once would not see each other.
BOUNDS = """
CREATE TRIGGER tell_moment BEFORE INSERT ON audit_exceptionalaccess FOR EACH ROW
WHEN (row_security_active('audit_exceptionalaccess'::regclass))
EXECUTE FUNCTION wall.tell_moment();

CREATE FUNCTION wall.guard_exceptional() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.families_family AS one
        WHERE one.id = NEW.family_id AND one.merged_into_id IS NULL
    ) THEN
        RAISE EXCEPTION 'a family is opened that is one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'exceptional_of_a_family';
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
