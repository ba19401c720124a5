"""What outlives a family names its files no more."""

from django.db import migrations

from jalon.audit.migrations.functions.purging import PURGE_FAMILY
from jalon.audit.migrations.functions.striking import NO_STRIKING, STRIKING


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_due_in_one_reading")]

    operations = [
        migrations.RunSQL(STRIKING, NO_STRIKING),
        migrations.RunSQL(
            "ALTER TABLE wall.retention ADD COLUMN struck text",
            "ALTER TABLE wall.retention DROP COLUMN struck",
        ),
        migrations.RunSQL(PURGE_FAMILY, migrations.RunSQL.noop),
    ]
