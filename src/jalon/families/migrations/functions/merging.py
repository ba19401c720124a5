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
-- What moved, or was asked to move back, until a merge tells of it or is undone.
CREATE TABLE wall.moving (
    origin bigint NOT NULL, destination bigint NOT NULL, relation text NOT NULL,
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
    -- Of what goes back, all that was asked: what cannot go stays with the family kept.
    INSERT INTO wall.moving
    SELECT origin, destination, relation || '.' || reference, told
    FROM (SELECT CASE WHEN makes_one THEN moved ELSE only_these END AS told) AS asked
    WHERE told <> '{}';
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
    origin bigint;
    destination bigint;
BEGIN
    IF NOT wall.may('merge_families') THEN
        RAISE EXCEPTION 'families are merged by who may'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR one IN SELECT involved.id, involved.family_id, wall.merging(involved.family_id) AS kept
        FROM public.families_involvement AS involved
        WHERE involved.id = ANY (involvements) ORDER BY involved.id
    LOOP
        origin := one.family_id;
        destination := one.kept;
        IF leads THEN
            SELECT made.kept_id, made.absorbed_id INTO origin, destination
            FROM public.families_merge AS made
            WHERE one.family_id IN (made.absorbed_id, made.kept_id) AND made.undone_at IS NULL
                AND made.moved #> '{was,leads}' @> to_jsonb(one.id)
            ORDER BY made.id DESC LIMIT 1;
        END IF;
        IF destination IS NULL THEN
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
        INSERT INTO wall.moving VALUES (origin, destination, 'leads', ARRAY[one.id]);
    END LOOP;
END $$
"""
# What a merge says that it moved is what moved, and it is said before anything is kept: whoever
# merges undoes no merge that nobody made. A doubt is about two files that have somebody in common.
TRUE_MERGES = """
-- Whether what moved from a family to another, so far, is what a merge tells.
CREATE FUNCTION wall.moved_as_told(from_family bigint, to_family bigint, told jsonb)
RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT (
        SELECT coalesce(jsonb_object_agg(moving.relation, moving.numbers), '{}')
        FROM (
            SELECT one.relation, jsonb_agg(DISTINCT number ORDER BY number) AS numbers
            FROM wall.moving AS one CROSS JOIN unnest(one.numbers) AS number
            WHERE (one.origin, one.destination) = (from_family, to_family) GROUP BY one.relation
        ) AS moving
    ) IS NOT DISTINCT FROM (
        SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(
            (told -> 'rows') || jsonb_build_object('leads', told #> '{was,leads}')
        ) WHERE value <> '[]'
    )
$$;
COMMENT ON FUNCTION wall.moved_as_told(bigint, bigint, jsonb) IS 'internal';

CREATE FUNCTION wall.check_merge() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
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
    ) OR NOT wall.moved_as_told(NEW.absorbed_id, NEW.kept_id, NEW.moved) THEN
        RAISE EXCEPTION 'a merge tells what was merged' USING ERRCODE = 'check_violation';
    END IF;
    DELETE FROM wall.moving WHERE (origin, destination) = (NEW.absorbed_id, NEW.kept_id);
    RETURN NULL;
END $$;
CREATE TRIGGER check_merge AFTER INSERT ON families_merge FOR EACH ROW
WHEN (row_security_active('families_merge'::regclass)) EXECUTE FUNCTION wall.check_merge();

CREATE FUNCTION wall.check_moving() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM wall.moving AS one
        WHERE (one.origin, one.destination) = (NEW.origin, NEW.destination)
    ) THEN
        RAISE EXCEPTION 'what moved is told by a merge, or by its undoing'
            USING ERRCODE = 'check_violation';
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
# A family becomes another by a merge, and itself again once that is undone: who sees families
# changes neither alone. Undone, all that moved was sent back, and the moment is the database's.
MADE_ONE = """
CREATE FUNCTION wall.check_undone() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT wall.moved_as_told(NEW.kept_id, NEW.absorbed_id, NEW.moved) THEN
        RAISE EXCEPTION 'a merge is undone once all that it moved was sent back'
            USING ERRCODE = 'check_violation';
    END IF;
    DELETE FROM wall.moving WHERE (origin, destination) = (NEW.kept_id, NEW.absorbed_id);
    NEW.undone_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER check_undone BEFORE UPDATE OF undone_at ON families_merge FOR EACH ROW
WHEN (OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL
    AND row_security_active('families_merge'::regclass))
EXECUTE FUNCTION wall.check_undone();

CREATE FUNCTION wall.check_becoming() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF wall.merging(NEW.id) IS DISTINCT FROM NEW.merged_into_id OR EXISTS (
        SELECT FROM public.families_merge AS made
        WHERE made.absorbed_id = NEW.id AND made.undone_at IS NULL
    ) THEN
        RAISE EXCEPTION 'a family becomes another, or itself again, by a merge alone'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_becoming BEFORE UPDATE OF merged_into_id ON families_family FOR EACH ROW
WHEN (OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id
    AND row_security_active('families_family'::regclass))
EXECUTE FUNCTION wall.check_becoming();

-- In the end: whichever of the two was written.
CREATE FUNCTION wall.check_made_one() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.families_family AS family
        WHERE family.id = (to_jsonb(NEW) ->> TG_ARGV[0])::bigint
            AND family.merged_into_id IS DISTINCT FROM (
                SELECT made.kept_id FROM public.families_merge AS made
                WHERE made.absorbed_id = family.id AND made.undone_at IS NULL
            )
    ) THEN
        RAISE EXCEPTION 'a family is another as long as a merge stands, and no longer'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER check_made_one AFTER UPDATE OF merged_into_id ON families_family
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id
    AND row_security_active('families_family'::regclass))
EXECUTE FUNCTION wall.check_made_one('id');
CREATE CONSTRAINT TRIGGER check_made_one AFTER UPDATE OF undone_at ON families_merge
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (OLD.undone_at IS DISTINCT FROM NEW.undone_at
    AND row_security_active('families_merge'::regclass))
EXECUTE FUNCTION wall.check_made_one('absorbed_id')
"""
NO_MADE_ONE = (
    "DROP TRIGGER check_made_one ON families_merge; "
    "DROP TRIGGER check_made_one ON families_family; "
    "DROP TRIGGER check_becoming ON families_family; "
    "DROP TRIGGER check_undone ON families_merge; "
    "DROP FUNCTION wall.check_made_one(); DROP FUNCTION wall.check_becoming(); "
    "DROP FUNCTION wall.check_undone()"
)
NO_TRUE_MERGES = (
    "DROP TRIGGER check_doubt ON families_doubt; DROP TRIGGER check_merge ON families_merge; "
    "DROP TRIGGER check_moving ON wall.moving; DROP FUNCTION wall.check_doubt(); "
    "DROP FUNCTION wall.check_moving(); DROP FUNCTION wall.check_merge(); "
    "DROP FUNCTION wall.moved_as_told(bigint, bigint, jsonb)"
)
