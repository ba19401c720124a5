"""What may follow what in the life of a support, whoever writes it, and who carries it."""

# As `transitions.TRANSITIONS`, which a test compares; the owner, who makes a demonstration, may
# do otherwise. Who manages a worker changes whom a support is carried by, and nothing else.
GUARD = """
CREATE FUNCTION wall.support_may_become(was text, becomes text) RETURNS boolean
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT (was, becomes) IN (
        ('draft', 'active'), ('draft', 'closed'),
        ('active', 'suspended'), ('active', 'closed'),
        ('suspended', 'active'), ('suspended', 'reopened'), ('suspended', 'closed'),
        ('reopened', 'suspended'), ('reopened', 'closed'),
        ('closed', 'reopened')
    )
$$;

CREATE FUNCTION wall.guard_support() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT row_security_active(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'a support begins as a draft' USING ERRCODE = 'check_violation';
        END IF;
        IF num_nonnulls(NEW.started_on, NEW.ends_on, NEW.limit_on) > 0 THEN
            RAISE EXCEPTION 'a draft has neither a beginning nor a limit'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.worker_id <> OLD.worker_id AND NOT wall.may_name_lead(NEW.worker_id) THEN
        RAISE EXCEPTION 'a manager says who carries a support'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF to_jsonb(NEW) - 'worker_id' IS DISTINCT FROM to_jsonb(OLD) - 'worker_id'
        AND OLD.id NOT IN (SELECT wall.supports_read())
    THEN
        RAISE EXCEPTION 'who does not follow the family changes nothing else'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.state = 'closed' AND NEW.state = 'closed' AND (
        to_jsonb(NEW) - '{worker_id,news_on}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{worker_id,news_on}'::text[]
        OR NEW.news_on IS NOT NULL AND NEW.news_on IS DISTINCT FROM OLD.news_on
    ) THEN
        RAISE EXCEPTION 'of a support that is closed, the news are taken and nothing else changes'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state THEN
        IF NOT wall.support_may_become(OLD.state, NEW.state) THEN
            RAISE EXCEPTION 'a support that is % does not become %', OLD.state, NEW.state
                USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.state = 'draft' AND NEW.state = 'active' AND NOT EXISTS (
            SELECT FROM public.interventions_contract AS contract
            WHERE contract.support_id = OLD.id AND contract.signed_on IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'a support begins with a contract that both signed'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.state = 'reopened' AND OLD.started_on IS NULL THEN
            RAISE EXCEPTION 'what never began is not taken up again'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF OLD.limit_on IS NULL AND num_nonnulls(NEW.started_on, NEW.ends_on, NEW.limit_on) > 0
        AND NOT coalesce(
            OLD.state = 'draft' AND NEW.state = 'active'
            AND NEW.started_on <= (now() AT TIME ZONE 'Europe/Paris')::date
            AND NEW.limit_on <= NEW.started_on + interval '1 year'
            AND NEW.ends_on <= NEW.limit_on,
            false
        )
    THEN
        RAISE EXCEPTION 'a support begins today at the latest, and lasts a year at most'
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.started_on IS NOT NULL AND NEW.started_on IS DISTINCT FROM OLD.started_on
        OR OLD.limit_on IS NOT NULL AND NEW.limit_on IS DISTINCT FROM OLD.limit_on
    THEN
        RAISE EXCEPTION 'a support lasts a year, or longer where a manager agreed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON interventions_support
FOR EACH ROW EXECUTE FUNCTION wall.guard_support()
"""
NO_GUARD = (
    "DROP TRIGGER guard ON interventions_support; DROP FUNCTION wall.guard_support(); "
    "DROP FUNCTION wall.support_may_become(text, text)"
)
# The limit moves with a manager's agreement, by the database alone; a decision is not taken back.
EXTEND = """
CREATE FUNCTION wall.extend_support() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.interventions_support AS support
    SET limit_on = greatest(support.limit_on, NEW.until) WHERE support.id = NEW.support_id;
    RETURN NULL;
END $$;
CREATE TRIGGER extend AFTER UPDATE OF granted ON interventions_extension
FOR EACH ROW WHEN (OLD.granted IS NULL AND NEW.granted)
EXECUTE FUNCTION wall.extend_support()
"""
NO_EXTEND = "DROP TRIGGER extend ON interventions_extension; DROP FUNCTION wall.extend_support()"
# What both signed is what both keep.
FREEZE = """
CREATE FUNCTION wall.freeze_contract() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF to_jsonb(NEW) - 'family_id' IS DISTINCT FROM to_jsonb(OLD) - 'family_id' THEN
        RAISE EXCEPTION 'a contract that both signed never changes: a new version amends it'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE ON interventions_contract
FOR EACH ROW WHEN (OLD.signed_on IS NOT NULL) EXECUTE FUNCTION wall.freeze_contract()
"""
NO_FREEZE = "DROP TRIGGER frozen ON interventions_contract; DROP FUNCTION wall.freeze_contract()"
