"""A demonstration that nobody else touches, and families of it whose months go by."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import psycopg
from playwright.sync_api import Browser

from e2e.letters import in_capitals
from e2e.months import let_weeks_pass
from e2e.visits import WIDE, signed_in
from jalon.config.embedded import running
from jalon.config.embedded.roles import SUPERUSER
from jalon.directory.roles import Role

# Families that did not answer and hide nothing, to whom some of these was offered.
_OFFERED: Final = """
SELECT family.id, family.public_id, approach.id, person.first_name, person.last_name,
    person.birth_date
FROM outreach_approach AS approach
JOIN families_family AS family ON family.id = approach.family_id
JOIN families_person AS person ON person.family_id = family.id
    AND person.role = 'responsible' AND person.birth_date IS NOT NULL AND person.death_date IS NULL
WHERE approach.mailed_on IS NULL = %(to_write)s AND approach.answered_at IS NULL
    AND approach.ended_on IS NULL AND approach.waits_since IS NULL
    AND approach.channel = 'letter' AND NOT approach.undelivered
    AND family.merged_into_id IS NULL
    AND NOT family.protected_address AND NOT family.do_not_contact
    AND NOT family.id = ANY(%(taken)s)
    AND EXISTS (SELECT FROM outreach_proposal AS one
        WHERE one.approach_id = approach.id AND one.offer = ANY(%(offers)s))
    AND NOT EXISTS (SELECT FROM families_involvement AS one WHERE one.family_id = family.id)
    AND NOT EXISTS (SELECT FROM outreach_turn AS turn
        JOIN outreach_proposal AS one ON one.id = turn.proposal_id
        WHERE one.approach_id = approach.id AND turn.from_on > current_date)
ORDER BY approach.id LIMIT 1
"""
# They live where the demonstration's own worker and manager work.
_COMMUNE: Final = """
SELECT min(sector.commune_id) FROM directory_sector AS sector
JOIN directory_staffmember AS worker ON worker.id = sector.worker_id
WHERE worker.first_name || ' ' || worker.last_name = %s
"""


@dataclass(frozen=True)
class Household:
    """A family of the stories: its number, where its page is, how its letter names it, its day."""

    number: int
    path: str
    name: str
    in_capitals: str
    birthday: date


@dataclass(frozen=True)
class Department:
    """A demonstration that nobody else touches, and three of its families.

    Two were not written to yet, and the third has its letter: neither answered.
    """

    address: str
    worker: str
    superuser: psycopg.Connection[Any]
    separated: Household
    bereaved: Household
    written_to: Household

    def let_weeks_pass(self, family: Household, weeks: int) -> None:
        """Make it some weeks later for one of them."""
        let_weeks_pass(self.superuser, family.number, weeks)


@contextmanager
def opened(browser: Browser, address: str, data: Path) -> Iterator[Department]:
    """Have three families of a demonstration that is served live what they are to live."""
    with signed_in(browser, address, Role.SOCIAL_WORKER, WIDE) as page:
        worker = page.locator("header .person a").first.inner_text().split(",")[0].strip()
    with (
        running(data / "postgresql") as server,
        psycopg.connect(server.url(SUPERUSER), autocommit=True) as superuser,
    ):
        found = superuser.execute(_COMMUNE, [worker]).fetchone()
        assert found is not None
        rows: list[tuple[Any, ...]] = []
        for to_write, offers in (
            (True, ["separation"]),
            # Of whatever was offered, a death is made.
            (True, ["separation", "mediation", "lone_parent", "rent_arrears"]),
            (False, ["lone_parent"]),
        ):
            told = {"to_write": to_write, "offers": offers, "taken": [row[0] for row in rows]}
            row = superuser.execute(_OFFERED, told).fetchone()
            assert row is not None, f"nobody to whom {offers} is offered"
            _move_house(superuser, row[0], found[0])
            rows.append(row)
        _have_lost_a_parent(superuser, rows[1][2])
        yield Department(address, worker, superuser, *(_household(row) for row in rows))


def _household(row: tuple[Any, ...]) -> Household:
    number, public_id, _, first, last, born = row
    path = f"/familles/{public_id}/"
    return Household(number, path, f"{first} {last}", f"{first} {in_capitals(last)}", born)


def _move_house(superuser: psycopg.Connection[Any], family: int, commune: str) -> None:
    for statement in (
        "UPDATE families_family SET commune_id = %s WHERE id = %s",
        "UPDATE outreach_approach SET commune_id = %s WHERE family_id = %s",
        "UPDATE outreach_proposal SET commune_id = %s WHERE family_id = %s",
    ):
        _past_triggers(superuser, statement, [commune, family])


def _have_lost_a_parent(superuser: psycopg.Connection[Any], approach: int) -> None:
    """Deaths are too rare in a small department to count on one: this family lives through it."""
    for statement in (
        """
        DELETE FROM outreach_proposal AS other USING outreach_proposal AS one
        WHERE one.approach_id = %s AND other.approach_id = one.approach_id AND one.id < other.id
        """,
        """
        UPDATE outreach_proposal SET offer = 'parent_death', label = 'Décès d''un parent',
            event_kind = 'adult_death', event = 'E-' || id, services = '{social_work,psychology}',
            reported_on = current_date - 10 WHERE approach_id = %s
        """,
    ):
        _past_triggers(superuser, statement, [approach])


def _past_triggers(superuser: psycopg.Connection[Any], statement: str, told: list[object]) -> None:
    with superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        superuser.execute(statement, told)
