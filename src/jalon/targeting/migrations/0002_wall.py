"""Runs behind the wall: made by some, released by others, never edited."""

from django.db import migrations

from jalon.audit.wall import Policy, keep_history, may, never_change, protect

_SEES = may("see_runs")
_MAKES = may("make_runs")
_OWN = "author_id = (SELECT wall.person())"


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
            "targeting_ruledraft",
            Policy(see=_SEES, insert=f"{may('try_rules')} AND {_OWN}", delete=_OWN),
        ),
        # Who made a run may not have become another when it is released.
        never_change(
            "targeting_targetingrun", "public_id", "month", "profile", "made_by_id", "made_at"
        ),
        never_change(
            "targeting_release", "run_id", "offer", "area_id", "by_id", "made_by_id", "at"
        ),
        keep_history("targeting_targetingrun"),
        keep_history("targeting_release"),
    ]
