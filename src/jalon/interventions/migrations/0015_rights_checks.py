"""Rights checks, and what became of the rights that they found."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("families", "0003_no_statistics"),
        ("interventions", "0014_reading_wall"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RightsCheck",
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
                ("month", models.CharField(max_length=7, verbose_name="mois du calcul")),
                ("said", models.JSONField(verbose_name="ce qui est dit")),
                ("otherwise", models.JSONField(default=list, verbose_name="autres situations")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="ouvert le"
                    ),
                ),
                ("asked_at", models.DateTimeField(null=True, verbose_name="calcul demandé le")),
                (
                    "problem",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="ce qui empêche le calcul"
                    ),
                ),
                ("result", models.JSONField(null=True, verbose_name="résultat")),
                (
                    "computed_with",
                    models.CharField(blank=True, max_length=40, verbose_name="version du modèle"),
                ),
                ("computed_at", models.DateTimeField(null=True, verbose_name="calculé le")),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rights_checks",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="travailleur social",
                    ),
                ),
            ],
            options={
                "verbose_name": "rendez-vous des droits",
                "verbose_name_plural": "rendez-vous des droits",
            },
        ),
        migrations.CreateModel(
            name="RightsClaim",
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
                        choices=[
                            ("AF", "Allocations familiales"),
                            ("CF", "Complément familial"),
                            ("ASF", "Allocation de soutien familial"),
                            ("PAJE", "Allocation de base du jeune enfant (Paje)"),
                            ("ARS", "Allocation de rentrée scolaire"),
                            ("AEEH", "Allocation d'éducation de l'enfant handicapé"),
                            ("RSA", "Revenu de solidarité active"),
                            ("PPA", "Prime d'activité"),
                            ("AL", "Aide au logement"),
                            ("AAH", "Allocation aux adultes handicapés"),
                            ("CSS", "Complémentaire santé solidaire gratuite"),
                        ],
                        max_length=10,
                        verbose_name="droit",
                    ),
                ),
                ("claimed_on", models.DateField(verbose_name="demandé le")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("claimed", "Demandé"),
                            ("granted", "Accordé"),
                            ("refused", "Refusé"),
                        ],
                        default="claimed",
                        max_length=10,
                        verbose_name="suite",
                    ),
                ),
                ("decided_on", models.DateField(null=True, verbose_name="décidé le")),
                (
                    "decided_at",
                    models.DateTimeField(null=True, verbose_name="décision notée le"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="décision notée par",
                    ),
                ),
                (
                    "euros",
                    models.DecimalField(
                        decimal_places=2, max_digits=9, null=True, verbose_name="montant accordé"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="noté le"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noté par",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
                (
                    "rights_check",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="interventions.rightscheck",
                        verbose_name="rendez-vous des droits",
                    ),
                ),
            ],
            options={
                "verbose_name": "droit demandé",
                "verbose_name_plural": "droits demandés",
            },
        ),
        migrations.AddIndex(
            model_name="rightscheck",
            index=models.Index(fields=["worker"], name="rights_check_of_worker"),
        ),
        migrations.AddConstraint(
            model_name="rightscheck",
            constraint=models.UniqueConstraint(
                fields=("id", "family"), name="rights_check_of_one_family"
            ),
        ),
        migrations.AddConstraint(
            model_name="rightscheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__regex", "^\\d{4}-(0[1-9]|1[0-2])$")),
                name="rights_check_of_a_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightscheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("computed_at", None), ("computed_with", ""), ("result__isnull", True)
                    ),
                    models.Q(
                        ("asked_at__isnull", False),
                        ("computed_at__isnull", False),
                        ("result__isnull", False),
                        ("problem", ""),
                        models.Q(("computed_with", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="rights_check_computed_as_a_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsclaim",
            constraint=models.UniqueConstraint(
                fields=("rights_check", "kind"), name="rights_claim_once_a_check"
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_on", None), ("euros", None), ("state", "claimed")),
                    models.Q(
                        ("decided_on__isnull", False), ("euros__gte", 0), ("state", "granted")
                    ),
                    models.Q(("decided_on__isnull", False), ("euros", None), ("state", "refused")),
                    _connector="OR",
                ),
                name="rights_claim_decided_as_a_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_on", None),
                    ("decided_on__gte", models.F("claimed_on")),
                    _connector="OR",
                ),
                name="rights_claim_decided_after_claimed",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "AAH",
                            "AEEH",
                            "AF",
                            "AL",
                            "ARS",
                            "ASF",
                            "CF",
                            "CSS",
                            "PAJE",
                            "PPA",
                            "RSA",
                        ],
                    )
                ),
                name="rightsclaim_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["claimed", "granted", "refused"])),
                name="rightsclaim_state_is_known",
            ),
        ),
    ]
