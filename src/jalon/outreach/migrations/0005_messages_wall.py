"""Text messages and e-mails: planned, claimed and settled by functions that know what is safe."""

from django.db import migrations

# Why nothing may be written to a family on a day, the gravest reason first; nothing where one may.
# Letters, messages, reminders and what is sent again all ask this, set by set: it runs with the
# rights of whoever asks, so that it becomes part of their query. That whom one wrote to died comes
# last: a new letter is for somebody else.
HINDRANCE = """
CREATE FUNCTION wall.hindrance(wanted bigint, day date) RETURNS TABLE (why text)
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN family.protected_address OR approach.channel = 'in_person' OR EXISTS (
            SELECT FROM public.outreach_answer AS answer
            WHERE answer.family_id = family.id AND answer.kind = 'unsafe'
                AND answer.dealt_at IS NULL
        ) THEN 'unsafe'
        WHEN family.merged_into_id IS NOT NULL THEN 'merged'
        WHEN family.do_not_contact THEN 'unwanted'
        WHEN approach.ended_on IS NOT NULL THEN 'ended'
        WHEN approach.answer <> '' AND (approach.answer <> 'later' OR approach.again_on > day)
            THEN 'answered'
        WHEN approach.answers_until < day THEN 'over'
        WHEN addressee.death_date IS NOT NULL THEN 'deceased'
    END
    FROM public.outreach_approach AS approach
    JOIN public.families_family AS family ON family.id = approach.family_id
    LEFT JOIN public.families_person AS addressee ON addressee.id = approach.addressee_id
    WHERE approach.id = wanted
$$
"""
# Whether what a room above had sent holds no more: it says so in the place of this one.
OVERTAKEN = """
CREATE FUNCTION wall.overtaken(message bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT false $$
"""
# How a family is reached by these media, by telephone first; where nothing arrives, another way is
# tried. Only numbers and addresses that were confirmed are there.
WAY = """
CREATE FUNCTION wall.way_to(of_family bigint, of_approach bigint, media text[], mobile text)
RETURNS TABLE (medium text, value text) LANGUAGE sql STABLE AS $$
    SELECT CASE contact.kind WHEN 'phone' THEN 'text' ELSE 'email' END, contact.value
    FROM public.families_contactpoint AS contact
    WHERE contact.family_id = of_family AND NOT contact.protected
        AND (contact.until IS NULL
            OR contact.until > (now() AT TIME ZONE 'Europe/Paris')::date)
        AND ((contact.kind = 'phone' AND contact.value ~ mobile AND 'text' = ANY (media))
            OR (contact.kind = 'email' AND contact.value <> '' AND 'email' = ANY (media)))
        AND NOT EXISTS (
            SELECT FROM public.outreach_message AS lost
            JOIN public.outreach_messagecontent AS there ON there.message_id = lost.id
            WHERE lost.approach_id = of_approach AND lost.trouble = 'wrong_number'
                AND there.destination = contact.value
        )
    ORDER BY contact.kind = 'phone' DESC, contact.since DESC, contact.id DESC LIMIT 1
$$
"""
# What keeps a message from leaving at this moment: asked once the family's row is locked, so that
# a protection just said is seen, and one said after comes too late for anybody. A number that is
# not the family's any more may be in other hands.
MESSAGE_HINDRANCE = """
CREATE FUNCTION wall.message_hindrance(message bigint) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(CASE WHEN free.why <> 'answered' OR NOT told.of_appointment THEN free.why END,
    CASE
        WHEN told.of_appointment AND EXISTS (
            SELECT FROM public.outreach_approach AS approach
            JOIN public.families_person AS addressee ON addressee.id = approach.addressee_id
            WHERE approach.id = one.approach_id AND addressee.death_date IS NOT NULL
        ) THEN 'deceased'
        WHEN wall.overtaken(one.id) THEN 'outdated'
        WHEN jsonb_typeof(content.body -> 'text') IS DISTINCT FROM 'string' THEN 'no_content'
        WHEN wall.refuses_messages(one.family_id) THEN 'no_messages'
        WHEN EXISTS (
            SELECT FROM public.outreach_approach AS approach
            WHERE approach.id = one.approach_id AND approach.addressee_id IS NULL
                AND approach.letter_to_id IS NOT NULL
        ) THEN 'parted'
        WHEN NOT EXISTS (
            SELECT FROM public.families_contactpoint AS contact
            WHERE contact.family_id = one.family_id AND NOT contact.protected
                AND contact.kind = CASE one.medium WHEN 'text' THEN 'phone' ELSE 'email' END
                AND contact.value = content.destination
                AND (contact.until IS NULL OR contact.until > day.today)
        ) THEN 'wrong_number'
    END)
    FROM (SELECT (now() AT TIME ZONE 'Europe/Paris')::date) AS day (today)
    CROSS JOIN public.outreach_message AS one
    CROSS JOIN LATERAL wall.hindrance(one.approach_id, day.today) AS free
    CROSS JOIN LATERAL (
        SELECT one.purpose IN ('fixed', 'called_off', 'upcoming') AS of_appointment
    ) AS told
    LEFT JOIN public.outreach_messagecontent AS content ON content.message_id = one.id
    WHERE one.id = message
$$;
COMMENT ON FUNCTION wall.message_hindrance(bigint) IS 'internal'
"""
# One message at a time, so that each is looked at just before it leaves. What one is told of two
# senders, the other never is. `memories` is how long the provider of each medium knows a message
# again: after that, one that may have left is not given again.
CLAIM = """
CREATE FUNCTION wall.claim_message(media text[], memories interval[])
RETURNS TABLE (
    message bigint, key uuid, medium text, destination text, body jsonb, attempt integer,
    perhaps boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- Thousands wait for the same hour: the first is read from its index, never sorted out of all.
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
#variable_conflict use_column
DECLARE
    one record;
    why text;
    busy timestamptz;
    passed_over bigint[] := '{}';
BEGIN
    IF NOT wall.automaton() THEN
        RAISE EXCEPTION 'messages are sent by the application itself'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    LOOP
        SELECT queued.id, queued.family_id, queued.approach_id, queued.quiet,
            memories[array_position(media, queued.medium::text)] AS memory
        INTO one
        FROM public.outreach_message AS queued
        WHERE queued.state = 'queued' AND queued.medium IN ('text', 'email')
            AND queued.medium = ANY (media) AND queued.due_at <= now()
            AND queued.id <> ALL (passed_over)
        ORDER BY queued.due_at LIMIT 1 FOR UPDATE SKIP LOCKED;
        EXIT WHEN NOT FOUND;
        -- What follows from it is written to the approach. Both or neither: whoever is writing
        -- something about this family is not waited for, and what they say is read next time.
        PERFORM FROM public.outreach_approach AS approach
        JOIN public.families_family AS family ON family.id = one.family_id
        WHERE approach.id = one.approach_id
        FOR NO KEY UPDATE OF approach SKIP LOCKED FOR SHARE OF family SKIP LOCKED;
        IF NOT FOUND THEN
            passed_over := passed_over || one.id;
            CONTINUE;
        END IF;
        why := CASE WHEN now() - lower(one.quiet) >= one.memory THEN 'uncertain'
            ELSE wall.message_hindrance(one.id) END;
        IF why IS NOT NULL THEN
            UPDATE public.outreach_message SET trouble = why, settled_at = now(),
                state = CASE WHEN why IN ('uncertain', 'wrong_number', 'no_content')
                    THEN 'failed' ELSE 'cancelled' END
            WHERE id = one.id;
            CONTINUE;
        END IF;
        SELECT max(upper(other.quiet)) INTO busy FROM public.outreach_message AS other
        WHERE other.id <> one.id AND other.medium IN ('text', 'email')
            AND (other.state <> 'failed' OR other.trouble = 'uncertain')
            AND other.quiet && tstzrange(now(), now() + interval '1 day')
            AND other.family_id IN (
                SELECT family.id FROM public.families_family AS family
                WHERE family.id = one.family_id OR family.merged_into_id = one.family_id
            );
        IF busy IS NULL THEN
            BEGIN
                UPDATE public.outreach_message
                SET state = 'sending', trouble = '', claimed_at = now(), attempts = attempts + 1,
                    quiet = tstzrange(coalesce(lower(quiet), now()), now() + interval '1 day')
                WHERE id = one.id;
            EXCEPTION WHEN exclusion_violation THEN
                -- Another sender took one for the same family at this very moment.
                busy := now() + interval '1 day';
            END;
        END IF;
        IF busy IS NOT NULL THEN
            UPDATE public.outreach_message SET due_at = busy WHERE id = one.id;
            CONTINUE;
        END IF;
        RETURN QUERY SELECT claimed.id, claimed.public_id, claimed.medium::text,
            content.destination::text, content.body, claimed.attempts::integer,
            one.quiet IS NOT NULL
        FROM public.outreach_message AS claimed
        JOIN public.outreach_messagecontent AS content ON content.message_id = claimed.id
        WHERE claimed.id = one.id;
        RETURN;
    END LOOP;
END $$
"""
# Reminders are read from the letters of the batches posted that many days ago, never from
# everybody; one that is ten days late is not sent any more, nor is one that the next overtook.
# What did not leave uses up no reminder, once the family has another number or address; what
# perhaps did, and what somebody called off, do.
PLAN = """
CREATE FUNCTION wall.plan_reminders(
    days integer[], media text[], mobile text, link text, bodies jsonb, due timestamptz,
    most integer
) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Europe/Paris')::date;
    late CONSTANT integer := 10;
    made integer;
BEGIN
    IF NOT wall.automaton() THEN
        RAISE EXCEPTION 'reminders are planned by the application itself'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    WITH called_for AS (
        SELECT approach.id, max(step.number)::integer AS reminder
        FROM unnest(days) WITH ORDINALITY AS step (day, number)
        JOIN public.outreach_batch AS batch ON batch.posted_on <= today - step.day
            AND batch.posted_on
                > today - least(step.day + late, coalesce(days[step.number + 1], 10000))
        JOIN public.outreach_message AS letter ON letter.batch_id = batch.id
            AND letter.state IN ('sent', 'delivered')
        JOIN public.outreach_approach AS approach ON approach.id = letter.approach_id
        -- A family in mourning was told that nothing presses.
        LEFT JOIN public.outreach_messagecontent AS said ON said.message_id = letter.id
        WHERE approach.answer = '' AND said.body ->> 'tone' IS DISTINCT FROM 'bereavement'
        GROUP BY approach.id
        UNION
        SELECT approach.id, coalesce(
            max(old.reminder) FILTER (WHERE old.made_at >= approach.answered_at),
            max(old.reminder) + 1, 1
        )
        FROM public.outreach_approach AS approach
        LEFT JOIN public.outreach_message AS old ON old.approach_id = approach.id
        WHERE approach.answer = 'later' AND approach.again_on <= today
            AND approach.again_on > today - late
            AND EXISTS (
                SELECT FROM public.outreach_message AS letter
                WHERE letter.approach_id = approach.id AND letter.medium = 'letter'
                    AND letter.state IN ('sent', 'delivered')
            )
        GROUP BY approach.id
    ), wanted AS (
        SELECT approach.id AS approach_id, approach.family_id, called_for.reminder, way.medium,
            way.value, code.value AS code
        FROM called_for
        JOIN public.outreach_approach AS approach ON approach.id = called_for.id
        JOIN public.outreach_answercode AS code ON code.approach_id = approach.id
        CROSS JOIN LATERAL wall.hindrance(approach.id, today) AS free
        CROSS JOIN LATERAL wall.way_to(approach.family_id, approach.id, media, mobile) AS way
        -- What the family asked comes first. A letter that another family holds, since a merge
        -- was undone, gives nobody of this one a code to answer with.
        WHERE free.why IS NULL AND approach.waits_since IS NULL
            AND (approach.letter_to_id IS NULL OR approach.addressee_id IS NOT NULL)
            AND NOT wall.refuses_messages(approach.family_id)
            AND NOT EXISTS (
                SELECT FROM public.outreach_message AS old
                JOIN public.outreach_messagecontent AS content ON content.message_id = old.id
                WHERE old.approach_id = approach.id AND old.reminder = called_for.reminder
                    AND (old.state <> 'failed' OR old.trouble = 'uncertain'
                        OR content.destination = way.value)
            )
        LIMIT most
    ), planned AS (
        INSERT INTO public.outreach_message (
            public_id, approach_id, family_id, medium, purpose, state, trouble, reminder,
            made_at, due_at, attempts, provider_reference
        )
        SELECT gen_random_uuid(), approach_id, family_id, medium, 'reminder', 'queued', '',
            reminder, now(), due, 0, ''
        FROM wanted ORDER BY approach_id
        ON CONFLICT DO NOTHING
        RETURNING id, approach_id, family_id
    )
    INSERT INTO public.outreach_messagecontent (message_id, family_id, destination, body)
    SELECT planned.id, planned.family_id, wanted.value,
        replace((bodies -> wanted.medium)::text, '{link}', link || wanted.code)::jsonb
    FROM planned JOIN wanted USING (approach_id);
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN made;
END $$
"""
# A provider tells what became of a text message, by its own reference or by ours, which it may
# know before we know its own. What is said twice, late or of no message of ours changes nothing.
DELIVERY = """
CREATE FUNCTION wall.settle_delivery(
    reference text, own_key uuid, delivered boolean, no_such_number boolean
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT wall.automaton() THEN
        RAISE EXCEPTION 'deliveries are told by providers'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- What follows from it is written to the approach, which comes first.
    PERFORM FROM public.outreach_approach AS approach
    WHERE approach.id IN (
        SELECT one.approach_id FROM public.outreach_message AS one
        WHERE one.public_id = own_key OR reference <> '' AND one.provider_reference = reference
    ) ORDER BY approach.id FOR NO KEY UPDATE;
    UPDATE public.outreach_message AS one
    SET state = CASE WHEN delivered THEN 'delivered' ELSE 'failed' END,
        trouble = CASE WHEN delivered THEN '' WHEN no_such_number THEN 'wrong_number'
            ELSE 'provider' END,
        provider_reference = coalesce(nullif(one.provider_reference, ''), reference),
        sent_at = CASE WHEN delivered THEN coalesce(one.sent_at, one.claimed_at)
            ELSE one.sent_at END,
        settled_at = now(),
        quiet = CASE WHEN delivered THEN one.quiet END
    WHERE one.medium = 'text'
        AND ((own_key IS NULL AND reference <> '' AND one.provider_reference = reference)
            OR (one.public_id = own_key
                AND (reference = '' OR one.provider_reference IN ('', reference))))
        AND (one.state IN ('sent', 'sending') OR (one.state = 'queued' AND one.quiet IS NOT NULL)
            OR (one.state = 'failed' AND one.trouble = 'uncertain'));
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0004_replies_wall")]

    operations = [
        migrations.RunSQL(HINDRANCE, "DROP FUNCTION wall.hindrance(bigint, date)"),
        migrations.RunSQL(OVERTAKEN, "DROP FUNCTION wall.overtaken(bigint)"),
        migrations.RunSQL(WAY, "DROP FUNCTION wall.way_to(bigint, bigint, text[], text)"),
        migrations.RunSQL(MESSAGE_HINDRANCE, "DROP FUNCTION wall.message_hindrance(bigint)"),
        migrations.RunSQL(CLAIM, "DROP FUNCTION wall.claim_message(text[], interval[])"),
        migrations.RunSQL(
            PLAN,
            "DROP FUNCTION wall.plan_reminders(integer[], text[], text, text, jsonb, timestamptz, "
            "integer)",
        ),
        migrations.RunSQL(
            DELIVERY, "DROP FUNCTION wall.settle_delivery(text, uuid, boolean, boolean)"
        ),
    ]
