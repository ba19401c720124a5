"""What a family does with its appointments by itself, by the code of its letter and a birthday.

Each of these asks for both again. Where it is dangerous to write to a family, or something it
said is to be checked, whoever holds the letter may be the one who makes it so: nothing is shown,
offered or changed, and a person calls.
"""

# The times that a family is offered: with whoever leads it, else whoever takes its commune, least
# busy first; as it wished, else on the half-days it wished, else any. The first time of each
# half-day comes before the second, so that the few offered are of several days.
OWN_TIMES = """
-- How long, from when and how far comes with each call: within what any fund may decide.
CREATE FUNCTION wall.check_asked(asked jsonb) RETURNS void LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Europe/Paris')::date;
BEGIN
    IF NOT coalesce(
        (asked ->> 'first_day')::date > today
        AND (asked ->> 'last_day')::date <= today + 30 + 26 * 7
        AND (asked ->> 'at_each_place')::integer BETWEEN 1 AND 12
        AND (asked ->> 'most')::integer BETWEEN 1 AND 12,
        false
    ) THEN
        RAISE EXCEPTION 'no fund offers times so' USING ERRCODE = 'check_violation';
    END IF;
END $$;
COMMENT ON FUNCTION wall.check_asked(jsonb) IS 'internal';

CREATE FUNCTION wall.own_workers(of_family bigint, first_day date, last_day date)
RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH lead AS (
        SELECT own.worker_id AS id FROM public.families_involvement AS own
        WHERE own.family_id = of_family AND own.lead AND own.until IS NULL
            AND wall.may_lead(own.worker_id)
    ), anyone AS (
        SELECT id FROM lead
        UNION ALL
        SELECT near.worker FROM public.families_family AS family
        CROSS JOIN LATERAL wall.workers_near(family.commune_id) AS near
        WHERE family.id = of_family AND NOT EXISTS (SELECT FROM lead)
    )
    SELECT coalesce(array_agg(anyone.id ORDER BY (
        SELECT count(*) FROM public.agenda_appointment AS one
        WHERE one.worker_id = anyone.id AND one.state IN ('proposed', 'booked', 'held')
            AND one.starts_at >= first_day AND one.starts_at < last_day + 1
    ), anyone.id), '{}') FROM anyone
$$;
COMMENT ON FUNCTION wall.own_workers(bigint, date, date) IS 'internal';

CREATE FUNCTION wall.own_times(of_family bigint, asked jsonb) RETURNS jsonb LANGUAGE plpgsql
STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    first_day date := asked ->> 'first_day';
    last_day date := asked ->> 'last_day';
    workers bigint[] := wall.own_workers(of_family, first_day, last_day);
    wish record;
    found jsonb;
BEGIN
    PERFORM wall.check_asked(asked);
    SELECT answer.place_id AS place, nullif(answer.half_days, '{}')::text[] AS half_days INTO wish
    FROM public.outreach_answer AS answer
    WHERE answer.family_id = of_family AND answer.kind = 'meeting' AND NOT answer.to_check
    ORDER BY answer.id DESC LIMIT 1;
    FOR try IN 1..3 LOOP
        CONTINUE WHEN try = 1 AND wish.place IS NULL OR try = 2 AND wish.half_days IS NULL;
        SELECT jsonb_agg(jsonb_build_object('place', near.place, 'at', near.starts)
            ORDER BY near.distance, near.soonest, near.place, near.starts)
        INTO found
        FROM (
            SELECT ranked.*, min(ranked.starts) OVER (PARTITION BY ranked.place) AS soonest
            FROM (
                SELECT times.*, row_number() OVER (
                    PARTITION BY times.place ORDER BY times.in_half, times.starts
                ) AS rank
                FROM (
                    SELECT free.*, row_number() OVER (
                        PARTITION BY free.place,
                            (free.starts AT TIME ZONE 'Europe/Paris')::date,
                            (free.starts AT TIME ZONE 'Europe/Paris')::time < '13:00'
                        ORDER BY free.starts
                    ) AS in_half
                    FROM wall.free_times(
                        of_family, workers, first_day, last_day,
                        ARRAY(SELECT jsonb_array_elements_text(asked -> 'holidays'))::date[],
                        (asked ->> 'lasting')::interval, (asked ->> 'every')::interval, true,
                        CASE WHEN try = 1 THEN ARRAY[wish.place] END,
                        CASE WHEN try < 3 THEN wish.half_days END, NULL, 1000
                    ) AS free
                ) AS times
            ) AS ranked
            WHERE ranked.rank <= (asked ->> 'at_each_place')::integer
            ORDER BY ranked.distance, min(ranked.starts) OVER (PARTITION BY ranked.place),
                ranked.place, ranked.rank
            LIMIT (asked ->> 'most')::integer
        ) AS near;
        IF found IS NOT NULL THEN
            RETURN jsonb_build_object('times', found, 'as_wished', CASE try
                WHEN 1 THEN true WHEN 2 THEN wish.place IS NULL
                ELSE wish.place IS NULL AND wish.half_days IS NULL END);
        END IF;
    END LOOP;
    RETURN jsonb_build_object('times', '[]'::jsonb, 'as_wished', true);
END $$;
COMMENT ON FUNCTION wall.own_times(bigint, jsonb) IS 'internal'
"""
# What the page shows once a family was let in: the appointments to come; where there is none and
# it asked for one, times. With whom is not said.
REPLY_DIARY = """
CREATE FUNCTION wall.needs_a_person(of_approach bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(free.why IN ('unsafe', 'merged'), false) OR EXISTS (
        SELECT FROM public.outreach_approach AS one
        JOIN public.outreach_answer AS answer ON answer.family_id = one.family_id
        WHERE one.id = of_approach AND answer.to_check AND answer.dealt_at IS NULL
    )
    FROM wall.hindrance(of_approach, (now() AT TIME ZONE 'Europe/Paris')::date) AS free
$$;
COMMENT ON FUNCTION wall.needs_a_person(bigint) IS 'internal';

CREATE FUNCTION wall.reply_diary(
    code text, birth_day integer, birth_month integer, origin bytea, asked jsonb
) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    checked record;
    of_family bigint;
    coming jsonb;
BEGIN
    SELECT * INTO checked FROM wall.check_reply(code, birth_day, birth_month, origin);
    IF checked.verdict <> 'right' OR wall.needs_a_person(checked.approach) THEN
        RETURN '{"coming": [], "times": [], "as_wished": true}';
    END IF;
    SELECT one.family_id INTO of_family FROM public.outreach_approach AS one
    WHERE one.id = checked.approach;
    SELECT jsonb_agg(jsonb_build_object(
        'starts_at', one.starts_at, 'mode', one.mode, 'place', one.place_id, 'link', one.link,
        'agreed', one.state = 'booked', 'changes', one.changes
    ) ORDER BY one.starts_at) INTO coming
    FROM public.agenda_appointment AS one
    WHERE one.family_id = of_family AND one.state IN ('proposed', 'booked')
        AND one.ends_at > now();
    IF coming IS NOT NULL OR NOT EXISTS (
        SELECT FROM public.outreach_answer AS answer
        WHERE answer.family_id = of_family AND answer.kind = 'meeting'
            AND answer.dealt_at IS NULL AND NOT answer.to_check
    ) THEN
        RETURN jsonb_build_object('coming', coalesce(coming, '[]'), 'times', '[]'::jsonb,
            'as_wished', true);
    END IF;
    RETURN jsonb_build_object('coming', '[]'::jsonb) || wall.own_times(of_family, asked);
END $$
"""
# A time taken: the same order of locks as staff (decisions 13 and 14). Of all who may be met there
# then the diaries are held, so that whoever is free is known. One to come is enough; what an
# impatient finger sends twice is taken once.
TAKE_TIME = """
CREATE FUNCTION wall.take_time(
    code text, birth_day integer, birth_month integer, origin bytea, at_place bigint,
    at timestamptz, asked jsonb
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    day date := (at AT TIME ZONE 'Europe/Paris')::date;
    first_day date := asked ->> 'first_day';
    last_day date := asked ->> 'last_day';
    lasting interval := asked ->> 'lasting';
    workers bigint[];
    checked record;
    chosen record;
    made bigint;
    one_of_them bigint;
BEGIN
    PERFORM wall.check_asked(asked);
    SELECT * INTO checked FROM wall.hold_reply(code, birth_day, birth_month, origin);
    IF checked.verdict <> 'right' THEN
        RETURN checked.verdict;
    ELSIF wall.needs_a_person(checked.approach) THEN
        RETURN 'call';
    ELSIF EXISTS (
        SELECT FROM public.agenda_appointment AS one
        WHERE one.family_id = checked.family AND one.state IN ('proposed', 'booked')
            AND one.ends_at > now()
    ) THEN
        RETURN CASE WHEN EXISTS (
            SELECT FROM public.agenda_appointment AS one
            WHERE one.family_id = checked.family AND one.state = 'booked'
                AND one.made_by_id IS NULL AND one.starts_at = at AND one.place_id = at_place
                AND one.made_at > now() - interval '10 minutes'
        ) THEN 'right' ELSE 'changed' END;
    ELSIF (
        SELECT count(*) FROM public.agenda_appointment AS one
        WHERE one.family_id = checked.family AND one.made_by_id IS NULL
            AND one.made_at > now() - interval '1 day'
    ) >= 5 OR NOT EXISTS (
        SELECT FROM public.outreach_answer AS answer
        WHERE answer.family_id = checked.family AND answer.kind = 'meeting'
            AND answer.dealt_at IS NULL AND NOT answer.to_check
    ) THEN
        RETURN 'call';
    ELSIF day NOT BETWEEN first_day AND last_day THEN
        RETURN 'taken';
    END IF;
    PERFORM FROM public.outreach_approach AS one WHERE one.family_id = checked.family
    ORDER BY one.id FOR NO KEY UPDATE;
    workers := wall.own_workers(checked.family, first_day, last_day);
    FOR one_of_them IN
        SELECT DISTINCT presence.worker_id FROM public.agenda_presence AS presence
        WHERE presence.place_id = at_place AND presence.worker_id = ANY (workers)
            AND presence.weekday = extract(isodow FROM day)
        ORDER BY 1
    LOOP
        PERFORM pg_advisory_xact_lock(
            hashtextextended('jalon.agenda.diary.' || one_of_them, 0));
    END LOOP;
    PERFORM pg_advisory_xact_lock(hashtextextended('jalon.agenda.rooms.' || at_place, 0));
    SELECT free.worker, free.room INTO chosen
    FROM wall.free_times(
        checked.family, workers, day, day,
        ARRAY(SELECT jsonb_array_elements_text(asked -> 'holidays'))::date[],
        lasting, (asked ->> 'every')::interval, true, ARRAY[at_place], NULL, NULL, 1000
    ) AS free
    WHERE free.starts = at;
    IF NOT FOUND THEN
        RETURN 'taken';
    END IF;
    BEGIN
        INSERT INTO public.agenda_appointment (public_id, worker_id, family_id, mode, place_id,
            room_id, link, during, state, made_at, confirmed_at)
        VALUES (gen_random_uuid(), chosen.worker, checked.family, 'place', at_place, chosen.room,
            '', tstzrange(at, at + lasting), 'booked', now(), now())
        RETURNING id INTO made;
    EXCEPTION WHEN exclusion_violation THEN
        RETURN 'taken';
    END;
    INSERT INTO public.agenda_attendance (appointment_id, person_id, outcome)
    SELECT made, person.id, '' FROM public.families_person AS person
    JOIN public.outreach_approach AS approach ON approach.id = checked.approach
    WHERE person.family_id = checked.family AND person.death_date IS NULL
    ORDER BY person.id = approach.addressee_id DESC NULLS LAST,
        person.birth_date NULLS LAST, person.id
    LIMIT 1;
    UPDATE public.outreach_answer AS answer SET dealt_at = now()
    WHERE answer.family_id = checked.family AND answer.kind = 'meeting'
        AND answer.dealt_at IS NULL AND NOT answer.to_check;
    RETURN 'right';
END $$
"""
# Confirmed or called off as it was seen: what a colleague changed meanwhile is shown first. Called
# off, the request waits again, with what the family had said of when and where.
SETTLE_TIME = """
CREATE FUNCTION wall.settle_time(
    code text, birth_day integer, birth_month integer, origin bytea, word text,
    seen_at timestamptz, seen_changes integer, cancel_before interval, language text
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    checked record;
    one record;
    wish jsonb;
    verdict text;
BEGIN
    IF NOT coalesce(cancel_before BETWEEN interval '0' AND interval '168 hours', false) THEN
        RAISE EXCEPTION 'no fund decides so' USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO checked FROM wall.hold_reply(code, birth_day, birth_month, origin);
    IF checked.verdict <> 'right' THEN
        RETURN checked.verdict;
    ELSIF wall.needs_a_person(checked.approach) THEN
        -- As where there is no such appointment: it must not show that the family is in danger.
        RETURN 'changed';
    END IF;
    SELECT appointment.id, appointment.state, appointment.changes, appointment.starts_at INTO one
    FROM public.agenda_appointment AS appointment
    WHERE appointment.family_id = checked.family AND appointment.starts_at = seen_at
        AND appointment.changes IN (seen_changes, seen_changes + 1)
    ORDER BY appointment.id DESC LIMIT 1 FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 'changed';
    ELSIF one.changes = seen_changes + 1 THEN
        -- Sent twice by an impatient finger.
        RETURN CASE WHEN one.state = CASE word WHEN 'cancel' THEN 'by_family' ELSE 'booked' END
            THEN 'right' ELSE 'changed' END;
    ELSIF one.state NOT IN ('proposed', 'booked') THEN
        RETURN 'changed';
    ELSIF word = 'confirm' THEN
        IF one.starts_at <= now() THEN
            RETURN 'late';
        END IF;
        UPDATE public.agenda_appointment SET state = 'booked', confirmed_at = now()
        WHERE id = one.id AND state = 'proposed';
        RETURN 'right';
    ELSIF word <> 'cancel' THEN
        RAISE EXCEPTION 'this is no word' USING ERRCODE = 'check_violation';
    ELSIF one.starts_at <= now() OR one.starts_at - cancel_before < now() THEN
        RETURN 'late';
    END IF;
    SELECT jsonb_build_object('half_days', answer.half_days, 'place', answer.place_id) INTO wish
    FROM public.outreach_answer AS answer
    WHERE answer.family_id = checked.family AND answer.kind = 'meeting' AND NOT answer.to_check
    ORDER BY answer.id DESC LIMIT 1;
    verdict := wall.reply(code, birth_day, birth_month, origin, jsonb_build_object(
        'kind', 'meeting', 'language', language, 'half_days', '[]'::jsonb, 'moments', '[]'::jsonb,
        'refusal', '', 'contacts', '[]'::jsonb
    ) || coalesce(wish, '{}'));
    IF verdict = 'right' THEN
        UPDATE public.agenda_appointment SET state = 'by_family', cancelled_at = now()
        WHERE id = one.id;
    END IF;
    RETURN verdict;
END $$
"""
