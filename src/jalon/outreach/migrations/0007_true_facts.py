"""What is sent and said is told when it happens, in one's own name, and not taken back."""

from django.db import migrations

from jalon.audit.wall import keep_once_given, refuse_changes, signed

_TODAY = "(now() AT TIME ZONE 'Europe/Paris')::date"
_DAY_OF_SENDING = "(NEW.sent_at AT TIME ZONE 'Europe/Paris')::date"
_MADE = "(NEW.made_at AT TIME ZONE 'Europe/Paris')::date"
# The database tells when, and counts: an answer comes after the last one, and a call is of now.
# Two colleagues who write at once have the same number, and one is told of the other.
TELL = f"""
CREATE FUNCTION wall.tell_answer() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today date := {_TODAY};
    begun timestamptz;
BEGIN
    NEW.at := now();
    SELECT coalesce(earlier.made_at, approach.made_at) INTO begun
    FROM public.outreach_approach AS approach
    LEFT JOIN public.outreach_approach AS earlier ON earlier.id = approach.previous_id
    WHERE approach.id = NEW.approach_id;
    IF NEW.number > 1 + (
            SELECT coalesce(max(said.number), 0) FROM public.outreach_answer AS said
            WHERE said.approach_id = NEW.approach_id
        )
        OR NEW.number < 1 OR NEW.said_on > today
        OR NEW.said_on < (begun AT TIME ZONE 'Europe/Paris')::date
        OR NEW.again_on NOT BETWEEN today AND today + 367
    THEN
        RAISE EXCEPTION 'an answer comes after the last one, in its time'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tell BEFORE INSERT ON outreach_answer FOR EACH ROW
WHEN (row_security_active('outreach_answer'::regclass)) EXECUTE FUNCTION wall.tell_answer();

CREATE FUNCTION wall.tell_call() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.made_at := now();
    NEW.sent_at := now();
    NEW.settled_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER tell BEFORE INSERT ON outreach_message FOR EACH ROW
WHEN (NEW.medium IN ('phone', 'visit') AND row_security_active('outreach_message'::regclass))
EXECUTE FUNCTION wall.tell_call()
"""
FIRST_DAY = """
CREATE FUNCTION wall.first_day_of_batch(wanted bigint) RETURNS date LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT dated - 1 FROM public.outreach_batch WHERE id = wanted
$$
"""
# Who sends is the application itself: of a text message or an e-mail, a colleague calls off what
# waits, and nothing more. They post letters, or take them out of the pile, on the days when their
# batch may leave, and note one that came back.
_OUT_OF_TURN = f"""NOT wall.automaton() AND CASE WHEN OLD.medium = 'letter' THEN
    (OLD.sent_at IS NOT NULL OR NEW.state <> 'sent')
        AND NEW.sent_at IS DISTINCT FROM OLD.sent_at
    OR OLD.sent_at IS NULL AND (NEW.sent_at > now() + interval '5 minutes'
        OR {_DAY_OF_SENDING} < wall.first_day_of_batch(NEW.batch_id))
    OR NEW.state <> OLD.state AND NOT (
        OLD.state = 'queued' AND NEW.state IN ('sent', 'cancelled')
        OR OLD.state IN ('sent', 'delivered') AND NEW.state = 'returned'
    )
ELSE
    (NEW.sent_at, NEW.claimed_at, NEW.quiet, NEW.attempts, NEW.due_at, NEW.provider_reference)
        IS DISTINCT FROM
        (OLD.sent_at, OLD.claimed_at, OLD.quiet, OLD.attempts, OLD.due_at, OLD.provider_reference)
    OR NEW.state <> OLD.state
        AND NOT (OLD.state = 'queued' AND NEW.state IN ('cancelled', 'failed'))
END"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0006_own_family")]

    operations = [
        migrations.RunSQL(
            TELL,
            "DROP TRIGGER tell ON outreach_message; DROP TRIGGER tell ON outreach_answer; "
            "DROP FUNCTION wall.tell_call(); DROP FUNCTION wall.tell_answer()",
        ),
        signed("outreach_approach", "ended_by_id"),
        # Somebody else of the family may be written to; that nobody was is a merge's to say.
        refuse_changes(
            *("outreach_approach", "addressee_stays"),
            "OLD.addressee_id IS NOT NULL AND NEW.addressee_id IS NULL",
            "addressee_id",
        ),
        keep_once_given("outreach_approach", "mailed_on", "ended_on", "ended_by_id"),
        refuse_changes(
            "outreach_approach",
            "in_time",
            f"NEW.mailed_on NOT BETWEEN {_MADE} - 1 AND {_TODAY} "
            f"OR OLD.ended_on IS NULL AND NEW.ended_on NOT BETWEEN {_TODAY} - 1 AND {_TODAY} "
            "OR OLD.ended_on IS NOT NULL AND NEW.ending <> OLD.ending",
            *("mailed_on", "ended_on", "ending"),
        ),
        refuse_changes(
            "outreach_proposal",
            "in_time",
            f"NEW.window_ends_on NOT BETWEEN {_MADE} AND {_TODAY} + 367",
            "window_ends_on",
        ),
        signed("outreach_batch", "posted_by_id", "withdrawn_by_id"),
        keep_once_given(
            "outreach_batch",
            *("prepared_at", "posted_on", "posted_by_id", "withdrawn_at", "withdrawn_by_id"),
        ),
        refuse_changes(
            "outreach_batch",
            "in_time",
            f"NEW.posted_on NOT BETWEEN NEW.dated - 1 AND {_TODAY}",
            "posted_on",
        ),
        migrations.RunSQL(FIRST_DAY, "DROP FUNCTION wall.first_day_of_batch(bigint)"),
        refuse_changes(
            *("outreach_message", "in_turn", _OUT_OF_TURN, "state", "sent_at", "claimed_at"),
            *("quiet", "attempts", "due_at", "provider_reference"),
        ),
        keep_once_given("outreach_answer", "dealt_at", "dealt_by_id"),
        refuse_changes(
            "outreach_answer",
            "in_time",
            "abs(extract(epoch FROM NEW.dealt_at - now())) > 300 "
            "OR NEW.dealt_at IS NOT NULL AND NEW.dealt_by_id IS NULL",
            "dealt_at",
        ),
    ]
