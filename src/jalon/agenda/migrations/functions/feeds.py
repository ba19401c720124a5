"""What a private calendar is told, to whoever holds its address and to nobody else."""

# Acts for nobody: the token is all, of which queries hold the digest alone. What was cancelled is
# told too, so that it goes from the calendar that follows; with whom, only by the number of the
# file where the worker asked for it.
FEED = """
CREATE FUNCTION wall.calendar_feed(hashed text) RETURNS TABLE (
    reference uuid, span tstzrange, mode text, state text, place text, changes smallint,
    made_at timestamptz, link text, number text
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT one.public_id, one.during, one.mode, one.state, place.name, one.changes,
        one.made_at, one.link,
        CASE WHEN feed.with_numbers THEN (
            SELECT min(file.number) FROM public.families_household AS file
            WHERE file.family_id = one.family_id
        ) END
    FROM public.agenda_feed AS feed
    JOIN public.directory_staffmember AS member
        ON member.id = feed.worker_id AND member.generation = feed.generation
    JOIN public.agenda_appointment AS one ON one.worker_id = feed.worker_id
    LEFT JOIN public.directory_place AS place ON place.id = one.place_id
    WHERE feed.token_hash = hashed
        AND feed.revoked_at IS NULL AND wall.may_lead(feed.worker_id)
        AND one.starts_at >= now() - interval '31 days'
        AND one.starts_at < now() + interval '1 year'
    ORDER BY one.starts_at, one.id
$$;

CREATE FUNCTION wall.feed_is_open(hashed text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.agenda_feed AS feed
        JOIN public.directory_staffmember AS member
            ON member.id = feed.worker_id AND member.generation = feed.generation
        WHERE feed.token_hash = hashed
            AND feed.revoked_at IS NULL AND wall.may_lead(feed.worker_id)
    )
$$
"""
