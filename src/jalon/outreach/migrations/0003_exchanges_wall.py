"""What is sent and said behind the wall; what follows from it is settled by the database."""

from django.db import migrations

from jalon.audit.wall import (
    ForApplication,
    Policy,
    keep_history,
    keep_no_statistics,
    keep_no_statistics_of_index,
    may,
    never_change,
    protect,
)

# Jobs that nobody asked for, a reminder on its day for instance, act as the application itself:
# a token sealed with the number 0, which is no member of staff.
AUTOMATON = """
CREATE FUNCTION wall.automaton() RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(wall.person() = 0, false)
$$
"""
# What looks for batches left behind acts for nobody: it learns who made which, no more.
TO_PREPARE = """
CREATE FUNCTION wall.batches_to_prepare() RETURNS TABLE (batch bigint, maker bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT one.id, one.made_by_id FROM public.outreach_batch AS one
    WHERE one.prepared_at IS NULL AND one.withdrawn_at IS NULL AND one.problem = ''
        AND wall.holds(one.made_by_id, 'write_to_families')
$$
"""
# What is printed holds families together, protected ones since too: it goes once it served. Each
# letter stays with its message.
FORGET_PRINTED = """
CREATE FUNCTION wall.forget_printed(posted_before date) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT wall.automaton() THEN
        RAISE EXCEPTION 'what was printed is forgotten by the application itself'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM public.outreach_batchpart AS part USING public.outreach_batch AS batch
    WHERE batch.id = part.batch_id
        AND (batch.withdrawn_at IS NOT NULL OR batch.posted_on < posted_before);
END $$
"""
# An address as letters keep it, to be compared with later ones; of several, the one to write to.
DESTINATION = """
CREATE FUNCTION wall.destination(line1 text, line2 text, postal_code text, city text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(upper(line1 || E'\\n' || line2 || E'\\n' || postal_code || ' ' || city), 254)
$$
"""
# An approach says what its proposals, its messages and its answers say, whoever wrote them.
SETTLE = """
CREATE FUNCTION wall.settle_approaches(touched bigint[]) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE public.outreach_approach AS approach
    SET channel = CASE WHEN approach.channel = 'in_person' THEN approach.channel
            ELSE coalesce(offered.channel, approach.channel) END,
        commune_id = coalesce(offered.commune_id, approach.commune_id),
        window_ends_on = CASE WHEN offered.channel IS NULL THEN approach.window_ends_on
            ELSE offered.window_ends_on END,
        contacted_at = said.contacted_at,
        undelivered = coalesce(said.undelivered, false),
        letter_back_at = said.letter_back_at,
        readdressed = coalesce(today.destination <> letter.destination, false),
        answered_at = answered.at,
        answer = coalesce(answered.kind, ''),
        again_on = answered.again_on,
        waits_since = waiting.since
    FROM unnest(touched) AS one (id)
    LEFT JOIN LATERAL (
        SELECT CASE WHEN bool_or(proposal.channel = 'in_person') THEN 'in_person'
                ELSE min(proposal.channel) END AS channel,
            (array_agg(proposal.commune_id ORDER BY proposal.id DESC)
                FILTER (WHERE proposal.commune_id IS NOT NULL))[1] AS commune_id,
            CASE WHEN bool_and(proposal.window_ends_on IS NOT NULL)
                THEN max(proposal.window_ends_on) END AS window_ends_on
        FROM public.outreach_proposal AS proposal WHERE proposal.approach_id = one.id
    ) AS offered ON true
    LEFT JOIN LATERAL (
        SELECT min(message.sent_at)
                FILTER (WHERE message.state IN ('sent', 'delivered', 'returned')) AS contacted_at,
            (array_agg(message.state ORDER BY message.id DESC)
                FILTER (WHERE message.medium = 'letter' AND message.sent_at IS NOT NULL))[1]
                = 'returned' AND NOT bool_or(message.state = 'delivered') AS undelivered,
            (array_agg(CASE message.state WHEN 'returned' THEN message.settled_at END
                ORDER BY message.id DESC)
                FILTER (WHERE message.medium = 'letter' AND message.state <> 'cancelled'))[1]
                AS letter_back_at
        FROM public.outreach_message AS message WHERE message.approach_id = one.id
    ) AS said ON true
    LEFT JOIN LATERAL (
        SELECT content.destination FROM public.outreach_message AS message
        JOIN public.outreach_messagecontent AS content ON content.message_id = message.id
        WHERE message.approach_id = one.id AND message.medium = 'letter'
            AND message.state <> 'cancelled'
        ORDER BY message.id DESC LIMIT 1
    ) AS letter ON said.letter_back_at IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT wall.destination(contact.line1, contact.line2, contact.postal_code, contact.city)
            AS destination
        FROM public.outreach_approach AS known
        -- Never written to; and a guessed address, given and taken back, would tell the true one.
        JOIN public.families_family AS family
            ON family.id = known.family_id AND NOT family.protected_address
        JOIN public.families_contactpoint AS contact ON contact.family_id = known.family_id
        WHERE known.id = one.id AND contact.kind = 'address' AND contact.until IS NULL
        ORDER BY contact.since DESC, contact.id DESC LIMIT 1
    ) AS today ON said.letter_back_at IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT answer.at, answer.kind, answer.again_on
        FROM public.outreach_answer AS answer
        WHERE answer.approach_id = one.id AND answer.kind IN ('meeting', 'call', 'later', 'no')
            AND NOT answer.to_check
        ORDER BY answer.number DESC LIMIT 1
    ) AS answered ON true
    LEFT JOIN LATERAL (
        SELECT min(answer.at) AS since FROM public.outreach_answer AS answer
        WHERE answer.approach_id = one.id AND answer.dealt_at IS NULL
            AND (answer.kind IN ('meeting', 'call', 'rule', 'unsafe') OR answer.to_check)
    ) AS waiting ON true
    WHERE approach.id = one.id
$$;
COMMENT ON FUNCTION wall.settle_approaches(bigint[]) IS 'internal';

CREATE FUNCTION wall.settle_from_new() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM wall.settle_approaches(ARRAY(SELECT DISTINCT approach_id FROM new_rows));
    RETURN NULL;
END $$;
CREATE FUNCTION wall.settle_from_both() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM wall.settle_approaches(ARRAY(
        SELECT approach_id FROM old_rows UNION SELECT approach_id FROM new_rows
    ));
    RETURN NULL;
END $$;

-- A letter that came back is written again once its family has another address, however it came.
CREATE FUNCTION wall.readdress() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    touched bigint[];
BEGIN
    SELECT array_agg(approach.id ORDER BY approach.id) INTO touched
    FROM public.outreach_approach AS approach
    WHERE approach.letter_back_at IS NOT NULL AND approach.family_id IN (
        SELECT contact.family_id FROM new_rows AS contact WHERE contact.kind = 'address'
    );
    IF touched IS NOT NULL THEN
        PERFORM wall.settle_approaches(touched);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER readdress_of_insert AFTER INSERT ON families_contactpoint
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION wall.readdress();
CREATE TRIGGER readdress_of_update AFTER UPDATE ON families_contactpoint
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION wall.readdress();
CREATE TRIGGER readdress_of_delete AFTER DELETE ON families_contactpoint
REFERENCING OLD TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION wall.readdress();
-- Merged, it is written to where the family that stays lives.
CREATE FUNCTION wall.readdress_one() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM wall.settle_approaches(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE TRIGGER readdress AFTER UPDATE OF family_id ON outreach_approach FOR EACH ROW
WHEN (NEW.letter_back_at IS NOT NULL AND NEW.family_id <> OLD.family_id)
EXECUTE FUNCTION wall.readdress_one();

-- Nobody writes to families that just became protected: what is under way goes on in person.
-- Families are locked already; their approaches come next, before what hangs on these.
CREATE FUNCTION wall.reach_in_person() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    touched bigint[];
BEGIN
    SELECT array_agg(id) INTO touched FROM (
        SELECT approach.id FROM public.outreach_approach AS approach
        WHERE approach.ended_on IS NULL AND approach.family_id IN (
            SELECT family.id FROM new_rows AS family JOIN old_rows AS before USING (id)
            WHERE family.protected_address AND NOT before.protected_address
        )
        ORDER BY approach.id FOR NO KEY UPDATE
    ) AS approach;
    IF touched IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE public.outreach_proposal AS proposal SET channel = 'in_person'
    WHERE proposal.approach_id = ANY (touched) AND proposal.channel <> 'in_person';
    -- Those in person already since an earlier protection, lifted meanwhile, begin again too.
    UPDATE public.outreach_approach AS approach
    SET channel = 'in_person', in_person_since = clock_timestamp()
    WHERE approach.id = ANY (touched);
    RETURN NULL;
END $$;
CREATE TRIGGER reach_in_person AFTER UPDATE ON families_family
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION wall.reach_in_person();

-- Nor to one that was before, whatever the register says. The lock makes who protects it just
-- now wait, and find what begins here.
CREATE FUNCTION wall.begin_in_person() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    protected boolean;
BEGIN
    SELECT family.protected_address INTO protected
    FROM public.families_family AS family WHERE family.id = NEW.family_id FOR SHARE;
    IF protected THEN
        NEW.channel := 'in_person';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER begin_in_person BEFORE INSERT OR UPDATE OF family_id ON outreach_approach
FOR EACH ROW EXECUTE FUNCTION wall.begin_in_person();
CREATE TRIGGER begin_in_person BEFORE INSERT OR UPDATE OF family_id ON outreach_proposal
FOR EACH ROW EXECUTE FUNCTION wall.begin_in_person();

-- Since when, whatever made it so: by its name, after what does. Not when its transaction began: a
-- release lasts, and a colleague may have called meanwhile.
CREATE FUNCTION wall.date_in_person() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.in_person_since IS NULL THEN
        NEW.in_person_since := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER date_in_person BEFORE INSERT OR UPDATE OF channel, family_id ON outreach_approach
FOR EACH ROW WHEN (NEW.channel = 'in_person') EXECUTE FUNCTION wall.date_in_person()
"""
_SETTLED_BY = ("outreach_proposal", "outreach_message", "outreach_answer")
_TRIGGERS = "; ".join(
    f"CREATE TRIGGER settle_of_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows "
    f"FOR EACH STATEMENT EXECUTE FUNCTION wall.settle_from_new(); "
    f"CREATE TRIGGER settle_of_update AFTER UPDATE ON {table} "
    f"REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows "
    f"FOR EACH STATEMENT EXECUTE FUNCTION wall.settle_from_both()"
    for table in _SETTLED_BY
)
_NO_TRIGGERS = "; ".join(
    f"DROP TRIGGER settle_of_insert ON {table}; DROP TRIGGER settle_of_update ON {table}"
    for table in _SETTLED_BY
)
_SEES = may("see_families")
_WRITES = may("write_to_families")
_ACTS_ALONE = "(SELECT wall.automaton())"


