"""What an appointment may become, and who was expected there."""

GUARD = """
CREATE FUNCTION wall.guard_appointment() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.state = 'held' AND lower(NEW.during) > now() THEN
        RAISE EXCEPTION 'nobody tells what became of an appointment before its time'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_never_before';
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.changes := 0;
        RETURN NEW;
    END IF;
    -- What was cancelled or held stays so; of what was held, only outcomes are put right.
    IF OLD.state NOT IN ('proposed', 'booked')
        AND (NEW.state, NEW.during, NEW.mode, NEW.worker_id)
            IS DISTINCT FROM (OLD.state, OLD.during, OLD.mode, OLD.worker_id) THEN
        RAISE EXCEPTION 'what was cancelled or held stays so'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_settled';
    END IF;
    IF NEW.during <> OLD.during AND wall.person() IS NOT NULL
        AND (lower(OLD.during) <= now() OR lower(NEW.during) <= now()) THEN
        RAISE EXCEPTION 'what has begun is not moved, and nothing is moved to the past'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_moved_ahead';
    END IF;
    IF NEW.worker_id <> OLD.worker_id AND NOT wall.may_lead(NEW.worker_id) THEN
        RAISE EXCEPTION 'an appointment goes to who receives families'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_of_who_receives';
    END IF;
    IF NEW.state = 'held' AND OLD.state <> 'held' AND NOT coalesce((
        SELECT bool_and(expected.outcome <> '') FROM public.agenda_attendance AS expected
        WHERE expected.appointment_id = NEW.id
    ), false) THEN
        RAISE EXCEPTION 'it is held once each outcome is told'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_all_told';
    END IF;
    NEW.changes := OLD.changes + CASE WHEN (
        (NEW.state, NEW.during, NEW.mode, NEW.worker_id, NEW.place_id, NEW.room_id, NEW.link)
        IS DISTINCT FROM
        (OLD.state, OLD.during, OLD.mode, OLD.worker_id, OLD.place_id, OLD.room_id, OLD.link)
    ) THEN 1 ELSE 0 END;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON agenda_appointment
FOR EACH ROW EXECUTE FUNCTION wall.guard_appointment();

CREATE FUNCTION wall.guard_attendance() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.outcome <> '' AND EXISTS (
        SELECT FROM public.agenda_appointment AS one
        WHERE one.id = NEW.appointment_id AND lower(one.during) > now()
    ) THEN
        RAISE EXCEPTION 'nobody tells what became of an appointment before its time'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_never_before';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.outcome <> '' AND NEW.outcome = '' THEN
        RAISE EXCEPTION 'an outcome is put right, never taken away'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_stays_told';
    END IF;
    IF TG_OP = 'INSERT' AND NOT EXISTS (
        SELECT FROM public.agenda_appointment AS one
        JOIN public.families_person AS person ON person.family_id = one.family_id
        WHERE one.id = NEW.appointment_id AND person.id = NEW.person_id
    ) THEN
        RAISE EXCEPTION 'those expected are of the family'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_of_the_family';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON agenda_attendance
FOR EACH ROW EXECUTE FUNCTION wall.guard_attendance()
"""
# Colleagues know that somebody is busy, and of what no more.
BUSY = """
CREATE FUNCTION wall.busy(workers bigint[], since timestamptz, until timestamptz)
RETURNS TABLE (worker bigint, span tstzrange) LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF wall.may('see_staff') THEN
        RETURN QUERY SELECT one.worker_id, one.during FROM public.agenda_appointment AS one
            WHERE one.worker_id = ANY (workers) AND one.starts_at >= since
                AND one.starts_at < until AND one.state IN ('proposed', 'booked', 'held')
            ORDER BY one.starts_at;
    END IF;
END $$
"""
