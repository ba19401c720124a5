"""Which exceptional accesses one answers for, asked once; and what the officer clears up."""

from jalon.interventions.migrations.functions.following import ANSWERS_FOR_FAMILY

# With a family that became another, what it became is answered for. The rule of a single family
# is that of many.
ANSWERED = """
CREATE FUNCTION wall.families_answered(families bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT one FROM unnest(families) AS one WHERE wall.may('manage_department')
    UNION
    SELECT family.id FROM public.directory_staffmember AS manager
    JOIN public.directory_team AS mine ON mine.id = manager.team_id
    JOIN public.families_family AS family ON family.id = ANY (families)
    LEFT JOIN public.directory_commune AS commune ON commune.code = family.commune_id
    LEFT JOIN public.directory_area AS area ON area.id = commune.area_id
    WHERE manager.id = wall.person() AND wall.may('manage_territory')
        AND (area.territory_id = mine.territory_id OR EXISTS (
            SELECT FROM public.families_involvement AS involved
            JOIN public.directory_staffmember AS worker ON worker.id = involved.worker_id
            JOIN public.directory_team AS team ON team.id = worker.team_id
            WHERE involved.family_id = family.id AND involved.lead AND involved.until IS NULL
                AND team.territory_id = mine.territory_id
        ))
$$;

CREATE OR REPLACE FUNCTION wall.answers_for_family(family bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM wall.families_answered(ARRAY[family]))
$$;

CREATE FUNCTION wall.accesses_answered() RETURNS SETOF bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE become (access, reader, family) AS (
        SELECT opened.id, opened.staff_id, opened.family_id
        FROM public.audit_exceptionalaccess AS opened
        WHERE opened.staff_id <> (SELECT wall.person())
            AND (wall.may('manage_department') OR wall.may('manage_territory'))
        UNION ALL
        SELECT become.access, become.reader, gone.merged_into_id
        FROM become JOIN public.families_family AS gone ON gone.id = become.family
        WHERE gone.merged_into_id IS NOT NULL
    )
    SELECT become.access FROM become
    WHERE become.reader IN (SELECT wall.staff_managed())
        OR become.family IN (SELECT wall.families_answered(ARRAY(
            SELECT one.id FROM become JOIN public.families_family AS one
                ON one.id = become.family AND one.merged_into_id IS NULL
        )))
$$;

CREATE FUNCTION wall.accesses_questioned() RETURNS SETOF bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT opened.id FROM public.audit_exceptionalaccess AS opened
    WHERE wall.may('see_reads') AND opened.finding = 'questioned'
$$
"""
NO_ANSWERED = f"""
DROP FUNCTION wall.accesses_questioned();
DROP FUNCTION wall.accesses_answered();
{ANSWERS_FOR_FAMILY};
DROP FUNCTION wall.families_answered(bigint[])
"""
# The moment is the database's own, as that of the examination is.
CLEARED = """
CREATE FUNCTION wall.tell_cleared() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.cleared_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER tell_cleared BEFORE UPDATE OF clearer_id ON audit_exceptionalaccess FOR EACH ROW
WHEN (OLD.clearer_id IS NULL AND row_security_active('audit_exceptionalaccess'::regclass))
EXECUTE FUNCTION wall.tell_cleared()
"""
NO_CLEARED = (
    "DROP TRIGGER tell_cleared ON audit_exceptionalaccess; DROP FUNCTION wall.tell_cleared()"
)