# One says that one called oneself; letters and messages are prepared by who writes to families,
# and nothing is sent before it was.
_SAYS = (
    f"by_id = (SELECT wall.person()) AND NOT doubled AND provider_reference = '' "
    f"AND CASE WHEN medium IN ('phone', 'visit') THEN {_SEES} ELSE {_WRITES} "
    "AND state = 'queued' AND sent_at IS NULL AND settled_at IS NULL AND claimed_at IS NULL "
    "AND quiet IS NULL AND attempts = 0 END"
)
# In one's own name, now, for a day of the month that comes.
_MADE = "(made_at AT TIME ZONE 'Europe/Paris')::date"
_BEGINS_A_BATCH = (
    "made_by_id = (SELECT wall.person()) "
    "AND made_at BETWEEN now() - interval '1 hour' AND now() + interval '5 minutes' "
    f"AND dated BETWEEN {_MADE} AND {_MADE} + 31 AND reply_by BETWEEN dated AND dated + 367 "
    "AND prepared_at IS NULL AND posted_on IS NULL AND withdrawn_at IS NULL"
)
# Where a family lives shows in what was sent to it, and so does the code by which it answers.
_READS = f"({may('see_situations')} OR {_WRITES})"
_REACHES = (
    f"({_ACTS_ALONE} OR ({_READS} AND (wall.open_address(family_id) "
    f"OR {may('see_protected_addresses')} OR wall.leads(family_id)) AND (also_of_id IS NULL "
    f"OR wall.open_address(also_of_id) OR {may('see_protected_addresses')} "
    "OR wall.leads(also_of_id))))"
)
# The family itself answers through a function alone: nobody answers in its name.
_ANSWERS = f"{_SEES} AND via <> 'web' AND by_id = (SELECT wall.person()) AND dealt_at IS NULL"


