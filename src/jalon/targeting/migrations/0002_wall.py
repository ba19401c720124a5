"""Runs behind the wall: computed by who made them, released by others, never edited since."""

from django.db import migrations

from jalon.audit.wall import Policy, keep_history, may, mine, never_change, protect
from jalon.targeting.migrations.functions.forgetting import FORGET_RUNS, FORGET_TRIALS

_SEES = may("see_runs")
_MAKES = may("make_runs")
_OWN = mine("author_id")
# What deletes files acts for nobody either: of runs whose references it has, it learns which
# extract each came from.
EXTRACTS = """
CREATE FUNCTION wall.extracts_of(runs uuid[]) RETURNS TABLE (run uuid, source uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT public_id, targeting_targetingrun.extract FROM public.targeting_targetingrun
    WHERE public_id = ANY (runs) AND state NOT IN ('received', 'checked')
$$
"""
# What a run found is written by who made it, while it is computed, and settled once it ends. Its
# states follow one another as `transitions` says.
SETTLE_RUN = """
CREATE FUNCTION wall.settle_run() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine boolean := NEW.made_by_id = wall.person() AND wall.may('make_runs');
    under_way boolean := OLD.state IN ('received', 'checked');
BEGIN
    IF NOT row_security_active(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF (OLD.extract, OLD.incoming, OLD.again_of_id) IS DISTINCT FROM
            (NEW.extract, NEW.incoming, NEW.again_of_id)
        OR ((OLD.record, OLD.summary, OLD.digest, OLD.files, OLD.problem, OLD.computed_at)
            IS DISTINCT FROM
            (NEW.record, NEW.summary, NEW.digest, NEW.files, NEW.problem, NEW.computed_at)
            AND NOT (under_way AND mine))
        OR (OLD.capacity IS DISTINCT FROM NEW.capacity AND NOT (OLD.state = 'review'
            AND NEW.capacity IS NOT NULL AND NEW.made_by_id <> wall.person()
            AND wall.may('release_runs')))
        OR ((OLD.withdrawn_by_id, OLD.withdrawn_at) IS DISTINCT FROM
            (NEW.withdrawn_by_id, NEW.withdrawn_at)
            AND NOT (OLD.state <> 'withdrawn' AND NEW.withdrawn_by_id = wall.person()))
    THEN
        RAISE EXCEPTION 'what a run found never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (CASE NEW.state
        WHEN 'checked' THEN OLD.state = 'received' AND mine
        WHEN 'review' THEN OLD.state = 'checked' AND mine
        WHEN 'failed' THEN under_way AND mine
        WHEN 'released' THEN OLD.state = 'review' AND NEW.made_by_id <> wall.person()
            AND wall.may('release_runs')
        WHEN 'withdrawn' THEN (under_way OR OLD.state = 'review') AND NOT EXISTS (
            SELECT FROM public.targeting_release AS given WHERE given.run_id = NEW.id
        )
        ELSE false
    END) THEN
        RAISE EXCEPTION 'a run that is % does not become %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER settle_run BEFORE UPDATE ON targeting_targetingrun
FOR EACH ROW EXECUTE FUNCTION wall.settle_run()
"""
_COUNTS = f"""{_MAKES} AND run_id IN (
    SELECT run.id FROM targeting_targetingrun AS run
    WHERE run.state IN ('received', 'checked') AND run.made_by_id = (SELECT wall.person())
)"""


class Migration(migrations.Migration):
    dependencies = [("targeting", "0001_initial"), ("directory", "0002_wall")]

    operations = [
        *protect(
            "targeting_targetingrun",
            Policy(
                see=_SEES,
                insert=f"{_MAKES} AND made_by_id = (SELECT wall.person()) "
                "AND state = 'received' AND computed_at IS NULL",
                update=f"({_MAKES} OR {may('release_runs')})",
            ),
        ),
        *protect("targeting_runcount", Policy(see=_SEES, insert=_COUNTS, delete=_COUNTS)),
        *protect(
            "targeting_release",
            Policy(
                see=_SEES,
                insert=f"{may('release_runs')} AND by_id = (SELECT wall.person()) "
                "AND made_by_id = (SELECT run.made_by_id FROM targeting_targetingrun AS run "
                "WHERE run.id = run_id)",
                update=may("release_runs"),
            ),
        ),
        *protect(
            "targeting_ruletrial",
            Policy(
                see=_SEES,
                insert=f"{may('try_rules')} AND {_OWN}",
                update=f"{may('try_rules')} AND {_OWN}",
                delete=_OWN,
            ),
        ),
        migrations.RunSQL(
            SETTLE_RUN,
            "DROP TRIGGER settle_run ON targeting_targetingrun; DROP FUNCTION wall.settle_run()",
        ),
        migrations.RunSQL(FORGET_TRIALS, "DROP FUNCTION wall.forget_trials()"),
        migrations.RunSQL(
            FORGET_RUNS,
            "DROP FUNCTION wall.forget_runs(uuid[]); DROP FUNCTION wall.runs_to_forget()",
        ),
        migrations.RunSQL(EXTRACTS, "DROP FUNCTION wall.extracts_of(uuid[])"),
        # Who made a run may not have become another when it is released.
        never_change(
            "targeting_targetingrun", "public_id", "month", "profile", "made_by_id", "made_at"
        ),
        never_change(
            "targeting_release", "run_id", "offer", "area_id", "by_id", "made_by_id", "at"
        ),
        never_change(
            *("targeting_ruletrial", "public_id", "run_id", "offer", "settings", "author_id"), "at"
        ),
        keep_history("targeting_targetingrun"),
        keep_history("targeting_release"),
    ]
