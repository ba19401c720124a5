"""How a role takes effect, and stops as soon as its account could have changed hands."""

# Who keeps the accounts could invent a person, give them a role and choose their password, or take
# a colleague's account over: what a role shows is shown once a manager knows who is behind it.
CONFIRMING = """
CREATE FUNCTION wall.may_confirm(given bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.directory_rolegrant AS waiting
        WHERE waiting.id = given AND waiting.member_id <> wall.person()
            AND waiting.granted_by_id IS DISTINCT FROM wall.person()
            AND (wall.may('manage_department') OR (
                wall.manages(waiting.member_id)
                -- Within a territory, nobody is given by it more than its manager holds.
                AND NOT EXISTS (
                    SELECT FROM public.directory_rolepermission AS allowed
                    WHERE allowed.role = waiting.role
                        AND (allowed.permission = 'manage_territory'
                            OR NOT wall.may(allowed.permission))
                        -- But for rights of practice, which are not the manager's to use.
                        AND allowed.permission <> 'work_with_families'
                )
            ))
    )
$$;

CREATE FUNCTION wall.link_waits(invited bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT (wall.may('manage_staff') OR wall.manages(invited)) AND EXISTS (
        SELECT FROM public.directory_invitation AS link
        WHERE link.member_id = invited AND link.used_at IS NULL AND link.expires_at > now()
    )
$$;

-- What opens an account, as one word: it changes with any of it.
CREATE FUNCTION wall.ways_into(entered bigint) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(convert_to(concat_ws(' ', member.generation, member.password,
        (SELECT string_agg(factor.id::text, ' ' ORDER BY factor.id)
            FROM public.mfa_authenticator AS factor WHERE factor.user_id = member.id)
    ), 'UTF8')), 'hex')
    FROM public.directory_staffmember AS member WHERE member.id = entered
$$;
COMMENT ON FUNCTION wall.ways_into(bigint) IS 'internal';

-- To whoever confirms a role, by what its receiver may come in; to others nothing.
CREATE FUNCTION wall.ways_in(given bigint) RETURNS jsonb LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object(
        'known', wall.ways_into(member.id),
        'password', member.password NOT LIKE '!%',
        'link_used_at', (SELECT max(link.used_at) FROM public.directory_invitation AS link
            WHERE link.member_id = member.id),
        'factors', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                'kind', factor.type, 'name', factor.data ->> 'name',
                'added_at', factor.created_at) ORDER BY factor.id), '[]')
            FROM public.mfa_authenticator AS factor
            WHERE factor.user_id = member.id AND factor.type IN ('totp', 'webauthn'))
    )
    FROM public.directory_rolegrant AS waiting
    JOIN public.directory_staffmember AS member ON member.id = waiting.member_id
    WHERE waiting.id = given AND wall.may_confirm(given)
$$;

-- `known` is what `ways_in` told whoever asked the person: what came since, nobody vouched for.
CREATE FUNCTION wall.confirm_role(given bigint, known text) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    entered bigint;
BEGIN
    IF NOT wall.may_confirm(given) THEN
        RAISE EXCEPTION 'a role is confirmed by a manager, neither its giver nor its receiver'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Held in a statement of its own, before anything is looked at: a link, an address or factors
    -- that change meanwhile write this row too (`suspend_roles`), and one waits for the other.
    SELECT member.id INTO entered FROM public.directory_staffmember AS member
    WHERE member.id = (SELECT member_id FROM public.directory_rolegrant WHERE id = given)
    FOR UPDATE;
    -- While a link waits, nobody knows yet who will enter by it.
    IF wall.link_waits(entered) OR wall.ways_into(entered) IS DISTINCT FROM known THEN
        RETURN false;
    END IF;
    UPDATE public.directory_rolegrant AS waiting
    SET confirmed_at = now(), confirmed_by_id = wall.person()
    WHERE waiting.id = given AND waiting.confirmed_at IS NULL AND waiting.ended_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    -- Whoever is in comes in again, by what the person vouched for.
    UPDATE public.directory_staffmember SET generation = generation + 1 WHERE id = entered;
    RETURN true;
END $$;

CREATE FUNCTION wall.decline_role(given bigint) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Europe/Paris')::date;
BEGIN
    IF NOT wall.may_confirm(given) THEN
        RAISE EXCEPTION 'a role is declined by a manager, neither its giver nor its receiver'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.directory_rolegrant AS waiting
    SET ended_at = now(), until = least(waiting.until, greatest(waiting.since, today))
    WHERE waiting.id = given AND waiting.confirmed_at IS NULL AND waiting.ended_at IS NULL;
    RETURN FOUND;
END $$;

-- Somebody else had the means to enter: all that opened the account, or stays open, ends with its
-- roles, but the password where a link has just given it.
CREATE FUNCTION wall.suspend_roles(entered bigint, password_too boolean)
RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Before anything else, as `confirm_role` does; written, for who looks at an earlier state.
    UPDATE public.directory_staffmember SET generation = generation + 1,
        password = CASE WHEN password_too THEN '!' || gen_random_uuid() ELSE password END
    WHERE id = entered;
    DELETE FROM public.mfa_authenticator WHERE user_id = entered;
    UPDATE public.directory_rolegrant
    SET confirmed_at = NULL, confirmed_by_id = NULL,
        suspended_at = CASE WHEN confirmed_at IS NULL THEN suspended_at ELSE now() END
    WHERE member_id = entered AND role <> 'technical_administrator' AND ended_at IS NULL;
END $$;
-- Not the application's to call: closing an eye is a manager's, and only this file shuts one.
COMMENT ON FUNCTION wall.suspend_roles(bigint, boolean) IS 'internal';

CREATE FUNCTION wall.remove_ways_in(given bigint) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    entered bigint;
BEGIN
    IF NOT wall.may_confirm(given) THEN
        RAISE EXCEPTION 'only whoever may confirm the role'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT member_id INTO entered FROM public.directory_rolegrant
    WHERE id = given AND confirmed_at IS NULL AND ended_at IS NULL;
    IF entered IS NULL THEN
        RETURN false;
    END IF;
    PERFORM wall.suspend_roles(entered, true);
    RETURN true;
END $$;

CREATE FUNCTION wall.confirm_new_grant() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- What the owner of the schema gives, the installation's command, is decided already.
    IF row_security_active(TG_RELID) THEN
        NEW.confirmed_at := CASE WHEN NEW.role = 'technical_administrator' THEN now() END;
        NEW.confirmed_by_id := NULL;
        NEW.suspended_at := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER confirming BEFORE INSERT ON directory_rolegrant
FOR EACH ROW EXECUTE FUNCTION wall.confirm_new_grant();

CREATE FUNCTION wall.suspend_whose_address_changed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- By the organisation's sign-in, whoever has the address has the account, and may have left
    -- a key or a password in it.
    IF lower(NEW.email) <> lower(OLD.email) AND wall.person() IS NOT NULL THEN
        PERFORM wall.suspend_roles(NEW.id, true);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER address AFTER UPDATE OF email ON directory_staffmember
FOR EACH ROW EXECUTE FUNCTION wall.suspend_whose_address_changed()
"""