class Migration(migrations.Migration):
    dependencies = [("outreach", "0002_wall")]

    operations = [
        migrations.RunSQL(AUTOMATON, "DROP FUNCTION wall.automaton()"),
        migrations.RunSQL(TO_PREPARE, "DROP FUNCTION wall.batches_to_prepare()"),
        migrations.RunSQL(FORGET_PRINTED, "DROP FUNCTION wall.forget_printed(date)"),
        migrations.RunSQL(DESTINATION, "DROP FUNCTION wall.destination(text, text, text, text)"),
        migrations.RunSQL(
            SETTLE,
            "DROP TRIGGER readdress ON outreach_approach; DROP FUNCTION wall.readdress_one(); "
            "DROP TRIGGER readdress_of_delete ON families_contactpoint; "
            "DROP TRIGGER readdress_of_update ON families_contactpoint; "
            "DROP TRIGGER readdress_of_insert ON families_contactpoint; "
            "DROP FUNCTION wall.readdress(); DROP TRIGGER date_in_person ON outreach_approach; "
            "DROP FUNCTION wall.date_in_person(); "
            "DROP TRIGGER begin_in_person ON outreach_proposal; "
            "DROP TRIGGER begin_in_person ON outreach_approach; "
            "DROP FUNCTION wall.begin_in_person(); "
            "DROP TRIGGER reach_in_person ON families_family; "
            "DROP FUNCTION wall.reach_in_person(); DROP FUNCTION wall.settle_from_both(); "
            "DROP FUNCTION wall.settle_from_new(); "
            "DROP FUNCTION wall.settle_approaches(bigint[])",
        ),
        migrations.RunSQL(_TRIGGERS, _NO_TRIGGERS),
        *protect("outreach_answercode", Policy(see=f"{_WRITES} OR {_ACTS_ALONE}", insert=_WRITES)),
        *protect(
            "outreach_codeclosing",
            Policy(
                see=_WRITES,
                update=f"{_WRITES} AND coalesce(opened_by_id = (SELECT wall.person()), true)",
            ),
        ),
        ForApplication(
            "REVOKE UPDATE ON outreach_codeclosing FROM {app}; "
            "GRANT UPDATE (opened_at, opened_by_id) ON outreach_codeclosing TO {app}"
        ),
        *protect("outreach_wrongreply", Policy(see=may("see_reads")), columns=("id", "at")),
        *protect(
            "outreach_batch",
            Policy(
                see=_WRITES,
                insert=f"{_WRITES} AND {_BEGINS_A_BATCH}",
                update=_WRITES,
            ),
        ),
        *protect("outreach_batchpart", Policy(see=_WRITES, insert=_WRITES)),
        *protect(
            "outreach_message",
            Policy(
                see=f"{_ACTS_ALONE} OR {_SEES}",
                insert=_SAYS,
                update=f"{_ACTS_ALONE} OR {_WRITES}",
            ),
        ),
        *protect(
            "outreach_messagecontent",
            Policy(see=_REACHES, insert=f"{_WRITES} OR {_ACTS_ALONE}"),
        ),
        *protect(
            "outreach_answer",
            Policy(
                see=_SEES,
                insert=_ANSWERS,
                update=f"{_SEES} AND coalesce(dealt_by_id = (SELECT wall.person()), true)",
            ),
        ),
        ForApplication(
            "REVOKE UPDATE ON outreach_message, outreach_answer, outreach_batch FROM {app}; "
            "GRANT UPDATE (state, trouble, claimed_at, quiet, attempts, provider_reference, "
            "sent_at, settled_at, due_at) ON outreach_message TO {app}; "
            "GRANT UPDATE (dealt_at, dealt_by_id) ON outreach_answer TO {app}; "
            "GRANT UPDATE (letters, prepared_at, attempts, problem, posted_on, posted_by_id, "
            "withdrawn_at, withdrawn_by_id) ON outreach_batch TO {app}"
        ),
        never_change("outreach_batch", "public_id", "made_by_id", "made_at", "dated", "reply_by"),
        never_change("outreach_batchpart", "batch_id", "number", "pdf", "sha256"),
        never_change("outreach_message", "public_id", "medium", "purpose", "made_at", "by_id"),
        never_change("outreach_messagecontent", "message_id", "destination", "body"),
        never_change("outreach_answercode", "approach_id", "value"),
        never_change("outreach_codeclosing", "approach_id", "at"),
        never_change(
            *("outreach_answer", "public_id", "number", "kind", "via", "said_on", "at", "by_id"),
            *("services", "place_id", "half_days", "moments", "refusal", "again_on"),
            "to_check",
        ),
        # Estimates would tell which codes there are.
        keep_no_statistics("outreach_answercode", "value"),
        keep_no_statistics_of_index("answer_code_once", 1),
        keep_no_statistics_of_index("approach_letter_back", 2),
        keep_no_statistics_of_index("approach_letter_back_until", 1),
        keep_history("outreach_batch"),
        keep_history("outreach_message"),
        keep_history("outreach_answer"),
        keep_history("outreach_codeclosing"),
    ]
