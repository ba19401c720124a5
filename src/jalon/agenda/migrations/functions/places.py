"""Who keeps a place, and that no more receive there than it has room for."""

MANAGES_PLACE = """
CREATE FUNCTION wall.manages_place(managed bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT wall.may('manage_department') OR (wall.may('manage_territory') AND EXISTS (
        SELECT FROM public.directory_staffmember AS manager
        JOIN public.directory_team AS mine ON mine.id = manager.team_id
        JOIN public.directory_area AS area ON area.territory_id = mine.territory_id
        JOIN public.directory_commune AS commune ON commune.area_id = area.id
        JOIN public.directory_place AS place ON place.commune_id = commune.code
        WHERE manager.id = wall.person() AND place.id = managed
    ))
$$
"""
# The most that receive at once, on any day of some: it only grows on a day when one begins.
CAPACITY = """
CREATE FUNCTION wall.receiving(at_place bigint, on_weekday integer, on_half text, days daterange)
RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH there AS (
        SELECT daterange(one.since, one.until, '[]') AS span
        FROM public.agenda_presence AS one
        WHERE one.place_id = at_place AND one.weekday = on_weekday AND one.half = on_half
            AND daterange(one.since, one.until, '[]') && days
    )
    SELECT coalesce(max(number), 0) FROM (
        SELECT (SELECT count(*) FROM there WHERE there.span @> first.day) AS number
        FROM (SELECT greatest(lower(there.span), lower(days)) AS day FROM there) AS first
    ) AS counted
$$;
COMMENT ON FUNCTION wall.receiving(bigint, integer, text, daterange) IS 'internal';

-- Who is written down at the same half-day waits here, and is counted.
CREATE FUNCTION wall.check_presence() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    most integer;
BEGIN
    SELECT opening.capacity INTO most FROM public.agenda_opening AS opening
    WHERE opening.place_id = NEW.place_id AND opening.weekday = NEW.weekday
        AND opening.half = NEW.half FOR NO KEY UPDATE;
    IF wall.receiving(NEW.place_id, NEW.weekday, NEW.half,
            daterange(NEW.since, NEW.until, '[]')) > most THEN
        RAISE EXCEPTION 'no more receive at once than a place has room for'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'presence_within_capacity';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_presence AFTER INSERT ON agenda_presence
FOR EACH ROW EXECUTE FUNCTION wall.check_presence();
-- One that only ends sooner leaves room, and holds nothing.
CREATE TRIGGER check_longer_presence AFTER UPDATE ON agenda_presence FOR EACH ROW
WHEN (NOT daterange(OLD.since, OLD.until, '[]') @> daterange(NEW.since, NEW.until, '[]'))
EXECUTE FUNCTION wall.check_presence();

CREATE FUNCTION wall.check_capacity() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF wall.receiving(NEW.place_id, NEW.weekday, NEW.half,
            daterange((now() AT TIME ZONE 'Europe/Paris')::date, NULL)) > NEW.capacity THEN
        RAISE EXCEPTION 'a place has room for those who receive there'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'presence_within_capacity';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_capacity AFTER UPDATE OF capacity ON agenda_opening
FOR EACH ROW WHEN (NEW.capacity < OLD.capacity) EXECUTE FUNCTION wall.check_capacity()
"""
# One receives when a place opens, and in a room of that place.
KEYS = """
ALTER TABLE agenda_presence ADD CONSTRAINT presence_while_open
    FOREIGN KEY (weekday, half, place_id) REFERENCES agenda_opening (weekday, half, place_id);
ALTER TABLE agenda_appointment ADD CONSTRAINT appointment_in_a_room_of_its_place
    FOREIGN KEY (room_id, place_id) REFERENCES agenda_room (id, place_id)
"""
