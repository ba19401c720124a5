"""Two families made one, and two again: rows move that who merges may not read."""

# Whoever merges may not read history, and must not undo what someone said since.
LAST_SAID = """
CREATE FUNCTION wall.last_said(family bigint) RETURNS bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(max(told.id), 0) FROM public.audit_change AS told
    WHERE told.family_id = family AND told.table_name = 'families_family'
        AND told.row_id = family
        AND told.after ?| '{protected_address_here, do_not_contact_here}'::text[]
        AND (SELECT wall.may('merge_families'))
$$
"""
# A merge moves rows that who merges may not read: a frozen situation, for instance. It moves
# whole rows between two families along real references, and shows nothing of them.
MOVE_ROWS = """
CREATE FUNCTION wall.move_rows(
    relation text, reference text, origin bigint, destination bigint, only_these bigint[]
) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one bigint;
    moved bigint[] := '{}';
BEGIN
    IF NOT wall.may('merge_families') THEN
        RAISE EXCEPTION 'families are merged by who may'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_constraint AS link
        JOIN pg_attribute AS attribute
            ON attribute.attrelid = link.conrelid AND attribute.attnum = link.conkey[1]
        WHERE link.contype = 'f' AND link.confrelid = 'public.families_family'::regclass
            AND link.conrelid = to_regclass('public.' || quote_ident(relation))
            AND attribute.attname = reference
    ) OR relation IN ('families_family', 'families_doubt', 'families_merge') THEN
        RAISE EXCEPTION '% % is not a reference to a family', relation, reference
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.families_doubt
        WHERE one_id = destination AND other_id = origin
            AND state = 'merged' AND decided_by_id = wall.person()
    ) AND NOT EXISTS (
        SELECT FROM public.families_merge AS made
        WHERE made.kept_id = origin AND made.absorbed_id = destination AND made.undone_at IS NULL
            AND made.moved #> ARRAY['rows', relation || '.' || reference] @> to_jsonb(only_these)
    ) THEN
        RAISE EXCEPTION 'rows move when two families are merged or parted'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR one IN EXECUTE format(
        'SELECT id FROM public.%I WHERE %I = $1 AND ($2 IS NULL OR id = ANY ($2)) ORDER BY id',
        relation, reference
    ) USING origin, only_these LOOP
        BEGIN
            EXECUTE format('UPDATE public.%I SET %I = $1 WHERE id = $2', relation, reference)
                USING destination, one;
            moved := moved || one;
        EXCEPTION WHEN unique_violation OR exclusion_violation OR foreign_key_violation THEN
            -- The other family has the same, or what this one hangs on stays: it stays where it
            -- is, until they part again.
        END;
    END LOOP;
    RETURN moved;
END $$
"""
# A family has one lead: where two that are merged both have, one goes on without leading.
SET_LEAD = """
CREATE FUNCTION wall.set_lead(involvements bigint[], leads boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one bigint;
BEGIN
    IF NOT wall.may('merge_families') THEN
        RAISE EXCEPTION 'families are merged by who may'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOREACH one IN ARRAY involvements LOOP
        BEGIN
            UPDATE public.families_involvement SET lead = leads
            WHERE id = one AND worker_id IS NOT NULL AND until IS NULL
                AND worker_id <> wall.person() AND (NOT leads OR wall.may_lead(worker_id));
        EXCEPTION WHEN unique_violation THEN
            -- Known beside without leading, or led by another since: it stays as it is.
        END;
    END LOOP;
END $$
"""
