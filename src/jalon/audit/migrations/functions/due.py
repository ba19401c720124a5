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
COMMENT ON FUNCTION wall.is_due(bigint[]) IS 'internal'
"""
# Each with the number of the first of those tied to it, and how many families they are: one that
# another took in is no family of its own. Each table is read once, however many are due: to look
# first for what was heard lately costs as much again where many are.
FAMILIES_DUE = """
CREATE OR REPLACE FUNCTION wall.families_due()
RETURNS TABLE (family bigint, families bigint, last timestamptz) LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
SET work_mem = '256MB' SET jit = off AS $$
BEGIN
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
        ), silent (family, last) AS MATERIALIZED (
            SELECT one.family, max(one.at) FROM (%s) AS one (family, at)
            GROUP BY one.family HAVING max(one.at) < $1
        ), held (family) AS MATERIALIZED (%s)
        SELECT silent.family, 1::bigint, silent.last FROM silent
        WHERE silent.family NOT IN (SELECT tied.one FROM tied)
            AND silent.family NOT IN (SELECT held.family FROM held)
        UNION ALL
        SELECT tied.first, count(*) FILTER (WHERE known.merged_into_id IS NULL), max(silent.last)
        FROM tied JOIN public.families_family AS known ON known.id = tied.one
        LEFT JOIN silent ON silent.family = tied.one
        GROUP BY tied.first
        HAVING count(silent.family) = count(*)
            AND NOT bool_or(tied.one IN (SELECT held.family FROM held))
    $query$, wall.contacts(), wall.holders()) USING wall.last_day_gone();
END $$;
COMMENT ON FUNCTION wall.families_due() IS 'internal'
"""
NO_DUE = (
    "DROP FUNCTION wall.families_due(); DROP FUNCTION wall.is_due(bigint[]); "
    "DROP FUNCTION wall.tied_to(bigint); DROP FUNCTION wall.last_day_gone()"
)
NO_RETENTION = (
    "DROP FUNCTION wall.holders(); DROP FUNCTION wall.contacts(); DROP TABLE wall.retention"
)
