"""A run's page tells its waves, as counts: who sees runs sees no family."""

from django.db import migrations

# Turns are of a room above: these tables are looked for when the function is called. A family
# counts once in a wave, whatever it is offered.
WAVES = """
CREATE FUNCTION wall.waves_of(released bigint)
RETURNS TABLE (wave smallint, waves smallint, begins date, families bigint, posted bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT turn.wave, draw.waves, turn.from_on, count(DISTINCT proposal.family_id),
        count(DISTINCT proposal.family_id) FILTER (WHERE approach.mailed_on IS NOT NULL)
    FROM public.targeting_release AS given
    JOIN public.targeting_draw AS draw ON draw.release_id = given.id
    JOIN public.outreach_turn AS turn ON turn.draw_id = draw.id
    JOIN public.outreach_proposal AS proposal ON proposal.id = turn.proposal_id
    JOIN public.outreach_approach AS approach ON approach.id = proposal.approach_id
    WHERE given.run_id = released AND wall.may('see_runs')
    GROUP BY turn.wave, draw.waves, turn.from_on ORDER BY turn.from_on, turn.wave;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("targeting", "0007_lots")]

    operations = [migrations.RunSQL(WAVES, "DROP FUNCTION wall.waves_of(bigint)")]
