"""Families behind the wall: who is known, who may reach them, who decided what on what."""

from django.db import migrations

from jalon.audit.wall import ForApplication, Policy, keep_history, may, never_change, protect

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
# Who releases a run may not see protected contact points, and yet must not write them twice. Nor
# may they learn, from how many rows were written, whether one is what they guess: a protected
# family's are all written anew, in the same number whatever they hold.
PUT_CONTACTS = """
CREATE FUNCTION wall.put_contacts(given jsonb, day date) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT wall.may('release_runs') THEN
        RAISE EXCEPTION 'contact points come with a release'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.families_contactpoint AS old
    SET until = day
    FROM jsonb_to_recordset(given) AS new (
        family bigint, kind text, value text, line1 text, line2 text, postal_code text, city text,
        alone boolean
    )
    WHERE new.alone AND old.family_id = new.family AND old.kind = new.kind
        AND old.until IS NULL AND old.since <= day AND NOT old.protected
        AND (old.value, old.line1, old.line2, old.postal_code, old.city)
            <> (new.value, new.line1, new.line2, new.postal_code, new.city);
    WITH told AS (
        SELECT * FROM jsonb_to_recordset(given) AS new (
            family bigint, kind text, value text, line1 text, line2 text, postal_code text,
            city text, alone boolean
        )
    ), was AS (
        DELETE FROM public.families_contactpoint AS old
        WHERE old.protected AND old.until IS NULL
            AND EXISTS (SELECT FROM told WHERE family = old.family_id AND kind = old.kind)
        RETURNING *
    )
    INSERT INTO public.families_contactpoint
        (id, family_id, kind, value, line1, line2, postal_code, city, protected, since, until)
    SELECT was.id, was.family_id, was.kind, was.value, was.line1, was.line2, was.postal_code,
        was.city, was.protected, was.since,
        CASE WHEN EXISTS (
            SELECT FROM told WHERE told.family = was.family_id AND told.kind = was.kind
                AND ((told.alone AND was.since <= day)
                    OR (told.value, told.line1, told.line2, told.postal_code, told.city)
                        = (was.value, was.line1, was.line2, was.postal_code, was.city))
        ) THEN greatest(day, was.since) END
    FROM was;
    INSERT INTO public.families_contactpoint
        (family_id, kind, value, line1, line2, postal_code, city, protected, since)
    SELECT new.family, new.kind, new.value, new.line1, new.line2, new.postal_code, new.city,
        family.protected_address, day
    FROM jsonb_to_recordset(given) AS new (
        family bigint, kind text, value text, line1 text, line2 text, postal_code text, city text
    )
    JOIN public.families_family AS family ON family.id = new.family
    WHERE NOT EXISTS (
        SELECT FROM public.families_contactpoint AS old
        WHERE old.family_id = new.family AND old.kind = new.kind AND old.until IS NULL
            AND NOT old.protected
            AND (old.value, old.line1, old.line2, old.postal_code, old.city)
                = (new.value, new.line1, new.line2, new.postal_code, new.city)
    );
END $$
"""
# A flag holds as soon as a person here or the register says so. Anyone who may change a family
# may raise one, whatever slips in; to lower one takes more. A protection raised by mistake costs
# a visit; one lowered by mistake tells a violent person where the family lives.
SETTLE_SAFETY = """
CREATE FUNCTION wall.settle_safety() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- Nobody spoke of it here: a family arrives as the register tells it.
        NEW.protected_address_in_register := NEW.protected_address_in_register
            OR (NEW.protected_address AND NOT NEW.protected_address_here);
        NEW.do_not_contact_in_register := NEW.do_not_contact_in_register
            OR (NEW.do_not_contact AND NOT NEW.do_not_contact_here);
    ELSE
        IF NEW.protected_address <> OLD.protected_address
            OR NEW.do_not_contact <> OLD.do_not_contact
        THEN
            RAISE EXCEPTION 'what keeps a family safe follows from who says it'
                USING ERRCODE = 'check_violation';
        END IF;
        -- The owner of the schema, and the functions that act as the owner, know what they do.
        IF row_security_active(TG_RELID) THEN
            IF ((OLD.protected_address_here AND NOT NEW.protected_address_here)
                OR (OLD.do_not_contact_here AND NOT NEW.do_not_contact_here))
                AND NOT (wall.may('lift_protection') OR wall.leads(OLD.id))
            THEN
                RAISE EXCEPTION 'what was said here is taken back by the lead or a manager'
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF ((OLD.protected_address_in_register AND NOT NEW.protected_address_in_register)
                OR (OLD.do_not_contact_in_register AND NOT NEW.do_not_contact_in_register))
                AND NOT (wall.may('release_runs') OR wall.may('lift_protection')
                    OR wall.leads(OLD.id))
            THEN
                RAISE EXCEPTION 'what the register says is taken back with a release'
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
        END IF;
    END IF;
    NEW.protected_address := NEW.protected_address_here OR NEW.protected_address_in_register;
    NEW.do_not_contact := NEW.do_not_contact_here OR NEW.do_not_contact_in_register;
    RETURN NEW;
END $$;
CREATE TRIGGER settle_safety BEFORE INSERT OR UPDATE ON families_family
FOR EACH ROW EXECUTE FUNCTION wall.settle_safety();

CREATE FUNCTION wall.mask_contacts() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.families_contactpoint AS contact SET protected = NEW.protected_address
    WHERE contact.family_id = NEW.id AND contact.protected <> NEW.protected_address;
    RETURN NULL;
END $$;
CREATE TRIGGER mask_contacts AFTER UPDATE ON families_family
FOR EACH ROW WHEN (OLD.protected_address <> NEW.protected_address)
EXECUTE FUNCTION wall.mask_contacts();

-- Whoever may see a protected address may not open it to everyone.
CREATE FUNCTION wall.settle_contact() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT family.protected_address INTO NEW.protected
    FROM public.families_family AS family WHERE family.id = NEW.family_id;
    RETURN NEW;
END $$;
CREATE TRIGGER settle_contact BEFORE INSERT OR UPDATE OF family_id, protected
ON families_contactpoint FOR EACH ROW EXECUTE FUNCTION wall.settle_contact()
"""
# What the register said of a file follows the file: it moves with a merge alone, and its word is
# taken back with a release.
SETTLE_FILE = """
CREATE FUNCTION wall.settle_file() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF row_security_active(TG_RELID) THEN
        IF NEW.family_id <> OLD.family_id OR NEW.number <> OLD.number THEN
            RAISE EXCEPTION 'a file moves when families are merged or parted'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF ((OLD.protected_address AND NOT NEW.protected_address)
            OR (OLD.do_not_contact AND NOT NEW.do_not_contact))
            AND NOT wall.may('release_runs')
        THEN
            RAISE EXCEPTION 'what the register says is taken back with a release'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER settle_file BEFORE UPDATE ON families_household
FOR EACH ROW EXECUTE FUNCTION wall.settle_file()
"""
# People and contact points too: those of a protected family would be everybody's in another.
STAY = """
CREATE FUNCTION wall.stay() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF row_security_active(TG_RELID) AND NEW.family_id <> OLD.family_id THEN
        RAISE EXCEPTION '% moves when families are merged or parted', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stay BEFORE UPDATE OF family_id ON families_person
FOR EACH ROW EXECUTE FUNCTION wall.stay();
CREATE TRIGGER stay BEFORE UPDATE OF family_id ON families_contactpoint
FOR EACH ROW EXECUTE FUNCTION wall.stay()
"""
# Whoever merges may not read history, and must not undo what someone said since.
LAST_SAID = """
CREATE FUNCTION wall.last_said(family bigint) RETURNS bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(max(told.id), 0) FROM public.audit_change AS told
    WHERE told.family_id = family AND told.table_name = 'families_family'
        AND told.row_id = family
        AND told.after ?| '{protected_address_here, do_not_contact_here}'::text[]
        AND (SELECT wall.may('merge_families'))
$$
"""
# Files are found by their numbers, and people by what they share, through indexes that only the
# owner searches.
SEARCH_ALL = """
CREATE FUNCTION wall.files_numbered(numbers text[]) RETURNS SETOF public.families_household
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off AS $$
BEGIN
    IF wall.may('see_families') THEN
        RETURN QUERY SELECT * FROM public.families_household
            WHERE number || '' = ANY (numbers);
    END IF;
END $$;

-- Never by a telephone, an e-mail address or a first name: couples share them.
CREATE FUNCTION wall.same_people(families bigint[])
RETURNS TABLE (one bigint, other bigint, by_name boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off AS $$
BEGIN
    IF wall.may('see_families') THEN
        RETURN QUERY
            SELECT least(person.family_id, same.family_id),
                greatest(person.family_id, same.family_id), false
            FROM public.families_person AS person
            JOIN public.families_person AS same ON same.register_id || '' = person.register_id
                AND same.family_id <> person.family_id
            WHERE person.family_id = ANY (families) AND person.register_id <> ''
            UNION
            SELECT least(person.family_id, same.family_id),
                greatest(person.family_id, same.family_id), true
            FROM public.families_person AS person
            JOIN public.families_person AS same ON same.birth_date + 0 = person.birth_date
                AND same.search_name || '' = person.search_name
                AND same.family_id <> person.family_id
            WHERE person.family_id = ANY (families) AND person.search_name <> '';
    END IF;
END $$
"""
# Searches apply rights inside, before their limit: hidden rows must not crowd out the others. Nor
# are hidden rows read at all, for how many were read is told. A family comes once for each of its
# people found; a row of none says that there were more.
FIND_FAMILIES = """
CREATE FUNCTION wall.find_families(
    words text[], heard text[], file_numbers text[], phone text, most integer
) RETURNS TABLE (family bigint, rank integer) LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- Reading everybody until enough are found is fast for common names, and endless for rare ones.
SET enable_seqscan = off AS $$
DECLARE
    found integer := 0;
    added integer;
    whole text;
    begun text;
    joined text;
    sounding text;
    spelled text;
    likely text[];
    wide text[];
BEGIN
    IF NOT wall.may('see_families') THEN
        RETURN;
    END IF;
    IF cardinality(file_numbers) > 0 THEN
        RETURN QUERY SELECT one.family_id, 0 FROM public.families_household AS one
            WHERE one.number || '' = ANY (file_numbers) LIMIT most;
        GET DIAGNOSTICS added = ROW_COUNT;
        found := found + added;
    END IF;
    IF phone <> '' THEN
        -- Apart from the limit, lest whole families be read in order until there are enough.
        RETURN QUERY WITH reached AS MATERIALIZED (
                SELECT one.family_id FROM public.families_contactpoint AS one
                WHERE one.kind = 'phone' AND one.value || '' = phone AND NOT one.protected
            ) SELECT DISTINCT reached.family_id, 0 FROM reached LIMIT most;
        GET DIAGNOSTICS added = ROW_COUNT;
        found := found + added;
        IF wall.may('see_protected_addresses') THEN
            RETURN QUERY WITH reached AS MATERIALIZED (
                    SELECT one.family_id FROM public.families_contactpoint AS one
                    WHERE one.kind = 'phone' AND one.value || '' = phone AND one.protected
                ) SELECT DISTINCT reached.family_id, 0 FROM reached LIMIT most;
        ELSE
            RETURN QUERY SELECT DISTINCT one.family_id, 0
                FROM public.families_contactpoint AS one
                WHERE one.family_id = ANY (ARRAY(
                        SELECT led.family_id FROM public.families_involvement AS led
                        WHERE led.worker_id = wall.person() AND wall.leads(led.family_id)
                    ))
                    AND one.kind = 'phone' AND one.value = phone AND one.protected
                LIMIT most;
        END IF;
        GET DIAGNOSTICS added = ROW_COUNT;
        found := found + added;
    END IF;
    IF found > 0 OR cardinality(words) = 0 THEN
        RETURN;
    END IF;
    -- A single word is first a last name: read in order, that stops as soon as there are enough.
    IF cardinality(words) = 1 THEN
        RETURN QUERY EXECUTE format(
            'SELECT one.family_id, CASE WHEN one.search_name LIKE %L THEN 1 ELSE 2 END '
            'FROM public.families_person AS one WHERE one.search_name || '''' LIKE %L '
            'ORDER BY one.search_name || '''' USING OPERATOR(pg_catalog.~<~) LIMIT %s',
            ' ' || words[1] || ' %',
            ' ' || words[1] || CASE WHEN length(words[1]) < 3 THEN ' %' ELSE '%' END,
            most
        );
        GET DIAGNOSTICS found = ROW_COUNT;
        IF found = most THEN
            RETURN QUERY SELECT NULL::bigint, 0;
            RETURN;
        END IF;
    END IF;
    SELECT string_agg(quote_literal('=' || word), ' & '),
        string_agg(quote_literal(CASE WHEN length(word) < 3 THEN '=' ELSE '' END || word), ' & ')
    INTO whole, begun FROM unnest(words) AS word;
    SELECT string_agg(DISTINCT way, ' | ') INTO joined FROM (
        SELECT (
            SELECT string_agg(
                format('(%s | %s)', quote_literal('=' || word), quote_literal('+' || word)), ' & '
            )
            FROM unnest(words[:first - 1] || array_to_string(words[first : last], '')
                || words[last + 1 :]) AS word
        )
        FROM generate_series(1, cardinality(words)) AS first,
            generate_series(first, least(first + 2, cardinality(words))) AS last
    ) AS each (way);
    -- Each way in which it may sound: « Le Goff » is looked for as Legoff too.
    SELECT coalesce(
        string_agg(format('one.sounds @> %L', string_to_array(way, ' ')), ' OR '), 'false'
    ) INTO sounding FROM unnest(heard) AS way;
    -- Whole words come before beginnings. Then the same letters, joined or split, before those
    -- that only sound alike; the first name is not joined to the last.
    spelled := 'wall.spellings(one.search_name) @@ %L::tsquery';
    likely := ARRAY[format(spelled, whole), format(spelled || ' AND (%s)', joined, sounding)];
    wide := ARRAY[format(spelled, begun), sounding];
    FOR place IN 1 .. 2 LOOP
        RETURN QUERY EXECUTE format(
            'SELECT one.family_id, CASE WHEN %s THEN %s ELSE %s END '
            'FROM public.families_person AS one WHERE %s LIMIT %s',
            likely[place], 2 * place - 1, 2 * place, wide[place], most
        );
        GET DIAGNOSTICS added = ROW_COUNT;
        IF added = most THEN
            -- The limit took any of them: the likeliest are searched for on their own.
            RETURN QUERY EXECUTE format(
                'SELECT one.family_id, %s FROM public.families_person AS one WHERE %s LIMIT %s',
                2 * place - 1, likely[place], most
            );
            RETURN QUERY SELECT NULL::bigint, 0;
        END IF;
        found := greatest(found, added);
        EXIT WHEN found >= most / 2;
    END LOOP;
END $$
"""
# A merge moves rows that who merges may not read: a frozen situation, for instance. It moves
# whole rows between two families along real references, and shows nothing of them.
MOVE_ROWS = """
CREATE FUNCTION wall.move_rows(
    relation text, reference text, origin bigint, destination bigint, only_these bigint[]
) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one bigint;
    moved bigint[] := '{}';
BEGIN
    IF NOT wall.may('merge_families') THEN
        RAISE EXCEPTION 'families are merged by who may'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_constraint AS link
        JOIN pg_attribute AS attribute
            ON attribute.attrelid = link.conrelid AND attribute.attnum = link.conkey[1]
        WHERE link.contype = 'f' AND link.confrelid = 'public.families_family'::regclass
            AND link.conrelid = to_regclass('public.' || quote_ident(relation))
            AND attribute.attname = reference
    ) OR relation IN ('families_family', 'families_doubt', 'families_merge') THEN
        RAISE EXCEPTION '% % is not a reference to a family', relation, reference
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.families_doubt
        WHERE one_id = destination AND other_id = origin
            AND state = 'merged' AND decided_by_id = wall.person()
    ) AND NOT EXISTS (
        SELECT FROM public.families_merge AS made
        WHERE made.kept_id = origin AND made.absorbed_id = destination AND made.undone_at IS NULL
            AND made.moved #> ARRAY['rows', relation || '.' || reference] @> to_jsonb(only_these)
    ) THEN
        RAISE EXCEPTION 'rows move when two families are merged or parted'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR one IN EXECUTE format(
        'SELECT id FROM public.%I WHERE %I = $1 AND ($2 IS NULL OR id = ANY ($2)) ORDER BY id',
        relation, reference
    ) USING origin, only_these LOOP
        BEGIN
            EXECUTE format('UPDATE public.%I SET %I = $1 WHERE id = $2', relation, reference)
                USING destination, one;
            moved := moved || one;
        EXCEPTION WHEN unique_violation OR exclusion_violation THEN
            -- The other family has the same: this one stays where it is, until they part again.
        END;
    END LOOP;
    RETURN moved;
END $$
"""
# A family has one lead: where two that are merged both have, one goes on without leading.
SET_LEAD = """
CREATE FUNCTION wall.set_lead(involvements bigint[], leads boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one bigint;
BEGIN
    IF NOT wall.may('merge_families') THEN
        RAISE EXCEPTION 'families are merged by who may'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOREACH one IN ARRAY involvements LOOP
        BEGIN
            UPDATE public.families_involvement SET lead = leads
            WHERE id = one AND worker_id IS NOT NULL AND until IS NULL
                AND worker_id <> wall.person() AND (NOT leads OR wall.may_lead(worker_id));
        EXCEPTION WHEN unique_violation THEN
            -- Known beside without leading, or led by another since: it stays as it is.
        END;
    END LOOP;
END $$
"""
_SEES = may("see_families")
_MAKES = f"({_SEES} OR {may('release_runs')})"
_REACHES = (
    f"{_SEES} AND (NOT protected OR {may('see_protected_addresses')} OR wall.leads(family_id))"
)
_KNOWN = Policy(see=_SEES, insert=_MAKES, update=_SEES)
_DOUBTS = may("merge_families")
# Each says so of its own service; who leads sees protected addresses, so another names them.
_INVOLVES = (
    f"{_SEES} AND CASE WHEN lead THEN service = 'social_work' AND wall.may_name_lead(worker_id) "
    "ELSE service = (SELECT wall.own_service()) "
    "AND (worker_id IS NULL OR worker_id = (SELECT wall.person())) END"
)
_ENDS = (
    f"{_SEES} AND ({may('manage_territory')} OR {may('manage_department')} "
    "OR (NOT lead AND service = (SELECT wall.own_service())))"
)
# Nobody speaks in the name of another; what was said is taken back by who knows the family.
_SPEAKS = (
    f"{_SEES} AND by_id = (SELECT wall.person()) "
    f"AND (reason = '' OR {may('lift_protection')} OR wall.leads(family_id))"
)
# What began is only ended: nobody begins it again, for oneself or for another.
ENDS_ALONE = "ALTER POLICY change ON families_involvement WITH CHECK (until IS NOT NULL)"


