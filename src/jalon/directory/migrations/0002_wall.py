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

from jalon.audit.wall import Policy, keep_history, may, mine, protect
from jalon.directory.migrations.functions.accounts import (
    GUARD_STAFF,
    INVITATIONS,
    SECOND_FACTORS,
)
from jalon.directory.migrations.functions.confirming import CONFIRMING
from jalon.directory.migrations.functions.roles import GUARD_GRANTS, MANAGES, MAY

_SIGNED_IN = "(SELECT wall.person()) IS NOT NULL"
_NOBODY = "(SELECT wall.person()) IS NULL"
_STAFF = may("manage_staff")
_PLACES = Policy(see="true", insert=_STAFF, update=_STAFF)
_OWN = f"{mine('user_id')} OR {_NOBODY}"
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
                delete=mine("user_id"),
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
