"""What a month counts of interventions is found by its day, among those of all years."""

from typing import Final

from django.db import migrations, models

_DAYS: Final = (
    ("informationadvice", "opened_on", "advice_opened_on"),
    ("informationadvice", "closed_on", "advice_closed_on"),
    ("support", "started_on", "support_started_on"),
    ("supportevent", "on", "change_on"),
)


class Migration(migrations.Migration):
    dependencies = [("interventions", "0020_reads_of_all_its_files")]

    operations = [
        migrations.AddIndex(model, models.Index(fields=[day], name=name))
        for model, day, name in _DAYS
    ]
