"""What is due is found in one reading of each table, where it was by steps before."""

from django.db import migrations

from jalon.audit.migrations.functions.due import FAMILIES_DUE
from jalon.audit.migrations.functions.purging import PURGE_FAMILY


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_clearing")]

    operations = [
        migrations.RunSQL(
            f"{FAMILIES_DUE}; DROP FUNCTION IF EXISTS wall.families_silent(); {PURGE_FAMILY}",
            migrations.RunSQL.noop,
        ),
    ]
