"""Who may do what, decided by the database; roles that nobody gives to oneself."""

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
            AND (given.until IS NULL
                OR given.until >= (now() AT TIME ZONE 'Europe/Paris')::date)
    )
$$
"""
_GIVES = f"{may('manage_staff')} AND member_id <> (SELECT wall.person())"


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial"), ("audit", "0002_wall")]

    operations = [
        migrations.RunSQL(MAY, "DROP FUNCTION wall.may(text)"),
        *protect("directory_rolepermission", Policy(see="true")),
        *protect("directory_rolegrant", Policy(see="true", insert=_GIVES, update=_GIVES)),
        keep_history("directory_rolegrant"),
        *protect("audit_change", Policy(see=may("see_reads"))),
        *protect("audit_read", Policy(see=may("see_reads"))),
    ]
