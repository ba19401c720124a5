"""What keeps a family safe: flags that follow from who says them, and what they hide."""

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
