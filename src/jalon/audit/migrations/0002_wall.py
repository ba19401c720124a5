"""The schema of the wall: who acts, what was changed, who read what.

Each function that works as the owner names schemas in full and searches temporary tables and
types last: nobody's own `date` type can stand in for PostgreSQL's.
"""

from django.db import migrations

from jalon.audit.wall import ForApplication

WHO = """
CREATE SCHEMA wall;
CREATE TABLE wall.key (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    inner_pad bytea NOT NULL,
    outer_pad bytea NOT NULL
);

-- A server process may have the number of one that ended: connections have numbers of their own,
-- given once and kept by the session itself. Nobody chooses one, nor has an earlier one again.
-- The start of the process would do, but the owner may not see it of another login.
CREATE SEQUENCE wall.connections;
CREATE FUNCTION wall.connection() RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN currval('wall.connections');
EXCEPTION WHEN object_not_in_prerequisite_state THEN
    RETURN nextval('wall.connections');
END $$;

CREATE FUNCTION wall.person() RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    token text := current_setting('jalon.person', true);
    claim text;
    seal text;
BEGIN
    IF token IS NULL OR token = '' THEN
        RETURN NULL;
    END IF;
    claim := left(token, -65);
    SELECT encode(sha256(outer_pad || sha256(inner_pad || convert_to(claim, 'UTF8'))), 'hex')
    INTO seal FROM wall.key;
    -- One test after the other: only what is sealed is read as numbers.
    IF right(token, 64) = seal THEN
        IF split_part(claim, '.', 2)::integer = pg_backend_pid()
            AND split_part(claim, '.', 3)::bigint = currval('wall.connections')
            AND split_part(claim, '.', 4)::bigint > extract(epoch FROM statement_timestamp())
        THEN
            RETURN split_part(claim, '.', 1)::bigint;
        END IF;
    END IF;
    RAISE EXCEPTION 'nobody vouches for the person acting'
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""

# What policies compare rows with. Said to cost next to nothing, so that it runs before a query's
# own conditions, which would otherwise be tried on rows that are then hidden: what is counted of
# them tells what they hold. What is compared comes once a query, and nothing is read for a row.
AMONG = """
CREATE FUNCTION wall.among(number bigint, numbers int8multirange) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 0.0001
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN coalesce(numbers @> number, false);
END $$;
"""

HISTORY = """
CREATE FUNCTION wall.write_history_of_insert() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.audit_change
        (staff_id, table_name, row_id, family_id, subject_id, action, after)
    SELECT wall.person(), TG_TABLE_NAME, (image ->> 'id')::bigint,
        (image ->> TG_ARGV[0])::bigint, (image ->> TG_ARGV[2])::bigint, 'insert',
        image - string_to_array(TG_ARGV[1], ',')
    FROM (SELECT to_jsonb(new_rows) AS image FROM new_rows) AS images;
    RETURN NULL;
END $$;

CREATE FUNCTION wall.write_history_of_delete() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.audit_change
        (staff_id, table_name, row_id, family_id, subject_id, action, before)
    SELECT wall.person(), TG_TABLE_NAME, (image ->> 'id')::bigint,
        (image ->> TG_ARGV[0])::bigint, (image ->> TG_ARGV[2])::bigint, 'delete',
        image - string_to_array(TG_ARGV[1], ',')
    FROM (SELECT to_jsonb(old_rows) AS image FROM old_rows) AS images;
    RETURN NULL;
END $$;

-- Plans are kept from one call to the next: one made for a few rows, loop in loop, would take
-- hours on twenty thousand.
CREATE FUNCTION wall.write_history_of_update() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $$
DECLARE
    hidden text[] := string_to_array(TG_ARGV[1], ',');
