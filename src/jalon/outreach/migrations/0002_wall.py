"""Proposals behind the wall: that one was made is seen by more people than why."""

from django.db import migrations

from jalon.audit.wall import Policy, keep_history, may, protect

_MAKES = may("release_runs")
# What looks for releases left behind acts for nobody: it learns who released which run, no more.
PENDING = """
CREATE FUNCTION wall.releases_to_take_up() RETURNS TABLE (run bigint, releaser bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT run_id, by_id FROM public.targeting_release WHERE taken_up_at IS NULL
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0001_initial"),
        ("families", "0002_wall"),
        ("targeting", "0002_wall"),
    ]

    operations = [
        migrations.RunSQL(PENDING, "DROP FUNCTION wall.releases_to_take_up()"),
        *protect(
            "outreach_proposal",
            Policy(see=may("see_families"), insert=_MAKES, update=may("see_families")),
        ),
        *protect("outreach_decision", Policy(see=may("see_situations"), insert=_MAKES)),
        keep_history("outreach_proposal"),
    ]
