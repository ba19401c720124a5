"""Who answers for what a report tells, and that a text goes with the report it is of."""

# None is the whole department.
ANSWERS = """
CREATE FUNCTION wall.answers_for_territory(told bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT wall.may('manage_department') OR (wall.may('manage_territory') AND EXISTS (
        SELECT FROM public.directory_staffmember AS manager
        JOIN public.directory_team AS mine ON mine.id = manager.team_id
        WHERE manager.id = wall.person() AND mine.territory_id = told
    ))
$$
"""
# A report of a territory has no texts of other territories: it is one.
COMMENTS = """
CREATE FUNCTION wall.comments_on(told bigint, of_territory bigint) RETURNS boolean LANGUAGE sql
STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.steering_report AS one
        WHERE one.id = told AND (of_territory IS NULL OR one.territory_id IS NULL)
            AND wall.answers_for_territory(coalesce(of_territory, one.territory_id))
    )
$$
"""
# Whoever asks: a text that changes makes its report another one, and waits for its adoption.
TELLS = """
CREATE FUNCTION wall.tell_report() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.steering_report SET revision = revision + 1
    WHERE id = coalesce(NEW.report_id, OLD.report_id) AND adopted_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'what was adopted stays as it was read'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER tell_report BEFORE INSERT OR UPDATE OR DELETE ON steering_comment
FOR EACH ROW EXECUTE FUNCTION wall.tell_report()
"""
NO_COMMENTS = """
DROP TRIGGER tell_report ON steering_comment;
DROP FUNCTION wall.tell_report();
DROP FUNCTION wall.comments_on(bigint, bigint);
DROP FUNCTION wall.answers_for_territory(bigint)
"""
