"""What a worker did and worked, for them and for who answers for them; never what was said."""

# Whom one may know it of, among those asked for.
_KNOWN = """
    SELECT asked.worker FROM unnest(workers) AS asked (worker)
    WHERE asked.worker = wall.person() OR asked.worker IN (SELECT wall.staff_managed())
"""
# Meetings written without an appointment are read by who wrote them, and counted for all; by the
# rule of the months' facts, which is written after each migration (`facts/counting.py`).
RECEIVED = f"""
CREATE FUNCTION wall.received(workers bigint[], first_day date, last_day date)
RETURNS TABLE (worker bigint, families bigint, meetings bigint) LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT met.worker, count(DISTINCT met.family), count(*)
    FROM wall.meetings_held(ARRAY({_KNOWN}), first_day, last_day) AS met GROUP BY 1;
END $$
"""
# Each share of a full time that was changed since, and the day from which it was another; a day's
# is the first that ends after it, else today's.
WORKING_TIMES = f"""
CREATE FUNCTION wall.working_times(workers bigint[], first_day date)
RETURNS TABLE (worker bigint, until date, share numeric) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'Europe/Paris' AS $$
    SELECT change.row_id, change.at::date, (change.before ->> 'working_time')::numeric
    FROM public.audit_change AS change
    WHERE change.table_name = 'directory_staffmember' AND change.row_id IN ({_KNOWN})
        AND change.action = 'update' AND change.before ? 'working_time'
        AND change.at >= first_day + 1
    ORDER BY change.id
$$
"""
NOT_WORKED = (
    "DROP FUNCTION wall.working_times(bigint[], date); "
    "DROP FUNCTION wall.received(bigint[], date, date); "
    "DROP FUNCTION IF EXISTS wall.meetings_held(bigint[], date, date)"
)
