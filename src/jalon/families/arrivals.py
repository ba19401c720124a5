"""Makes families known, many at once: who they are, how to reach them, who may be the same.

Every function runs a fixed number of queries, whatever the number of families, in the caller's
transaction and with the rights of the person acting.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from jalon.families.days import moment_of
from jalon.families.enums import ContactKind
from jalon.families.names import search_name, sounds
from jalon.families.phones import canonical_phone


@dataclass(frozen=True)
class Contact:
    """A way to reach a household, as the register gives it."""

    kind: ContactKind
    value: str = ""
    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    city: str = ""


@dataclass(frozen=True)
class Member:
    """A person of a household, as the register describes them."""

    register_id: str
    role: str
    last_name: str
    first_name: str
    sex: str
    birth_date: date | None
    death_date: date | None


@dataclass(frozen=True)
class Arrival:
    """A household that becomes known, or is seen again.

    A flag is None where the register does not say: what it last said still holds. Where it never
    said, an address is protected, for a letter could put the family in danger.
    """

    number: str
    commune: str
    protected_address: bool | None
    do_not_contact: bool | None
    members: tuple[Member, ...]
    contacts: tuple[Contact, ...]


# One day, two rooms take up two runs: each household becomes one family all the same.
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('jalon.families.arrivals'))"
# Tables that one release doubles have statistics of before: each row would read them whole.
_BY_INDEX: Final = "SET LOCAL enable_seqscan = off"
_FILES: Final = """
WITH known AS MATERIALIZED (SELECT * FROM wall.files_numbered(%(numbers)s))
"""
_GIVEN: Final = f"""
{_FILES}, given AS (
    SELECT one.public_id, one.number, one.commune,
        coalesce(one.protected_address, file.protected_address, true) AS protected_address,
        coalesce(one.do_not_contact, file.do_not_contact, false) AS do_not_contact
    FROM jsonb_to_recordset(%(given)s) AS one (
        public_id uuid, number text, commune text, protected_address boolean,
        do_not_contact boolean
    ) LEFT JOIN known AS file ON file.number = one.number
)
"""
_NEW_FAMILIES: Final = f"""
{_GIVEN}
INSERT INTO families_family (public_id, protected_address, protected_address_in_register,
    do_not_contact, do_not_contact_in_register, commune_id, created_at)
SELECT given.public_id, given.protected_address, given.protected_address, given.do_not_contact,
    given.do_not_contact, commune.code, %(at)s
FROM given LEFT JOIN directory_commune AS commune ON commune.code = given.commune
WHERE NOT EXISTS (SELECT FROM known WHERE known.number = given.number)
"""
_NEW_HOUSEHOLDS: Final = f"""
{_GIVEN}
INSERT INTO families_household (family_id, number, protected_address, do_not_contact)
SELECT family.id, given.number, given.protected_address, given.do_not_contact
FROM given JOIN families_family AS family ON family.public_id = given.public_id
"""
_REFRESH_FILES: Final = f"""
{_GIVEN}
UPDATE families_household AS file
SET protected_address = given.protected_address, do_not_contact = given.do_not_contact
FROM given JOIN known ON known.number = given.number
WHERE file.id = known.id AND (file.protected_address, file.do_not_contact)
    <> (given.protected_address, given.do_not_contact)
"""
# A family of several files is protected as soon as one of them says so. What a person said here
# is kept apart: the register's silence does not undo it.
_REFRESH: Final = f"""
{_GIVEN}, told AS (
    SELECT file.family_id, bool_or(each.protected_address) AS protected_address,
        bool_or(each.do_not_contact) AS do_not_contact, min(commune.code) AS commune_id
    FROM given
    JOIN known AS file ON file.number = given.number
    JOIN families_household AS each ON each.family_id = file.family_id
    LEFT JOIN directory_commune AS commune ON commune.code = given.commune
    GROUP BY file.family_id
)
UPDATE families_family AS family
SET protected_address_in_register = told.protected_address,
    do_not_contact_in_register = told.do_not_contact,
    commune_id = coalesce(told.commune_id, family.commune_id)
