"""Of rows that outlive families, the numbers of their files are struck out."""

# Out of the lists of a whole, and out of what somebody wrote beside it.
STRIKING = """
CREATE FUNCTION wall.without_files(told jsonb, files text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(one.key, CASE jsonb_typeof(one.value)
        WHEN 'array' THEN one.value - files ELSE one.value END), told)
    FROM jsonb_each(CASE jsonb_typeof(told) WHEN 'object' THEN told ELSE '{}' END) AS one
$$;
COMMENT ON FUNCTION wall.without_files(jsonb, text[]) IS 'internal';

CREATE FUNCTION wall.without_files(told text, files text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    number text;
BEGIN
    FOREACH number IN ARRAY files LOOP
        told := replace(told, number, '…');
    END LOOP;
    RETURN told;
END $$;
COMMENT ON FUNCTION wall.without_files(text, text[]) IS 'internal'
"""
NO_STRIKING = (
    "DROP FUNCTION wall.without_files(text, text[]); "
    "DROP FUNCTION wall.without_files(jsonb, text[])"
)
