"""What hangs on an approach is of its family, and goes where it goes when families are merged."""

from django.db import migrations

# One key says both which approach and whose: nothing is told of a family under another's name.
_HANGS = (
    ("outreach_proposal", "approach_id", "outreach_approach", "proposal_of_its_family"),
    ("outreach_message", "approach_id", "outreach_approach", "message_of_its_family_approach"),
    ("outreach_answer", "approach_id", "outreach_approach", "answer_of_its_family"),
    ("outreach_approach", "previous_id", "outreach_approach", "approach_after_its_family_own"),
    ("outreach_messagecontent", "message_id", "outreach_message", "content_of_its_family"),
)
KEYS = "; ".join(
    f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, family_id) "
    f"REFERENCES {other} (id, family_id) ON UPDATE CASCADE"
    for table, column, other, name in _HANGS
)
_NO_KEYS = "; ".join(
    f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, _, _, name in reversed(_HANGS)
)
# A letter is written to somebody of the family: their birthday opens the answer page.
ADDRESSEE = """
CREATE FUNCTION wall.check_addressee() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM public.families_person AS person
    WHERE person.id = NEW.addressee_id AND person.family_id = NEW.family_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the addressee is one of the family' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER addressee_of_insert BEFORE INSERT ON outreach_approach
FOR EACH ROW WHEN (NEW.addressee_id IS NOT NULL) EXECUTE FUNCTION wall.check_addressee();
CREATE TRIGGER addressee_of_update BEFORE UPDATE OF addressee_id ON outreach_approach
FOR EACH ROW WHEN (NEW.addressee_id IS DISTINCT FROM OLD.addressee_id
    AND NEW.addressee_id IS NOT NULL)
EXECUTE FUNCTION wall.check_addressee()
"""
# What two families both had is told apart as it moves, so that everything moves: the same offer,
# a letter of the same batch, two messages of one day.
MOVE = """
CREATE FUNCTION wall.move_approach() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.came_from_id := nullif(coalesce(OLD.came_from_id, OLD.family_id), NEW.family_id);
    RETURN NEW;
END $$;
CREATE TRIGGER move_approach BEFORE UPDATE OF family_id ON outreach_approach
FOR EACH ROW WHEN (NEW.family_id <> OLD.family_id) EXECUTE FUNCTION wall.move_approach();

CREATE FUNCTION wall.move_proposal() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.approach_id <> OLD.approach_id THEN
        NEW.joined_from_id :=
            nullif(coalesce(OLD.joined_from_id, OLD.approach_id), NEW.approach_id);
    END IF;
    IF NEW.family_id <> OLD.family_id THEN
        NEW.doubled := EXISTS (
            SELECT FROM public.outreach_proposal AS same
            WHERE same.family_id = NEW.family_id AND same.offer = NEW.offer
                AND same.event = NEW.event AND NOT same.doubled
        );
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER move_proposal BEFORE UPDATE OF approach_id, family_id ON outreach_proposal
FOR EACH ROW WHEN (NEW.approach_id <> OLD.approach_id OR NEW.family_id <> OLD.family_id)
EXECUTE FUNCTION wall.move_proposal();

CREATE FUNCTION wall.move_message() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.doubled := EXISTS (
        SELECT FROM public.outreach_message AS same
        WHERE same.family_id = NEW.family_id AND NOT same.doubled
            AND (same.batch_id = NEW.batch_id OR same.quiet && NEW.quiet)
    );
    RETURN NEW;
END $$;
CREATE TRIGGER move_message BEFORE UPDATE OF family_id ON outreach_message
FOR EACH ROW WHEN (NEW.family_id <> OLD.family_id) EXECUTE FUNCTION wall.move_message()
"""
# Once rows have moved: what one letter joined is parted with the families, each has its own
# approach again, and nobody is the addressee of another family's. A letter that waits for the post
# when families are parted may be of both: without addressee, it is taken out of the pile.
SETTLE_MERGE = """
CREATE FUNCTION wall.settle_merge() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    two bigint[] := ARRAY[NEW.kept_id, NEW.absorbed_id];
    parted bigint[];
BEGIN
    parted := ARRAY(
        SELECT proposal.id FROM public.outreach_proposal AS proposal
        JOIN public.outreach_approach AS own ON own.id = proposal.joined_from_id
        WHERE proposal.family_id = ANY (two) AND own.family_id <> proposal.family_id
    );
    UPDATE public.outreach_approach AS approach
    SET addressee_id = NULL, letter_to_id = approach.addressee_id
    WHERE approach.family_id = ANY (two) AND approach.addressee_id IS NOT NULL
        AND (NOT EXISTS (
            SELECT FROM public.families_person AS person
            WHERE person.id = approach.addressee_id AND person.family_id = approach.family_id
        ) OR NEW.undone_at IS NOT NULL AND EXISTS (
            SELECT FROM public.outreach_message AS letter
            WHERE letter.approach_id = approach.id AND letter.medium = 'letter'
                AND letter.state = 'queued'
        ));
    UPDATE public.outreach_approach AS approach
    SET ended_on = NULL, ending = '', ended_by_id = NULL
    WHERE approach.ending = 'joined' AND approach.id IN (
        SELECT joined_from_id FROM public.outreach_proposal WHERE id = ANY (parted)
    );
    UPDATE public.outreach_proposal AS proposal
    SET approach_id = own.id, family_id = own.family_id
    FROM public.outreach_approach AS own
    WHERE proposal.id = ANY (parted) AND own.id = proposal.joined_from_id;
    -- What was written of both may tell where either lives.
    UPDATE public.outreach_messagecontent AS content
    SET also_of_id = CASE content.family_id WHEN NEW.kept_id THEN NEW.absorbed_id
        ELSE NEW.kept_id END
    FROM public.outreach_message AS message
    WHERE NEW.undone_at IS NOT NULL AND message.id = content.message_id
        AND message.family_id = ANY (two) AND message.made_at BETWEEN NEW.at AND NEW.undone_at;
    RETURN NULL;
END $$;
CREATE TRIGGER settle_merge AFTER INSERT OR UPDATE OF undone_at ON families_merge
FOR EACH ROW EXECUTE FUNCTION wall.settle_merge()
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0005_messages_wall")]

    operations = [
        migrations.RunSQL(KEYS, _NO_KEYS),
        migrations.RunSQL(
            ADDRESSEE,
            "DROP TRIGGER addressee_of_update ON outreach_approach; "
            "DROP TRIGGER addressee_of_insert ON outreach_approach; "
            "DROP FUNCTION wall.check_addressee()",
        ),
        migrations.RunSQL(
            MOVE,
            "DROP TRIGGER move_message ON outreach_message; "
            "DROP TRIGGER move_proposal ON outreach_proposal; "
            "DROP TRIGGER move_approach ON outreach_approach; "
            "DROP FUNCTION wall.move_message(); DROP FUNCTION wall.move_proposal(); "
            "DROP FUNCTION wall.move_approach()",
        ),
        migrations.RunSQL(
            SETTLE_MERGE,
            "DROP TRIGGER settle_merge ON families_merge; DROP FUNCTION wall.settle_merge()",
        ),
    ]
