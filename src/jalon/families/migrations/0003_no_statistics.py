"""Keeps no statistics of what names a family or reaches it: estimates would tell them to all."""

from django.db import migrations

from jalon.audit.wall import keep_no_statistics, keep_no_statistics_of_index


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
            *("families_contactpoint", "value", "line1", "line2", "postal_code", "city"),
            "source",
        ),
        keep_no_statistics(
            "families_givencontact", "value", "line1", "line2", "postal_code", "city"
        ),
        keep_no_statistics("families_safetyword", "flag", "source", "reason"),
        keep_no_statistics("families_snapshot", "household", "persons", "events"),
        keep_no_statistics("families_merge", "moved"),
        keep_no_statistics_of_index("household_known_once", 1),
        keep_no_statistics_of_index("person_spellings", 1),
        keep_no_statistics_of_index("person_name_begins", 1),
        keep_no_statistics_of_index("person_register_id", 1),
        keep_no_statistics_of_index("person_born_and_named", 1, 2),
        keep_no_statistics_of_index("person_once_a_household", 2),
        keep_no_statistics_of_index("contact_open_phone", 1),
        keep_no_statistics_of_index("contact_protected_phone", 1),
    ]
