from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0005_exceptionalaccess"),
    ]

    operations = [
        migrations.AddField(
            model_name="exceptionalaccess",
            name="cleared",
            field=models.CharField(blank=True, max_length=500, verbose_name="ce qui est éclairci"),
        ),
        migrations.AddField(
            model_name="exceptionalaccess",
            name="clearer_id",
            field=models.BigIntegerField(null=True, verbose_name="éclairci par"),
        ),
        migrations.AddField(
            model_name="exceptionalaccess",
            name="cleared_at",
            field=models.DateTimeField(null=True, verbose_name="éclairci le"),
        ),
        migrations.AddConstraint(
            model_name="exceptionalaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cleared", ""), ("cleared_at", None), ("clearer_id", None)),
                    models.Q(
                        ("cleared_at__isnull", False),
                        ("clearer_id__isnull", False),
                        ("finding", "questioned"),
                    ),
                    _connector="OR",
                ),
                name="exceptional_cleared_once_questioned",
            ),
        ),
        migrations.AddConstraint(
            model_name="exceptionalaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("clearer_id", None),
                    models.Q(("clearer_id", models.F("staff_id")), _negated=True),
                    _connector="OR",
                ),
                name="exceptional_cleared_by_another",
            ),
        ),
        migrations.AddIndex(
            model_name="exceptionalaccess",
            index=models.Index(
                condition=models.Q(("clearer_id", None), ("finding", "questioned")),
                fields=["id"],
                name="exceptional_questioned",
            ),
        ),
    ]
