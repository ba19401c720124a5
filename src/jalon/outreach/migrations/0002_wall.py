"""Proposals behind the wall: that one was made is seen by more people than why."""

from django.db import migrations

from jalon.audit.wall import Policy, keep_history, may, never_change, protect

_MAKES = may("release_runs")
# What looks for releases left behind acts for nobody: it learns who released which run, no more.
PENDING = """
CREATE FUNCTION wall.releases_to_take_up() RETURNS TABLE (run bigint, releaser bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT run_id, by_id FROM public.targeting_release WHERE taken_up_at IS NULL
$$
"""
# A job acts as the person that it names: nobody puts one in another's name. Who takes up what was
# released does so as whoever released it, while it waits. A trigger, and no policy: the library
# needs the details of a conflict, which policies hide.
GUARD_JOBS = """
CREATE FUNCTION wall.guard_job() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.args ->> 'by_id' IS NULL
        OR (NEW.args ->> 'by_id')::bigint = wall.person()
        OR pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
        OR (NEW.task_name = 'outreach.take_up' AND EXISTS (
            SELECT FROM wall.releases_to_take_up() AS pending
            WHERE pending.run = (NEW.args ->> 'run_id')::bigint
                AND pending.releaser = (NEW.args ->> 'by_id')::bigint
        ))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a job is put in one''s own name' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER guard BEFORE INSERT ON procrastinate_jobs
FOR EACH ROW EXECUTE FUNCTION wall.guard_job()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0001_initial"),
        ("families", "0002_wall"),
        ("targeting", "0002_wall"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.RunSQL(PENDING, "DROP FUNCTION wall.releases_to_take_up()"),
        *protect(
            "outreach_proposal",
            Policy(see=may("see_families"), insert=_MAKES, update=may("see_families")),
        ),
        *protect("outreach_decision", Policy(see=may("see_situations"), insert=_MAKES)),
        never_change(
            *("outreach_proposal", "public_id", "offer", "event", "run_id", "snapshot_id"),
            "made_at",
        ),
        keep_history("outreach_proposal"),
        migrations.RunSQL(
            GUARD_JOBS,
            "DROP TRIGGER guard ON procrastinate_jobs; DROP FUNCTION wall.guard_job()",
        ),
        never_change("procrastinate_jobs", "task_name", "args"),
    ]
