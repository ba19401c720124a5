"""What workers received and worked is counted for them and for who answers for them."""

from __future__ import annotations

from django.db import migrations

from jalon.steering.migrations.functions.worked import NOT_WORKED, RECEIVED, WORKING_TIMES


class Migration(migrations.Migration):
    dependencies = [
        ("steering", "0008_places_wall"),
        ("interventions", "0017_exceptional_wall"),
    ]

    operations = [
        migrations.RunSQL(RECEIVED, NOT_WORKED),
        migrations.RunSQL(WORKING_TIMES, migrations.RunSQL.noop),
    ]
