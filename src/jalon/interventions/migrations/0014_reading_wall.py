"""Whoever made a record, and leads the family still, says which of its sentences go."""

from django.db import migrations

from jalon.audit.wall import ForApplication, keep_no_statistics, may, mine

_TABLE = "interventions_recordexport"
_OWN = f"{may('work_with_families')} AND {mine('by_id')} AND wall.leads(family_id)"


class Migration(migrations.Migration):
    dependencies = [("interventions", "0013_recordexport_reading")]

    operations = [
        migrations.RunSQL(
            f"CREATE POLICY change ON {_TABLE} FOR UPDATE USING ({_OWN}) WITH CHECK ({_OWN})",
            f"DROP POLICY change ON {_TABLE}",
        ),
        ForApplication(f"GRANT UPDATE (reading, struck) ON {_TABLE} TO {{app}}"),
        keep_no_statistics(_TABLE, "reading", "struck"),
    ]
