"""Keeps no statistics of what names a family or reaches it: estimates would tell them to all."""

from django.db import migrations

from jalon.audit.wall import keep_no_statistics


class Migration(migrations.Migration):
    dependencies = [("families", "0002_wall")]

    operations = [
        keep_no_statistics("families_household", "number"),
        keep_no_statistics(
            "families_person",
            *("register_id", "last_name", "first_name", "birth_date", "death_date"),
            *("search_name", "sounds"),
        ),
        keep_no_statistics(
            "families_contactpoint", "value", "line1", "line2", "postal_code", "city"
        ),
        keep_no_statistics("families_safetyword", "flag", "source", "reason"),
    ]
