"""The schema of the wall: who acts, what was changed, who read what."""

from django.db import migrations

from jalon.audit.wall import ForApplication

WALL = """
CREATE SCHEMA wall;

CREATE FUNCTION wall.person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog AS $$
    SELECT nullif(current_setting('jalon.person_id', true), '')::bigint
$$;

CREATE FUNCTION wall.family_of(row_table text, image jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT (CASE row_table WHEN 'families_family' THEN image ->> 'id'
        ELSE image ->> 'family_id' END)::bigint
$$;

CREATE FUNCTION wall.write_history_of_insert() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO public.audit_change (staff_id, table_name, row_id, family_id, action, after)
    SELECT wall.person(), TG_TABLE_NAME, (image ->> 'id')::bigint,
        wall.family_of(TG_TABLE_NAME, image), 'insert', image
    FROM (SELECT to_jsonb(new_rows) AS image FROM new_rows) AS images;
    RETURN NULL;
END $$;

CREATE FUNCTION wall.write_history_of_delete() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO public.audit_change (staff_id, table_name, row_id, family_id, action, before)
    SELECT wall.person(), TG_TABLE_NAME, (image ->> 'id')::bigint,
        wall.family_of(TG_TABLE_NAME, image), 'delete', image
    FROM (SELECT to_jsonb(old_rows) AS image FROM old_rows) AS images;
    RETURN NULL;
END $$;

CREATE FUNCTION wall.write_history_of_update() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO public.audit_change
        (staff_id, table_name, row_id, family_id, action, before, after)
    SELECT wall.person(), TG_TABLE_NAME, (was ->> 'id')::bigint,
        wall.family_of(TG_TABLE_NAME, was), 'update', changed.before, changed.after
    FROM (
        SELECT to_jsonb(old_rows) AS was, to_jsonb(new_rows) AS became
        FROM old_rows JOIN new_rows ON old_rows.id = new_rows.id
    ) AS images
    CROSS JOIN LATERAL (
        SELECT jsonb_object_agg(key, was -> key) AS before,
            jsonb_object_agg(key, became -> key) AS after
        FROM jsonb_object_keys(was) AS keys (key)
        WHERE was -> key IS DISTINCT FROM became -> key
    ) AS changed
    WHERE changed.before IS NOT NULL;
    RETURN NULL;
END $$;

CREATE FUNCTION wall.record_read(family bigint, page text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF wall.person() IS NULL THEN
        RAISE EXCEPTION 'a file is read by someone' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.audit_read (staff_id, family_id, page)
    VALUES (wall.person(), family, page);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(WALL, "DROP SCHEMA wall CASCADE"),
        ForApplication("GRANT USAGE ON SCHEMA wall TO {app}"),
    ]
