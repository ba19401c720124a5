"""Which sentences of a record go, once its texts were read again."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("interventions", "0012_records_wall")]

    operations = [
        migrations.AddField(
            model_name="recordexport",
            name="reading",
            field=models.CharField(
                blank=True, editable=False, max_length=64, verbose_name="textes relus"
            ),
        ),
        migrations.AddField(
            model_name="recordexport",
            name="struck",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64),
                blank=True,
                default=list,
                editable=False,
                size=None,
                verbose_name="passages masqués",
            ),
        ),
    ]
