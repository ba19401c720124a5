"""When things happen, as the database itself knows it, whatever the hand that writes."""

from typing import Final

# Python counts the days after the transaction began: at midnight, one may be ahead of the other.
_TODAY: Final = "(now() AT TIME ZONE 'Europe/Paris')::date"
_ABOUT_TODAY = f"BETWEEN {_TODAY} - 1 AND {_TODAY} + 1"
# As `terms` has it at most, which a test compares.
_NEWS_WITHIN = "24 months"
# Each day of a support is that of the change of its state, and changes with it alone.
SUPPORT_DAYS = f"""
CREATE FUNCTION wall.guard_support_days() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    again boolean := OLD.state = 'closed' AND NEW.state = 'reopened';
BEGIN
    IF NEW.state = OLD.state
            AND (NEW.suspended_on, NEW.suspension)
                IS DISTINCT FROM (OLD.suspended_on, OLD.suspension)
        OR NEW.closed_on IS DISTINCT FROM OLD.closed_on AND NOT NEW.closed_on {_ABOUT_TODAY}
        OR NEW.suspended_on IS DISTINCT FROM OLD.suspended_on
            AND NOT NEW.suspended_on {_ABOUT_TODAY}
        OR again AND NOT NEW.reopened_on {_ABOUT_TODAY}
        OR NOT again AND NEW.reopened_on IS DISTINCT FROM OLD.reopened_on
        OR NEW.news_on IS DISTINCT FROM OLD.news_on
            AND NOT (NEW.news_on > NEW.closed_on
                AND NEW.news_on <= NEW.closed_on + interval '{_NEWS_WITHIN}')
    THEN
        RAISE EXCEPTION 'what becomes of a support is told on its day'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER in_time BEFORE UPDATE ON interventions_support FOR EACH ROW
WHEN (row_security_active('interventions_support'::regclass))
EXECUTE FUNCTION wall.guard_support_days()
"""
NO_SUPPORT_DAYS = (
    "DROP TRIGGER in_time ON interventions_support; DROP FUNCTION wall.guard_support_days()"
)
# An advice ends on its day, and once it did it stays as it is.
ADVICE_ENDED = (
    "OLD.state = 'closed' AND (NEW.state, NEW.closed_on, NEW.outcome, NEW.other_service) "
    "IS DISTINCT FROM (OLD.state, OLD.closed_on, OLD.outcome, OLD.other_service) "
    f"OR OLD.state <> 'closed' AND NOT NEW.closed_on {_ABOUT_TODAY}"
)
# What is said to have been written at a moment was: by the application, now.
_WRITTEN = (
    *("advicemeeting", "homevisit", "journalentry", "objective", "plannedaction"),
    *("privatenote", "review"),
)
WRITTEN = """
CREATE FUNCTION wall.tell_moment() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.at := now();
    RETURN NEW;
END $$; """ + "; ".join(
    f"CREATE TRIGGER tell_moment BEFORE INSERT ON interventions_{table} FOR EACH ROW "
    f"WHEN (row_security_active('interventions_{table}'::regclass)) "
    "EXECUTE FUNCTION wall.tell_moment()"
    for table in _WRITTEN
)
NOT_WRITTEN = (
    "; ".join(f"DROP TRIGGER tell_moment ON interventions_{table}" for table in _WRITTEN)
    + "; DROP FUNCTION wall.tell_moment()"
)
# Nobody signs tomorrow, nor tells what will have been said then.
_PAST = (
    ("advicemeeting", "held_on"),
    ("contract", "signed_on"),
    ("homevisit", "agreed_on, declined_on, done_on"),
    ("journalentry", '"on"'),
    ("review", "held_on"),
)


def _latest(columns: str) -> str:
    return f"greatest({', '.join(f'NEW.{one}' for one in columns.split(', '))})"


PAST = """
CREATE FUNCTION wall.refuse_tomorrow() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'nobody tells today what happened tomorrow' USING ERRCODE = 'check_violation';
END $$; """ + "; ".join(
    f"CREATE TRIGGER in_time BEFORE INSERT OR UPDATE OF {columns} ON interventions_{table} "
    f"FOR EACH ROW WHEN ({_latest(columns)} > {_TODAY} "
    f"AND row_security_active('interventions_{table}'::regclass)) "
    "EXECUTE FUNCTION wall.refuse_tomorrow()"
    for table, columns in _PAST
)
NOT_PAST = (
    "; ".join(f"DROP TRIGGER in_time ON interventions_{table}" for table, _ in _PAST)
    + "; DROP FUNCTION wall.refuse_tomorrow()"
)
