"""Runs go with all that is of them, once kept long enough; so do trials, and whom they name."""

# What forgets acts for nobody: it deletes what is due, and learns nothing of it. Most files that a
# kept trial names never become a family here, and no purge comes for them: none stays longer than
# a family that is not heard of.
FORGET_TRIALS = """
CREATE OR REPLACE FUNCTION wall.forget_trials() RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM public.targeting_ruletrial
    WHERE kept_at IS NULL AND at < now() - interval '1 day';
    UPDATE public.targeting_ruletrial
    SET result = result || '{"entering": [], "leaving": []}'
    WHERE at < now() - interval '2 years'
        AND (result ->> 'entering' <> '[]' OR result ->> 'leaving' <> '[]')
$$
"""

# A run lasts six years, and as long as a family that it made known; it is found by its reference,
# so that its files go first. One made again goes a night after the other. What was proposed, and
# by which rule, is of a room above: these tables are looked for when the functions are called.
FORGET_RUNS = """
CREATE OR REPLACE FUNCTION wall.runs_to_forget() RETURNS uuid[] LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN ARRAY(
        SELECT run.public_id FROM public.targeting_targetingrun AS run
        WHERE run.made_at < now() - interval '6 years' AND NOT EXISTS (
            SELECT FROM public.outreach_proposal AS made WHERE made.run_id = run.id
        ) AND NOT EXISTS (
            SELECT FROM public.targeting_targetingrun AS again
            WHERE again.again_of_id = run.id
        )
    );
END $$;

CREATE OR REPLACE FUNCTION wall.forget_runs(forgotten uuid[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    due bigint[] := ARRAY(
        SELECT run.id FROM public.targeting_targetingrun AS run
        WHERE run.public_id = ANY (forgotten) AND run.public_id = ANY (wall.runs_to_forget())
    );
BEGIN
    DELETE FROM public.outreach_appliedrule WHERE run_id = ANY (due);
    DELETE FROM public.targeting_ruletrial WHERE run_id = ANY (due);
    DELETE FROM public.targeting_draw AS drawn USING public.targeting_release AS given
    WHERE given.id = drawn.release_id AND given.run_id = ANY (due);
    DELETE FROM public.targeting_release WHERE run_id = ANY (due);
    DELETE FROM public.targeting_runcount WHERE run_id = ANY (due);
    DELETE FROM public.targeting_registercount WHERE run_id = ANY (due);
    DELETE FROM public.targeting_targetingrun WHERE id = ANY (due);
END $$
"""
