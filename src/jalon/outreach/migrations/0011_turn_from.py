"""Turns to come are found among all that were."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0010_turn_as_drawn")]

    operations = [
        migrations.AddIndex("turn", models.Index(fields=["from_on"], name="turn_from")),
    ]