BEGIN
    IF EXISTS (
        SELECT FROM old_rows WHERE NOT EXISTS (
            SELECT FROM new_rows WHERE new_rows.id = old_rows.id
        )
    ) THEN
        RAISE EXCEPTION 'the number of a row never changes' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO public.audit_change
        (staff_id, table_name, row_id, family_id, subject_id, action, before, after)
    SELECT wall.person(), TG_TABLE_NAME, (was ->> 'id')::bigint,
        (was ->> TG_ARGV[0])::bigint, (was ->> TG_ARGV[2])::bigint,
        -- Coming in changes nothing but the date of it.
        CASE WHEN changed.after - TG_ARGV[3] = '{}' THEN 'sign_in' ELSE 'update' END,
        changed.before, changed.after
    FROM (
        SELECT to_jsonb(old_rows) AS was, to_jsonb(new_rows) AS became
        FROM old_rows JOIN new_rows ON old_rows.id = new_rows.id
    ) AS images
    CROSS JOIN LATERAL (
        SELECT
            jsonb_object_agg(key, CASE WHEN key = ANY (hidden) THEN 'null' ELSE value END)
                AS before,
            jsonb_object_agg(key, CASE WHEN key = ANY (hidden) THEN 'null' ELSE became -> key END)
                AS after
        FROM jsonb_each(was) AS column_of (key, value)
        WHERE value IS DISTINCT FROM became -> key
    ) AS changed
    WHERE changed.before IS NOT NULL;
    RETURN NULL;
END $$;
"""

SETTLED = """
CREATE FUNCTION wall.refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'part of this row of % never changes', TG_TABLE_NAME
        USING ERRCODE = 'check_violation';
END $$;
"""

# Who reads a file by its number may not see the families: whose it is, the owner finds out.
READS = """
CREATE FUNCTION wall.record_read(family bigint, page text, file text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF wall.person() IS NULL THEN
        RAISE EXCEPTION 'a file is read by someone' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF family IS NULL AND file IS NOT NULL THEN
        -- Whether a number is known shows in how many rows were read.
        IF NOT (wall.may('see_runs') OR wall.may('see_reads')) THEN
            RAISE EXCEPTION 'files are read by their numbers in runs, or to control'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT known.family_id INTO family FROM public.families_household AS known
        WHERE known.number || '' = file;
    END IF;
    INSERT INTO public.audit_read (staff_id, family_id, page, household) VALUES (
        wall.person(), family, page,
        CASE WHEN family IS NULL THEN left(coalesce(file, ''), 64) ELSE '' END
    );
END $$;
"""


# Control sees of a family its reference, and finds it by a household's number; nothing else. The
# tables are those of a room above: they are looked for when the functions are called. Each asks
# who is there before it looks: what a search read is counted, and told.
CONTROL = """
CREATE FUNCTION wall.family_references(families bigint[])
RETURNS TABLE (family bigint, reference uuid) LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF wall.may('see_reads') THEN
        RETURN QUERY SELECT one.id, one.public_id FROM public.families_family AS one
            WHERE one.id = ANY (families);
    END IF;
END $$;

CREATE FUNCTION wall.family_of_reference(wanted uuid) RETURNS bigint LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF wall.may('see_reads') THEN
        RETURN (SELECT one.id FROM public.families_family AS one WHERE one.public_id = wanted);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION wall.reference_of_household(wanted text) RETURNS uuid LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF wall.may('see_reads') THEN
        RETURN (SELECT family.public_id FROM public.families_household AS household
            JOIN public.families_family AS family ON family.id = household.family_id
            WHERE household.number || '' = wanted);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION wall.reads_of_household(wanted text) RETURNS SETOF bigint LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF wall.may('see_reads') THEN
        RETURN QUERY SELECT log.id FROM public.audit_read AS log
            WHERE log.household = wanted AND log.household <> '';
    END IF;
END $$;

-- What was read of a family's files before it was known by them.
CREATE FUNCTION wall.early_reads_of_family(wanted bigint)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF wall.may('see_reads') THEN
        RETURN QUERY SELECT log.id FROM public.families_household AS file
            JOIN public.audit_read AS log ON log.household = file.number AND log.household <> ''
            WHERE file.family_id = wanted;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(
            WHO + AMONG + HISTORY + SETTLED + READS + CONTROL, "DROP SCHEMA wall CASCADE"
        ),
        ForApplication("GRANT USAGE ON SCHEMA wall TO {app}"),
    ]
