"""What families are told of their appointments, and when those to come begin."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0003_own_wall"),
        ("directory", "0002_wall"),
        ("families", "0003_no_statistics"),
        ("outreach", "0007_true_facts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
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
                            ("fixed", "Rendez-vous fixé"),
                            ("called_off", "Rendez-vous annulé"),
                            ("upcoming", "Rappel de rendez-vous"),
                        ],
                        max_length=10,
                        verbose_name="avis",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="début du rendez-vous")),
                ("made_at", models.DateTimeField(verbose_name="à dire depuis le")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="réglé le")),
            ],
            options={
                "verbose_name": "avis de rendez-vous",
                "verbose_name_plural": "avis de rendez-vous",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["called_off", "fixed", "upcoming"])),
                        name="notice_kind_is_known",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("state__in", ("proposed", "booked"))),
                fields=["starts_at"],
                name="appointment_to_come",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="appointment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="agenda.appointment",
                verbose_name="rendez-vous",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="message",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outreach.message",
                verbose_name="message",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("settled_at", None)),
                fields=("appointment",),
                name="notice_one_to_tell",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "upcoming")),
                fields=("appointment", "starts_at"),
                name="notice_reminds_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("message", None), ("settled_at__isnull", False), _connector="OR"
                ),
                name="notice_settled_with_its_message",
            ),
        ),
    ]
