"""Facts are written by the functions that count months, and read by whoever steers."""

from django.db import migrations

from jalon.audit.wall import Policy, may, protect
from jalon.steering.facts.counting import counting
from jalon.steering.migrations.functions.reckoning import (
    DIFFERENCES,
    NO_RECKONING,
    PENDING,
    RECKON,
)

# Commands tell what they counted: the application reads its own counts.
_STEERS = Policy(see=f"{may('see_figures')} OR (SELECT wall.automaton())")


class Migration(migrations.Migration):
    # What is counted is of every room below.
    dependencies = [
        ("steering", "0001_initial"),
        ("interventions", "0012_records_wall"),
        ("agenda", "0005_notices_wall"),
        ("audit", "0004_purge_wall"),
    ]

    operations = [
        migrations.RunSQL(counting(), NO_RECKONING),
        migrations.RunSQL(DIFFERENCES, migrations.RunSQL.noop),
        migrations.RunSQL(RECKON, migrations.RunSQL.noop),
        migrations.RunSQL(PENDING, migrations.RunSQL.noop),
        *protect("steering_reckoning", _STEERS),
        *protect("steering_fact", _STEERS),
    ]
