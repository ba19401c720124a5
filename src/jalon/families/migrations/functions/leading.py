"""Who leads a family, who may be named to, and of which service one is."""

# Whose contact points a person sees though they are protected. Said to cost next to nothing, so
# that it is asked of each protected row before a query's own conditions: asked of those alone
# that hold a given number, it would tell that there is one.
LEADS = """
CREATE FUNCTION wall.leads(family bigint) RETURNS boolean LANGUAGE sql STABLE COST 0.0001
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.families_involvement
        WHERE family_id = family AND worker_id = wall.person() AND lead AND until IS NULL
    ) AND wall.may_lead(wall.person())
$$
"""
# Whose address is open, of the families that the person sees. As cheap, for the same reason: what
# is compared by a sub-query runs after the query's own conditions.
OPEN_ADDRESS = """
CREATE FUNCTION wall.open_address(family bigint) RETURNS boolean LANGUAGE sql STABLE COST 0.0001
SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.families_family WHERE id = family AND NOT protected_address
    )
$$
"""
OWN_SERVICE = """
CREATE FUNCTION wall.own_service() RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT team.service FROM public.directory_staffmember AS member
    JOIN public.directory_team AS team ON team.id = member.team_id
    WHERE member.id = wall.person()
$$
"""
# Who leads a family sees its protected address: a manager names a social worker whom they manage,
# and never themselves.
MAY_NAME_LEAD = """
CREATE FUNCTION wall.may_lead(worker bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.directory_staffmember AS member
        JOIN public.directory_rolegrant AS given ON given.member_id = member.id
        WHERE member.id = worker AND member.is_active AND given.role = 'social_worker'
            AND given.confirmed_at IS NOT NULL
            AND given.since <= (now() AT TIME ZONE 'Europe/Paris')::date
            AND given.ended_at IS NULL
            AND (given.until IS NULL
                OR given.until >= (now() AT TIME ZONE 'Europe/Paris')::date)
    )
$$;

CREATE FUNCTION wall.may_name_lead(worker bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(worker <> wall.person(), false) AND wall.manages(worker)
        AND wall.may_lead(worker)
$$
"""