class Migration(migrations.Migration):
    dependencies = [("families", "0001_initial"), ("directory", "0002_wall")]

    operations = [
        migrations.RunSQL(
            MAY_NAME_LEAD,
            "DROP FUNCTION wall.may_name_lead(bigint); DROP FUNCTION wall.may_lead(bigint)",
        ),
        migrations.RunSQL(LEADS, "DROP FUNCTION wall.leads(bigint)"),
        migrations.RunSQL(OWN_SERVICE, "DROP FUNCTION wall.own_service()"),
        migrations.RunSQL(PUT_CONTACTS, "DROP FUNCTION wall.put_contacts(jsonb, date)"),
        migrations.RunSQL(
            SETTLE_SAFETY,
            "DROP TRIGGER settle_safety ON families_family; "
            "DROP TRIGGER mask_contacts ON families_family; "
            "DROP TRIGGER settle_contact ON families_contactpoint; "
            "DROP FUNCTION wall.settle_safety(); DROP FUNCTION wall.mask_contacts(); "
            "DROP FUNCTION wall.settle_contact()",
        ),
        migrations.RunSQL(
            SETTLE_FILE,
            "DROP TRIGGER settle_file ON families_household; DROP FUNCTION wall.settle_file()",
        ),
        migrations.RunSQL(
            STAY,
            "DROP TRIGGER stay ON families_contactpoint; DROP TRIGGER stay ON families_person; "
            "DROP FUNCTION wall.stay()",
        ),
        migrations.RunSQL(LAST_SAID, "DROP FUNCTION wall.last_said(bigint)"),
        migrations.RunSQL(
            SEARCH_ALL,
            "DROP FUNCTION wall.same_people(bigint[]); DROP FUNCTION wall.files_numbered(text[])",
        ),
        migrations.RunSQL(
            FIND_FAMILIES,
            "DROP FUNCTION wall.find_families(text[], text[], text[], text, integer)",
        ),
        migrations.RunSQL(
            MOVE_ROWS, "DROP FUNCTION wall.move_rows(text, text, bigint, bigint, bigint[])"
        ),
        migrations.RunSQL(SET_LEAD, "DROP FUNCTION wall.set_lead(bigint[], boolean)"),
        *protect("families_family", _KNOWN),
        *protect("families_household", _KNOWN),
        *protect("families_person", _KNOWN),
        *protect("families_contactpoint", Policy(see=_REACHES, insert=_MAKES, update=_REACHES)),
        *protect(
            "families_snapshot", Policy(see=may("see_situations"), insert=may("release_runs"))
        ),
        *protect("families_involvement", Policy(see=_SEES, insert=_INVOLVES, update=_ENDS)),
        migrations.RunSQL(ENDS_ALONE, migrations.RunSQL.noop),
        ForApplication(
            "REVOKE UPDATE ON families_involvement FROM {app}; "
            "GRANT UPDATE (until) ON families_involvement TO {app}"
        ),
        *protect("families_safetyword", Policy(see=_SEES, insert=_SPEAKS)),
        *protect("families_doubt", Policy(see=_DOUBTS, insert=_MAKES, update=_DOUBTS)),
        *protect("families_merge", Policy(see=_DOUBTS, insert=_DOUBTS, update=_DOUBTS)),
        *(
            keep_history(f"families_{name}")
            for name in ("household", "person", "contactpoint", "involvement", "safetyword")
        ),
        never_change("families_family", "public_id", "created_at"),
        never_change(
            *("families_snapshot", "run", "month", "household", "persons", "events", "taken_at"),
        ),
        never_change("families_merge", "kept_id", "absorbed_id", "moved", "by_id", "at"),
        keep_history("families_family", family="id"),
        keep_history("families_doubt", family="one_id"),
        keep_history("families_merge", family="kept_id"),
        # Never changed but for a merge that moves it; what it holds is not written twice.
        keep_history("families_snapshot", secret=("household", "persons", "events")),
    ]
