"""The rows of a figure are listed where they were on their day."""

from __future__ import annotations

from django.db import migrations

from jalon.steering.migrations.functions.placing import NO_PLACES, PLACES


class Migration(migrations.Migration):
    dependencies = [("steering", "0007_comments_wall")]

    operations = [migrations.RunSQL(PLACES, NO_PLACES)]
