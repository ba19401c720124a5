"""Contact points: what the register gives, written by who may not see all; what families give."""

_TOLD = """jsonb_to_recordset(given) AS new (
        family bigint, kind text, value text, line1 text, line2 text, postal_code text, city text,
        alone boolean
    )"""
_VALUES = "({0}.value, {0}.line1, {0}.line2, {0}.postal_code, {0}.city)"
# Who releases a run may not see protected contact points, and yet must not write them twice. Nor
# may they learn, from how many rows were written, whether one is what they guess: a protected
# family's are all written anew, in the same number whatever they hold.
# The register ends what it gave itself, never what a person wrote down. Nor does it bring back
# what a person ended, until it tells another: of a family with several files nobody knows which of
# them told what, and what was ended stays so.
PUT_CONTACTS = f"""
CREATE FUNCTION wall.put_contacts(given jsonb, day date) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT wall.may('release_runs') THEN
        RAISE EXCEPTION 'contact points come with a release'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.families_contactpoint AS old
    SET until = day
    FROM {_TOLD}
    WHERE new.alone AND old.family_id = new.family AND old.kind = new.kind
        AND old.until IS NULL AND old.since <= day AND NOT old.protected
        AND old.source = 'register' AND {_VALUES.format("old")} <> {_VALUES.format("new")};
    WITH told AS (
        SELECT new.*, family.protected_address AS protected, last.source, last.by_id,
            last.id IS NOT NULL AND last.until IS NULL AS there,
            CASE WHEN NOT (new.alone AND EXISTS (
                SELECT FROM public.families_contactpoint AS later
                WHERE later.family_id = new.family AND later.kind = new.kind
                    AND later.source = 'register' AND later.id > last.id
                    AND {_VALUES.format("later")} <> {_VALUES.format("new")}
            )) THEN last.ended_by_id END AS ended_by_id
        FROM {_TOLD}
        JOIN public.families_family AS family ON family.id = new.family
        LEFT JOIN LATERAL (
            SELECT old.* FROM public.families_contactpoint AS old
            WHERE old.family_id = new.family AND old.kind = new.kind
                AND {_VALUES.format("old")} = {_VALUES.format("new")}
            ORDER BY old.id DESC LIMIT 1
        ) AS last ON true
    ), was AS (
        DELETE FROM public.families_contactpoint AS old
        WHERE old.protected AND old.until IS NULL
            AND EXISTS (SELECT FROM told WHERE family = old.family_id AND kind = old.kind)
        RETURNING *
    ), written_anew AS (
        INSERT INTO public.families_contactpoint
            (id, family_id, kind, value, line1, line2, postal_code, city, protected, since, until,
            source, by_id)
        SELECT was.id, was.family_id, was.kind, was.value, was.line1, was.line2, was.postal_code,
            was.city, was.protected, was.since,
            CASE WHEN EXISTS (
                SELECT FROM told WHERE told.family = was.family_id AND told.kind = was.kind
                    AND ((told.alone AND was.source = 'register' AND was.since <= day)
                        OR {_VALUES.format("told")} = {_VALUES.format("was")})
            ) THEN greatest(day, was.since) END, was.source, was.by_id
        FROM was
    )
    INSERT INTO public.families_contactpoint
        (family_id, kind, value, line1, line2, postal_code, city, protected, since, until, source,
        by_id, ended_by_id)
    SELECT family, kind, value, line1, line2, postal_code, city, protected, day,
        CASE WHEN ended_by_id IS NOT NULL THEN day END,
        CASE WHEN there THEN source ELSE 'register' END, CASE WHEN there THEN by_id END,
        ended_by_id
    FROM told WHERE protected OR NOT (there OR ended_by_id IS NOT NULL);
END $$
"""
# What a family gives by itself waits for a person, beside what is known, which it does not end.
# Said twice it waits once; what is known already is not asked again, unless it is said to be the
# safe one. Whoever holds a letter fills no table: false where there was no room. The caller holds
# the family, lest two letters of it be answered at once.
GIVE_CONTACTS = f"""
CREATE FUNCTION wall.give_contacts(of_family bigint, given jsonb, is_safe boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    most CONSTANT integer := 5;  -- of each kind, and as many said to be safe
    one record;
    room boolean := true;
BEGIN
    FOR one IN
        SELECT new.kind, coalesce(new.value, '') AS value, coalesce(new.line1, '') AS line1,
            coalesce(new.line2, '') AS line2, coalesce(new.postal_code, '') AS postal_code,
            coalesce(new.city, '') AS city
        FROM {_TOLD}
        WHERE new.kind IN ('address', 'phone', 'email')
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM public.families_givencontact AS waiting
            WHERE waiting.family_id = of_family AND waiting.kind = one.kind
                AND waiting.confirmed IS NULL AND (waiting.safe OR NOT is_safe)
                AND {_VALUES.format("waiting")} = {_VALUES.format("one")}
        ) OR NOT is_safe AND EXISTS (
            SELECT FROM public.families_contactpoint AS known
            WHERE known.family_id = of_family AND known.kind = one.kind AND known.until IS NULL
                AND {_VALUES.format("known")} = {_VALUES.format("one")}
        );
        IF (
            SELECT count(*) FROM public.families_givencontact AS waiting
            WHERE waiting.family_id = of_family AND waiting.kind = one.kind
                AND waiting.confirmed IS NULL AND waiting.safe = is_safe
        ) >= most THEN
            room := false;
            CONTINUE;
        END IF;
        -- It waited already, not said to be safe: now it takes one of those places.
        UPDATE public.families_givencontact AS waiting SET safe = true
        WHERE waiting.family_id = of_family AND waiting.kind = one.kind
            AND waiting.confirmed IS NULL
            AND {_VALUES.format("waiting")} = {_VALUES.format("one")};
        CONTINUE WHEN FOUND;
        INSERT INTO public.families_givencontact
            (public_id, family_id, kind, value, line1, line2, postal_code, city, safe, given_at)
        VALUES (gen_random_uuid(), of_family, one.kind, one.value, one.line1, one.line2,
            one.postal_code, one.city, is_safe, now());
    END LOOP;
    RETURN room;
END $$;
COMMENT ON FUNCTION wall.give_contacts(bigint, jsonb, boolean) IS 'internal'
"""
