"""What is written names the appointment at which it was said."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0005_notices_wall"),
        ("families", "0003_no_statistics"),
        ("interventions", "0006_hand_over_wall"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="advicemeeting",
            name="appointment",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agenda.appointment",
                verbose_name="rendez-vous",
            ),
        ),
        migrations.AddField(
            model_name="homevisit",
            name="appointment",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agenda.appointment",
                verbose_name="rendez-vous",
            ),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="appointment",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agenda.appointment",
                verbose_name="rendez-vous",
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="appointment",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agenda.appointment",
                verbose_name="rendez-vous",
            ),
        ),
        migrations.AddIndex(
            model_name="advicemeeting",
            index=models.Index(
                condition=models.Q(("appointment__isnull", False)),
                fields=["appointment"],
                name="meeting_at_appointment",
            ),
        ),
        migrations.AddIndex(
            model_name="homevisit",
            index=models.Index(
                condition=models.Q(("appointment__isnull", False)),
                fields=["appointment"],
                name="visit_at_appointment",
            ),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(
                condition=models.Q(("appointment__isnull", False)),
                fields=["appointment"],
                name="journal_at_appointment",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("appointment__isnull", False)),
                fields=["appointment"],
                name="review_at_appointment",
            ),
        ),
    ]
