"""Records made of families, at whose request."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("families", "0003_no_statistics"),
        ("interventions", "0010_documents_wall"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordExport",
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
                ("asked_on", models.DateField(verbose_name="demandé le")),
                (
                    "identity",
                    models.CharField(
                        choices=[
                            ("paper", "J'ai vu sa pièce d'identité"),
                            ("copy", "J'ai reçu la copie de sa pièce d'identité"),
                            ("known", "Je la connais et l'ai rencontrée"),
                        ],
                        max_length=20,
                        verbose_name="comment la personne est connue",
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="fait le"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="remis par",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="record_exports",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="families.person",
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "verbose_name": "dossier remis",
                "verbose_name_plural": "dossiers remis",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("identity__in", ["copy", "known", "paper"])),
                        name="recordexport_identity_is_known",
                    )
                ],
            },
        ),
    ]
