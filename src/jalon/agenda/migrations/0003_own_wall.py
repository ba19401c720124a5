"""A family chooses, confirms and calls off its appointments by itself, through functions alone."""

from django.db import migrations

from jalon.agenda.migrations.functions.own import (
    OWN_TIMES,
    REPLY_DIARY,
    SETTLE_TIME,
    TAKE_TIME,
)


class Migration(migrations.Migration):
    dependencies = [("agenda", "0002_wall")]

    operations = [
        migrations.RunSQL(
            OWN_TIMES,
            "DROP FUNCTION wall.own_times(bigint, jsonb); "
            "DROP FUNCTION wall.own_workers(bigint, date, date); "
            "DROP FUNCTION wall.check_asked(jsonb)",
        ),
        migrations.RunSQL(
            REPLY_DIARY,
            "DROP FUNCTION wall.reply_diary(text, integer, integer, bytea, jsonb); "
            "DROP FUNCTION wall.needs_a_person(bigint)",
        ),
        migrations.RunSQL(
            TAKE_TIME,
            "DROP FUNCTION wall.take_time(text, integer, integer, bytea, bigint, timestamptz, "
            "jsonb)",
        ),
        migrations.RunSQL(
            SETTLE_TIME,
            "DROP FUNCTION wall.settle_time(text, integer, integer, bytea, text, timestamptz, "
            "integer, interval, text)",
        ),
    ]
