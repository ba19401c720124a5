"""Draws behind the wall: written by who releases, before anybody is contacted, and for good."""

from django.db import migrations

from jalon.audit.wall import Policy, keep_history, may, never_change, protect

# Of what one has just released, and nobody took up yet.
_OWN = """EXISTS (
    SELECT FROM targeting_release AS given
    WHERE given.id = targeting_draw.release_id AND given.by_id = (SELECT wall.person())
        AND given.taken_up_at IS NULL
        AND targeting_draw.at BETWEEN given.at - interval '1 minute'
            AND given.at + interval '1 hour'
)"""


class Migration(migrations.Migration):
    dependencies = [("targeting", "0003_draw")]

    operations = [
        *protect(
            "targeting_draw",
            Policy(
                see=may("see_runs"),
                insert=f"{may('release_runs')} AND by_id = (SELECT wall.person()) AND {_OWN}",
            ),
        ),
        never_change(
            "targeting_draw", "release_id", "by_id", "at", "seed", "waves", "days_between"
        ),
        keep_history("targeting_draw"),
    ]
