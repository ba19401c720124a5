"""What goes of an account a year after it was closed: all but the name, which history needs."""

# Since when it is closed is told by history alone; once it went, the address says that it did.
ACCOUNTS = """
CREATE FUNCTION wall.last_account_gone() RETURNS timestamptz LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'Europe/Paris' AS $$
    SELECT (current_date - interval '1 year')::timestamptz
$$;
COMMENT ON FUNCTION wall.last_account_gone() IS 'internal';

CREATE FUNCTION wall.accounts_due() RETURNS TABLE (member bigint, closed_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT one.id, max(told.at)
    FROM public.directory_staffmember AS one
    JOIN public.audit_change AS told ON told.table_name = 'directory_staffmember'
        AND told.row_id = one.id AND told.after @> '{"is_active": false}'
    WHERE NOT one.is_active AND one.email NOT LIKE 'compte-%@ferme.invalid'
    GROUP BY one.id HAVING max(told.at) < wall.last_account_gone();
END $$;
COMMENT ON FUNCTION wall.accounts_due() IS 'internal';

CREATE FUNCTION wall.purge_accounts(purge bigint, most integer) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    due bigint[];
    gone bigint[];
    step text[];
BEGIN
    PERFORM wall.hold_purge(purge);
    due := ARRAY(SELECT one.member FROM wall.accounts_due() AS one ORDER BY one.member LIMIT most);
    PERFORM FROM public.directory_staffmember AS member
    WHERE member.id = ANY (due) ORDER BY member.id FOR UPDATE;
    -- Whoever was waited for may have opened one again.
    due := ARRAY(SELECT one.member FROM wall.accounts_due() AS one WHERE one.member = ANY (due));
    FOREACH step SLICE 1 IN ARRAY ARRAY[
        ['mfa_authenticator', 'user_id'], ['directory_invitation', 'member_id'],
        ['directory_absence', 'member_id'], ['directory_sector', 'worker_id'],
        ['directory_rolegrant', 'member_id'], ['agenda_presence', 'worker_id'],
        ['agenda_feed', 'worker_id']
    ] LOOP
        EXECUTE format(
            'WITH gone AS (DELETE FROM public.%I WHERE %I = ANY ($1) RETURNING id) '
            'SELECT array_agg(id) FROM gone', step[1], step[2]
        ) INTO gone USING due;
        PERFORM wall.forget_contents(step[1], gone) WHERE gone IS NOT NULL;
    END LOOP;
    UPDATE public.directory_staffmember AS member
    SET email = format('compte-%s@ferme.invalid', member.id), last_login = NULL,
        password = '!' || gen_random_uuid(), team_id = NULL, working_time = 1
    WHERE member.id = ANY (due);
    PERFORM wall.forget_contents('directory_staffmember', due);
    UPDATE public.audit_purge AS one SET accounts = one.accounts + cardinality(due)
    WHERE one.id = purge;
    RETURN cardinality(due);
END $$
"""
NO_ACCOUNTS = (
    "DROP FUNCTION wall.purge_accounts(bigint, integer); DROP FUNCTION wall.accounts_due(); "
    "DROP FUNCTION wall.last_account_gone()"
)
