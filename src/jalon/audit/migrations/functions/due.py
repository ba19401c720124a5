"""Whether a family is due to be purged: one answer for the preview, the list and the purge."""

# What the declarations say of each table of families, as SQL, written anew after each migration
# (`jalon.audit.going`). By rank, what hangs on a table comes after it.
RETENTION = """
CREATE TABLE wall.retention (
    rank integer PRIMARY KEY, relation text NOT NULL UNIQUE,
    of_families text, contacts text, holders text, orphans text
);

CREATE FUNCTION wall.contacts() RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(one.contacts, ' UNION ALL ' ORDER BY one.rank) FROM wall.retention AS one
$$;
COMMENT ON FUNCTION wall.contacts() IS 'internal';

CREATE FUNCTION wall.holders() RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(one.holders, ' UNION ALL ' ORDER BY one.rank) FROM wall.retention AS one
$$;
COMMENT ON FUNCTION wall.holders() IS 'internal'
"""
# A day counts from its midnight in universal time: a million dates become moments without a look
# at when summer begins. Families that were ever merged are due together: what was said of one,
# that it wants no more messages for instance, holds for the other even once they are parted.
DUE = """
CREATE FUNCTION wall.last_day_gone() RETURNS timestamptz LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'Europe/Paris' AS $$
    SELECT (current_date - interval '2 years')::timestamptz
$$;
COMMENT ON FUNCTION wall.last_day_gone() IS 'internal';

CREATE FUNCTION wall.tied_to(wanted bigint) RETURNS bigint[] LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
        WITH RECURSIVE tied (family) AS (
            SELECT wanted
            UNION
            SELECT CASE made.kept_id WHEN tied.family THEN made.absorbed_id ELSE made.kept_id END
            FROM tied
            JOIN public.families_merge AS made
                ON tied.family IN (made.kept_id, made.absorbed_id)
        )
        SELECT array_agg(tied.family ORDER BY tied.family) FROM tied
    );
END $$;
COMMENT ON FUNCTION wall.tied_to(bigint) IS 'internal';

CREATE FUNCTION wall.is_due(wanted bigint[]) RETURNS boolean LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    due boolean;
BEGIN
    EXECUTE format(
        'SELECT coalesce(max(one.at) < $2, false) AND NOT EXISTS ('
        'SELECT FROM (%s) AS held (family) WHERE held.family = ANY ($1)) '
        'FROM (%s) AS one (family, at) WHERE one.family = ANY ($1)',
        wall.holders(), wall.contacts()
    ) INTO due USING wanted, wall.last_day_gone();
    RETURN due;
END $$;
COMMENT ON FUNCTION wall.is_due(bigint[]) IS 'internal';

-- Families that nothing keeps, and of which nothing was heard since that day. Tables that are
-- shorter than that of families are asked together, then the longer ones, the shortest first, of
-- the families that are left: the longest are often not read at all.
CREATE FUNCTION wall.families_silent() RETURNS bigint[] LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
SET work_mem = '256MB' SET jit = off AS $$
DECLARE
    silent bigint[] := ARRAY(SELECT known.id FROM public.families_family AS known);
    step record;
BEGIN
    FOR step IN
        WITH sources (query, rank, relation) AS (
            SELECT format('SELECT one.family FROM (%s) AS one (family, at) WHERE one.at >= $2',
                kept.contacts), kept.rank, kept.relation
            FROM wall.retention AS kept WHERE kept.contacts IS NOT NULL
            UNION ALL SELECT kept.holders, kept.rank, kept.relation
            FROM wall.retention AS kept WHERE kept.holders IS NOT NULL
        ), sized (query, rank, pages) AS (
            SELECT source.query, source.rank, CASE WHEN stored.relpages > known.relpages
                THEN stored.relpages ELSE 0 END
            FROM sources AS source
            JOIN pg_class AS stored ON stored.oid = format('public.%I', source.relation)::regclass
            JOIN pg_class AS known ON known.oid = 'public.families_family'::regclass
        )
        SELECT string_agg(sized.query, ' UNION ALL ' ORDER BY sized.rank) AS heard
        FROM sized GROUP BY sized.pages ORDER BY sized.pages
    LOOP
        EXIT WHEN silent = '{}';
        EXECUTE format(
            'SELECT ARRAY(SELECT one.family FROM unnest($1) AS one (family) WHERE NOT EXISTS ('
            'SELECT FROM (%s) AS heard (family) WHERE heard.family = one.family))', step.heard
        ) INTO silent USING silent, wall.last_day_gone();
    END LOOP;
    RETURN silent;
END $$;
COMMENT ON FUNCTION wall.families_silent() IS 'internal';

-- Each with the number of the first of those tied to it, and how many families they are: one that
-- another took in is no family of its own. Due once all that are tied are silent. When each was
-- last heard of is read for those alone, unless they are so many that all is read faster.
CREATE FUNCTION wall.families_due()
RETURNS TABLE (family bigint, families bigint, last timestamptz) LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
SET work_mem = '256MB' SET jit = off AS $$
DECLARE
    silent bigint[] := wall.families_silent();
    few boolean := cardinality(silent) < 20000;
BEGIN
    IF silent = '{}' THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format($query$
        WITH RECURSIVE pair (one, other) AS (
            SELECT kept_id, absorbed_id FROM public.families_merge
            UNION SELECT absorbed_id, kept_id FROM public.families_merge
        ), reached (one, other) AS (
            SELECT * FROM pair
            UNION
            SELECT reached.one, pair.other FROM reached JOIN pair ON pair.one = reached.other
        ), tied (one, first) AS (
            SELECT one, min(other) FROM reached GROUP BY one
        ), contact (family, at) AS (
            SELECT one.family, max(one.at) FROM (%s) AS one (family, at) %s GROUP BY one.family
        )
        SELECT coalesce(tied.first, known.id),
            count(*) FILTER (WHERE known.merged_into_id IS NULL), max(contact.at)
        FROM public.families_family AS known
        LEFT JOIN tied ON tied.one = known.id
        LEFT JOIN unnest($1) AS silent (family) ON silent.family = known.id
        LEFT JOIN contact ON contact.family = known.id
        WHERE silent.family IS NOT NULL OR tied.one IS NOT NULL
        GROUP BY 1
        HAVING count(silent.family) = count(*)
    $query$, wall.contacts(), CASE WHEN few THEN 'WHERE one.family = ANY ($1)' END) USING silent;
END $$;
COMMENT ON FUNCTION wall.families_due() IS 'internal'
"""
NO_DUE = (
    "DROP FUNCTION wall.families_due(); DROP FUNCTION wall.families_silent(); "
    "DROP FUNCTION wall.is_due(bigint[]); "
    "DROP FUNCTION wall.tied_to(bigint); DROP FUNCTION wall.last_day_gone()"
)
NO_RETENTION = (
    "DROP FUNCTION wall.holders(); DROP FUNCTION wall.contacts(); DROP TABLE wall.retention"
)
