"""The rights checks in a record: told whole, but for those that speak of another adult."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from factories.directory import StaffFactory, TeamFactory
from factories.families import FamilyFactory, InvolvementFactory, PersonFactory
from factories.interventions import RightsCheckFactory, RightsClaimFactory
from jalon.audit.identity import acting
from jalon.desk.record.gathering import record_of
from jalon.desk.record.rights import said_in
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family, Person
from jalon.interventions.models import RecordExport
from jalon.interventions.rights_check.asked import all_asked
from jalon.interventions.rights_check.told import Told

pytestmark = pytest.mark.django_db
_AWA = {"relation": "claimant", "name": "Awa"}
_KARIM = {"relation": "partner", "name": "Karim"}
_SAMI = {"relation": "child", "name": "Sami"}
_PARTED = {"kind": "parted", "who": "claimant", "euros": "", "per": "month"}
_JOB = {"kind": "job", "who": "claimant", "euros": "1450.00", "per": "month"}
_RESULT = [
    {
        "label": "Aujourd'hui",
        "rights": [{"code": "RSA", "euros": "713.54", "why": ""}],
        "aids": [
            {
                "code": "holidays",
                "label": "Aide aux vacances",
                "plain": "Une aide.",
                "automatic": False,
                "source": "Règlement",
                "state": "possible",
                "why": "Tout est rempli.",
            }
        ],
    }
]


@pytest.fixture
def lead() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER, team=TeamFactory.create())
    return made


@pytest.fixture
def awa(lead: StaffMember) -> Person:
    family: Family = FamilyFactory.create()
    InvolvementFactory.create(family=family, worker=lead, lead=True)
    made: Person = PersonFactory.create(family=family, role="responsible", first_name="Awa")
    return made


def told(person: Person, by: StaffMember) -> str:
    with acting(by.pk):
        asked = RecordExport(
            family=person.family, person=person, by=by, asked_on=timezone.localdate()
        )
        record = record_of(asked, at=timezone.now())
        parts = {part.title: part.rows for part in record.parts}
    rows = [parts.get(one, []) for one in ("Les rendez-vous des droits", "Les droits demandés")]
    return json.dumps(rows, ensure_ascii=False, default=str)


def checked(person: Person, by: StaffMember, members: list[Any], **told: Any) -> None:
    facts = {
        name.replace("_", "-", 1): {"value": one, "by": "family", "when": "2026-10-05", "to": "M"}
        for name, one in told.pop("facts", {}).items()
    }
    check = RightsCheckFactory.create(
        family=person.family, worker=by, said={"members": members, "facts": facts}, **told
    )
    RightsClaimFactory.create(rights_check=check, kind="ASF")


@pytest.mark.parametrize(
    ("members", "facts", "others", "left_out"),
    [
        ([_AWA], {"p0_salary": "812.00 month"}, [_JOB], False),
        ([_AWA, _KARIM], {"p1_salary": "2345.00 month"}, [], True),
        ([_AWA, _KARIM], {"p1_here": "no", "p1_disability": "from_80"}, [], True),
        ([_AWA], {}, [_PARTED], True),
        ([{"relation": "claimant", "name": "Lise"}], {"p0_salary": "812.00 month"}, [], True),
        ([_AWA, _SAMI], {"p1_born": "2015-01-01", "p1_disability": "from_80"}, [], False),
        ([_AWA, _SAMI], {"p1_born": "2006-01-01"}, [], False),
        ([_AWA, _SAMI], {"p1_born": "2006-01-01", "p1_salary": "900.00 month"}, [], True),
        ([_AWA, _SAMI], {"p1_born": "2006-01-01", "p1_disability": "from_50"}, [], True),
    ],
)
def test_a_check_that_tells_of_another_adult_is_left_out_with_its_claims(  # noqa: PLR0913, PLR0917
    awa: Person,
    lead: StaffMember,
    members: list[Any],
    facts: dict[str, str],
    others: list[Any],
    left_out: bool,  # noqa: FBT001 - of a case
) -> None:
    checked(awa, lead, members, facts=facts, otherwise=others)
    found = told(awa, lead)
    assert (found == "[[], []]") is left_out
    assert ("Allocation de soutien familial" in found) is not left_out


def test_all_that_the_columns_of_a_check_hold_is_told(awa: Person, lead: StaffMember) -> None:
    checked(
        awa,
        lead,
        [_AWA],
        facts={"p0_salary": "812.00 month"},
        result=_RESULT,
        otherwise=[_JOB],
        asked_at=timezone.now(),
        computed_at=timezone.now(),
        computed_with="openfisca-france 1",
    )
    found = told(awa, lead).replace("\xa0", " ").replace("\u202f", " ")
    for word in ("812,00", "713,54", "Aide aux vacances : possible. Tout est rempli."):
        assert word in found, word


def test_a_situation_asked_for_is_told_before_it_is_computed(
    awa: Person, lead: StaffMember
) -> None:
    checked(awa, lead, [_AWA], otherwise=[_JOB])
    assert "Si Awa travaille" in told(awa, lead)


def test_each_thing_asked_is_told(awa: Person, lead: StaffMember) -> None:
    members = [_AWA, _SAMI]
    empty = Told.of_json({"members": members, "facts": {}})
    check = RightsCheckFactory.build(
        family=awa.family, worker=lead, said={"members": members, "facts": {}}
    )
    asked = [(f"{group}-{one.name}", one) for group, one in all_asked(empty, check.of_month)]
    check.said["facts"] = dict(_facts(asked))
    lines = said_in(check)
    assert len(lines) == len(check.said["facts"])


def _facts(asked: list[tuple[str, Any]]) -> Iterator[tuple[str, dict[str, str]]]:
    samples = {"day": "2019-01-01", "amount": "10.00 month", "euros": "10.00", "commune": "94028"}
    for name, one in asked:
        value = one.words[0][0] if one.words else samples[one.kind]
        yield name, {"value": value, "by": "family", "when": "2026-10-05", "to": "M"}
