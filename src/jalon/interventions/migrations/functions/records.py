"""What whoever makes a family's record is told besides what they read."""

# Which pages were read, on which days, by which services; never by whom. So were those of the
# families that it took in, and of its files before it was known.
READS_TOLD = """
CREATE OR REPLACE FUNCTION wall.reads_told(family bigint)
RETURNS TABLE (day date, page text, service text, times bigint) LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT (wall.may('work_with_families') AND wall.leads(family)) THEN
        RAISE EXCEPTION 'the record of a family is made by its lead'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    WITH own AS (SELECT held.id FROM wall.families_within(ARRAY[family]) AS held (id)),
    logged AS (
        SELECT log.* FROM public.audit_read AS log WHERE log.family_id IN (SELECT own.id FROM own)
        UNION
        SELECT log.* FROM public.families_household AS file
        JOIN public.audit_read AS log ON log.household = file.number AND log.household <> ''
        WHERE file.family_id IN (SELECT own.id FROM own)
    )
    SELECT (log.at AT TIME ZONE 'Europe/Paris')::date, log.page::text,
            coalesce(team.service, '')::text, count(*)
        FROM logged AS log
        LEFT JOIN public.directory_staffmember AS reader ON reader.id = log.staff_id
        LEFT JOIN public.directory_team AS team ON team.id = reader.team_id
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
END $$
"""
# Of a family is who is asked about, and the request was made before today ends.
GUARD_EXPORT = """
CREATE FUNCTION wall.guard_record_export() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.asked_on > (now() AT TIME ZONE 'Europe/Paris')::date OR NOT EXISTS (
        SELECT FROM public.families_person AS one
        WHERE one.id = NEW.person_id AND one.family_id = NEW.family_id
            AND one.role IN ('responsible', 'spouse') AND one.death_date IS NULL
    ) THEN
        RAISE EXCEPTION 'a record is made of an adult of the family, who asked for it'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER of_its_family AFTER INSERT ON interventions_recordexport FOR EACH ROW
WHEN (row_security_active('interventions_recordexport'::regclass))
EXECUTE FUNCTION wall.guard_record_export()
"""
NO_READS_TOLD = (
    "DROP TRIGGER of_its_family ON interventions_recordexport; "
    "DROP FUNCTION wall.guard_record_export(); DROP FUNCTION wall.reads_told(bigint)"
)
