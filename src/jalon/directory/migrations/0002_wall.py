"""Who may do what, decided by the database; accounts and roles that nobody gives to oneself.

What the application's connection can do to accounts, whatever SQL it is made to run: as whoever
manages staff, open an account without a password, change what is written of it, close it, give a
role to someone else and shorten it; as oneself, change one's password and one's own second
factors; as nobody, before signing in, note a sign-in and use a one-time link. It cannot make a
demonstration account, give or lengthen a role for the person acting, have a role that shows
anything take effect without a manager who neither gave nor received it, put two incompatible roles
on one person, set someone else's password, delete an account, or write a sign-in provider.
Nothing put in an account by who had it for a while outlives the next change of hands
(`wall.suspend_roles`).

What remains, for SQL that slipped in: it may act as nobody, and then read password hashes and
second factors (a sign-in needs them), note a false sign-in, and mark recovery codes as used, which
happens before one is signed in. It may read or end the sessions of others, since a session is
looked up before its owner is known; it can neither read what one holds nor write one, for they
are sealed.
"""

from django.db import migrations

from jalon.audit.wall import Policy, keep_history, may, protect

MAY = """
CREATE FUNCTION wall.may(wanted text) RETURNS boolean LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.directory_rolegrant AS given
        JOIN public.directory_rolepermission AS allowed ON allowed.role = given.role
        JOIN public.directory_staffmember AS member ON member.id = given.member_id
        WHERE given.member_id = (SELECT wall.person())
            AND member.is_active
            AND allowed.permission = wanted
            AND given.since <= (now() AT TIME ZONE 'Europe/Paris')::date
            AND given.confirmed_at IS NOT NULL
            AND given.ended_at IS NULL
            AND (given.until IS NULL
                OR given.until >= (now() AT TIME ZONE 'Europe/Paris')::date)
    )
$$
"""
MANAGES = """
CREATE FUNCTION wall.manages(managed bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT wall.may('manage_department') OR (wall.may('manage_territory') AND EXISTS (
        SELECT FROM public.directory_staffmember AS manager
        JOIN public.directory_team AS mine ON mine.id = manager.team_id
        JOIN public.directory_team AS theirs ON theirs.territory_id = mine.territory_id
        JOIN public.directory_staffmember AS member ON member.team_id = theirs.id
        WHERE manager.id = wall.person() AND member.id = managed
    ))
$$
"""
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
GUARD_GRANTS = """
CREATE FUNCTION wall.guard_grant() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF row_security_active(TG_RELID) THEN
        IF to_jsonb(NEW) - '{until, ended_at}'::text[]
                IS DISTINCT FROM to_jsonb(OLD) - '{until, ended_at}'::text[]
            OR NEW.until IS NULL OR NEW.until > OLD.until
            OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
        THEN
            RAISE EXCEPTION 'a role given can only be ended'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        -- At once is now: neither before, as if it had never been, nor later.
        IF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL THEN
            NEW.ended_at := now();
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON directory_rolegrant
FOR EACH ROW EXECUTE FUNCTION wall.guard_grant();

CREATE FUNCTION wall.refuse_incompatible_roles() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    clash text;
BEGIN
    -- One person's roles are given one after the other: two at once would not see each other.
    -- Written, not only locked: a transaction that looks at an earlier state is then refused.
    UPDATE public.directory_staffmember SET is_active = is_active WHERE id = NEW.member_id;
    SELECT pair.reason INTO clash FROM public.directory_rolegrant AS held
    JOIN public.directory_incompatiblerole AS pair
        ON pair.role = NEW.role AND pair.other = held.role
    WHERE held.member_id = NEW.member_id AND held.id <> NEW.id
        AND held.ended_at IS NULL AND NEW.ended_at IS NULL
        AND daterange(held.since, held.until, '[]') && daterange(NEW.since, NEW.until, '[]')
    LIMIT 1;
    IF clash IS NOT NULL THEN
        RAISE EXCEPTION 'incompatible roles: %', clash USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER incompatible AFTER INSERT OR UPDATE ON directory_rolegrant
FOR EACH ROW EXECUTE FUNCTION wall.refuse_incompatible_roles()
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
_SIGNED_IN = "(SELECT wall.person()) IS NOT NULL"
_NOBODY = "(SELECT wall.person()) IS NULL"
_STAFF = may("manage_staff")
_PLACES = Policy(see="true", insert=_STAFF, update=_STAFF)
_OWN = f"user_id = (SELECT wall.person()) OR {_NOBODY}"
_AWAY = "member_id = (SELECT wall.person()) OR wall.manages(member_id)"
_GIVES = f"{_STAFF} AND member_id <> (SELECT wall.person())"
# Tables of the sign-in library that we do not use: nobody may fill them.
_UNUSED = (
    *("account_emailaddress", "account_emailconfirmation", "socialaccount_socialaccount"),
    *("socialaccount_socialapp", "socialaccount_socialtoken"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_initial"),
        ("audit", "0002_wall"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [
        migrations.RunSQL(MAY, "DROP FUNCTION wall.may(text)"),
        migrations.RunSQL(MANAGES, "DROP FUNCTION wall.manages(bigint)"),
        migrations.RunSQL(
            CONFIRMING,
            "DROP TRIGGER address ON directory_staffmember; "
            "DROP TRIGGER confirming ON directory_rolegrant; "
            "DROP FUNCTION wall.suspend_whose_address_changed(); "
            "DROP FUNCTION wall.confirm_new_grant(); "
            "DROP FUNCTION wall.remove_ways_in(bigint); "
            "DROP FUNCTION wall.suspend_roles(bigint, boolean); "
            "DROP FUNCTION wall.decline_role(bigint); "
            "DROP FUNCTION wall.confirm_role(bigint, text); DROP FUNCTION wall.ways_in(bigint); "
            "DROP FUNCTION wall.ways_into(bigint); "
            "DROP FUNCTION wall.link_waits(bigint); DROP FUNCTION wall.may_confirm(bigint)",
        ),
        *protect("directory_rolepermission", Policy(see="true")),
        *protect("directory_incompatiblerole", Policy(see="true")),
        *protect(
            "directory_rolegrant",
            Policy(
                see="true",
                insert=f"{_GIVES} AND granted_by_id = (SELECT wall.person())",
                update=_GIVES,
            ),
        ),
        migrations.RunSQL(
            GUARD_GRANTS,
            "DROP TRIGGER guard ON directory_rolegrant; "
            "DROP TRIGGER incompatible ON directory_rolegrant; "
            "DROP FUNCTION wall.guard_grant(); DROP FUNCTION wall.refuse_incompatible_roles()",
        ),
        *protect(
            "directory_staffmember",
            Policy(
                see="true",
                insert=f"{_STAFF} AND NOT is_demo AND password LIKE '!%'",
                update=f"{_STAFF} OR id = (SELECT wall.person()) OR {_NOBODY}",
            ),
        ),
        migrations.RunSQL(
            GUARD_STAFF,
            "DROP TRIGGER guard ON directory_staffmember; DROP FUNCTION wall.guard_staff()",
        ),
        *protect(
            "directory_invitation",
            Policy(
                see=f"{_STAFF} OR {_NOBODY}",
                insert=f"{_GIVES} AND created_by_id = (SELECT wall.person())",
                delete=_GIVES,
            ),
        ),
        migrations.RunSQL(INVITATIONS, "DROP FUNCTION wall.accept_invitation(text, text)"),
        *protect(
            "mfa_authenticator",
            Policy(
                see=_OWN,
                insert="user_id = (SELECT wall.person())",
                update=_OWN,
                delete="user_id = (SELECT wall.person())",
            ),
        ),
        migrations.RunSQL(
            SECOND_FACTORS,
            "DROP TRIGGER guard ON mfa_authenticator; DROP FUNCTION wall.guard_second_factor(); "
            "DROP FUNCTION wall.remove_second_factors(bigint); "
            "DROP FUNCTION wall.second_factors(bigint)",
        ),
        *protect(
            "directory_sector",
            Policy(
                see=_SIGNED_IN,
                insert="wall.manages(worker_id)",
                delete="wall.manages(worker_id)",
            ),
        ),
        *protect("directory_absence", Policy(see=_SIGNED_IN, insert=_AWAY, delete=_AWAY)),
        *(
            operation
            for name in ("territory", "area", "commune", "place", "team")
            for operation in protect(f"directory_{name}", _PLACES)
        ),
        *(operation for table in _UNUSED for operation in protect(table, Policy(see="true"))),
        keep_history("directory_rolegrant", subject="member_id"),
        keep_history(
            "directory_staffmember", secret=("password",), subject="id", sign_in="last_login"
        ),
        keep_history("directory_invitation", secret=("token_hash",), subject="member_id"),
        keep_history(
            "mfa_authenticator", secret=("data",), subject="user_id", sign_in="last_used_at"
        ),
        keep_history("directory_sector", subject="worker_id"),
        keep_history("directory_absence", subject="member_id"),
        # Control sees who, when and on what; what the row held, only who holds the owner's login.
        *protect(
            "audit_change",
            Policy(see=may("see_reads")),
            columns=(
                *("id", "at", "staff_id", "table_name", "row_id"),
                *("family_id", "subject_id", "action"),
            ),
        ),
        *protect(
            "audit_read",
            Policy(see=may("see_reads")),
            columns=("id", "at", "staff_id", "family_id", "page"),
        ),
    ]
