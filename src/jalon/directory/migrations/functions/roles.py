"""What a role allows, whom a manager manages, and how a role given may change."""

MAY = """
CREATE FUNCTION wall.may(wanted text) RETURNS boolean LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.directory_rolegrant AS given
        JOIN public.directory_rolepermission AS allowed ON allowed.role = given.role
        JOIN public.directory_staffmember AS member ON member.id = given.member_id
        WHERE given.member_id = (SELECT wall.person())
            AND member.is_active
            AND allowed.permission = wanted
            AND given.since <= (now() AT TIME ZONE 'Europe/Paris')::date
            AND given.confirmed_at IS NOT NULL
            AND given.ended_at IS NULL
            AND (given.until IS NULL
                OR given.until >= (now() AT TIME ZONE 'Europe/Paris')::date)
    )
$$
"""
MANAGES = """
CREATE FUNCTION wall.manages(managed bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT wall.may('manage_department') OR (wall.may('manage_territory') AND EXISTS (
        SELECT FROM public.directory_staffmember AS manager
        JOIN public.directory_team AS mine ON mine.id = manager.team_id
        JOIN public.directory_team AS theirs ON theirs.territory_id = mine.territory_id
        JOIN public.directory_staffmember AS member ON member.team_id = theirs.id
        WHERE manager.id = wall.person() AND member.id = managed
    ))
$$
"""
GUARD_GRANTS = """
CREATE FUNCTION wall.guard_grant() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF row_security_active(TG_RELID) THEN
        IF to_jsonb(NEW) - '{until, ended_at}'::text[]
                IS DISTINCT FROM to_jsonb(OLD) - '{until, ended_at}'::text[]
            OR NEW.until IS NULL OR NEW.until > OLD.until
            OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
        THEN
            RAISE EXCEPTION 'a role given can only be ended'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        -- At once is now: neither before, as if it had never been, nor later.
        IF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL THEN
            NEW.ended_at := now();
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON directory_rolegrant
FOR EACH ROW EXECUTE FUNCTION wall.guard_grant();

CREATE FUNCTION wall.refuse_incompatible_roles() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    clash text;
BEGIN
    -- One person's roles are given one after the other: two at once would not see each other.
    -- Written, not only locked: a transaction that looks at an earlier state is then refused.
    UPDATE public.directory_staffmember SET is_active = is_active WHERE id = NEW.member_id;
    SELECT pair.reason INTO clash FROM public.directory_rolegrant AS held
    JOIN public.directory_incompatiblerole AS pair
        ON pair.role = NEW.role AND pair.other = held.role
    WHERE held.member_id = NEW.member_id AND held.id <> NEW.id
        AND held.ended_at IS NULL AND NEW.ended_at IS NULL
        AND daterange(held.since, held.until, '[]') && daterange(NEW.since, NEW.until, '[]')
    LIMIT 1;
    IF clash IS NOT NULL THEN
        RAISE EXCEPTION 'incompatible roles: %', clash USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER incompatible AFTER INSERT OR UPDATE ON directory_rolegrant
FOR EACH ROW EXECUTE FUNCTION wall.refuse_incompatible_roles()
"""
