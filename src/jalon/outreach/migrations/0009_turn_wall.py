"""Turns behind the wall: written with their proposals, as the draw has it, and never changed."""

from django.db import migrations

from jalon.audit.wall import Policy, may, never_change, protect

# Of a proposal of what was drawn, while it is taken up; a wave has the day that its draw gives it.
_AS_DRAWN = """EXISTS (
    SELECT FROM targeting_draw AS drawn
    JOIN targeting_release AS given ON given.id = drawn.release_id
    JOIN outreach_proposal AS made ON made.run_id = given.run_id AND made.offer = given.offer
    CROSS JOIN LATERAL (SELECT (drawn.at AT TIME ZONE 'Europe/Paris')::date AS first) AS day
    WHERE drawn.id = outreach_turn.draw_id AND made.id = outreach_turn.proposal_id
        AND given.taken_up_at IS NULL AND outreach_turn.drawn_on = day.first
        AND outreach_turn.wave BETWEEN 1 AND drawn.waves
        AND outreach_turn.from_on = day.first + (outreach_turn.wave - 1) * drawn.days_between
)"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0008_turn"), ("targeting", "0004_draw_wall")]

    operations = [
        *protect(
            "outreach_turn",
            Policy(
                see=may("see_families"),
                insert=f"{may('release_runs')} AND {_AS_DRAWN}",
            ),
        ),
        never_change(
            *("outreach_turn", "proposal_id", "draw_id", "drawn_on", "rank", "wave", "from_on")
        ),
    ]
