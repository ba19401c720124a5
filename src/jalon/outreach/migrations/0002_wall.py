"""Proposals behind the wall: that one was made is seen by more people than why."""

from django.db import migrations

from jalon.audit.wall import Policy, keep_history, may, protect

_MAKES = may("release_runs")


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial"), ("families", "0002_wall")]

    operations = [
        *protect(
            "outreach_proposal",
            Policy(see=may("see_families"), insert=_MAKES, update=may("see_families")),
        ),
        *protect("outreach_decision", Policy(see=may("see_situations"), insert=_MAKES)),
        keep_history("outreach_proposal"),
    ]
