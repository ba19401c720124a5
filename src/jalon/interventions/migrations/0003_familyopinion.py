"""What families say by themselves of a support that is over."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("families", "0003_no_statistics"),
        ("interventions", "0002_wall"),
    ]

    operations = [
        migrations.CreateModel(
            name="FamilyOpinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("step", "Bilan d'étape"),
                            ("closing", "Bilan de fin"),
                            ("later", "Nouvelles, quelques mois après"),
                        ],
                        max_length=10,
                        verbose_name="sorte",
                    ),
                ),
                ("closed_on", models.DateField(verbose_name="accompagnement clos le")),
                (
                    "listened",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("yes", "Oui"),
                            ("rather", "Plutôt oui"),
                            ("rather_not", "Plutôt non"),
                            ("no", "Non"),
                        ],
                        max_length=12,
                        verbose_name="écoutée",
                    ),
                ),
                (
                    "helped",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("yes", "Oui"),
                            ("rather", "Plutôt oui"),
                            ("rather_not", "Plutôt non"),
                            ("no", "Non"),
                        ],
                        max_length=12,
                        verbose_name="aidée",
                    ),
                ),
                (
                    "better",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("yes", "Oui"),
                            ("rather", "Plutôt oui"),
                            ("rather_not", "Plutôt non"),
                            ("no", "Non"),
                        ],
                        max_length=12,
                        verbose_name="va mieux",
                    ),
                ),
                (
                    "returns",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("yes", "Oui"),
                            ("rather", "Plutôt oui"),
                            ("rather_not", "Plutôt non"),
                            ("no", "Non"),
                        ],
                        max_length=12,
                        verbose_name="reviendrait",
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="donné le"
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="families.person",
                        verbose_name="donné avec la date de naissance de",
                    ),
                ),
                (
                    "support",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="interventions.support",
                        verbose_name="accompagnement",
                    ),
                ),
            ],
            options={
                "verbose_name": "avis de la famille",
                "verbose_name_plural": "avis de la famille",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("support", "kind", "closed_on"), name="opinion_once_a_closing"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("better", ""), ("kind", "closing")),
                            models.Q(("kind", "later"), ("listened", "")),
                            _connector="OR",
                        ),
                        name="opinion_of_its_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("better", ""),
                            ("helped", ""),
                            ("listened", ""),
                            ("returns", ""),
                            _negated=True,
                        ),
                        name="opinion_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["closing", "later", "step"])),
                        name="familyopinion_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("listened__in", ["", "no", "rather", "rather_not", "yes"])
                        ),
                        name="familyopinion_listened_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("helped__in", ["", "no", "rather", "rather_not", "yes"])
                        ),
                        name="familyopinion_helped_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("better__in", ["", "no", "rather", "rather_not", "yes"])
                        ),
                        name="familyopinion_better_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returns__in", ["", "no", "rather", "rather_not", "yes"])
                        ),
                        name="familyopinion_returns_is_known",
                    ),
                ],
            },
        ),
    ]
