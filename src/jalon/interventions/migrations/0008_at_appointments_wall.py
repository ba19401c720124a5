"""What was said at an appointment is of its family, once its time has come, and stays of it."""

from django.db import migrations

from jalon.audit.wall import keep_once_given

_TABLES = ("advicemeeting", "journalentry", "review", "homevisit")
# Not a key with the family: merged, each row goes to the family that has it by ways of its own.
# Policies are asked first: refused before them, whoever sees no appointment would know by that
# whose it is.
_GUARD = """
CREATE FUNCTION wall.guard_said_at() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.agenda_appointment AS one
        WHERE one.id = NEW.appointment_id AND one.family_id = NEW.family_id
            AND one.starts_at <= now() AND one.state NOT IN ('by_us', 'by_family')
    ) THEN
        RAISE EXCEPTION 'what was said is said at an appointment of the family'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'said_at_its_appointment';
    END IF;
    RETURN NULL;
END $$
"""
_ON = "; ".join(
    f"CREATE TRIGGER said_at AFTER INSERT OR UPDATE OF appointment_id ON interventions_{table} "
    "FOR EACH ROW WHEN (NEW.appointment_id IS NOT NULL) EXECUTE FUNCTION wall.guard_said_at()"
    for table in _TABLES
)
_OFF = "; ".join(f"DROP TRIGGER said_at ON interventions_{table}" for table in _TABLES)


class Migration(migrations.Migration):
    dependencies = [("interventions", "0007_at_appointments")]

    operations = [
        migrations.RunSQL(_GUARD, "DROP FUNCTION wall.guard_said_at()"),
        migrations.RunSQL(_ON, _OFF),
        *(keep_once_given(f"interventions_{table}", "appointment_id") for table in _TABLES),
    ]
