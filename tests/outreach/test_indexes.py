"""Each filter of the list of approaches reads by an index, once there are many."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from conftest import as_owner
from factories.directory import SectorFactory, StaffFactory
from factories.families import FamilyFactory
from factories.outreach import RunFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.outreach import exchanges
from jalon.outreach.approach_forms import ApproachFilters
from jalon.outreach.enums import Standing
from jalon.outreach.mailing import letters_back, to_mail_again
from jalon.outreach.models import Approach
from jalon.web.listing import PAGE
from plans import nodes

_MANY = 20_000
_LARGE = {"outreach_approach", "outreach_answer"}
_FAMILIES = """
INSERT INTO families_family (public_id, protected_address, do_not_contact, created_at, commune_id)
SELECT gen_random_uuid(), false, false, now(), %(commune)s FROM generate_series(1, %(many)s / 4)
"""
# As five years of a department would leave them: most were contacted, and their windows are over.
_FILL = """
INSERT INTO outreach_approach (public_id, family_id, channel, commune_id, made_at, window_ends_on,
    contacted_at, undelivered, letter_back_at, answer, ended_on, ending, ended_by_id, mailed_on)
SELECT gen_random_uuid(), first.id + n %% (%(many)s / 4),
    CASE WHEN n %% 500 = 0 THEN 'in_person' ELSE 'letter' END,
    CASE WHEN n %% 50 = 0 THEN %(commune)s END, now(),
    current_date + (n * 1800 / %(many)s) - 1440,
    CASE WHEN n %% 90 <> 0 THEN now() END, n %% 100 = 1, CASE WHEN n %% 25 = 1 THEN now() END, '',
    CASE WHEN n %% 300 = 7 THEN current_date END,
    CASE WHEN n %% 300 = 7 THEN 'mistake' ELSE '' END,
    CASE WHEN n %% 300 = 7 THEN %(by)s END, current_date
FROM generate_series(1, %(many)s) AS n, (SELECT min(id) AS id FROM families_family) AS first
"""
# One in four answered, and one in fifty of those answers still waits for somebody.
_SAID = """
INSERT INTO outreach_answer (public_id, approach_id, family_id, number, kind, via, said_on, at,
    by_id, language, services, half_days, moments, refusal, again_on, dealt_at, dealt_by_id)
SELECT gen_random_uuid(), id, family_id, 1, said.kind, 'phone', current_date,
    now() - n * interval '3 hours', %(by)s, '', '{}', '{}', '{}', '',
    CASE WHEN said.kind = 'later' THEN current_date - 300 + (n / 40 %% 600)::integer END,
    CASE WHEN n %% 50 <> 0 THEN now() END, CASE WHEN n %% 50 <> 0 THEN %(by)s END
FROM (SELECT id, family_id, row_number() OVER (ORDER BY id) AS n FROM outreach_approach) AS one,
    LATERAL (SELECT (ARRAY['call', 'meeting', 'no', 'no', 'later', 'rule'])[1 + n %% 6] AS kind)
        AS said
WHERE n %% 4 = 0 OR n %% 4 = 1 AND n %% 3 = 0
"""


@pytest.fixture
def person(db: None) -> StaffMember:  # noqa: ARG001
    """A worker of one commune, and many approaches, some of them there."""
    member: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER)
    family = FamilyFactory.create()
    SectorFactory.create(worker=member, commune=family.commune)
    RunFactory.create()
    told = {"commune": family.commune_id, "by": member.pk, "many": _MANY}
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(_FAMILIES, told)
        cursor.execute(_FILL, told)
        cursor.execute(_SAID, told)
        cursor.execute("ANALYZE families_family, outreach_approach, outreach_answer")
    return member


def plan(person: StaffMember, filters: dict[str, str]) -> list[dict[str, Any]]:
    """Return the nodes of the plan by which a page of the list is read."""
    form = ApproachFilters(filters, person=person)
    assert form.is_valid(), form.errors
    return nodes(form.listed(exchanges.listed(timezone.localdate())).values("pk")[:PAGE])


@pytest.mark.django_db
def test_no_filter_reads_every_approach_and_letters_back_are_sought_by_an_index(
    person: StaffMember,
) -> None:
    today = timezone.localdate()
    filters = [
        {},
        *({"etat": one} for one in Standing.values),
        *({"attente": one} for one in ("appel", "rendez-vous", "regle", "danger", "reprendre")),
        *({"attente": one} for one in ("en-personne", "echeance", "incertain", "sans-referent")),
        {"ou": "miennes"},
        {"referent": "moi"},
        {"offre": "separation"},
        {"mois": "2026-10"},
        {"service": "mediation"},
        {"attente": "appel", "ou": "miennes", "referent": "moi"},
    ]
    with acting(person.pk):
        assert Approach.objects.count() == _MANY
        wrong = [
            (asked, node["Relation Name"], node.get("Filter"))
            for asked in filters
            for node in plan(person, asked)
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in _LARGE
        ]
        back, again = (nodes(asked(today).values("pk")) for asked in (letters_back, to_mail_again))
    assert not wrong, "\n".join(map(str, wrong))
    known_by = [
        node["Index Cond"]
        for node in back
        if node.get("Index Name", "").startswith("approach_letter_back")
    ]
    assert known_by, "no index of letters that came back is read"
    assert all("answers_until" in one for one in known_by)
    assert any(node.get("Index Name") == "approach_readdressed" for node in again)


@pytest.mark.django_db
def test_what_a_page_shows_of_turns_is_read_for_its_families_alone(person: StaffMember) -> None:
    """Once hashed, all the proposals and letters there are would be read, for 25 families."""
    with acting(person.pk):
        shown = exchanges.listed(timezone.localdate())[:PAGE].explain(verbose=True)
    assert "outreach_turn" in shown
    assert "hashed SubPlan" not in shown
