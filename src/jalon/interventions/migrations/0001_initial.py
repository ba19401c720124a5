import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("families", "0003_no_statistics"),
        ("outreach", "0007_true_facts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InformationAdvice",
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
                    "origin",
                    models.CharField(
                        choices=[
                            ("proposal", "Une proposition faite à la famille"),
                            ("referral", "Une orientation"),
                            ("direct", "La famille, d'elle-même"),
                        ],
                        max_length=20,
                        verbose_name="origine",
                    ),
                ),
                (
                    "referrer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("social_service", "Un autre service social"),
                            ("benefits", "Un service de la Caf"),
                            ("town", "Une mairie, un CCAS"),
                            ("landlord", "Un bailleur"),
                            ("school", "Une école, une crèche"),
                            ("health", "Un professionnel de santé"),
                            ("other", "Quelqu'un d'autre"),
                        ],
                        max_length=20,
                        verbose_name="orientée par",
                    ),
                ),
                (
                    "other_service",
                    models.CharField(
                        choices=[
                            ("unknown", "Pas encore demandé"),
                            ("none", "Non"),
                            ("county", "Oui, par le service social du département"),
                            ("town", "Oui, par la commune (CCAS)"),
                            ("other", "Oui, par un autre service"),
                        ],
                        default="unknown",
                        max_length=20,
                        verbose_name="suivie ailleurs",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Ouverte"), ("closed", "Close")],
                        default="open",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("opened_on", models.DateField(verbose_name="ouverte le")),
                ("closed_on", models.DateField(null=True, verbose_name="close le")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("needs_met", "La famille a ce qu'il lui fallait"),
                            ("support_accepted", "Accompagnement proposé, et accepté"),
                            ("support_declined", "Accompagnement proposé, et décliné"),
                            ("referred", "Orientée vers un autre service"),
                            ("no_contact", "Plus de nouvelles"),
                        ],
                        max_length=20,
                        verbose_name="issue",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advices",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.proposal",
                        verbose_name="proposition",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="travailleur social",
                    ),
                ),
            ],
            options={
                "verbose_name": "information-conseil",
                "verbose_name_plural": "informations-conseils",
            },
        ),
        migrations.CreateModel(
            name="AdviceMeeting",
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
                ("held_on", models.DateField(verbose_name="le")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("face", "En face à face"),
                            ("phone", "Au téléphone"),
                            ("video", "En visio"),
                            ("written", "Par écrit"),
                        ],
                        max_length=10,
                        verbose_name="comment",
                    ),
                ),
                (
                    "asked",
                    models.TextField(
                        blank=True, max_length=8000, verbose_name="ce que la famille demande"
                    ),
                ),
                (
                    "told",
                    models.TextField(
                        blank=True, max_length=8000, verbose_name="ce qui lui est dit"
                    ),
                ),
                (
                    "advised",
                    models.TextField(
                        blank=True, max_length=8000, verbose_name="ce qui lui est conseillé"
                    ),
                ),
                (
                    "agreed",
                    models.TextField(
                        blank=True, max_length=8000, verbose_name="ce qui est convenu"
                    ),
                ),
                (
                    "handed",
                    models.TextField(blank=True, max_length=2000, verbose_name="documents remis"),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="noté le"
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(default=1, verbose_name="version du texte"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
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
                    "advice",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="interventions.informationadvice",
                        verbose_name="information-conseil",
                    ),
                ),
            ],
            options={
                "verbose_name": "entretien",
            },
        ),
        migrations.CreateModel(
            name="PlannedAction",
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
                ("what", models.CharField(max_length=300, verbose_name="quoi")),
                (
                    "who",
                    models.CharField(
                        choices=[
                            ("family", "La famille"),
                            ("worker", "Le travailleur social"),
                            ("both", "Ensemble"),
                            ("partner", "Un partenaire"),
                        ],
                        max_length=10,
                        verbose_name="qui",
                    ),
                ),
                ("due_on", models.DateField(null=True, verbose_name="avant le")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("todo", "À faire"),
                            ("done", "Faite"),
                            ("dropped", "Abandonnée"),
                        ],
                        default="todo",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="notée le"
                    ),
                ),
                ("settled_on", models.DateField(null=True, verbose_name="réglée le")),
                (
                    "advice",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="interventions.informationadvice",
                        verbose_name="information-conseil",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="notée par",
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
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="réglée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "action prévue",
                "verbose_name_plural": "actions prévues",
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form", models.CharField(max_length=80, verbose_name="formulaire")),
                ("content", models.JSONField(verbose_name="texte")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="gardé le")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="auteur",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
            ],
            options={
                "verbose_name": "brouillon",
                "constraints": [
                    models.UniqueConstraint(fields=("author", "form"), name="draft_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Follower",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField(verbose_name="depuis le")),
                ("until", models.DateField(null=True, verbose_name="jusqu'au")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="partagée par",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followers",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="collègue",
                    ),
                ),
            ],
            options={
                "verbose_name": "collègue associé",
                "verbose_name_plural": "collègues associés",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="follower_ends_after_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by", models.F("worker")), _negated=True),
                        name="follower_by_another",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("family", "worker"),
                        name="follower_once",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="informationadvice",
            index=models.Index(fields=["worker", "-id"], name="advice_of_worker"),
        ),
        migrations.AddIndex(
            model_name="informationadvice",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["worker"], name="advice_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="informationadvice",
            constraint=models.UniqueConstraint(
                fields=("id", "family"), name="advice_of_one_family"
            ),
        ),
        migrations.AddConstraint(
            model_name="informationadvice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("origin", "proposal"), ("proposal__isnull", False), ("referrer", "")
                    ),
                    models.Q(
                        ("origin", "referral"),
                        ("proposal", None),
                        models.Q(("referrer", ""), _negated=True),
                    ),
                    models.Q(("origin", "direct"), ("proposal", None), ("referrer", "")),
                    _connector="OR",
                ),
                name="advice_says_where_from",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationadvice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_on", None), ("outcome", ""), ("state", "open")),
                    models.Q(
                        ("closed_on__isnull", False),
                        ("state", "closed"),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="advice_closed_with_an_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationadvice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_on", None), ("closed_on__gte", models.F("opened_on")), _connector="OR"
                ),
                name="advice_closed_after_it_opened",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationadvice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("family", "worker"),
                name="advice_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationadvice",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["direct", "proposal", "referral"])),
                name="informationadvice_origin_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationadvice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "referrer__in",
                        [
                            "",
                            "benefits",
                            "health",
                            "landlord",
                            "other",
                            "school",
                            "social_service",
                            "town",
                        ],
                    )
                ),
                name="informationadvice_referrer_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationadvice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("other_service__in", ["county", "none", "other", "town", "unknown"])
                ),
                name="informationadvice_other_service_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationadvice",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["closed", "open"])),
                name="informationadvice_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationadvice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "",
                            "needs_met",
                            "no_contact",
                            "referred",
                            "support_accepted",
                            "support_declined",
                        ],
                    )
                ),
                name="informationadvice_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="advicemeeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode__in", ["face", "phone", "video", "written"])),
                name="advicemeeting_mode_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="plannedaction",
            index=models.Index(
                condition=models.Q(("state", "todo")), fields=["family"], name="action_to_do"
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_by", None), ("settled_on", None), ("state", "todo")),
                    models.Q(
                        models.Q(("state", "todo"), _negated=True),
                        ("settled_by__isnull", False),
                        ("settled_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="action_settled_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("who__in", ["both", "family", "partner", "worker"])),
                name="plannedaction_who_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["done", "dropped", "todo"])),
                name="plannedaction_state_is_known",
            ),
        ),
    ]
