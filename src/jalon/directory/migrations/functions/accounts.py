"""What may change of an account, its links and its second factors."""

GUARD_STAFF = """
CREATE FUNCTION wall.guard_staff() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    allowed text[] := '{}';
    refused text;
BEGIN
    -- The owner of the schema, and the functions that act as the owner, know what they do.
    IF NOT row_security_active(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF wall.person() IS NULL OR wall.person() = OLD.id THEN
        allowed := allowed || '{last_login}';
    END IF;
    IF wall.person() = OLD.id THEN
        allowed := allowed || '{password}';
    END IF;
    IF wall.may('manage_staff') THEN
        allowed := allowed || '{email, first_name, last_name, team_id, working_time}';
        IF wall.person() <> OLD.id THEN
            allowed := allowed || '{is_active}';
        END IF;
    END IF;
    SELECT key INTO refused FROM jsonb_each(to_jsonb(NEW)) AS now (key, value)
    WHERE value IS DISTINCT FROM to_jsonb(OLD) -> key AND NOT key = ANY (allowed) LIMIT 1;
    IF refused IS NOT NULL THEN
        RAISE EXCEPTION 'column % of this account is not yours to change', refused
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Opened again, an account has none of the sessions it was closed with.
    IF NEW.is_active <> OLD.is_active THEN
        NEW.generation := OLD.generation + 1;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON directory_staffmember
FOR EACH ROW EXECUTE FUNCTION wall.guard_staff()
"""
INVITATIONS = """
CREATE FUNCTION wall.accept_invitation(token text, hashed text) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    invited bigint;
    giver bigint;
BEGIN
    UPDATE public.directory_invitation AS invitation SET used_at = now()
    FROM public.directory_staffmember AS member
    WHERE invitation.token_hash = encode(sha256(convert_to(token, 'UTF8')), 'hex')
        AND invitation.used_at IS NULL AND invitation.expires_at > now()
        AND member.id = invitation.member_id AND member.is_active AND NOT member.is_demo
    RETURNING member.id, invitation.created_by_id INTO invited, giver;
    UPDATE public.directory_staffmember SET password = hashed WHERE id = invited;
    -- Whoever made the link could have kept it: a manager asks the person who came in.
    IF giver IS NOT NULL THEN
        PERFORM wall.suspend_roles(invited, false);
    END IF;
    RETURN invited;
END $$
"""
SECOND_FACTORS = """
CREATE FUNCTION wall.second_factors(member bigint) RETURNS integer LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*)::integer FROM public.mfa_authenticator
    WHERE user_id = member AND type IN ('totp', 'webauthn')
        AND (member = wall.person() OR wall.may('manage_staff') OR wall.manages(member))
$$;

CREATE FUNCTION wall.remove_second_factors(member bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT wall.may('manage_staff') OR member = wall.person() THEN
        RAISE EXCEPTION 'only whoever manages staff, and never for oneself'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM wall.suspend_roles(member, false);
END $$;

CREATE FUNCTION wall.guard_second_factor() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Before sign-in is over, a second factor is used, not changed: of recovery codes, one more
    -- is marked as used.
    IF row_security_active(TG_RELID) AND wall.person() IS NULL AND (
        to_jsonb(NEW) - '{last_used_at, data}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{last_used_at, data}'::text[]
        OR NEW.data - 'used_mask' IS DISTINCT FROM OLD.data - 'used_mask'
        OR (NEW.data IS DISTINCT FROM OLD.data AND OLD.type <> 'recovery_codes')
        OR (OLD.data ->> 'used_mask')::bigint
            & ~coalesce((NEW.data ->> 'used_mask')::bigint, 0) <> 0
    ) THEN
        RAISE EXCEPTION 'a second factor is changed by its owner'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON mfa_authenticator
FOR EACH ROW EXECUTE FUNCTION wall.guard_second_factor()
"""
