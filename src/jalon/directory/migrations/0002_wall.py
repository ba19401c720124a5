"""Who may do what, decided by the database; accounts and roles that nobody gives to oneself.

What the application's connection can do to accounts, whatever SQL it is made to run: as whoever
manages staff, open an account without a password, change what is written of it, close it, give a
role to someone else and shorten it; as oneself, change one's password and one's own second
factors; as nobody, before signing in, note a sign-in and use a one-time link. It cannot make a
demonstration account, give or lengthen a role for the person acting, put two incompatible roles
on one person, set someone else's password, delete an account, or write a sign-in provider.

What remains, for SQL that slipped in: it may act as nobody, and then read password hashes and
second factors (a sign-in needs them), note a false sign-in, and overwrite recovery codes, which
are used before one is signed in. It may read or end the sessions of others, since a session is
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
    PERFORM FROM public.directory_staffmember WHERE id = NEW.member_id FOR UPDATE;
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
CREATE FUNCTION wall.accept_invitation(token text, hashed text) RETURNS bigint LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH taken AS (
        UPDATE public.directory_invitation AS invitation SET used_at = now()
        FROM public.directory_staffmember AS member
        WHERE invitation.token_hash = encode(sha256(convert_to(token, 'UTF8')), 'hex')
            AND invitation.used_at IS NULL AND invitation.expires_at > now()
            AND member.id = invitation.member_id AND member.is_active AND NOT member.is_demo
        RETURNING member.id
    )
    UPDATE public.directory_staffmember AS member SET password = hashed
    FROM taken WHERE member.id = taken.id RETURNING member.id
$$
"""
SECOND_FACTORS = """
CREATE FUNCTION wall.second_factors(member bigint) RETURNS integer LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*)::integer FROM public.mfa_authenticator
    WHERE user_id = member AND type IN ('totp', 'webauthn')
        AND (member = wall.person() OR wall.may('manage_staff'))
$$;

CREATE FUNCTION wall.remove_second_factors(member bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT wall.may('manage_staff') OR member = wall.person() THEN
        RAISE EXCEPTION 'only whoever manages staff, and never for oneself'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM public.mfa_authenticator WHERE user_id = member;
END $$;

CREATE FUNCTION wall.guard_second_factor() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Before sign-in is over, a second factor is used, not changed.
    IF row_security_active(TG_RELID) AND wall.person() IS NULL AND (
        to_jsonb(NEW) - '{last_used_at, data}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{last_used_at, data}'::text[]
        OR (NEW.data IS DISTINCT FROM OLD.data AND OLD.type <> 'recovery_codes')
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
        keep_history("directory_rolegrant"),
        keep_history("directory_staffmember", secret=("password",)),
        keep_history("directory_invitation", secret=("token_hash",)),
        keep_history("mfa_authenticator", secret=("data",)),
        keep_history("directory_sector"),
        keep_history("directory_absence"),
        # Control sees who, when and on what; what the row held, only who holds the owner's login.
        *protect(
            "audit_change",
            Policy(see=may("see_reads")),
            columns=("id", "at", "staff_id", "table_name", "row_id", "family_id", "action"),
        ),
        *protect(
            "audit_read",
            Policy(see=may("see_reads")),
            columns=("id", "at", "staff_id", "family_id", "page"),
        ),
    ]
