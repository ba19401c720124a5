"""Which files rows know, for what is beside the database to follow them; never whose they are."""

# Refused rather than answered by nothing: who takes none for an answer would delete all.
KEPT = """
CREATE FUNCTION wall.files_kept(first uuid, last uuid) RETURNS SETOF uuid LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT wall.automaton() THEN
        RAISE EXCEPTION 'files are gone through by the application itself'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY SELECT one.file FROM public.interventions_document AS one
        WHERE one.file BETWEEN first AND last
        UNION ALL SELECT one.scan FROM public.interventions_contract AS one
        WHERE one.scan BETWEEN first AND last;
END $$;

-- Of those purged with it too.
CREATE FUNCTION wall.files_of_family(family bigint) RETURNS SETOF uuid LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tied bigint[];
BEGIN
    IF NOT wall.may('purge') THEN
        RAISE EXCEPTION 'the files of a family are asked for by who purges it'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    tied := wall.tied_to(family);
    RETURN QUERY SELECT one.file FROM public.interventions_document AS one
        WHERE one.family_id = ANY (tied)
        UNION ALL SELECT one.scan FROM public.interventions_contract AS one
        JOIN public.interventions_support AS support ON support.id = one.support_id
        WHERE support.family_id = ANY (tied) AND one.scan IS NOT NULL;
END $$;

-- A document goes with its file: were that one a contract's scan too, it would go for both.
CREATE FUNCTION wall.guard_document_file() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.interventions_contract AS one WHERE one.scan = NEW.file) THEN
        RAISE EXCEPTION 'this file is another row''s' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER of_its_own AFTER INSERT ON interventions_document FOR EACH ROW
EXECUTE FUNCTION wall.guard_document_file()
"""
NO_KEPT = (
    "DROP TRIGGER of_its_own ON interventions_document; "
    "DROP FUNCTION wall.guard_document_file(); "
    "DROP FUNCTION wall.files_of_family(bigint); DROP FUNCTION wall.files_kept(uuid, uuid)"
)