FROM told
WHERE family.id = told.family_id AND (
    family.protected_address_in_register <> told.protected_address
    OR family.do_not_contact_in_register <> told.do_not_contact
    OR coalesce(told.commune_id, family.commune_id) IS DISTINCT FROM family.commune_id
)
"""
_MEMBERS: Final = f"""
{_FILES}, given AS (
    SELECT * FROM jsonb_to_recordset(%(given)s) AS one (
        number text, register_id text, role text, last_name text, first_name text, sex text,
        birth_date date, death_date date, search_name text, sounds text[]
    )
)
"""
_NEW_MEMBERS: Final = f"""
{_MEMBERS}
INSERT INTO families_person
    (family_id, household_id, register_id, role, last_name, first_name, sex, birth_date,
    death_date, search_name, sounds)
SELECT file.family_id, file.id, given.register_id, given.role, given.last_name,
    given.first_name, given.sex, given.birth_date, given.death_date, given.search_name,
    given.sounds
FROM given JOIN known AS file ON file.number = given.number
WHERE NOT EXISTS (
    SELECT FROM families_person AS person
    WHERE person.household_id = file.id AND person.register_id = given.register_id
)
"""
_CHANGED_MEMBERS: Final = f"""
{_MEMBERS}
UPDATE families_person AS person
SET role = given.role, last_name = given.last_name, first_name = given.first_name,
    sex = given.sex, birth_date = given.birth_date, death_date = given.death_date,
    search_name = given.search_name, sounds = given.sounds
FROM given JOIN known AS file ON file.number = given.number
WHERE person.household_id = file.id AND person.register_id = given.register_id
    AND (person.role, person.last_name, person.first_name, person.sex, person.birth_date,
        person.death_date, person.search_name, person.sounds)
    IS DISTINCT FROM (given.role, given.last_name, given.first_name, given.sex,
        given.birth_date, given.death_date, given.search_name, given.sounds)
"""
_DOUBTS: Final = """
INSERT INTO families_doubt (public_id, one_id, other_id, why, state, raised_at)
SELECT gen_random_uuid(), pair.one, pair.other,
    CASE WHEN bool_and(pair.by_name)
        THEN 'Une personne a les mêmes nom, prénom et date de naissance dans les deux dossiers.'
        ELSE 'Une personne a le même numéro dans les deux dossiers.' END,
    'open', now()
FROM wall.same_people(%(families)s) AS pair
GROUP BY pair.one, pair.other
ON CONFLICT DO NOTHING
"""
_KNOWN: Final = "SELECT number, family_id FROM wall.files_numbered(%(numbers)s)"
# Where a family's word is not that of its files, it is the family's that the register settles.
_FLAGS: Final = """
SELECT number, CASE WHEN protected = bool_or(protected_file) OVER family
        THEN protected_file ELSE protected END,
    CASE WHEN silent = bool_or(silent_file) OVER family THEN silent_file ELSE silent END
FROM (
    SELECT file.number, file.family_id, file.protected_address AS protected_file,
        file.do_not_contact AS silent_file, family.protected_address_in_register AS protected,
        family.do_not_contact_in_register AS silent
    FROM families_household AS file JOIN families_family AS family ON family.id = file.family_id
) AS known
WINDOW family AS (PARTITION BY family_id)
"""


def receive(arrivals: Sequence[Arrival], *, day: date, refresh: bool) -> dict[str, int]:
    """Make these households' families known since a day; return each number's family.

    With `refresh`, what was known already is brought up to date as well: an older run must not.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(_BY_INDEX)
        numbers: dict[str, Any] = {"numbers": [one.number for one in arrivals]}
        cursor.execute(_KNOWN, numbers)
        before = dict(cursor.fetchall())
        households = _as_json(_household(one) for one in arrivals)
        given = numbers | {"given": households, "at": moment_of(day)}
        cursor.execute(_NEW_FAMILIES, given)
        cursor.execute(_NEW_HOUSEHOLDS, given)
        if refresh:
            cursor.execute(_REFRESH_FILES, given)
            cursor.execute(_REFRESH, given)
        told = [one for one in arrivals if refresh or one.number not in before]
        members = numbers | {
            "given": _as_json(_member(one, who) for one in told for who in one.members)
        }
        cursor.execute(_NEW_MEMBERS, members)
        if refresh:
            cursor.execute(_CHANGED_MEMBERS, members)
        cursor.execute(_KNOWN, numbers)
        families: dict[str, int] = dict(cursor.fetchall())
        _put_contacts(told, families, day)
        cursor.execute(_DOUBTS, {"families": sorted(set(families.values()))})
    return families


