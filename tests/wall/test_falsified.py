"""Raw SQL that would tell of a family what is another's, or what did not happen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors

from jalon.directory.roles import Role
from wall.world import Login, World, put

pytestmark = pytest.mark.django_db
_REFUSED = (errors.InsufficientPrivilege, errors.IntegrityError)
_AFTER = (
    "INSERT INTO outreach_approach (public_id, family_id, channel, made_at, answer, ending, "
    "previous_id, window_ends_on) SELECT gen_random_uuid(), %(family)s, 'letter', now(), '', '', "
    "id, current_date + 300 FROM outreach_approach WHERE family_id <> %(family)s"
)
_CONTENT = (
    "INSERT INTO outreach_messagecontent (message_id, family_id, destination, body) "
    "SELECT id, %(family)s, '', '{}' FROM outreach_message"
)


@pytest.fixture
def elsewhere(owner: psycopg.Connection, world: World) -> Iterator[dict[str, int]]:
    """An approach of another family, and one of its people."""
    other = world.rows["family"]["other"]
    file = put(owner, "families_household", family_id=other, number="9400002")
    found = {
        "family": other,
        "approach": put(owner, "outreach_approach", family_id=other, channel="letter"),
        "person": put(
            owner, "families_person", family_id=other, household_id=file, role="responsible"
        ),
    }
    yield found
    owner.execute("DELETE FROM outreach_approach WHERE id = %s", [found["approach"]])
    owner.execute("DELETE FROM families_person WHERE id = %s", [found["person"]])
    owner.execute("DELETE FROM families_household WHERE id = %s", [file])


def refused(login: Login, query: str, **given: Any) -> None:
    """Expect that the database refuses, rather than find nothing to do."""
    with login.undone(), pytest.raises(_REFUSED):
        _changes(login, query, given)


def _changes(login: Login, query: str, given: dict[str, Any]) -> None:
    assert login.connection.execute(query.encode(), given or None).rowcount


@pytest.mark.parametrize(
    "query",
    [
        "UPDATE outreach_proposal SET approach_id = %(approach)s",
        "UPDATE outreach_approach SET addressee_id = %(person)s WHERE family_id <> %(family)s",
        _AFTER,
        _CONTENT,
    ],
    ids=["a proposal", "an addressee", "an approach after", "what a letter says"],
)
def test_what_is_of_a_family_is_not_put_under_another(
    login: Login, owner: psycopg.Connection, world: World, elsewhere: dict[str, int], query: str
) -> None:
    contents = world.rows["outreach_messagecontent"]
    owner.execute("DELETE FROM outreach_messagecontent")
    login.act_as(world.staff[Role.SECRETARY])

    refused(login, query, **elsewhere)

    put(owner, "outreach_messagecontent", **contents)
