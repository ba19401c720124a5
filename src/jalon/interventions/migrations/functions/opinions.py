"""What a family says by itself of a support that is over, by its letter's code and a birthday."""

# What is waited for of a family today, with the rights of whoever asks: for sixty days after the
# closing, and again once its news are due. A worker who took the news by another way asks no more.
AWAITED = """
CREATE FUNCTION wall.opinion_awaited(of_family bigint)
RETURNS TABLE (support bigint, kind text, closed_on date, until date) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT one.id, asked.kind, one.closed_on, asked.since + 60
    FROM public.interventions_support AS one
    CROSS JOIN LATERAL (
        VALUES ('closing', one.closed_on), ('later', one.news_on)
    ) AS asked (kind, since)
    CROSS JOIN (SELECT (now() AT TIME ZONE 'Europe/Paris')::date) AS day (today)
    WHERE one.family_id = of_family AND one.state = 'closed' AND one.started_on IS NOT NULL
        AND day.today BETWEEN asked.since AND asked.since + 60
        AND NOT EXISTS (
            SELECT FROM public.interventions_familyopinion AS given
            WHERE given.support_id = one.id AND given.kind = asked.kind
                AND given.closed_on = one.closed_on
        )
    ORDER BY asked.since DESC, one.id DESC LIMIT 1
$$
"""
# The code is the letter's, and is good for this even where the letter itself is not answered any
# more: a support ends months after it. Not one that was ended for nobody should read it: proposed
# by mistake, gone elsewhere. Where whoever holds the letter may be a danger, nothing is
# asked (`wall.needs_a_person`).
OWN_OPINION = """
CREATE FUNCTION wall.code_still_good(wanted bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.outreach_approach AS one
        WHERE one.id = wanted
            AND (one.ended_on IS NULL OR one.ending IN ('supported', 'joined'))
    )
$$;
COMMENT ON FUNCTION wall.code_still_good(bigint) IS 'internal';

CREATE FUNCTION wall.reply_opinion(
    code text, birth_day integer, birth_month integer, origin bytea
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    checked record;
BEGIN
    SELECT * INTO checked FROM wall.check_reply(code, birth_day, birth_month, origin);
    IF checked.verdict NOT IN ('right', 'over') OR checked.approach IS NULL
        OR wall.needs_a_person(checked.approach) THEN
        RETURN '';
    END IF;
    RETURN coalesce((
        SELECT asked.kind FROM public.outreach_approach AS one
        CROSS JOIN LATERAL wall.opinion_awaited(one.family_id) AS asked
        WHERE one.id = checked.approach AND wall.code_still_good(one.id)
    ), '');
END $$;

CREATE FUNCTION wall.give_opinion(
    code text, birth_day integer, birth_month integer, origin bytea, said jsonb
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    checked record;
    asked record;
BEGIN
    SELECT * INTO checked FROM wall.hold_reply(code, birth_day, birth_month, origin);
    IF checked.verdict NOT IN ('right', 'over') THEN
        RETURN checked.verdict;
    ELSIF checked.approach IS NULL OR NOT wall.code_still_good(checked.approach) THEN
        RETURN 'over';
    ELSIF wall.needs_a_person(checked.approach) THEN
        -- As where nothing is waited for: it must not show that the family said it is in danger.
        RETURN 'given';
    END IF;
    SELECT * INTO asked FROM wall.opinion_awaited(checked.family);
    IF NOT FOUND OR asked.kind <> said ->> 'kind' THEN
        -- Sent twice by an impatient finger, or given by another meanwhile.
        RETURN CASE WHEN EXISTS (
            SELECT FROM public.interventions_familyopinion AS given
            WHERE given.family_id = checked.family AND given.kind = said ->> 'kind'
                AND given.at > now() - interval '10 minutes'
                AND (given.listened, given.helped, given.better, given.returns)
                    = (said ->> 'listened', said ->> 'helped', said ->> 'better',
                        said ->> 'returns')
        ) THEN 'right' ELSE 'given' END;
    END IF;
    INSERT INTO public.interventions_familyopinion (support_id, family_id, kind, closed_on,
        listened, helped, better, returns, person_id, at)
    SELECT asked.support, checked.family, asked.kind, asked.closed_on, said ->> 'listened',
        said ->> 'helped', said ->> 'better', said ->> 'returns', one.addressee_id, now()
    FROM public.outreach_approach AS one WHERE one.id = checked.approach;
    RETURN 'right';
END $$
"""
_WHO = "text, integer, integer, bytea"
NO_AWAITED = "DROP FUNCTION wall.opinion_awaited(bigint)"
NO_OWN_OPINION = (
    f"DROP FUNCTION wall.give_opinion({_WHO}, jsonb); DROP FUNCTION wall.reply_opinion({_WHO}); "
    "DROP FUNCTION wall.code_still_good(bigint)"
)