def _put_contacts(arrivals: Iterable[Arrival], families: Mapping[str, int], day: date) -> None:
    told = list(arrivals)
    ids = sorted({families[one.number] for one in told})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT family_id FROM families_household WHERE family_id = ANY(%s) "
            "GROUP BY family_id HAVING count(*) > 1",
            [ids],
        )
        several = {family for (family,) in cursor.fetchall()}
        rows = [
            {
                **vars(contact),
                "family": families[one.number],
                # Another file of the family may give another address: both stay.
                "alone": families[one.number] not in several,
            }
            for one in told
            for contact in one.contacts
        ]
        cursor.execute("SELECT wall.put_contacts(%s, %s)", [_as_json(rows), day])


def known_flags() -> list[tuple[str, bool, bool]]:
    """Return each household known, and whether the register protects and silences it."""
    with connection.cursor() as cursor:
        cursor.execute(_FLAGS)
        return list(cursor.fetchall())


def refresh_flags(arrivals: Sequence[Arrival]) -> None:
    """Write down whether the register now protects known families, or leaves them alone."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        given: dict[str, Any] = {
            "numbers": [one.number for one in arrivals],
            "given": _as_json(_household(one) for one in arrivals),
        }
        cursor.execute(_REFRESH_FILES, given)
        cursor.execute(_REFRESH, given)


def _household(arrival: Arrival) -> dict[str, Any]:
    return {
        "public_id": uuid.uuid4(),
        "number": arrival.number,
        "commune": arrival.commune,
        "protected_address": arrival.protected_address,
        "do_not_contact": arrival.do_not_contact,
    }


def _member(arrival: Arrival, member: Member) -> dict[str, Any]:
    return {
        **vars(member),
        "number": arrival.number,
        "search_name": search_name(member.last_name, member.first_name),
        "sounds": sounds(member.last_name, member.first_name),
    }


def _as_json(rows: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps(list(rows), cls=DjangoJSONEncoder)


def contacts_of(row: Mapping[str, Any]) -> tuple[Contact, ...]:
    """Return the ways to reach a household that its row of the register gives."""
    found = []
    lines = {
        name: _text(row, column, most)
        for name, column, most in (
            ("line1", "address_line1", 200),
            ("line2", "address_line2", 200),
            ("postal_code", "postal_code", 10),
            ("city", "city", 100),
        )
    }
    if any(lines.values()):
        found.append(Contact(ContactKind.ADDRESS, **lines))
    if phone := _text(row, "phone", 254):
        found.append(Contact(ContactKind.PHONE, canonical_phone(phone) or phone))
    if email := _text(row, "email", 254):
        found.append(Contact(ContactKind.EMAIL, email))
    return tuple(found)


def member_of(row: Mapping[str, Any]) -> Member:
    """Return a person as a row of the register describes them."""
    return Member(
        register_id=row["person_id"],
        role=row["role"],
        last_name=_text(row, "last_name", 200),
        first_name=_text(row, "first_name", 200),
        sex=_text(row, "sex", 1),
        birth_date=row["birth_date"],
        death_date=row["death_date"],
    )


def _text(row: Mapping[str, Any], column: str, most: int) -> str:
    """Return a cell as text, no longer than our own columns are."""
    return str(row.get(column) or "").strip()[:most].strip()
