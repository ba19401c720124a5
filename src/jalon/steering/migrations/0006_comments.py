"""What is said of a report has rows of its own, by chapter and territory, and an author."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_wall"),
        ("steering", "0005_reports_wall"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(model_name="report", name="comments"),
        migrations.AddField(
            model_name="report",
            name="reason",
            field=models.CharField(
                blank=True,
                default="",
                max_length=500,
                verbose_name="ce que cette version corrige",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), ("version", 1)),
                    models.Q(("version__gt", 1), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="report_says_what_it_corrects",
            ),
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chapter", models.CharField(max_length=60, verbose_name="chapitre")),
                ("text", models.TextField(blank=True, verbose_name="texte")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="modifications")),
                (
                    "written_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="écrit le"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="steering.report",
                        verbose_name="rapport",
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
                (
                    "written_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="écrit par",
                    ),
                ),
            ],
            options={
                "verbose_name": "commentaire d'un rapport",
                "verbose_name_plural": "commentaires des rapports",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "chapter", "territory"),
                        name="comment_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
