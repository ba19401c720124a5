"""Seeds are drawn by the database: one a month, under a key that nobody who draws can read."""

from django.db import migrations, models

# Whoever could run SQL while releasing would otherwise draw again until an order pleases, in the
# same transaction or another: the seed of a month is one, whatever is made again, undone or asked
# once more. The key is drawn with the database, kept with its backups, and read by these functions
# alone; with it, the owner finds any seed again, and that it was not chosen.
LOTS = """
CREATE TABLE wall.lots (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    key bytea NOT NULL CHECK (length(key) = 32)
);
INSERT INTO wall.lots (key)
SELECT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

CREATE FUNCTION wall.seed_of(month text) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(key || sha256(key || convert_to(month, 'UTF8'))), 'hex') FROM wall.lots
$$;
COMMENT ON FUNCTION wall.seed_of(text) IS 'internal';

CREATE FUNCTION wall.draw_lots() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.seed <> '' THEN
        RAISE EXCEPTION 'lots are drawn by the database' USING ERRCODE = 'check_violation';
    END IF;
    NEW.at := clock_timestamp();
    SELECT wall.seed_of(run.month) INTO STRICT NEW.seed
    FROM public.targeting_release AS given
    JOIN public.targeting_targetingrun AS run ON run.id = given.run_id
    WHERE given.id = NEW.release_id;
    RETURN NEW;
END $$;
CREATE TRIGGER draw_lots BEFORE INSERT ON targeting_draw FOR EACH ROW
WHEN (row_security_active('targeting_draw'::regclass)) EXECUTE FUNCTION wall.draw_lots();

-- As `targeting.waves.wave_of`, which gives the same.
CREATE FUNCTION wall.wave_of(seed text, number text, waves integer) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (1 + ((('x' || left(
        encode(sha256(convert_to(seed || number, 'UTF8')), 'hex'), 8
    ))::bit(32)::bigint * waves) >> 32))::smallint
$$
"""


class Migration(migrations.Migration):
    dependencies = [("targeting", "0006_register_wall")]

    operations = [
        migrations.AlterField(
            "draw",
            "seed",
            models.CharField(db_default="", editable=False, max_length=64, verbose_name="graine"),
        ),
        migrations.RunSQL(
            LOTS,
            "DROP FUNCTION wall.wave_of(text, text, integer); "
            "DROP TRIGGER draw_lots ON targeting_draw; DROP FUNCTION wall.draw_lots(); "
            "DROP FUNCTION wall.seed_of(text); DROP TABLE wall.lots",
        ),
    ]
