"""Facts are told by right as well."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q

_KNOWN = ["", "channel", "commune", "delay", "event", "mode", "offer", "origin", "outcome"]


class Migration(migrations.Migration):
    # Rights checks are counted from here on.
    dependencies = [("steering", "0002_wall"), ("interventions", "0017_exceptional_wall")]

    operations = [
        migrations.AlterField(
            "fact",
            "breakdown",
            models.CharField(
                blank=True,
                choices=[
                    ("", "Ensemble"),
                    ("commune", "Commune"),
                    ("team", "Équipe"),
                    ("offer", "Offre"),
                    ("event", "Fait générateur"),
                    ("channel", "Voie"),
                    ("origin", "Origine"),
                    ("mode", "Mode"),
                    ("outcome", "Issue"),
                    ("delay", "Délai"),
                    ("right_kind", "Droit"),
                ],
                max_length=10,
                verbose_name="ventilation",
            ),
        ),
        migrations.RemoveConstraint("fact", "fact_breakdown_is_known"),
        migrations.AddConstraint(
            "fact",
            models.CheckConstraint(
                condition=Q(breakdown__in=[*_KNOWN, "right_kind", "team"]),
                name="fact_breakdown_is_known",
            ),
        ),
    ]
