"""A month is counted by the application itself, and frozen: what was told is never overwritten."""

# What differs between two versions of a month, both ways; a place counts once.
DIFFERENCES = """
CREATE FUNCTION wall.facts_changed(one bigint, other bigint) RETURNS bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) FROM (
        SELECT measure, territory, breakdown, value, number, total
        FROM public.steering_fact WHERE reckoning_id = one
    ) AS before
    FULL JOIN (
        SELECT measure, territory, breakdown, value, number, total
        FROM public.steering_fact WHERE reckoning_id = other
    ) AS after USING (measure, territory, breakdown, value)
    WHERE (before.number, before.total) IS DISTINCT FROM (after.number, after.total)
$$;
COMMENT ON FUNCTION wall.facts_changed(bigint, bigint) IS 'internal'
"""
# Counted twice at once, a month is counted once after the other. What is told stays told when a
# purge that reaches the month came in between: nobody could say any more what it took away, and
# what was corrected. None reaches what is younger than what it takes.
RECKON = """
CREATE FUNCTION wall.reckon(wanted text, for_good boolean) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'Europe/Paris' AS $$
DECLARE
    begins date := to_date(wanted, 'YYYY-MM');
    ends date := begins + interval '1 month';
    was public.steering_reckoning;
    latest public.steering_reckoning;
    made bigint;
    differing bigint;
    merged bigint;
    gone_since bigint;
    left_since bigint;
BEGIN
    IF NOT wall.automaton() THEN
        RAISE EXCEPTION 'months are counted by the application itself'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF begins > current_date OR for_good AND ends > current_date THEN
        RAISE EXCEPTION 'a month is frozen once it is over' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('steering.' || wanted));
    SELECT * INTO was FROM public.steering_reckoning WHERE month = wanted AND told;
    SELECT * INTO latest FROM public.steering_reckoning
    WHERE month = wanted ORDER BY version DESC LIMIT 1;
    -- What is not frozen is counted anew, in place of what it was.
    IF was.version = 0 THEN
        DELETE FROM public.steering_fact WHERE reckoning_id = was.id;
        DELETE FROM public.steering_reckoning WHERE id = was.id;
        was := NULL;
        latest := NULL;
    ELSIF was.id IS NOT NULL AND NOT for_good THEN
        RETURN was.id;
    END IF;
    INSERT INTO public.steering_reckoning
        (month, version, cause, told, computed_at, changed, merges, purged, gone)
    SELECT wanted, CASE WHEN for_good THEN coalesce(latest.version, 0) + 1 ELSE 0 END,
        CASE WHEN NOT for_good THEN 'going_on' WHEN was.id IS NULL THEN 'first'
            ELSE 'corrected' END,
        was.id IS NULL, clock_timestamp(), 0, 0, 0,
        coalesce((SELECT sum(number) FROM public.audit_figure WHERE month = wanted), 0)
    RETURNING id INTO made;
    INSERT INTO public.steering_fact
        (reckoning_id, measure, territory, breakdown, value, number, total)
    SELECT made, counted.* FROM wall.count_month(begins, ends) AS counted;
    IF was.id IS NULL THEN
        RETURN made;
    END IF;
    differing := wall.facts_changed(was.id, made);
    IF differing = 0 OR wall.facts_changed(latest.id, made) = 0 THEN
        DELETE FROM public.steering_fact WHERE reckoning_id = made;
        DELETE FROM public.steering_reckoning WHERE id = made;
        UPDATE public.steering_reckoning SET checked_at = clock_timestamp()
        WHERE id = CASE WHEN differing = 0 THEN was.id ELSE latest.id END;
        RETURN CASE WHEN differing = 0 THEN was.id ELSE latest.id END;
    END IF;
    SELECT count(*) INTO merged FROM public.families_merge
    WHERE at > was.computed_at OR undone_at > was.computed_at;
    SELECT coalesce(sum(families) FILTER (WHERE begins < wall.last_day_gone()), 0),
        coalesce(sum(accounts) FILTER (WHERE begins < wall.last_account_gone()), 0)
    INTO gone_since, left_since FROM public.audit_purge WHERE moved_at > was.computed_at;
    IF gone_since + left_since = 0 THEN
        UPDATE public.steering_reckoning SET told = false WHERE id = was.id;
    END IF;
    UPDATE public.steering_reckoning
    SET cause = CASE WHEN gone_since + left_since > 0 THEN 'purged' ELSE 'corrected' END,
        told = gone_since + left_since = 0, changed = differing, merges = merged,
        purged = gone_since
    WHERE id = made;
    RETURN made;
END $$
"""
# From the month of the first proposal or intervention on, those that are over and not frozen yet.
PENDING = """
CREATE FUNCTION wall.months_to_freeze(before date) RETURNS SETOF text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'Europe/Paris' AS $$
    SELECT to_char(begins, 'YYYY-MM')
    FROM generate_series(
        date_trunc('month', (SELECT min(day) FROM (
            SELECT min(made_at)::date AS day FROM public.outreach_proposal
            UNION ALL SELECT min(opened_on) FROM public.interventions_informationadvice
            UNION ALL SELECT min(drafted_on) FROM public.interventions_support
            UNION ALL SELECT min(starts_at)::date FROM public.agenda_appointment
        ) AS first)),
        before - interval '1 month', interval '1 month'
    ) AS begins
    WHERE wall.automaton() AND NOT EXISTS (
        SELECT FROM public.steering_reckoning AS known
        WHERE known.month = to_char(begins, 'YYYY-MM') AND known.version > 0
    )
    ORDER BY 1
$$
"""
NO_RECKONING = (
    "DROP FUNCTION wall.months_to_freeze(date); DROP FUNCTION wall.reckon(text, boolean); "
    "DROP FUNCTION wall.facts_changed(bigint, bigint); DROP FUNCTION wall.count_month(date, date)"
)
