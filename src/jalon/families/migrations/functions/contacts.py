"""Contact points, written by who may not see them all."""

# Who releases a run may not see protected contact points, and yet must not write them twice. Nor
# may they learn, from how many rows were written, whether one is what they guess: a protected
# family's are all written anew, in the same number whatever they hold.
PUT_CONTACTS = """
CREATE FUNCTION wall.put_contacts(given jsonb, day date) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT wall.may('release_runs') THEN
        RAISE EXCEPTION 'contact points come with a release'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.families_contactpoint AS old
    SET until = day
    FROM jsonb_to_recordset(given) AS new (
        family bigint, kind text, value text, line1 text, line2 text, postal_code text, city text,
        alone boolean
    )
    WHERE new.alone AND old.family_id = new.family AND old.kind = new.kind
        AND old.until IS NULL AND old.since <= day AND NOT old.protected
        AND (old.value, old.line1, old.line2, old.postal_code, old.city)
            <> (new.value, new.line1, new.line2, new.postal_code, new.city);
    WITH told AS (
        SELECT * FROM jsonb_to_recordset(given) AS new (
            family bigint, kind text, value text, line1 text, line2 text, postal_code text,
            city text, alone boolean
        )
    ), was AS (
        DELETE FROM public.families_contactpoint AS old
        WHERE old.protected AND old.until IS NULL
            AND EXISTS (SELECT FROM told WHERE family = old.family_id AND kind = old.kind)
        RETURNING *
    )
    INSERT INTO public.families_contactpoint
        (id, family_id, kind, value, line1, line2, postal_code, city, protected, since, until)
    SELECT was.id, was.family_id, was.kind, was.value, was.line1, was.line2, was.postal_code,
        was.city, was.protected, was.since,
        CASE WHEN EXISTS (
            SELECT FROM told WHERE told.family = was.family_id AND told.kind = was.kind
                AND ((told.alone AND was.since <= day)
                    OR (told.value, told.line1, told.line2, told.postal_code, told.city)
                        = (was.value, was.line1, was.line2, was.postal_code, was.city))
        ) THEN greatest(day, was.since) END
    FROM was;
    INSERT INTO public.families_contactpoint
        (family_id, kind, value, line1, line2, postal_code, city, protected, since)
    SELECT new.family, new.kind, new.value, new.line1, new.line2, new.postal_code, new.city,
        family.protected_address, day
    FROM jsonb_to_recordset(given) AS new (
        family bigint, kind text, value text, line1 text, line2 text, postal_code text, city text
    )
    JOIN public.families_family AS family ON family.id = new.family
    -- Counted, for each family by its index: statistics of before a release that doubles the
    -- table would have all of it compared with each.
    WHERE 0 = (
        SELECT count(*) FROM public.families_contactpoint AS old
        WHERE old.family_id = new.family AND old.kind = new.kind AND old.until IS NULL
            AND NOT old.protected
            AND (old.value, old.line1, old.line2, old.postal_code, old.city)
                = (new.value, new.line1, new.line2, new.postal_code, new.city)
    );
END $$
"""
