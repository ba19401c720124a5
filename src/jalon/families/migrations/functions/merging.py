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
# whole rows between two families along real references, and shows nothing of them: once, of a
# pair that waited and that the person just decided on, and back where a merge is undone.
MOVE_ROWS = """
CREATE TABLE wall.moving (
    kept bigint NOT NULL, absorbed bigint NOT NULL, relation text NOT NULL,
    numbers bigint[] NOT NULL
);

-- Which family one of a pair becomes, while the person makes one of them.
CREATE FUNCTION wall.merging(absorbed bigint) RETURNS bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT doubt.one_id FROM public.families_doubt AS doubt
    JOIN public.families_family AS one ON one.id = doubt.one_id AND one.merged_into_id IS NULL
    JOIN public.families_family AS other
        ON other.id = doubt.other_id AND other.merged_into_id IS NULL
    WHERE doubt.other_id = absorbed AND doubt.state = 'merged'
        AND doubt.decided_by_id = wall.person() AND wall.may('merge_families')
    ORDER BY doubt.decided_at DESC LIMIT 1
$$;
COMMENT ON FUNCTION wall.merging(bigint) IS 'internal';

CREATE FUNCTION wall.move_rows(
    relation text, reference text, origin bigint, destination bigint, only_these bigint[]
) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one bigint;
    moved bigint[] := '{}';
    makes_one boolean := only_these IS NULL
        AND coalesce(wall.merging(origin) = destination, false);
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
    IF NOT makes_one AND NOT EXISTS (
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
    IF makes_one AND moved <> '{}' THEN
        INSERT INTO wall.moving VALUES (destination, origin, relation || '.' || reference, moved);
    END IF;
    RETURN moved;
END $$
"""
# A family has one lead: where two that are merged both have, one goes on without leading, and
# leads again once they part.
SET_LEAD = """
CREATE FUNCTION wall.set_lead(involvements bigint[], leads boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one record;
BEGIN
    IF NOT wall.may('merge_families') THEN
        RAISE EXCEPTION 'families are merged by who may'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR one IN SELECT involved.id, involved.family_id, wall.merging(involved.family_id) AS kept
        FROM public.families_involvement AS involved
        WHERE involved.id = ANY (involvements) ORDER BY involved.id
    LOOP
        IF NOT (CASE WHEN leads THEN EXISTS (
            SELECT FROM public.families_merge AS made
            WHERE one.family_id IN (made.absorbed_id, made.kept_id) AND made.undone_at IS NULL
                AND made.moved #> '{was,leads}' @> to_jsonb(one.id)
        ) ELSE one.kept IS NOT NULL END) THEN
            RAISE EXCEPTION 'a lead changes so when two families are merged or parted'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        BEGIN
            UPDATE public.families_involvement SET lead = leads
            WHERE id = one.id AND worker_id IS NOT NULL AND until IS NULL
                AND worker_id <> wall.person() AND (NOT leads OR wall.may_lead(worker_id));
        EXCEPTION WHEN unique_violation THEN
            -- Known beside without leading, or led by another since: it stays as it is.
        END;
        IF NOT leads THEN
            INSERT INTO wall.moving VALUES (one.kept, one.family_id, 'leads', ARRAY[one.id]);
        END IF;
    END LOOP;
END $$
"""
# What a merge says that it moved is what moved, and it is said before anything is kept: whoever
# merges undoes no merge that nobody made. A doubt is about two files that have somebody in common.
TRUE_MERGES = """
CREATE FUNCTION wall.check_merge() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    told jsonb;
BEGIN
    SELECT coalesce(jsonb_object_agg(moving.relation, moving.numbers), '{}') INTO told
    FROM (
        SELECT one.relation, jsonb_agg(number ORDER BY number) AS numbers
        FROM wall.moving AS one CROSS JOIN unnest(one.numbers) AS number
        WHERE (one.kept, one.absorbed) = (NEW.kept_id, NEW.absorbed_id) GROUP BY one.relation
    ) AS moving;
    IF NOT EXISTS (
        SELECT FROM public.families_doubt AS doubt
        JOIN public.families_family AS family ON family.id = doubt.other_id
        WHERE doubt.one_id = NEW.kept_id AND doubt.other_id = NEW.absorbed_id
            AND doubt.state = 'merged' AND doubt.decided_by_id = NEW.by_id
            AND family.merged_into_id = NEW.kept_id
    ) OR EXISTS (
        SELECT FROM public.families_merge AS other
        WHERE other.absorbed_id = NEW.absorbed_id AND other.undone_at IS NULL
            AND other.id <> NEW.id
    ) OR told IS DISTINCT FROM (
        SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(
            (NEW.moved -> 'rows') || jsonb_build_object('leads', NEW.moved #> '{was,leads}')
        ) WHERE value <> '[]'
    ) THEN
        RAISE EXCEPTION 'a merge tells what was merged' USING ERRCODE = 'check_violation';
    END IF;
    DELETE FROM wall.moving WHERE (kept, absorbed) = (NEW.kept_id, NEW.absorbed_id);
    RETURN NULL;
END $$;
CREATE TRIGGER check_merge AFTER INSERT ON families_merge FOR EACH ROW
WHEN (row_security_active('families_merge'::regclass)) EXECUTE FUNCTION wall.check_merge();

CREATE FUNCTION wall.check_moving() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM wall.moving WHERE (kept, absorbed) = (NEW.kept, NEW.absorbed)) THEN
        RAISE EXCEPTION 'what moved is told by a merge' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER check_moving AFTER INSERT ON wall.moving
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wall.check_moving();

CREATE FUNCTION wall.check_doubt() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM wall.same_people(ARRAY[NEW.one_id]) AS pair
        WHERE (pair.one, pair.other) = (NEW.one_id, NEW.other_id)
    ) AND NOT EXISTS (
        -- What was asked of a family that became one of these.
        SELECT FROM public.families_family AS gone
        JOIN public.families_doubt AS asked ON gone.id IN (asked.one_id, asked.other_id)
        WHERE gone.merged_into_id IN (NEW.one_id, NEW.other_id)
            AND (NEW.one_id IN (asked.one_id, asked.other_id)
                OR NEW.other_id IN (asked.one_id, asked.other_id))
    ) THEN
        RAISE EXCEPTION 'two families that may be one have somebody in common'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_doubt AFTER INSERT ON families_doubt FOR EACH ROW
WHEN (row_security_active('families_doubt'::regclass)) EXECUTE FUNCTION wall.check_doubt()
"""
NO_TRUE_MERGES = (
    "DROP TRIGGER check_doubt ON families_doubt; DROP TRIGGER check_merge ON families_merge; "
    "DROP TRIGGER check_moving ON wall.moving; DROP FUNCTION wall.check_doubt(); "
    "DROP FUNCTION wall.check_moving(); DROP FUNCTION wall.check_merge()"
)
