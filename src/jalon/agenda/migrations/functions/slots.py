"""The times still free for a family: one set-based function, and who may ask it."""

# Half-days that workers keep, less closures, absences and public holidays; cut into times, less
# what is taken: by the worker, by the family, or of all the rooms of a place that has some. What
# is taken is gathered first, one list of spans a worker, so that no time costs a search.
FREE_TIMES = """
CREATE FUNCTION wall.free_times(
    for_family bigint, workers bigint[], first_day date, last_day date, holidays date[],
    lasting interval, every interval, received boolean, only_places bigint[],
    only_half_days text[], moved bigint, per_place integer
) RETURNS TABLE (worker bigint, place bigint, room bigint, starts timestamptz, distance integer,
    more bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    period tstzrange := tstzrange(
        first_day::timestamp AT TIME ZONE 'Europe/Paris',
        (last_day + 1)::timestamp AT TIME ZONE 'Europe/Paris'
    );
    family_taken tstzmultirange;
BEGIN
    -- Who asks says how long and how far, within what any fund may decide (`practice.py`).
    IF NOT coalesce(
        lasting BETWEEN interval '15 minutes' AND interval '4 hours'
        AND every BETWEEN lasting AND interval '4 hours'
        AND last_day - first_day <= 26 * 7,
        false
    ) THEN
        RAISE EXCEPTION 'no fund receives families so' USING ERRCODE = 'check_violation';
    END IF;
    SELECT range_agg(one.during) INTO family_taken FROM public.agenda_appointment AS one
    WHERE one.family_id = for_family AND one.during && period
        AND one.state IN ('proposed', 'booked', 'held') AND one.id IS DISTINCT FROM moved;
    RETURN QUERY
    WITH days AS MATERIALIZED (
        SELECT one.day::date AS day, extract(isodow FROM one.day)::integer AS weekday
        FROM generate_series(first_day::timestamp, last_day::timestamp, interval '1 day')
            AS one (day)
        WHERE NOT one.day::date = ANY (holidays)
    ), kept AS MATERIALIZED (
        SELECT presence.worker_id, presence.place_id, days.day, opening.starts, opening.ends
        FROM public.agenda_presence AS presence
        JOIN days ON days.weekday = presence.weekday AND days.day >= presence.since
            AND (presence.until IS NULL OR days.day <= presence.until)
        JOIN public.agenda_opening AS opening ON opening.place_id = presence.place_id
            AND opening.weekday = presence.weekday AND opening.half = presence.half
        WHERE presence.worker_id = ANY (workers)
            AND (only_places IS NULL OR presence.place_id = ANY (only_places))
            AND (only_half_days IS NULL
                OR (ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat'])[presence.weekday]
                    || '_' || presence.half = ANY (only_half_days))
            AND NOT EXISTS (
                SELECT FROM public.directory_absence AS away
                WHERE away.member_id = presence.worker_id
                    AND days.day BETWEEN away.first_day AND away.last_day
            )
            AND NOT EXISTS (
                SELECT FROM public.agenda_closure AS closure
                WHERE (closure.place_id IS NULL OR closure.place_id = presence.place_id)
                    AND days.day BETWEEN closure.first_day AND closure.last_day
            )
    ), taken AS MATERIALIZED (
        SELECT one.worker_id, range_agg(one.during) AS spans
        FROM public.agenda_appointment AS one
        WHERE one.worker_id = ANY (workers) AND one.during && period
            AND one.state IN ('proposed', 'booked', 'held') AND one.id IS DISTINCT FROM moved
        GROUP BY one.worker_id
    ), rooms AS MATERIALIZED (
        SELECT one.id, one.place_id, coalesce((
            SELECT range_agg(inside.during) FROM public.agenda_appointment AS inside
            WHERE inside.room_id = one.id AND inside.during && period
                AND inside.state IN ('proposed', 'booked', 'held')
                AND inside.id IS DISTINCT FROM moved
        ), '{}') AS spans
        FROM public.agenda_room AS one
        WHERE received AND one.place_id IN (SELECT kept.place_id FROM kept)
    ), places AS MATERIALIZED (
        SELECT one.id, EXISTS (SELECT FROM rooms WHERE rooms.place_id = one.id) AS has_rooms,
            CASE WHEN one.commune_id = home.code THEN 0
                WHEN commune.area_id = home.area_id THEN 1
                WHEN area.territory_id = near.territory_id THEN 2
                ELSE 3 END AS distance
        FROM public.directory_place AS one
        JOIN public.directory_commune AS commune ON commune.code = one.commune_id
        JOIN public.directory_area AS area ON area.id = commune.area_id
        LEFT JOIN public.families_family AS family ON family.id = for_family
        LEFT JOIN public.directory_commune AS home ON home.code = family.commune_id
        LEFT JOIN public.directory_area AS near ON near.id = home.area_id
        WHERE one.id IN (SELECT kept.place_id FROM kept)
    ), free AS (
        SELECT kept.worker_id, kept.place_id, time.at, time.span
        FROM kept
        CROSS JOIN LATERAL (
            SELECT made.at, tstzrange(made.at, made.at + lasting) AS span
            FROM generate_series(
                (kept.day + kept.starts) AT TIME ZONE 'Europe/Paris',
                (kept.day + kept.ends) AT TIME ZONE 'Europe/Paris' - lasting,
                every
            ) AS made (at)
        ) AS time
        LEFT JOIN taken ON taken.worker_id = kept.worker_id
        WHERE time.at > now()
            AND NOT coalesce(taken.spans && time.span, false)
            AND NOT coalesce(family_taken && time.span, false)
    ), offered AS (
        -- Of several workers who are free there then, the one looked for first.
        SELECT DISTINCT ON (free.place_id, free.at)
            free.worker_id, free.place_id, free.at, places.distance, inside.id AS room_id
        FROM free
        JOIN places ON places.id = free.place_id
        LEFT JOIN LATERAL (
            SELECT rooms.id FROM rooms
            WHERE rooms.place_id = free.place_id AND NOT rooms.spans && free.span
            ORDER BY rooms.id LIMIT 1
        ) AS inside ON places.has_rooms
        WHERE inside.id IS NOT NULL OR NOT places.has_rooms
        ORDER BY free.place_id, free.at, array_position(workers, free.worker_id)
    ), counted AS (
        SELECT offered.*, row_number() OVER nearest AS rank,
            count(*) OVER (PARTITION BY offered.place_id) AS number
        FROM offered WINDOW nearest AS (PARTITION BY offered.place_id ORDER BY offered.at)
    )
    SELECT counted.worker_id, counted.place_id, counted.room_id, counted.at, counted.distance,
        counted.number - per_place
    FROM counted WHERE counted.rank <= per_place
    ORDER BY counted.distance, min(counted.at) OVER (PARTITION BY counted.place_id),
        counted.place_id, counted.at;
END $$;
COMMENT ON FUNCTION wall.free_times(bigint, bigint[], date, date, date[], interval, interval,
    boolean, bigint[], text[], bigint, integer) IS 'internal'
"""
FREE_SLOTS = """
CREATE FUNCTION wall.free_slots(
    for_family bigint, workers bigint[], first_day date, last_day date, holidays date[],
    lasting interval, every interval, received boolean, only_places bigint[],
    only_half_days text[], moved bigint, per_place integer
) RETURNS TABLE (worker bigint, place bigint, room bigint, starts timestamptz, distance integer,
    more bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT wall.may('keep_diaries') THEN
        RAISE EXCEPTION 'times are looked for by who keeps diaries'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY SELECT * FROM wall.free_times(for_family, workers, first_day, last_day,
        holidays, lasting, every, received, only_places, only_half_days, moved, per_place);
END $$
"""
# Who takes the families of a commune: those who follow it, else those of its territory, else all.
# With the rights of whoever asks, who sees colleagues or works as the owner.
WORKERS_NEAR = """
CREATE FUNCTION wall.workers_near(home text) RETURNS TABLE (worker bigint)
LANGUAGE sql STABLE AS $$
    WITH takers AS (
        SELECT sector.worker_id AS id FROM public.directory_sector AS sector
        WHERE sector.commune_id = home AND wall.may_lead(sector.worker_id)
    )
    SELECT takers.id FROM takers
    UNION ALL
    SELECT member.id FROM public.directory_staffmember AS member
    LEFT JOIN public.directory_team AS team ON team.id = member.team_id
    WHERE NOT EXISTS (SELECT FROM takers) AND wall.may_lead(member.id) AND (
        home IS NULL OR team.territory_id = (
            SELECT area.territory_id FROM public.directory_commune AS commune
            JOIN public.directory_area AS area ON area.id = commune.area_id
            WHERE commune.code = home
        )
    )
$$
"""
