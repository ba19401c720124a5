"""Proposals behind the wall: that one was made is seen by more people than why."""

from django.db import migrations

from jalon.audit.wall import (
    ForApplication,
    Policy,
    keep_history,
    keep_no_statistics,
    keep_no_statistics_of_index,
    may,
    never_change,
    protect,
)

_SEES = may("see_families")
_MAKES = may("release_runs")
_WRITES = may("write_to_families")
_TODAY = "(SELECT (now() AT TIME ZONE 'Europe/Paris')::date)"
# Families come back by themselves as well, without any run: now, and for a year. Nobody begins an
# approach with facts that nothing sent or said made true.
_APPROACHES = f"""mailed_on IS NULL AND contacted_at IS NULL AND NOT undelivered
AND letter_back_at IS NULL AND NOT readdressed
AND answered_at IS NULL AND again_on IS NULL AND waits_since IS NULL
AND ended_on IS NULL AND addressee_id IS NULL AND letter_to_id IS NULL AND reply_by IS NULL
AND came_from_id IS NULL AND (
    ({_MAKES} AND previous_id IS NULL AND window_ends_on IS NULL)
    OR ({_SEES} AND previous_id IS NOT NULL
        AND made_at BETWEEN now() - interval '1 hour' AND now() + interval '5 minutes'
        AND window_ends_on BETWEEN {_TODAY} AND {_TODAY} + 367)
)"""
# What looks for releases left behind acts for nobody: it learns who released which run, no more.
# Whoever may not any more is left out: then it is who took it over, as a job in their own name
# tells, while they may.
PENDING = """
CREATE FUNCTION wall.holds(person bigint, wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.directory_rolegrant AS given
        JOIN public.directory_rolepermission AS allowed ON allowed.role = given.role
        JOIN public.directory_staffmember AS member ON member.id = given.member_id
        WHERE given.member_id = person AND member.is_active
            AND allowed.permission = wanted
            AND given.confirmed_at IS NOT NULL
            AND given.since <= (now() AT TIME ZONE 'Europe/Paris')::date
            AND given.ended_at IS NULL
            AND (given.until IS NULL
                OR given.until >= (now() AT TIME ZONE 'Europe/Paris')::date)
    )
$$;

COMMENT ON FUNCTION wall.holds(bigint, text) IS 'internal';

CREATE FUNCTION wall.releases_to_take_up() RETURNS TABLE (run bigint, releaser bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH pending AS (
        SELECT DISTINCT run_id, by_id, wall.holds(by_id, 'release_runs') AS there
        FROM public.targeting_release WHERE taken_up_at IS NULL AND problem = ''
    ), asked AS (
        SELECT DISTINCT pending.run_id, (job.args ->> 'by_id')::bigint AS by_id
        FROM pending JOIN public.procrastinate_jobs AS job
            ON job.task_name = 'outreach.take_up' AND job.args ->> 'run_id' = pending.run_id::text
        WHERE NOT pending.there
    )
    SELECT run_id, by_id FROM pending WHERE there
    UNION
    SELECT run_id, by_id FROM asked WHERE wall.holds(by_id, 'release_runs')
$$
"""
# A family was told how long it has: that is never taken back. Where its year counted from a letter
# that came back, it begins with the one that was sent again.
WINDOW_STAYS = """
CREATE FUNCTION wall.year_of_letter(posted timestamptz) RETURNS date LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT ((posted AT TIME ZONE 'Europe/Paris')::date + interval '1 year')::date
$$;
CREATE FUNCTION wall.keep_window() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM public.outreach_message AS back
    JOIN public.outreach_message AS again USING (approach_id)
    WHERE back.approach_id = NEW.approach_id AND again.id > back.id
        AND back.medium = 'letter' AND back.state = 'returned'
        AND again.medium = 'letter' AND again.state = 'sent'
        AND OLD.window_ends_on = wall.year_of_letter(back.sent_at)
        AND NEW.window_ends_on = wall.year_of_letter(again.sent_at);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a family keeps the time that it was told'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER window_stays BEFORE UPDATE OF window_ends_on ON outreach_proposal FOR EACH ROW
WHEN (OLD.window_ends_on IS NOT NULL AND OLD.window_ends_on IS DISTINCT FROM NEW.window_ends_on)
EXECUTE FUNCTION wall.keep_window()
"""
# What a person may propose now: offers, each in an area (0 for none), of a run, that they released
# and that are not taken up yet, or that someone did who may not any more. `whole` where all of the
# run is released: what was registered late may fall where the month itself released nothing.
TO_PROPOSE = """
CREATE FUNCTION wall.to_propose()
RETURNS TABLE (run bigint, offer text, area bigint, whole boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT given.run_id, given.offer, coalesce(given.area_id, 0), run.state = 'released'
    FROM public.targeting_release AS given
    JOIN public.targeting_targetingrun AS run ON run.id = given.run_id
    WHERE given.taken_up_at IS NULL AND wall.may('release_runs')
        AND run.made_by_id <> wall.person()
        AND (given.by_id = wall.person() OR NOT wall.holds(given.by_id, 'release_runs'))
$$
"""
# Read once a statement: a release proposes thousands of rows.
_PROPOSES = f"""{_MAKES} AND joined_from_id IS NULL AND NOT doubled AND (
    (run_id, offer, coalesce(
        (SELECT area_id FROM directory_commune AS place WHERE place.code = commune_id), 0
    )) IN (SELECT run, offer, area FROM wall.to_propose())
    OR (
        run_id IN (SELECT run FROM wall.to_propose() WHERE whole)
        AND NOT EXISTS (
            SELECT FROM targeting_release AS given
            WHERE given.run_id = outreach_proposal.run_id
                AND given.offer = outreach_proposal.offer
                AND given.area_id IS NOT DISTINCT FROM (
                    SELECT area_id FROM directory_commune AS place
                    WHERE place.code = outreach_proposal.commune_id
                )
        )
    )
)"""
# A job acts as the person that it names: nobody puts one in another's name. Who takes up what was
# released, or prepares a batch, does so as whoever asked for it, while it waits. A trigger, and
# no policy: the library needs the details of a conflict, which policies hide.
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
        OR (NEW.task_name = 'outreach.prepare' AND EXISTS (
            SELECT FROM wall.batches_to_prepare() AS pending
            WHERE pending.batch = (NEW.args ->> 'batch_id')::bigint
                AND pending.maker = (NEW.args ->> 'by_id')::bigint
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
        migrations.RunSQL(
            PENDING,
            "DROP FUNCTION wall.releases_to_take_up(); DROP FUNCTION wall.holds(bigint, text)",
        ),
        migrations.RunSQL(TO_PROPOSE, "DROP FUNCTION wall.to_propose()"),
        *protect("outreach_approach", Policy(see=_SEES, insert=_APPROACHES, update=_WRITES)),
        *protect("outreach_appliedrule", Policy(see=f"{_SEES} OR {_MAKES}", insert=_MAKES)),
        never_change("outreach_appliedrule", "run_id", "offer", "month", "sentence"),
        *protect("outreach_proposal", Policy(see=_SEES, insert=_PROPOSES, update=_WRITES)),
        *protect("outreach_decision", Policy(see=may("see_situations"), insert=_MAKES)),
        ForApplication(
            "REVOKE UPDATE ON outreach_approach, outreach_proposal FROM {app}; "
            "GRANT UPDATE (addressee_id, mailed_on, reply_by, ended_on, ending, ended_by_id) "
            "ON outreach_approach TO {app}; "
            "GRANT UPDATE (approach_id, window_ends_on) ON outreach_proposal TO {app}"
        ),
        never_change(
            *("outreach_proposal", "public_id", "offer", "event", "run_id", "snapshot_id"),
            "made_at",
        ),
        never_change("outreach_approach", "public_id", "previous_id", "made_at"),
        migrations.RunSQL(
            WINDOW_STAYS,
            "DROP TRIGGER window_stays ON outreach_proposal; DROP FUNCTION wall.keep_window(); "
            "DROP FUNCTION wall.year_of_letter(timestamptz)",
        ),
        keep_history("outreach_proposal"),
        keep_history("outreach_approach"),
        keep_no_statistics("outreach_proposal", "event"),
        keep_no_statistics_of_index("proposal_once", 3),
        migrations.RunSQL(
            GUARD_JOBS,
            "DROP TRIGGER guard ON procrastinate_jobs; DROP FUNCTION wall.guard_job()",
        ),
        never_change("procrastinate_jobs", "task_name", "args"),
    ]
