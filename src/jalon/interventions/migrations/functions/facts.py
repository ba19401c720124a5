"""What is written only while it goes on, by whom, and what the database tells by itself."""

# Who writes late by hand, or by a page that was open, is refused by the pages; SQL is here. What
# follows a support that closed, its reviews and a visit that was made, is still told. Policies are
# asked first: refused before them, whoever reads nothing would know by that what is closed.
GOING = """
CREATE FUNCTION wall.refuse_of_closed_support() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.interventions_support AS one
        WHERE one.id = NEW.support_id AND one.state = 'closed'
    ) THEN
        RAISE EXCEPTION 'nothing is written in what is closed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION wall.refuse_of_closed_advice() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.interventions_informationadvice AS one
        WHERE one.id = NEW.advice_id AND one.state = 'closed'
    ) THEN
        RAISE EXCEPTION 'nothing is written in what is closed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
_HELD = (
    ("appraisal", "INSERT OR UPDATE", "support"),
    ("objective", "INSERT OR UPDATE", "support"),
    ("plannedaction", "INSERT OR UPDATE", "support"),
    ("contract", "INSERT OR UPDATE", "support"),
    ("homevisit", "INSERT", "support"),
    ("extension", "INSERT", "support"),
    ("advicemeeting", "INSERT OR UPDATE", "advice"),
    ("plannedaction", "INSERT", "advice"),
)
HELD = "; ".join(
    f"CREATE TRIGGER while_{of}_goes_on AFTER {event} ON interventions_{table} FOR EACH ROW "
    f"WHEN (row_security_active('interventions_{table}'::regclass)) "
    f"EXECUTE FUNCTION wall.refuse_of_closed_{of}()"
    for table, event, of in _HELD
)
NO_HELD = "; ".join(
    f"DROP TRIGGER while_{of}_goes_on ON interventions_{table}" for table, _, of in _HELD
)
# Two who follow a family write in one text: whose words they were stays, and who came after.
REVISED = """
CREATE FUNCTION wall.note_reviser() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.revised_by_id := coalesce(nullif(wall.person(), NEW.by_id), OLD.revised_by_id);
    RETURN NEW;
END $$;
CREATE TRIGGER note_reviser BEFORE UPDATE ON interventions_advicemeeting FOR EACH ROW
WHEN (row_security_active('interventions_advicemeeting'::regclass))
EXECUTE FUNCTION wall.note_reviser();
CREATE TRIGGER note_reviser BEFORE UPDATE ON interventions_homevisit FOR EACH ROW
WHEN (row_security_active('interventions_homevisit'::regclass))
EXECUTE FUNCTION wall.note_reviser()
"""
NOT_REVISED = (
    "DROP TRIGGER note_reviser ON interventions_homevisit; "
    "DROP TRIGGER note_reviser ON interventions_advicemeeting; DROP FUNCTION wall.note_reviser()"
)
# What happened to a support is what the database saw happen.
EVENTS = """
CREATE FUNCTION wall.tell_support() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.interventions_supportevent
        (support_id, family_id, state, worker_id, why, "on", by_id, at)
    VALUES (
        NEW.id, NEW.family_id, NEW.state, NEW.worker_id,
        CASE WHEN TG_OP = 'UPDATE' AND NEW.state = OLD.state THEN 'handed_over'
            WHEN NEW.state = 'suspended' THEN NEW.suspension
            WHEN NEW.state = 'closed' THEN NEW.closing
            ELSE '' END,
        (now() AT TIME ZONE 'Europe/Paris')::date, wall.person(), now()
    );
    RETURN NULL;
END $$;
CREATE TRIGGER tell_of_insert AFTER INSERT ON interventions_support FOR EACH ROW
WHEN (row_security_active('interventions_support'::regclass))
EXECUTE FUNCTION wall.tell_support();
CREATE TRIGGER tell_of_update AFTER UPDATE OF state, worker_id ON interventions_support
FOR EACH ROW WHEN (
    (NEW.state <> OLD.state OR NEW.worker_id <> OLD.worker_id)
    AND row_security_active('interventions_support'::regclass)
)
EXECUTE FUNCTION wall.tell_support()
"""
NO_EVENTS = (
    "DROP TRIGGER tell_of_update ON interventions_support; "
    "DROP TRIGGER tell_of_insert ON interventions_support; DROP FUNCTION wall.tell_support()"
)
