"""What families are told of their appointments is noted, planned and overtaken by the database."""

from django.db import migrations

from jalon.agenda.migrations.functions.notices import NOT_OVERTAKEN, NOTE, OVERTAKEN, PLAN
from jalon.audit.wall import Policy, keep_no_statistics, may, never_change, protect


class Migration(migrations.Migration):
    dependencies = [("agenda", "0004_notices")]

    operations = [
        migrations.RunSQL(
            NOTE,
            "DROP TRIGGER note_of_update ON agenda_appointment; "
            "DROP TRIGGER note_of_insert ON agenda_appointment; "
            "DROP FUNCTION wall.note_notice()",
        ),
        migrations.RunSQL(OVERTAKEN, NOT_OVERTAKEN),
        migrations.RunSQL(
            PLAN,
            "DROP FUNCTION wall.forget_notices(); "
            "DROP FUNCTION wall.plan_notices(integer, text[], text, text, jsonb, jsonb, "
            "timestamptz, integer)",
        ),
        *protect("agenda_notice", Policy(see=may("keep_diaries"))),
        never_change("agenda_notice", "appointment_id"),
        keep_no_statistics("agenda_notice", "kind", "starts_at", "made_at", "settled_at"),
    ]
