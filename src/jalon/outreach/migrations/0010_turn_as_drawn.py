"""A turn is what the seed gives its file, and ranks follow one another as digests do."""

from django.db import migrations

# Whoever takes up a release reads neither its seed nor the number of a file: the owner looks.
DRAWN = """
CREATE FUNCTION wall.drawn_wave(drawn bigint, made bigint) RETURNS smallint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT wall.wave_of(draw.seed, file.number, draw.waves)
    FROM public.targeting_draw AS draw
    JOIN public.targeting_release AS given
        ON given.id = draw.release_id AND given.taken_up_at IS NULL
    JOIN public.outreach_proposal AS proposal
        ON proposal.run_id = given.run_id AND proposal.offer = given.offer
    JOIN public.families_snapshot AS snapshot ON snapshot.id = proposal.snapshot_id
    JOIN public.families_household AS file ON file.id = snapshot.file_id
    WHERE draw.id = drawn AND proposal.id = made AND wall.may('release_runs')
        AND given.area_id IS NOT DISTINCT FROM (
            SELECT place.area_id FROM public.directory_commune AS place
            WHERE place.code = proposal.commune_id
        )
$$;

-- Once all are placed: a rank tells how many come before, and is looked at with the others.
CREATE FUNCTION wall.check_ranks() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (
            SELECT turn.rank, lag(turn.rank) OVER (PARTITION BY draw.id ORDER BY
                sha256(convert_to(draw.seed || file.number, 'UTF8'))) AS before
            FROM public.targeting_draw AS draw
            JOIN public.outreach_turn AS turn ON turn.draw_id = draw.id
            JOIN public.outreach_proposal AS proposal ON proposal.id = turn.proposal_id
            JOIN public.families_snapshot AS snapshot ON snapshot.id = proposal.snapshot_id
            JOIN public.families_household AS file ON file.id = snapshot.file_id
            WHERE draw.release_id = NEW.id
        ) AS placed WHERE placed.rank < placed.before
    ) THEN
        RAISE EXCEPTION 'ranks are those that were drawn' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_ranks BEFORE UPDATE OF taken_up_at ON targeting_release FOR EACH ROW
WHEN (NEW.taken_up_at IS NOT NULL AND OLD.taken_up_at IS NULL)
EXECUTE FUNCTION wall.check_ranks()
"""
# Of a proposal of what was drawn, while it is taken up; a wave has the day that its draw gives it.
_AS_DRAWN = """EXISTS (
    SELECT FROM targeting_draw AS drawn
    CROSS JOIN LATERAL (SELECT (drawn.at AT TIME ZONE 'Europe/Paris')::date AS first) AS day
    WHERE drawn.id = outreach_turn.draw_id AND outreach_turn.drawn_on = day.first
        AND outreach_turn.wave = wall.drawn_wave(outreach_turn.draw_id, outreach_turn.proposal_id)
        AND outreach_turn.from_on = day.first + (outreach_turn.wave - 1) * drawn.days_between
)"""
_MAY = "(SELECT wall.may('release_runs'))"


class Migration(migrations.Migration):
    dependencies = [("outreach", "0009_turn_wall"), ("targeting", "0007_lots")]

    operations = [
        migrations.RunSQL(
            DRAWN,
            "DROP TRIGGER check_ranks ON targeting_release; DROP FUNCTION wall.check_ranks(); "
            "DROP FUNCTION wall.drawn_wave(bigint, bigint)",
        ),
        migrations.RunSQL(
            f"ALTER POLICY put ON outreach_turn WITH CHECK ({_MAY} AND {_AS_DRAWN})",
            f"ALTER POLICY put ON outreach_turn WITH CHECK ({_MAY})",
        ),
    ]
