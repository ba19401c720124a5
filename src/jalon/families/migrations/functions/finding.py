"""Searches, through indexes that the owner alone reads and with the rights applied inside."""

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
