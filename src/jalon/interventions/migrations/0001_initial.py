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
                        db_index=False,
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
                "constraints": [
                    models.UniqueConstraint(fields=("id", "family"), name="advice_of_one_family"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("origin", "proposal"),
                                ("proposal__isnull", False),
                                ("referrer", ""),
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
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None),
                            ("closed_on__gte", models.F("opened_on")),
                            _connector="OR",
                        ),
                        name="advice_closed_after_it_opened",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("family", "worker"),
                        name="advice_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["direct", "proposal", "referral"])),
                        name="informationadvice_origin_is_known",
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("other_service__in", ["county", "none", "other", "town", "unknown"])
                        ),
                        name="informationadvice_other_service_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["closed", "open"])),
                        name="informationadvice_state_is_known",
                    ),
                    models.CheckConstraint(
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
                ],
                "indexes": [
                    models.Index(fields=["worker", "-id"], name="advice_of_worker"),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["worker"],
                        name="advice_open",
                    ),
                ],
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
                    "revised_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="repris par",
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(default=1, verbose_name="version du texte"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["face", "phone", "video", "written"])),
                        name="advicemeeting_mode_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JournalEntry",
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
                            ("contact", "Rencontre"),
                            ("call", "Appel"),
                            ("visit", "Visite à domicile"),
                            ("step", "Démarche"),
                            ("letter", "Courrier, courriel"),
                            ("note", "Point de situation"),
                        ],
                        max_length=10,
                        verbose_name="sorte",
                    ),
                ),
                ("on", models.DateField(verbose_name="le")),
                ("text", models.TextField(max_length=8000, verbose_name="texte")),
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
                        related_name="journal",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="journal",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne du journal",
                "verbose_name_plural": "journal",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["call", "contact", "letter", "note", "step", "visit"])
                        ),
                        name="journalentry_kind_is_known",
                    )
                ],
                "indexes": [
                    models.Index(fields=["family", "-on", "-id"], name="journal_of_family")
                ],
            },
        ),
        migrations.CreateModel(
            name="Objective",
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
                    "domain",
                    models.CharField(
                        choices=[
                            ("rights", "Droits"),
                            ("budget", "Budget"),
                            ("housing", "Logement"),
                            ("family", "Famille et enfants"),
                            ("health", "Santé et deuil"),
                            ("work", "Travail et formation"),
                            ("mobility", "Mobilité"),
                            ("digital", "Numérique"),
                        ],
                        max_length=10,
                        verbose_name="domaine",
                    ),
                ),
                ("aim", models.CharField(max_length=300, verbose_name="ce que nous voulons")),
                (
                    "detail",
                    models.TextField(
                        blank=True, max_length=4000, verbose_name="à quoi nous le verrons"
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reached", "Atteint"),
                            ("partly", "Atteint en partie"),
                            ("missed", "Pas atteint"),
                            ("dropped", "Abandonné"),
                        ],
                        max_length=10,
                        verbose_name="résultat",
                    ),
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
            ],
            options={
                "verbose_name": "objectif",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "domain__in",
                                [
                                    "budget",
                                    "digital",
                                    "family",
                                    "health",
                                    "housing",
                                    "mobility",
                                    "rights",
                                    "work",
                                ],
                            )
                        ),
                        name="objective_domain_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("result__in", ["", "dropped", "missed", "partly", "reached"])
                        ),
                        name="objective_result_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrivateNote",
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
                ("text", models.TextField(max_length=8000, verbose_name="note")),
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
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="auteur",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
            ],
            options={
                "verbose_name": "note personnelle",
                "verbose_name_plural": "notes personnelles",
                "indexes": [models.Index(fields=["author", "family"], name="note_of_author")],
            },
        ),
        migrations.CreateModel(
            name="Support",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "En préparation"),
                            ("active", "En cours"),
                            ("suspended", "Suspendu"),
                            ("closed", "Clos"),
                            ("reopened", "Repris"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("drafted_on", models.DateField(verbose_name="préparé le")),
                ("started_on", models.DateField(null=True, verbose_name="commencé le")),
                ("ends_on", models.DateField(null=True, verbose_name="terme du contrat")),
                ("limit_on", models.DateField(null=True, verbose_name="limite")),
                ("next_review_on", models.DateField(null=True, verbose_name="prochain bilan")),
                ("suspended_on", models.DateField(null=True, verbose_name="suspendu le")),
                (
                    "suspension",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("family", "La famille le demande"),
                            ("health", "Santé, hospitalisation"),
                            ("away", "La famille est absente quelque temps"),
                            ("no_news", "Plus de nouvelles pour l'instant"),
                            ("worker", "Absence du travailleur social"),
                        ],
                        max_length=10,
                        verbose_name="cause de suspension",
                    ),
                ),
                ("closed_on", models.DateField(null=True, verbose_name="clos le")),
                (
                    "closing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reached", "Les objectifs sont atteints"),
                            ("term", "Le terme est arrivé"),
                            ("family", "La famille y met fin"),
                            ("relayed", "Un autre service prend le relais"),
                            ("moved", "La famille quitte le département"),
                            ("no_news", "Plus de nouvelles"),
                            ("not_begun", "L'accompagnement n'a pas commencé"),
                        ],
                        max_length=10,
                        verbose_name="motif de fin",
                    ),
                ),
                ("reopened_on", models.DateField(null=True, verbose_name="repris le")),
                ("news_on", models.DateField(null=True, verbose_name="nouvelles à prendre")),
                (
                    "advice",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supports",
                        to="interventions.informationadvice",
                        verbose_name="information-conseil",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supports",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="travailleur social",
                    ),
                ),
            ],
            options={
                "verbose_name": "accompagnement",
                "constraints": [
                    models.UniqueConstraint(fields=("id", "family"), name="support_of_one_family"),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ("draft", "active", "reopened", "suspended"))
                        ),
                        fields=("family",),
                        name="support_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("started_on", None), ("state", "draft")),
                            ("state", "closed"),
                            models.Q(
                                ("ends_on__isnull", False),
                                ("limit_on__isnull", False),
                                ("started_on__isnull", False),
                                ("state__in", ("active", "reopened", "suspended")),
                            ),
                            _connector="OR",
                        ),
                        name="support_goes_on_since_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "suspended"),
                                ("suspended_on__isnull", False),
                                models.Q(("suspension", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "suspended"), _negated=True),
                                ("suspended_on", None),
                                ("suspension", ""),
                            ),
                            _connector="OR",
                        ),
                        name="support_suspended_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_on__isnull", False),
                                ("state", "closed"),
                                models.Q(("closing", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                ("closed_on", None),
                                ("closing", ""),
                                ("news_on", None),
                            ),
                            _connector="OR",
                        ),
                        name="support_closed_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closing", "not_begun"), ("started_on", None)),
                            models.Q(
                                models.Q(("closing", "not_begun"), _negated=True),
                                models.Q(
                                    ("closed_on", None),
                                    ("started_on__isnull", False),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="support_not_begun_or_begun",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "reopened"), _negated=True),
                            ("reopened_on__isnull", False),
                            _connector="OR",
                        ),
                        name="support_reopened_on_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("started_on", None),
                                ("started_on__gte", models.F("drafted_on")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("closed_on", None),
                                ("closed_on__gte", models.F("drafted_on")),
                                _connector="OR",
                            ),
                        ),
                        name="support_days_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("ends_on__lte", models.F("limit_on")),
                            _connector="OR",
                        ),
                        name="support_ends_within_its_limit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["active", "closed", "draft", "reopened", "suspended"])
                        ),
                        name="support_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "suspension__in",
                                ["", "away", "family", "health", "no_news", "worker"],
                            )
                        ),
                        name="support_suspension_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "closing__in",
                                [
                                    "",
                                    "family",
                                    "moved",
                                    "no_news",
                                    "not_begun",
                                    "reached",
                                    "relayed",
                                    "term",
                                ],
                            )
                        ),
                        name="support_closing_is_known",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["worker", "-id"], name="support_of_worker"),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ("draft", "active", "reopened", "suspended"))
                        ),
                        fields=["worker"],
                        name="support_not_over",
                    ),
                    models.Index(
                        condition=models.Q(("news_on__isnull", False)),
                        fields=["worker"],
                        name="support_news_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
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
                ("held_on", models.DateField(verbose_name="le")),
                (
                    "progress",
                    models.TextField(
                        blank=True, max_length=8000, verbose_name="où nous en sommes"
                    ),
                ),
                (
                    "family_view",
                    models.TextField(
                        blank=True, max_length=8000, verbose_name="ce que la famille en dit"
                    ),
                ),
                (
                    "decisions",
                    models.TextField(
                        blank=True, max_length=8000, verbose_name="ce que nous décidons"
                    ),
                ),
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
                (
                    "support",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="interventions.support",
                        verbose_name="accompagnement",
                    ),
                ),
            ],
            options={
                "verbose_name": "bilan",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "closing"),
                            models.Q(("helped", ""), ("listened", ""), ("returns", "")),
                            _connector="OR",
                        ),
                        name="review_opinions_at_the_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["closing", "later", "step"])),
                        name="review_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("listened__in", ["", "no", "rather", "rather_not", "yes"])
                        ),
                        name="review_listened_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("helped__in", ["", "no", "rather", "rather_not", "yes"])
                        ),
                        name="review_helped_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returns__in", ["", "no", "rather", "rather_not", "yes"])
                        ),
                        name="review_returns_is_known",
                    ),
                ],
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
                        db_index=False,
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
                (
                    "objective",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="interventions.objective",
                        verbose_name="objectif",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="réglée par",
                    ),
                ),
                (
                    "support",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="interventions.support",
                        verbose_name="accompagnement",
                    ),
                ),
            ],
            options={
                "verbose_name": "action prévue",
                "verbose_name_plural": "actions prévues",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("settled_by", None), ("settled_on", None), ("state", "todo")
                            ),
                            models.Q(
                                models.Q(("state", "todo"), _negated=True),
                                ("settled_by__isnull", False),
                                ("settled_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="action_settled_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("advice__isnull", False), ("objective", None), ("support", None)
                            ),
                            models.Q(("advice", None), ("support__isnull", False)),
                            _connector="OR",
                        ),
                        name="action_of_one_intervention",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("who__in", ["both", "family", "partner", "worker"])),
                        name="plannedaction_who_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["done", "dropped", "todo"])),
                        name="plannedaction_state_is_known",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "todo")),
                        fields=["family"],
                        name="action_to_do",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="objective",
            name="support",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="objectives",
                to="interventions.support",
                verbose_name="accompagnement",
            ),
        ),
        migrations.CreateModel(
            name="HomeVisit",
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
                    "agreed_on",
                    models.DateField(null=True, verbose_name="la famille est d'accord depuis le"),
                ),
                (
                    "declined_on",
                    models.DateField(null=True, verbose_name="la famille ne veut pas, depuis le"),
                ),
                ("planned_on", models.DateField(null=True, verbose_name="prévue le")),
                (
                    "preparation",
                    models.TextField(blank=True, max_length=4000, verbose_name="à préparer"),
                ),
                (
                    "safety",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="pour votre sécurité"
                    ),
                ),
                ("done_on", models.DateField(null=True, verbose_name="faite le")),
                (
                    "report",
                    models.TextField(blank=True, max_length=8000, verbose_name="compte rendu"),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="notée le"
                    ),
                ),
                (
                    "revised_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="repris par",
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(default=1, verbose_name="version du texte"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="families.family",
                        verbose_name="famille",
                    ),
                ),
                (
                    "support",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="interventions.support",
                        verbose_name="accompagnement",
                    ),
                ),
            ],
            options={
                "verbose_name": "visite à domicile",
                "verbose_name_plural": "visites à domicile",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agreed_on__isnull", False),
                            ("declined_on__isnull", False),
                            _connector="OR",
                        ),
                        name="visit_asked_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("planned_on", None),
                            models.Q(
                                ("agreed_on__isnull", False),
                                ("planned_on__gte", models.F("agreed_on")),
                            ),
                            _connector="OR",
                        ),
                        name="visit_planned_once_agreed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_on", None),
                            models.Q(
                                ("agreed_on__isnull", False),
                                ("declined_on", None),
                                ("done_on__gte", models.F("agreed_on")),
                            ),
                            _connector="OR",
                        ),
                        name="visit_made_once_agreed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Extension",
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
                ("until", models.DateField(verbose_name="jusqu'au")),
                ("why", models.TextField(max_length=2000, verbose_name="pourquoi")),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="demandée le",
                    ),
                ),
                ("granted", models.BooleanField(null=True, verbose_name="accordée")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="décidée le")),
                ("answer", models.TextField(blank=True, max_length=2000, verbose_name="réponse")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandée par",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="décidée par",
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
                    "support",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="interventions.support",
                        verbose_name="accompagnement",
                    ),
                ),
            ],
            options={
                "verbose_name": "prolongation",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at", None), ("decided_by", None), ("granted", None)
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("granted__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="extension_decided_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="extension_decided_by_another",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("granted", None)),
                        fields=("support",),
                        name="extension_asked_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contract",
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
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                (
                    "purpose",
                    models.TextField(
                        blank=True, max_length=4000, verbose_name="ce que nous voulons ensemble"
                    ),
                ),
                (
                    "family_side",
                    models.TextField(
                        blank=True, max_length=4000, verbose_name="la famille s'engage à"
                    ),
                ),
                (
                    "worker_side",
                    models.TextField(
                        blank=True,
                        max_length=4000,
                        verbose_name="le travailleur social s'engage à",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="du")),
                ("ends_on", models.DateField(verbose_name="au")),
                (
                    "made_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="écrit le"
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(default=1, verbose_name="version du texte"),
                ),
                ("signed_on", models.DateField(null=True, verbose_name="signé le")),
                (
                    "signature",
                    models.CharField(
                        blank=True,
                        choices=[("screen", "À l'écran"), ("paper", "Sur papier")],
                        max_length=10,
                        verbose_name="signé",
                    ),
                ),
                (
                    "signatories",
                    models.CharField(blank=True, max_length=200, verbose_name="signé par"),
                ),
                (
                    "scan",
                    models.UUIDField(editable=False, null=True, unique=True, verbose_name="scan"),
                ),
                (
                    "scan_type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("application/pdf", "pdf"),
                            ("image/jpeg", "jpg"),
                            ("image/png", "png"),
                        ],
                        max_length=20,
                        verbose_name="sorte de scan",
                    ),
                ),
                (
                    "scan_size",
                    models.PositiveIntegerField(default=0, verbose_name="octets du scan"),
                ),
                (
                    "scan_sha256",
                    models.CharField(blank=True, max_length=64, verbose_name="empreinte du scan"),
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
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="écrit par",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="et par, pour le service",
                    ),
                ),
                (
                    "support",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="interventions.support",
                        verbose_name="accompagnement",
                    ),
                ),
            ],
            options={
                "verbose_name": "contrat",
                "constraints": [
                    models.UniqueConstraint(fields=("support", "version"), name="contract_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("signed_on", None)),
                        fields=("support",),
                        name="contract_one_to_sign",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("signatories", ""),
                                ("signature", ""),
                                ("signed_by", None),
                                ("signed_on", None),
                            ),
                            models.Q(
                                ("signed_by__isnull", False),
                                ("signed_on__isnull", False),
                                models.Q(("signature", ""), _negated=True),
                                models.Q(("signatories", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="contract_signed_by_both",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("scan__isnull", False),
                                ("scan_sha256__regex", "^[0-9a-f]{64}$"),
                                ("scan_size__gt", 0),
                                ("scan_size__lte", 8388608),
                                ("signature", "paper"),
                                models.Q(("scan_type", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("signature", "paper"), _negated=True),
                                ("scan", None),
                                ("scan_sha256", ""),
                                ("scan_size", 0),
                                ("scan_type", ""),
                            ),
                            _connector="OR",
                        ),
                        name="contract_on_paper_has_its_scan",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gt", models.F("starts_on"))),
                        name="contract_lasts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signature__in", ["", "paper", "screen"])),
                        name="contract_signature_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scan_type__in", ["", "application/pdf", "image/jpeg", "image/png"])
                        ),
                        name="contract_scan_type_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appraisal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "domain",
                    models.CharField(
                        choices=[
                            ("rights", "Droits"),
                            ("budget", "Budget"),
                            ("housing", "Logement"),
                            ("family", "Famille et enfants"),
                            ("health", "Santé et deuil"),
                            ("work", "Travail et formation"),
                            ("mobility", "Mobilité"),
                            ("digital", "Numérique"),
                        ],
                        max_length=10,
                        verbose_name="domaine",
                    ),
                ),
                (
                    "rating",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("well", "Ça va"),
                            ("watch", "À surveiller"),
                            ("hard", "Difficile"),
                            ("urgent", "Urgent"),
                        ],
                        max_length=10,
                        verbose_name="comment ça va",
                    ),
                ),
                (
                    "strengths",
                    models.TextField(blank=True, max_length=8000, verbose_name="appuis"),
                ),
                (
                    "obstacles",
                    models.TextField(blank=True, max_length=8000, verbose_name="freins"),
                ),
                (
                    "income",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=9,
                        null=True,
                        verbose_name="ressources du mois",
                    ),
                ),
                (
                    "charges",
                    models.DecimalField(
                        decimal_places=2, max_digits=9, null=True, verbose_name="charges du mois"
                    ),
                ),
                (
                    "debts",
                    models.DecimalField(
                        decimal_places=2, max_digits=9, null=True, verbose_name="dettes"
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(default=1, verbose_name="version du texte"),
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
                    "support",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appraisals",
                        to="interventions.support",
                        verbose_name="accompagnement",
                    ),
                ),
            ],
            options={
                "verbose_name": "domaine du diagnostic",
                "verbose_name_plural": "domaines du diagnostic",
                "constraints": [
                    models.UniqueConstraint(fields=("support", "domain"), name="appraisal_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("domain", "budget"),
                            models.Q(("charges", None), ("debts", None), ("income", None)),
                            _connector="OR",
                        ),
                        name="appraisal_figures_of_the_budget",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("income", None), ("income__gte", 0), _connector="OR"),
                            models.Q(("charges", None), ("charges__gte", 0), _connector="OR"),
                            models.Q(("debts", None), ("debts__gte", 0), _connector="OR"),
                        ),
                        name="appraisal_figures_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "domain__in",
                                [
                                    "budget",
                                    "digital",
                                    "family",
                                    "health",
                                    "housing",
                                    "mobility",
                                    "rights",
                                    "work",
                                ],
                            )
                        ),
                        name="appraisal_domain_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rating__in", ["", "hard", "urgent", "watch", "well"])
                        ),
                        name="appraisal_rating_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupportEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "En préparation"),
                            ("active", "En cours"),
                            ("suspended", "Suspendu"),
                            ("closed", "Clos"),
                            ("reopened", "Repris"),
                        ],
                        max_length=10,
                        verbose_name="devient",
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=60, verbose_name="pourquoi")),
                ("on", models.DateField(verbose_name="le")),
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
                    "support",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="interventions.support",
                        verbose_name="accompagnement",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="porté par",
                    ),
                ),
            ],
            options={
                "verbose_name": "étape d'un accompagnement",
                "verbose_name_plural": "étapes d'un accompagnement",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["active", "closed", "draft", "reopened", "suspended"])
                        ),
                        name="supportevent_state_is_known",
                    )
                ],
                "indexes": [models.Index(fields=["support", "id"], name="change_of_support")],
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
                        db_index=False,
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
                        db_index=False,
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
        migrations.AddConstraint(
            model_name="objective",
            constraint=models.UniqueConstraint(
                fields=("id", "support"), name="objective_of_one_support"
            ),
        ),
    ]
