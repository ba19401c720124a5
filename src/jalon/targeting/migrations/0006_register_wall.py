"""What a register holds, behind the wall: written with a run's counts, and gone with the run."""

from django.db import migrations

from jalon.audit.wall import Policy, may, protect
from jalon.targeting.migrations.functions.forgetting import FORGET_RUNS

_MAKES = may("make_runs")
# While the run is computed, by who made it.
_COUNTS = f"""{_MAKES} AND run_id IN (
    SELECT run.id FROM targeting_targetingrun AS run
    WHERE run.state IN ('received', 'checked') AND run.made_by_id = (SELECT wall.person())
)"""


class Migration(migrations.Migration):
    dependencies = [("targeting", "0005_register")]

    operations = [
        *protect(
            "targeting_registercount",
            Policy(see=may("see_runs"), insert=_COUNTS, delete=_COUNTS),
        ),
        migrations.RunSQL(FORGET_RUNS, migrations.RunSQL.noop),
    ]
