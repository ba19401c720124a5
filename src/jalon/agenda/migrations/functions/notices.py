"""What families are told of their appointments: noted as these change, planned by the job."""

# What is new is told in the place of what nobody told yet. A family that calls off or confirms
# knows it.
NOTE = """
CREATE FUNCTION wall.note_notice() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.state = 'booked' AND OLD.state IN ('proposed', 'booked')
        AND (NEW.during, NEW.mode, NEW.place_id)
            IS NOT DISTINCT FROM (OLD.during, OLD.mode, OLD.place_id) THEN
        RETURN NULL;
    END IF;
    IF NEW.state IN ('proposed', 'booked', 'by_us') AND lower(NEW.during) > now() THEN
        INSERT INTO public.agenda_notice (appointment_id, kind, starts_at, made_at)
        VALUES (NEW.id, CASE NEW.state WHEN 'by_us' THEN 'called_off' ELSE 'fixed' END,
            lower(NEW.during), now())
        ON CONFLICT (appointment_id) WHERE settled_at IS NULL DO UPDATE
        SET kind = excluded.kind, starts_at = excluded.starts_at, made_at = excluded.made_at;
    ELSE
        UPDATE public.agenda_notice SET settled_at = now()
        WHERE appointment_id = NEW.id AND settled_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_of_insert AFTER INSERT ON agenda_appointment FOR EACH ROW
WHEN (NEW.state IN ('proposed', 'booked')) EXECUTE FUNCTION wall.note_notice();
CREATE TRIGGER note_of_update AFTER UPDATE ON agenda_appointment FOR EACH ROW
WHEN ((OLD.state, OLD.during, OLD.mode, OLD.place_id)
    IS DISTINCT FROM (NEW.state, NEW.during, NEW.mode, NEW.place_id))
EXECUTE FUNCTION wall.note_notice()
"""
# Asked as a message leaves: something newer is told in its place, or the appointment is not, or
# not any more, what the message says. A reminder is of use until two hours before.
OVERTAKEN = """
CREATE OR REPLACE FUNCTION wall.overtaken(message bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((
        SELECT EXISTS (
            SELECT FROM public.agenda_notice AS newer
            WHERE newer.appointment_id = told.appointment_id AND newer.id > told.id
                AND (newer.settled_at IS NULL OR newer.message_id IS NOT NULL)
        ) OR CASE told.kind
            WHEN 'called_off' THEN one.state <> 'by_us' OR told.starts_at <= now()
            ELSE one.state NOT IN ('proposed', 'booked') OR one.starts_at <> told.starts_at
                OR told.starts_at <= now() + interval '2 hours'
        END
        FROM public.agenda_notice AS told
        JOIN public.agenda_appointment AS one ON one.id = told.appointment_id
        WHERE told.message_id = overtaken.message
    ), false)
$$
"""
NOT_OVERTAKEN = """
CREATE OR REPLACE FUNCTION wall.overtaken(message bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT false $$
"""
# Reminders are made on their day, or after it where the job did not run; never on the day when the
# time itself was told. The message is of the family's last approach whose code still opens the
# page: where there is none, a person tells. Rows that somebody is writing wait for the next time,
# so that nobody waits in a circle.
PLAN = """
CREATE FUNCTION wall.plan_notices(
    reminder_days integer, media text[], mobile text, before_code text, bodies jsonb, days jsonb,
    due timestamptz, most integer
) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Europe/Paris')::date;
    midnight timestamptz := today::timestamp AT TIME ZONE 'Europe/Paris';
    first_day timestamptz := (today + 1)::timestamp AT TIME ZONE 'Europe/Paris';
    last_day timestamptz := (today + reminder_days + 1)::timestamp AT TIME ZONE 'Europe/Paris';
    one record;
    made bigint;
    told integer := 0;
BEGIN
    IF NOT wall.automaton() THEN
        RAISE EXCEPTION 'families are told of appointments by the application itself'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.agenda_notice (appointment_id, kind, starts_at, made_at)
    SELECT coming.id, 'upcoming', coming.starts_at, now()
    FROM public.agenda_appointment AS coming
    WHERE coming.state IN ('proposed', 'booked')
        AND coming.starts_at >= first_day AND coming.starts_at < last_day
        AND NOT EXISTS (
            SELECT FROM public.agenda_notice AS before
            WHERE before.appointment_id = coming.id AND before.starts_at = coming.starts_at
                AND (before.kind = 'upcoming' OR before.made_at >= midnight)
        )
    ORDER BY coming.id
    ON CONFLICT DO NOTHING;
    FOR one IN
        SELECT notice.id, notice.kind, approach.id AS approach_id, approach.family_id,
            way.medium, way.value, before_code || code.value AS link,
            days -> way.medium
                ->> ((notice.starts_at AT TIME ZONE 'Europe/Paris')::date)::text AS day,
            to_char(notice.starts_at AT TIME ZONE 'Europe/Paris', 'FMHH24 "h" MI') AS hour
        FROM public.agenda_notice AS notice
        JOIN public.agenda_appointment AS appointment ON appointment.id = notice.appointment_id
        JOIN public.outreach_approach AS approach ON approach.id = (
            SELECT last.id FROM public.outreach_approach AS last
            WHERE last.family_id = appointment.family_id AND last.ended_on IS NULL
                AND last.addressee_id IS NOT NULL AND coalesce(last.answers_until >= today, true)
                AND EXISTS (
                    SELECT FROM public.outreach_answercode AS own WHERE own.approach_id = last.id
                )
            ORDER BY last.id DESC LIMIT 1
        )
        JOIN public.outreach_answercode AS code ON code.approach_id = approach.id
        CROSS JOIN LATERAL wall.hindrance(approach.id, today) AS free
        CROSS JOIN LATERAL wall.way_to(approach.family_id, approach.id, media, mobile) AS way
        WHERE notice.settled_at IS NULL AND notice.made_at > now() - interval '2 days'
            AND (free.why IS NULL OR free.why = 'answered')
            AND NOT wall.refuses_messages(approach.family_id)
        ORDER BY notice.id LIMIT most
        FOR NO KEY UPDATE OF approach, notice SKIP LOCKED
    LOOP
        CONTINUE WHEN one.day IS NULL;
        INSERT INTO public.outreach_message (
            public_id, approach_id, family_id, medium, purpose, state, trouble, made_at, due_at,
            attempts, provider_reference
        )
        VALUES (gen_random_uuid(), one.approach_id, one.family_id, one.medium, one.kind, 'queued',
            '', now(), due, 0, '')
        RETURNING id INTO made;
        INSERT INTO public.outreach_messagecontent (message_id, family_id, destination, body)
        VALUES (made, one.family_id, one.value, replace(replace(replace(
            (bodies -> one.kind -> one.medium)::text, '{link}', one.link), '{day}', one.day),
            '{hour}', one.hour)::jsonb);
        UPDATE public.agenda_notice SET message_id = made, settled_at = now() WHERE id = one.id;
        told := told + 1;
    END LOOP;
    RETURN told;
END $$;

-- What could not be told in a day is not told any more: somebody called meanwhile, or may.
CREATE FUNCTION wall.forget_notices() RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE public.agenda_notice SET settled_at = now()
    WHERE id IN (
        SELECT notice.id FROM public.agenda_notice AS notice
        WHERE notice.settled_at IS NULL AND notice.made_at < now() - interval '1 day'
        ORDER BY notice.id FOR UPDATE SKIP LOCKED
    ) AND wall.automaton()
$$
"""
