-- The cohort of Val-de-Marne's catalogue of 2021 and after, written by hand for speed.
--
-- It knows what the general engine is not told: which facts come from one table alone, that an
-- accepted household has one responsible person, that few of them are dead, and that every
-- optional column is in the file. Bound to it: $day, the last of the month; $quotient and
-- $wage, the two amounts. A condition is true, false, or null where it is unknown.
WITH
-- Households whose own row does not say no to every stock offer.
candidates AS MATERIALIZED (
    SELECT
        household_id, commune, do_not_contact, protected_address, in_support, lost_persons,
        family_quotient <= $quotient AS modest,
        gross_income_n2 < $wage AS poor,
        income_adjustment IN ('abatement', 'neutralisation') AS adjusted,
        rsa = 'none' AS without_rsa,
        rsa_sanction AS sanctioned,
        coalesce(
            pregnancy_declared_on <= $day
            AND pregnancy_declared_on + INTERVAL 10 MONTHS >= $day,
            false
        ) AS pregnant,
        family_status = 'single' AND (poor OR adjusted) AND (without_rsa OR sanctioned) AS alike_lone
    FROM households
    WHERE modest IS NOT false OR alike_lone IS NOT false
),
with_children AS MATERIALIZED (
    SELECT
        household_id,
        bool_or(
            birth_date <= ($day - INTERVAL 6 YEARS)::DATE
            AND birth_date > ($day - INTERVAL 18 YEARS)::DATE
        ) AS at_school_age
    FROM persons
    WHERE
        role = 'child' AND death_date IS NULL AND custody <> 'visiting'
        AND birth_date <= $day AND birth_date > ($day - INTERVAL 20 YEARS)::DATE
    GROUP BY household_id
),
families AS MATERIALIZED (
    SELECT
        candidates.*,
        CASE
            WHEN with_children.household_id IS NOT NULL THEN true
            WHEN lost_persons = 0 THEN false
        END AS parent,
        CASE
            WHEN at_school_age THEN true
            WHEN lost_persons = 0 THEN false
        END AS parent_of_pupil
    FROM candidates LEFT JOIN with_children USING (household_id)
    WHERE with_children.household_id IS NOT NULL OR lost_persons > 0 OR pregnant
),
-- The few households without a living responsible person, unless a spouse takes the place.
bereft AS MATERIALIZED (
    SELECT household_id FROM persons
    WHERE role = 'responsible' AND (death_date IS NOT NULL OR birth_date > $day)
),
unreachable AS MATERIALIZED (
    SELECT household_id FROM bereft
    EXCEPT
    SELECT household_id FROM persons
    WHERE
        role = 'spouse' AND death_date IS NULL AND birth_date <= $day
        AND household_id IN (SELECT household_id FROM bereft)
),
adults AS (
    SELECT
        household_id,
        max(birth_date) FILTER (role = 'responsible') AS responsible,
        max(birth_date) FILTER (role = 'spouse') AS spouse
    FROM persons
    WHERE
        role IN ('responsible', 'spouse') AND death_date IS NULL AND birth_date <= $day
        AND household_id IN (SELECT household_id FROM families WHERE alike_lone IS NOT false)
    GROUP BY household_id
),
lone AS (
    SELECT
        families.*,
        coalesce(responsible, spouse) <= ($day - INTERVAL 18 YEARS)::DATE
        AND coalesce(responsible, spouse) > ($day - INTERVAL 35 YEARS)::DATE AS of_age,
        (responsible IS NOT NULL OR CASE WHEN lost_persons = 0 THEN false END)
        AND (spouse IS NOT NULL OR CASE WHEN lost_persons = 0 THEN false END) AS in_couple,
        parent OR pregnant AS expecting,
        poor OR adjusted AS needy,
        without_rsa OR sanctioned AS concerned,
        of_age AND NOT in_couple AND alike_lone AND expecting AS verdict
    FROM families LEFT JOIN adults USING (household_id)
    WHERE alike_lone IS NOT false
),
-- The month's events, and one without content for each household that lost one.
happened AS MATERIALIZED (
    SELECT household_id, event_id, person_id, kind, reported_on, occurred_on
    FROM events
    WHERE
        reported_on BETWEEN date_trunc('month', $day)::DATE AND $day
        AND kind IN (
            'separation', 'divorce', 'adult_death', 'child_death', 'stillbirth', 'rent_arrears',
            'ajpp_opened', 'multiple_birth'
        )
),
dead_children AS (
    SELECT
        event_id,
        coalesce(death_date, occurred_on) AS died_on,
        year(died_on) - year(birth_date)
        - CASE
            WHEN month(died_on) * 100 + day(died_on) < month(birth_date) * 100 + day(birth_date)
                THEN 1
            ELSE 0
        END AS age
    FROM happened JOIN persons USING (person_id)
    WHERE kind = 'child_death'
),
struck AS MATERIALIZED (
    SELECT
        household_id, commune, do_not_contact, protected_address, in_support, lost_persons,
        lost_events, housing_benefit IN ('alf', 'als', 'apl') AS housed
    FROM households
    WHERE lost_events > 0 OR household_id IN (SELECT household_id FROM happened)
),
occurrences AS MATERIALIZED (
    SELECT
        struck.*, event.event_id, event.kind, event.reported_on, dead_children.age,
        CASE
            WHEN with_children.household_id IS NOT NULL THEN true
            WHEN lost_persons = 0 THEN false
        END AS parent
    FROM (
        SELECT household_id, event_id, kind, reported_on FROM happened
        UNION ALL
        SELECT household_id, NULL, NULL, NULL FROM struck WHERE lost_events > 0
    ) AS event
    JOIN struck USING (household_id)
    LEFT JOIN with_children USING (household_id)
    LEFT JOIN dead_children ON event.event_id = dead_children.event_id
),
judged AS (
    SELECT
        'aid_holidays' AS offer, false AS social_work, household_id, NULL AS event_id,
        NULL::DATE AS reported_on, commune, do_not_contact, protected_address, in_support,
        lost_persons, modest AND parent AS verdict,
        CASE WHEN verdict IS NULL THEN concat_ws(
            ',',
            CASE WHEN parent IS NULL THEN 'dependent_children_under_20' END,
            CASE WHEN modest IS NULL THEN 'family_quotient' END
        ) END AS unknown
    FROM families
    WHERE verdict IS NOT false
    UNION ALL
    SELECT
        'aid_leisure', false, household_id, NULL, NULL, commune, do_not_contact,
        protected_address, in_support, lost_persons, modest AND parent_of_pupil AS verdict,
        CASE WHEN verdict IS NULL THEN concat_ws(
            ',',
            CASE WHEN parent_of_pupil IS NULL THEN 'dependent_children_6_to_17' END,
            CASE WHEN modest IS NULL THEN 'family_quotient' END
        ) END
    FROM families
    WHERE verdict IS NOT false
    UNION ALL
    SELECT
        'lone_parent', true, household_id, NULL, NULL, commune, do_not_contact,
        protected_address, in_support, lost_persons, verdict,
        CASE WHEN verdict IS NULL THEN concat_ws(
            ',',
            CASE WHEN parent IS NULL AND expecting IS NULL THEN 'dependent_children_under_20' END,
            CASE WHEN poor IS NULL AND needy IS NULL THEN 'gross_income_n2' END,
            CASE WHEN in_couple IS NULL THEN 'has_spouse' END,
            CASE WHEN adjusted IS NULL AND needy IS NULL THEN 'income_adjustment' END,
            CASE WHEN of_age IS NULL THEN 'responsible_age' END,
            CASE WHEN without_rsa IS NULL AND concerned IS NULL THEN 'rsa' END,
            CASE WHEN sanctioned IS NULL AND concerned IS NULL THEN 'rsa_sanction' END
        ) END
    FROM lone
    WHERE verdict IS NOT false
    UNION ALL
    SELECT
        offer, offer = 'separation', household_id, event_id, reported_on, commune,
        do_not_contact, protected_address, in_support, lost_persons,
        kind IN ('separation', 'divorce')
        AND CASE offer WHEN 'separation' THEN parent ELSE NOT protected_address END AS verdict,
        CASE WHEN verdict IS NULL THEN concat_ws(
            ',',
            CASE
                WHEN offer = 'separation' AND parent IS NULL THEN 'dependent_children_under_20'
            END,
            CASE WHEN kind IS NULL THEN 'event_kind' END
        ) END
    FROM occurrences CROSS JOIN (VALUES ('separation'), ('mediation')) AS offers (offer)
    WHERE verdict IS NOT false
    UNION ALL
    SELECT
        offer, false, household_id, event_id, reported_on, commune, do_not_contact,
        protected_address, in_support, lost_persons, kind = 'adult_death' AND parent AS verdict,
        CASE WHEN verdict IS NULL THEN concat_ws(
            ',',
            CASE WHEN parent IS NULL THEN 'dependent_children_under_20' END,
            CASE WHEN kind IS NULL THEN 'event_kind' END
        ) END
    FROM occurrences CROSS JOIN (VALUES ('parent_death'), ('aid_parent_death')) AS offers (offer)
    WHERE verdict IS NOT false
    UNION ALL
    SELECT
        offer, false, household_id, event_id, reported_on, commune, do_not_contact,
        protected_address, in_support, lost_persons,
        kind IN ('child_death', 'stillbirth') AND (kind = 'stillbirth' OR age < 25) AS verdict,
        CASE WHEN verdict IS NULL THEN concat_ws(
            ',',
            'age_at_death',
            CASE WHEN kind IS NULL THEN 'event_kind' END
        ) END
    FROM occurrences CROSS JOIN (VALUES ('child_death'), ('aid_child_death')) AS offers (offer)
    WHERE verdict IS NOT false
    UNION ALL
    SELECT
        'rent_arrears', true, household_id, event_id, reported_on, commune, do_not_contact,
        protected_address, in_support, lost_persons,
        kind = 'rent_arrears' AND housed AND parent AS verdict,
        CASE WHEN verdict IS NULL THEN concat_ws(
            ',',
            CASE WHEN parent IS NULL THEN 'dependent_children_under_20' END,
            CASE WHEN kind IS NULL THEN 'event_kind' END,
            CASE WHEN housed IS NULL THEN 'housing_benefit' END
        ) END
    FROM occurrences
    WHERE verdict IS NOT false
    UNION ALL
    SELECT
        offer, offer = 'child_illness', household_id, event_id, reported_on, commune,
        do_not_contact, protected_address, in_support, lost_persons, kind = only_kind AS verdict,
        CASE WHEN verdict IS NULL THEN 'event_kind' END
    FROM occurrences CROSS JOIN (
        VALUES ('child_illness', 'ajpp_opened'), ('aid_multiple_birth', 'multiple_birth')
    ) AS offers (offer, only_kind)
    WHERE verdict IS NOT false
),
settled AS (
    SELECT
        judged.*,
        unreachable.household_id IS NOT NULL AND lost_persons = 0 AS no_addressee,
        unreachable.household_id IS NOT NULL AND lost_persons > 0 AS addressee_unknown,
        do_not_contact OR no_addressee OR (social_work AND in_support) AS held,
        CASE
            WHEN verdict IS NULL THEN 'to_verify'
            WHEN held THEN 'set_aside'
            WHEN addressee_unknown THEN 'to_verify'
            ELSE 'selected'
        END AS outcome
    FROM judged LEFT JOIN unreachable USING (household_id)
)
SELECT
    offer,
    household_id,
    event_id,
    reported_on,
    outcome,
    CASE outcome
        WHEN 'to_verify' THEN CASE
            WHEN held OR NOT addressee_unknown THEN unknown
            WHEN unknown IS NULL THEN 'has_addressee'
            ELSE array_to_string(list_sort(string_split(unknown || ',has_addressee', ',')), ',')
        END
        WHEN 'set_aside' THEN concat_ws(
            ',',
            CASE WHEN do_not_contact THEN 'do_not_contact' END,
            CASE WHEN no_addressee THEN 'no_addressee' END,
            CASE WHEN social_work AND in_support THEN 'in_support' END
        )
    END AS reason,
    CASE
        WHEN outcome = 'selected'
            THEN CASE WHEN protected_address THEN 'in_person' ELSE 'letter' END
    END AS channel,
    (reported_on + INTERVAL 12 MONTHS)::DATE AS window_ends_on,
    commune
FROM settled
