"""A trial that was kept names no file once two years have gone by."""

from django.db import migrations

from jalon.targeting.migrations.functions.forgetting import FORGET_TRIALS


class Migration(migrations.Migration):
    dependencies = [("targeting", "0008_waves_told")]

    operations = [migrations.RunSQL(FORGET_TRIALS, migrations.RunSQL.noop)]
