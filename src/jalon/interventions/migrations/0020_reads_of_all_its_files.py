"""A record tells what was read of the families and files that became one family."""

from django.db import migrations

from jalon.interventions.migrations.functions.records import READS_TOLD


class Migration(migrations.Migration):
    dependencies = [("interventions", "0019_clearing_wall")]

    operations = [migrations.RunSQL(READS_TOLD, migrations.RunSQL.noop)]
