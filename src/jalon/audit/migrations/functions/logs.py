"""What goes of the logs themselves, and what the preview tells of all that is due."""

# A line of history lasts as long as the row that it tells of, and three years at least; that
# somebody came in is told for three years.
LOGS = """
CREATE FUNCTION wall.last_log_gone() RETURNS timestamptz LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'Europe/Paris' AS $$
    SELECT (current_date - interval '3 years')::timestamptz
$$;
COMMENT ON FUNCTION wall.last_log_gone() IS 'internal';

CREATE FUNCTION wall.purge_reads(purge bigint, most integer) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    PERFORM wall.hold_purge(purge);
    DELETE FROM public.audit_read AS log WHERE log.id IN (
        SELECT old.id FROM public.audit_read AS old WHERE old.at < wall.last_log_gone()
        ORDER BY old.at LIMIT most
    );
    GET DIAGNOSTICS number = ROW_COUNT;
    UPDATE public.audit_purge AS one SET reads = one.reads + number WHERE one.id = purge;
    RETURN number;
END $$;

CREATE FUNCTION wall.purge_changes(purge bigint, most integer) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    PERFORM wall.hold_purge(purge);
    WITH old AS (
        SELECT line.id, line.table_name, line.row_id, line.action
        FROM public.audit_change AS line
        WHERE line.action IN ('delete', 'sign_in') AND line.at < wall.last_log_gone()
        ORDER BY line.at LIMIT most
    )
    DELETE FROM public.audit_change AS told WHERE told.id IN (
        SELECT old.id FROM old
        UNION
        SELECT line.id FROM old JOIN public.audit_change AS line
            ON line.table_name = old.table_name AND line.row_id = old.row_id
        WHERE old.action = 'delete'
    );
    GET DIAGNOSTICS number = ROW_COUNT;
    UPDATE public.audit_purge AS one SET changes = one.changes + number WHERE one.id = purge;
    RETURN number;
END $$
"""
NO_LOGS = (
    "DROP FUNCTION wall.purge_changes(bigint, integer); "
    "DROP FUNCTION wall.purge_reads(bigint, integer); DROP FUNCTION wall.last_log_gone()"
)
PREVIEW = """
CREATE FUNCTION wall.preview_purge() RETURNS TABLE (kind text, due bigint, oldest timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT wall.may('see_reads') THEN
        RAISE EXCEPTION 'what is due is seen by who controls'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    SELECT 'families', coalesce(sum(one.families), 0)::bigint, min(one.last)
    FROM wall.families_due() AS one
    UNION ALL
    SELECT 'accounts', count(*), min(one.closed_at) FROM wall.accounts_due() AS one
    UNION ALL
    SELECT 'reads', count(*), min(log.at) FROM public.audit_read AS log
    WHERE log.at < wall.last_log_gone()
    UNION ALL
    SELECT 'changes', count(*), min(line.at) FROM public.audit_change AS line
    WHERE line.action IN ('delete', 'sign_in') AND line.at < wall.last_log_gone();
END $$
"""
