"""What is left of families once they are gone: how many, each month, without saying of whom."""

# Of proposals what was answered, of supports how they ended, of meetings how one met. Counted
# once, where an appointment and what was written of it tell the same meeting.
FIGURES = """
CREATE FUNCTION wall.tell_figures(wanted bigint[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'Europe/Paris' AS $$
BEGIN
    INSERT INTO public.audit_figure AS told (month, kind, outcome, offer, territory, number)
    SELECT to_char(fact.day, 'YYYY-MM'), fact.kind, fact.outcome, fact.offer,
        coalesce(territory.code, ''), count(*)
    FROM (
        SELECT one.made_at::date AS day, 'proposal' AS kind, approach.answer AS outcome,
            one.offer, one.commune_id
        FROM public.outreach_proposal AS one
        JOIN public.outreach_approach AS approach ON approach.id = one.approach_id
        WHERE one.family_id = ANY (wanted) AND NOT one.doubled
        UNION ALL
        SELECT one.opened_on, 'advice', one.outcome, coalesce(offered.offer, ''),
            family.commune_id
        FROM public.interventions_informationadvice AS one
        JOIN public.families_family AS family ON family.id = one.family_id
        LEFT JOIN public.outreach_proposal AS offered ON offered.id = one.proposal_id
        WHERE one.family_id = ANY (wanted)
        UNION ALL
        SELECT coalesce(one.started_on, one.drafted_on), 'support', one.closing,
            coalesce(offered.offer, ''), family.commune_id
        FROM public.interventions_support AS one
        JOIN public.families_family AS family ON family.id = one.family_id
        LEFT JOIN public.interventions_informationadvice AS advice ON advice.id = one.advice_id
        LEFT JOIN public.outreach_proposal AS offered ON offered.id = advice.proposal_id
        WHERE one.family_id = ANY (wanted)
        UNION ALL
        SELECT one.starts_at::date, 'meeting',
            CASE one.mode WHEN 'place' THEN 'face' ELSE one.mode END, '', family.commune_id
        FROM public.agenda_appointment AS one
        JOIN public.families_family AS family ON family.id = one.family_id
        WHERE one.family_id = ANY (wanted) AND one.state = 'held'
        UNION ALL
        SELECT one.held_on, 'meeting', one.mode, '', family.commune_id
        FROM public.interventions_advicemeeting AS one
        JOIN public.families_family AS family ON family.id = one.family_id
        WHERE one.family_id = ANY (wanted) AND one.appointment_id IS NULL
        UNION ALL
        SELECT one.done_on, 'meeting', 'home', '', family.commune_id
        FROM public.interventions_homevisit AS one
        JOIN public.families_family AS family ON family.id = one.family_id
        WHERE one.family_id = ANY (wanted) AND one.done_on IS NOT NULL
            AND one.appointment_id IS NULL
    ) AS fact
    LEFT JOIN public.directory_commune AS commune ON commune.code = fact.commune_id
    LEFT JOIN public.directory_area AS area ON area.id = commune.area_id
    LEFT JOIN public.directory_territory AS territory ON territory.id = area.territory_id
    GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (month, kind, outcome, offer, territory)
    DO UPDATE SET number = told.number + excluded.number;
END $$;
COMMENT ON FUNCTION wall.tell_figures(bigint[]) IS 'internal'
"""
