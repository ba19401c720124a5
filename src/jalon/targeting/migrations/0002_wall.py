"""Runs behind the wall: made by some, released by others, never edited."""

from django.db import migrations

from jalon.audit.wall import Policy, keep_history, may, never_change, protect

_SEES = may("see_runs")
_MAKES = may("make_runs")
_OWN = "author_id = (SELECT wall.person())"
# What forgets acts for nobody: it deletes what is due, and learns nothing of it.
FORGET = """
CREATE FUNCTION wall.forget_trials() RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM public.targeting_ruletrial
    WHERE kept_at IS NULL AND at < now() - interval '1 day'
$$
"""


class Migration(migrations.Migration):
    dependencies = [("targeting", "0001_initial"), ("directory", "0002_wall")]

    operations = [
        *protect(
            "targeting_targetingrun",
            Policy(
                see=_SEES,
                insert=f"{_MAKES} AND made_by_id = (SELECT wall.person())",
                update=f"({_MAKES} OR {may('release_runs')})",
            ),
        ),
        *protect("targeting_runcount", Policy(see=_SEES, insert=_MAKES, delete=_MAKES)),
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
        migrations.RunSQL(FORGET, "DROP FUNCTION wall.forget_trials()"),
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
