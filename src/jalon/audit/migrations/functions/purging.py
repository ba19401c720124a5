"""The purge: one family at a time, whole or not at all, by whoever answers for data alone."""

# Who purges holds a purge that was begun and has not ended; the database counts what went.
PURGES = """
CREATE FUNCTION wall.begin_purge() RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    begun bigint;
BEGIN
    IF NOT wall.may('purge') THEN
        RAISE EXCEPTION 'what is due is purged by who may'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.audit_purge (staff_id, begun_at, moved_at)
    VALUES (wall.person(), now(), now()) RETURNING id INTO begun;
    RETURN begun;
END $$;

CREATE FUNCTION wall.hold_purge(purge bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT wall.may('purge') THEN
        RAISE EXCEPTION 'what is due is purged by who may'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.audit_purge AS one SET moved_at = clock_timestamp()
    WHERE one.id = purge AND one.ended_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this purge is over' USING ERRCODE = 'check_violation';
    END IF;
END $$;
COMMENT ON FUNCTION wall.hold_purge(bigint) IS 'internal';

-- Which families are due now; whoever begins again counts on from what went before.
CREATE FUNCTION wall.due_of_purge(purge bigint) RETURNS bigint[] LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    due bigint[];
    number bigint;
BEGIN
    PERFORM wall.hold_purge(purge);
    SELECT coalesce(array_agg(one.family ORDER BY one.last), '{}'), coalesce(sum(one.families), 0)
    INTO due, number FROM wall.families_due() AS one;
    UPDATE public.audit_purge AS one SET expected = one.families + number WHERE one.id = purge;
    RETURN due;
END $$;

CREATE FUNCTION wall.end_purge(purge bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step record;
BEGIN
    PERFORM wall.hold_purge(purge);
    -- What many families shared goes with the last of them.
    FOR step IN
        SELECT one.relation, one.orphans FROM wall.retention AS one
        WHERE one.orphans IS NOT NULL ORDER BY one.rank DESC
    LOOP
        EXECUTE format('DELETE FROM public.%I WHERE %s', step.relation, step.orphans)
        USING wall.last_day_gone();
    END LOOP;
    DELETE FROM public.audit_exceptionalaccess AS one WHERE one.at < wall.last_log_gone();
    DELETE FROM public.audit_purge AS one WHERE one.ended_at < wall.last_log_gone();
    UPDATE public.audit_purge AS one SET ended_at = clock_timestamp() WHERE one.id = purge;
END $$
"""
NO_PURGES = (
    "DROP FUNCTION wall.end_purge(bigint); DROP FUNCTION wall.due_of_purge(bigint); "
    "DROP FUNCTION wall.hold_purge(bigint); DROP FUNCTION wall.begin_purge()"
)
# Of history who, when and on what stays.
FORGET_CONTENTS = """
CREATE FUNCTION wall.forget_contents(of_table text, of_rows bigint[]) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE public.audit_change AS told SET before = NULL, after = NULL
    WHERE told.table_name = of_table AND told.row_id = ANY (of_rows)
        AND (told.before IS NOT NULL OR told.after IS NOT NULL)
$$;
COMMENT ON FUNCTION wall.forget_contents(text, bigint[]) IS 'internal'
"""
# Locks come in the order of decision 13, and the question is asked once all are held: of a family
# that somebody takes up again meanwhile, nothing goes.
PURGE_FAMILY = """
CREATE OR REPLACE FUNCTION wall.purge_family(purge bigint, wanted bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tied bigint[];
    held bigint[];
    number bigint;
    step record;
    gone bigint[];
    files text[];
BEGIN
    PERFORM wall.hold_purge(purge);
    PERFORM pg_advisory_xact_lock(hashtext('jalon.outreach.batches'));
    LOOP
        tied := wall.tied_to(wanted);
        EXIT WHEN tied = held;
        -- Whoever is waited for may have made it one with another.
        held := tied;
        PERFORM FROM public.families_family AS family
        WHERE family.id = ANY (held) ORDER BY family.id FOR UPDATE;
    END LOOP;
    PERFORM FROM public.outreach_approach AS approach
    WHERE approach.family_id = ANY (held) ORDER BY approach.id FOR UPDATE;
    IF NOT wall.is_due(held) THEN
        RETURN 0;
    END IF;
    SELECT count(*) INTO number FROM public.families_family AS family
    WHERE family.id = ANY (held) AND family.merged_into_id IS NULL;
    PERFORM wall.tell_figures(held);
    -- What outlives the family, as a trial of a rule that somebody kept, names its files no more.
    files := ARRAY(
        SELECT file.number FROM public.families_household AS file
        WHERE file.family_id = ANY (held)
    );
    FOR step IN
        SELECT one.relation, one.struck FROM wall.retention AS one WHERE one.struck IS NOT NULL
    LOOP
        EXECUTE format('UPDATE public.%I SET %s', step.relation, step.struck) USING files;
    END LOOP;
    -- What was read of a file before its family was known is told by the family's number too.
    UPDATE public.audit_read AS log SET family_id = file.family_id, household = ''
    FROM public.families_household AS file
    WHERE file.family_id = ANY (held) AND log.household = file.number AND log.household <> '';
    FOR step IN
        SELECT one.relation, one.of_families FROM wall.retention AS one
        WHERE one.of_families IS NOT NULL ORDER BY one.rank DESC
    LOOP
        EXECUTE format(
            'WITH gone AS (DELETE FROM public.%I WHERE %s RETURNING id) '
            'SELECT array_agg(id) FROM gone', step.relation, step.of_families
        ) INTO gone USING held;
        PERFORM wall.forget_contents(step.relation, gone) WHERE gone IS NOT NULL;
    END LOOP;
    -- Who opened it, when and on what ground stays with the readings; not what they told of it.
    UPDATE public.audit_exceptionalaccess AS opened SET reason = '', cleared = ''
    WHERE opened.family_id = ANY (held);
    -- And of what was deleted before.
    UPDATE public.audit_change AS told SET before = NULL, after = NULL
    WHERE told.family_id = ANY (held) AND (told.before IS NOT NULL OR told.after IS NOT NULL);
    UPDATE public.audit_purge AS one SET families = one.families + number WHERE one.id = purge;
    RETURN number;
END $$
"""
NO_PURGE_FAMILY = (
    "DROP FUNCTION wall.purge_family(bigint, bigint); "
    "DROP FUNCTION wall.forget_contents(text, bigint[])"
)
