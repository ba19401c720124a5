"""Quarterly and yearly reports."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_wall"),
        ("steering", "0003_by_right"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="référence"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("quarter", "Revue trimestrielle"), ("year", "Rapport annuel")],
                        max_length=10,
                        verbose_name="sorte",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("quarter", models.PositiveSmallIntegerField(default=0, verbose_name="trimestre")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="version")),
                (
                    "drafted_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="préparé le",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="modifications")),
                ("comments", models.JSONField(default=dict, verbose_name="commentaires")),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="chiffres demandés le"
                    ),
                ),
                (
                    "problem",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="ce qui empêche les chiffres"
                    ),
                ),
                ("content", models.JSONField(null=True, verbose_name="chiffres")),
                ("counted_at", models.DateTimeField(null=True, verbose_name="chiffres repris le")),
                ("adopted_at", models.DateTimeField(null=True, verbose_name="adopté le")),
                (
                    "adopted_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="adopté par",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="préparé par",
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.territory",
                        verbose_name="territoire",
                    ),
                ),
            ],
            options={
                "verbose_name": "rapport",
                "verbose_name_plural": "rapports",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "year", "quarter", "territory", "version"),
                        name="report_version_once",
                        nulls_distinct=False,
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("adopted_at", None)),
                        fields=("kind", "year", "quarter", "territory"),
                        name="report_one_draft",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "quarter"), ("quarter__gte", 1), ("quarter__lte", 4)
                            ),
                            models.Q(("kind", "year"), ("quarter", 0)),
                            _connector="OR",
                        ),
                        name="report_of_a_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("content__isnull", True), ("counted_at", None)),
                            models.Q(("content__isnull", False), ("counted_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="report_counted_as_a_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("adopted_at", None), ("adopted_by", None)),
                            models.Q(
                                ("adopted_at__isnull", False),
                                ("adopted_by__isnull", False),
                                ("content__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="report_adopted_as_a_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["quarter", "year"])),
                        name="report_kind_is_known",
                    ),
                ],
            },
        ),
    ]
