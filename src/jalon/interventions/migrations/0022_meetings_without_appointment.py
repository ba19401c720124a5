"""Meetings written without an appointment are found by their day or their family, of all years."""

from __future__ import annotations

from typing import Final

from django.db import migrations, models
from django.db.models import Q

_DAYS: Final = (
    ("advicemeeting", "held_on", "meeting_without_appointment"),
    ("homevisit", "done_on", "visit_without_appointment"),
    ("homevisit", "family", "visit_of_family_without"),
)


class Migration(migrations.Migration):
    dependencies = [("interventions", "0021_days_of_figures")]

    operations = [
        migrations.AddIndex(
            model, models.Index(fields=[day], condition=Q(appointment=None), name=name)
        )
        for model, day, name in _DAYS
    ]
