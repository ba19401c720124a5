"""The family's own answers: through functions alone, that check who answers and count guesses."""

from django.db import migrations

# What answers is the code with the birthday, whoever asks: nobody acts here. A wrong code and a
# wrong birthday cost the same reads and writes and are told alike: where a code is unknown, the
# one after it is read, and nothing added to its count. Of the code and of where it came from,
# only digests are kept.
# The answer is the family's of whom the letter was made out to: where a merge was undone since, it
# is of what this letter told them of their own; nothing of it, and they are asked to call.
CHECK = """
-- Which of the twenty guesses of an hour this one would be, None where all are used up. It is held
-- until the transaction ends, and used up by a wrong guess alone: of many sent at once, as many
-- are heard as are left, and families who answer from one place do not wait for each other.
CREATE FUNCTION wall.take_turn(of_origin bytea) RETURNS smallint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    key text := 'jalon.outreach.guess.' || encode(of_origin, 'hex') || '.';
    free smallint[];
    taken smallint;
BEGIN
    LOOP
        free := ARRAY(
            SELECT turn::smallint FROM generate_series(1, 20) AS turn
            WHERE turn NOT IN (
                SELECT used.turn FROM public.outreach_wrongreply AS used
                WHERE used.origin = of_origin AND used.at > now() - interval '1 hour'
            )
            ORDER BY turn
        );
        IF free = '{}' THEN
            RETURN NULL;
        END IF;
        taken := NULL;
        FOR place IN 1..cardinality(free) LOOP
            IF pg_try_advisory_xact_lock(hashtextextended(key || free[place], 0)) THEN
                taken := free[place];
                EXIT;
            END IF;
        END LOOP;
        IF taken IS NULL THEN
            taken := free[1];
            PERFORM pg_advisory_xact_lock(hashtextextended(key || taken, 0));
        END IF;
        -- Whoever held it before may have used it up.
        IF NOT EXISTS (
            SELECT FROM public.outreach_wrongreply AS used
            WHERE used.origin = of_origin AND used.at > now() - interval '1 hour'
                AND used.turn = taken
        ) THEN
            RETURN taken;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION wall.take_turn(bytea) IS 'internal';

CREATE FUNCTION wall.check_reply(
    given text, birth_day integer, birth_month integer, origin bytea,
    OUT verdict text, OUT approach bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off AS $$
DECLARE
    digest bytea;
    greatest_code text;
    found record;
    known boolean;
    turn smallint;
BEGIN
    SELECT sha256(outer_pad || sha256(inner_pad || convert_to('reply ' || given, 'UTF8')))
    INTO digest FROM wall.key;
    -- Guesses of one code come one after the other: each is counted before the next is heard.
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(digest, 'hex'), 0));
    SELECT max(value || '') INTO greatest_code FROM public.outreach_answercode;
    SELECT code.id, code.value = given AS same, code.wrong, one.id AS letter_of, theirs.*,
        person.birth_date, EXISTS (
            SELECT FROM public.outreach_codeclosing AS closing
            WHERE closing.approach_id = one.id AND closing.opened_at IS NULL
        ) AS closed
    INTO found
    FROM (
        SELECT * FROM public.outreach_answercode
        WHERE value || '' >= least(given, greatest_code) ORDER BY value || '' LIMIT 1
    ) AS code
    JOIN public.outreach_approach AS one ON one.id = code.approach_id
    LEFT JOIN public.families_person AS person
        ON person.id = coalesce(one.addressee_id, one.letter_to_id)
    LEFT JOIN LATERAL (
        SELECT own.id AS approach, own.answers_until, own.ended_on
        FROM public.outreach_approach AS own
        WHERE own.family_id = person.family_id AND CASE
            WHEN one.family_id = own.family_id THEN own.id = one.id
            -- What waited for a letter when this one was written is in it.
            ELSE own.previous_id IS NULL AND coalesce(own.mailed_on, 'infinity') >= one.mailed_on
                AND EXISTS (
                    SELECT FROM public.outreach_message AS letter
                    WHERE letter.approach_id = one.id AND letter.medium = 'letter'
                        AND letter.state <> 'cancelled' AND letter.made_at >= own.made_at
                )
        END
        ORDER BY own.ended_on DESC NULLS FIRST, own.id LIMIT 1
    ) AS theirs ON true;
    known := coalesce(found.same, false);
    turn := wall.take_turn(origin);
    IF (
            SELECT count(*) FROM public.outreach_wrongreply
            WHERE code = digest AND at > now() - interval '1 day'
        ) >= 5
        OR turn IS NULL
        OR (known AND found.closed)
    THEN
        verdict := 'locked';
    ELSIF known AND coalesce(
        extract(day FROM found.birth_date) = birth_day
            AND extract(month FROM found.birth_date) = birth_month,
        false
    ) THEN
        approach := found.approach;
        -- As `states.may_answer` tells staff.
        verdict := CASE
            WHEN found.approach IS NULL OR found.ended_on IS NOT NULL
                OR found.answers_until < (now() AT TIME ZONE 'Europe/Paris')::date THEN 'over'
            ELSE 'right'
        END;
    ELSE
        INSERT INTO public.outreach_wrongreply (at, origin, code, turn)
        VALUES (now(), check_reply.origin, digest, turn);
        UPDATE public.outreach_answercode AS code SET wrong = code.wrong + known::integer
        WHERE code.id = found.id;
        IF known AND (found.wrong + 1) % 30 = 0 THEN
            INSERT INTO public.outreach_codeclosing (approach_id, at)
            VALUES (found.letter_of, now()) ON CONFLICT DO NOTHING;
        END IF;
        verdict := 'wrong';
    END IF;
END $$;
COMMENT ON FUNCTION wall.check_reply(text, integer, integer, bytea) IS 'internal';

CREATE FUNCTION wall.open_reply(
    code text, birth_day integer, birth_month integer, origin bytea
) RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT verdict FROM wall.check_reply(code, birth_day, birth_month, origin)
$$;

CREATE FUNCTION wall.forget_wrong_replies() RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM public.outreach_wrongreply
    WHERE at < now() - interval '2 days' AND wall.automaton()
$$
"""
PROTECT = """
CREATE FUNCTION wall.protect_on_demand(family bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE public.families_family AS one SET protected_address_here = true
    WHERE one.id = family AND NOT one.protected_address_here;
    INSERT INTO public.families_safetyword (family_id, flag, source, reason, by_id, at)
    VALUES (family, 'protected_address', 'family', '', NULL, now())
$$;
COMMENT ON FUNCTION wall.protect_on_demand(bigint) IS 'internal'
"""
# Whether a family objected to text messages and e-mails: the last that it said of it holds. What
# only perhaps comes from it does no harm here, and is obeyed. What was said while it was one with
# another, since parted, holds for both: nobody knows any more of which.
STOP = """
CREATE FUNCTION wall.refuses_messages(of_family bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((
        SELECT answer.kind = 'stop'
        FROM (
            SELECT of_family, '-infinity'::timestamptz, 'infinity'::timestamptz
            UNION ALL
            SELECT absorbed_id, at, undone_at FROM public.families_merge
            WHERE kept_id = of_family AND undone_at IS NOT NULL
            UNION ALL
            SELECT kept_id, at, undone_at FROM public.families_merge
            WHERE absorbed_id = of_family AND undone_at IS NOT NULL
        ) AS one (family, since, until)
        JOIN public.outreach_answer AS answer ON answer.family_id = one.family
            AND answer.at BETWEEN one.since AND one.until
        WHERE answer.kind IN ('stop', 'resume')
            AND (SELECT wall.automaton() OR wall.may('see_families'))
        ORDER BY answer.id DESC LIMIT 1
    ), false)
$$
"""
# Who answers, with the family held first, as everywhere: what follows writes to its approach, and
# may protect it. It is held where it is over too: rooms above may still have something to ask.
HOLD = """
CREATE FUNCTION wall.hold_reply(
    code text, birth_day integer, birth_month integer, origin bytea,
    OUT verdict text, OUT approach bigint, OUT family bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    held bigint;
BEGIN
    LOOP
        SELECT checked.verdict, checked.approach INTO verdict, approach
        FROM wall.check_reply(code, birth_day, birth_month, origin) AS checked;
        IF verdict NOT IN ('right', 'over') OR approach IS NULL THEN
            RETURN;
        END IF;
        SELECT one.family_id INTO family FROM public.outreach_approach AS one
        WHERE one.id = approach;
        EXIT WHEN family = held;
        -- Whoever is waited for may merge the family, or part it: all of it is asked again.
        held := family;
        PERFORM FROM public.families_family AS own WHERE own.id = held FOR NO KEY UPDATE;
    END LOOP;
END $$;
COMMENT ON FUNCTION wall.hold_reply(text, integer, integer, bytea) IS 'internal'
"""
# An answer sent twice within minutes, by an impatient finger, is one. Whoever has the code and
# the birthday does not fill the table either.
REPLY = """
CREATE FUNCTION wall.reply(
    code text, birth_day integer, birth_month integer, origin bytea, said jsonb
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    day date := (now() AT TIME ZONE 'Europe/Paris')::date;
    wanted_half_days varchar[] := ARRAY(SELECT jsonb_array_elements_text(said -> 'half_days'));
    wanted_moments varchar[] := ARRAY(SELECT jsonb_array_elements_text(said -> 'moments'));
    wanted_day date := day + 7 * (said ->> 'weeks')::integer;
    doubtful boolean;
    checked record;
    one record;
    latest record;
BEGIN
    IF (said ->> 'kind') IS NULL OR said ->> 'kind' NOT IN (
        'meeting', 'call', 'later', 'no', 'unsafe', 'rule', 'contact', 'stop'
    ) THEN
        RAISE EXCEPTION 'this is no answer' USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO checked FROM wall.hold_reply(code, birth_day, birth_month, origin);
    IF checked.verdict <> 'right' THEN
        RETURN checked.verdict;
    END IF;
    SELECT approach.id, approach.family_id, family.protected_address INTO one
    FROM public.outreach_approach AS approach
    JOIN public.families_family AS family ON family.id = approach.family_id
    WHERE approach.id = checked.approach;
    IF (
        SELECT count(*) FROM public.outreach_answer AS answer
        WHERE answer.approach_id = one.id AND answer.via = 'web'
            AND answer.at > now() - interval '1 day'
    ) >= 20 THEN
        RETURN 'locked';
    END IF;
    -- Whoever made it dangerous may hold the letter: what comes by it since is for a person to
    -- look at, and takes back nothing that was said before.
    doubtful := said ->> 'kind' <> 'unsafe' AND (
        one.protected_address OR EXISTS (
            SELECT FROM public.outreach_answer AS answer
            WHERE answer.family_id = one.family_id AND answer.kind = 'unsafe'
                AND answer.dealt_at IS NULL
        )
    );
    FOR try IN 1..5 LOOP
        SELECT answer.* INTO latest FROM public.outreach_answer AS answer
        WHERE answer.approach_id = one.id ORDER BY answer.number DESC LIMIT 1;
        EXIT WHEN latest.via = 'web' AND latest.dealt_at IS NULL
            AND latest.at > now() - interval '10 minutes'
            AND latest.kind = said ->> 'kind' AND latest.refusal = said ->> 'refusal'
            AND latest.half_days = wanted_half_days AND latest.moments = wanted_moments
            AND latest.place_id IS NOT DISTINCT FROM (said ->> 'place')::bigint
            AND latest.again_on IS NOT DISTINCT FROM wanted_day;
        BEGIN
            INSERT INTO public.outreach_answer (public_id, approach_id, family_id, number, kind,
                via, said_on, at, by_id, language, services, place_id, half_days, moments,
                refusal, again_on, to_check)
            VALUES (gen_random_uuid(), one.id, one.family_id, coalesce(latest.number, 0) + 1,
                said ->> 'kind', 'web', day, now(), NULL, said ->> 'language', '{}',
                (said ->> 'place')::bigint, wanted_half_days, wanted_moments,
                said ->> 'refusal', wanted_day, doubtful);
            IF said ->> 'kind' = 'unsafe' THEN
                PERFORM wall.protect_on_demand(one.family_id);
            END IF;
            EXIT;
        EXCEPTION WHEN unique_violation THEN
            -- A colleague wrote one down at the same moment: the family's comes after.
            IF try = 5 THEN
                RAISE;
            END IF;
        END;
    END LOOP;
    RETURN CASE
        WHEN wall.give_contacts(one.family_id, said -> 'contacts', said ->> 'kind' = 'unsafe')
        THEN 'right' ELSE 'full' END;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0003_exchanges_wall"),
    ]

    operations = [
        migrations.RunSQL(
            CHECK,
            "DROP FUNCTION wall.forget_wrong_replies(); "
            "DROP FUNCTION wall.open_reply(text, integer, integer, bytea); "
            "DROP FUNCTION wall.check_reply(text, integer, integer, bytea); "
            "DROP FUNCTION wall.take_turn(bytea)",
        ),
        migrations.RunSQL(PROTECT, "DROP FUNCTION wall.protect_on_demand(bigint)"),
        migrations.RunSQL(STOP, "DROP FUNCTION wall.refuses_messages(bigint)"),
        migrations.RunSQL(HOLD, "DROP FUNCTION wall.hold_reply(text, integer, integer, bytea)"),
        migrations.RunSQL(REPLY, "DROP FUNCTION wall.reply(text, integer, integer, bytea, jsonb)"),
    ]
