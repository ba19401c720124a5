"""Notes that a family's workers leave each other."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("families", "0003_no_statistics"),
        ("interventions", "0004_opinions_wall"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HandOverNote",
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
                ("going_on", models.TextField(max_length=4000, verbose_name="où on en est")),
                (
                    "due",
                    models.TextField(
                        blank=True, max_length=4000, verbose_name="ce qui est à faire"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="écrite le"
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(default=1, verbose_name="version du texte"),
                ),
                ("read_at", models.DateTimeField(null=True, verbose_name="lue le")),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="écrite par",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_over_notes",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
                (
                    "read_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lue par",
                    ),
                ),
            ],
            options={
                "verbose_name": "note de relais",
                "verbose_name_plural": "notes de relais",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("read_at", None), ("read_by", None)),
                            models.Q(("read_at__isnull", False), ("read_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="hand_over_read_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("read_by", None),
                            models.Q(("read_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="hand_over_read_by_another",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("read_by", None)),
                        fields=("family", "by"),
                        name="hand_over_one_waits",
                    ),
                ],
            },
        ),
    ]
