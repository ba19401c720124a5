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


_ANSWER = (
    "INSERT INTO outreach_answer (public_id, approach_id, family_id, number, kind, via, said_on, "
    "at, by_id, language, services, half_days, moments, refusal{}) SELECT gen_random_uuid(), id, "
    "family_id, {}, {}, 'phone', {}, {}, %(me)s, '', '{{}}', '{{}}', '{{}}', ''{} "
    "FROM outreach_approach"
)
_CALL = (
    "INSERT INTO outreach_message (public_id, approach_id, family_id, medium, purpose, state, "
    "trouble, made_at, by_id, attempts, provider_reference, sent_at, settled_at, reminder) "
    "SELECT gen_random_uuid(), id, family_id, {}, {}, {}, '', '1990-01-01', %(me)s, 0, '', "
    "{}, {}, {} FROM outreach_approach"
)
_BEGIN = (
    "INSERT INTO outreach_approach (public_id, family_id, channel, answer, ending, made_at, "
    "previous_id, window_ends_on{}) SELECT gen_random_uuid(), family_id, 'letter', '', '', {}, "
    "{}, {}{} FROM outreach_approach"
)
_SOMEBODY = "(SELECT min(id) FROM families_person AS one WHERE one.family_id = family_id)"
_BATCH = (
    "INSERT INTO outreach_batch (public_id, made_by_id, made_at, dated, reply_by, letters, "
    "attempts, problem, prepared_at, posted_on, posted_by_id) SELECT gen_random_uuid(), %(me)s, "
    "{}, {}, {}, 0, 0, '', {}"
)
_TODAY = "(now() AT TIME ZONE 'Europe/Paris')::date"
_SETTLE = (
    "UPDATE families_doubt SET state = 'kept_apart', decided_at = now(), decided_by_id = %(other)s"
)
_END = "UPDATE outreach_approach SET ended_on = {}, ending = {}, ended_by_id = {}"
_POST = "UPDATE outreach_batch SET prepared_at = now(), posted_on = {}, posted_by_id = {}"
_GONE = "UPDATE outreach_message SET state = 'sent', sent_at = now()"
_DEAL = "UPDATE outreach_answer SET dealt_at = {}, dealt_by_id = %(me)s"


def _answer(
    number: int = 1, kind: str = "'no'", said_on: str = "current_date", **more: str
) -> str:
    columns, values = (", ".join(("", *one)) for one in (more.keys(), more.values()))
    return _ANSWER.format(columns, number, kind, said_on, "now()", values)


def _begin(made_at: str = "now()", window: str = "current_date + 300", **more: str) -> str:
    columns, values = (", ".join(("", *one)) for one in (more.keys(), more.values()))
    return _BEGIN.format(columns, made_at, "id", window, values)


def _batch(
    made_at: str = "now()",
    dated: str = _TODAY,
    reply_by: str = f"{_TODAY} + 30",
    told: str = "NULL, NULL, NULL",
) -> str:
    return _BATCH.format(made_at, dated, reply_by, told)


def _call(medium: str, purpose: str, state: str, reminder: str = "NULL") -> str:
    return _CALL.format(f"'{medium}'", f"'{purpose}'", f"'{state}'", "now()", "now()", reminder)


_WORKER, _SECRETARY, _MANAGER = Role.SOCIAL_WORKER, Role.SECRETARY, Role.TERRITORY_MANAGER
# What is done first, by the same person, and what is refused then.
_FALSE: dict[str, tuple[Role, list[str], str]] = {
    "a last answer, so that none follows": (_WORKER, [], _answer(32767)),
    "an answer out of its turn": (_WORKER, [], _answer(2)),
    "an answer of tomorrow": (_WORKER, [], _answer(said_on="current_date + 2")),
    "an answer from before anything was offered": (_WORKER, [], _answer(said_on="'1990-01-01'")),
    "an answer that nobody knows": (_WORKER, [], _answer(kind="'zzz'")),
    "an answer for ever later": (
        _WORKER,
        [],
        _answer(kind="'later'", again_on="current_date + 4000"),
    ),
    "an answer dealt with long ago": (_WORKER, [], _DEAL.format("'2001-01-01'")),
    "an answer not dealt with any more": (
        _WORKER,
        [_DEAL.format("now()")],
        "UPDATE outreach_answer SET dealt_at = NULL, dealt_by_id = NULL",
    ),
    "a call that takes a reminder": (_WORKER, [], _call("phone", "reminder", "delivered", "1")),
    "a call that waits": (_WORKER, [], _call("phone", "call", "queued")),
    "a call that was a letter": (_WORKER, [], _call("visit", "offer", "delivered")),
    "a text message of one's own": (_WORKER, [], _call("text", "offer", "queued")),
    "an approach that follows none": (
        _WORKER,
        [],
        _BEGIN.format("", "now()", "NULL", "NULL", ""),
    ),
    "an approach of long ago": (_WORKER, [], _begin("'1990-01-01'")),
    "an approach for ever": (_WORKER, [], _begin(window="current_date + 4000")),
    "an approach over at once": (_WORKER, [], _begin(window="current_date - 1")),
    "an approach to somebody": (_WORKER, [], _begin(addressee_id=_SOMEBODY)),
    "an approach whose letter another holds": (_WORKER, [], _begin(letter_to_id=_SOMEBODY)),
    "an approach answered by a day": (_WORKER, [], _begin(reply_by="current_date")),
    "an approach from elsewhere": (_WORKER, [], _begin(came_from_id="family_id")),
    "an end in another's name": (
        _SECRETARY,
        [],
        _END.format("current_date", "'mistake'", "%(other)s"),
    ),
    "an end of long ago": (_SECRETARY, [], _END.format("'2020-01-01'", "'mistake'", "%(me)s")),
    "an end taken back": (
        _SECRETARY,
        [_END.format("current_date", "'mistake'", "%(me)s")],
        _END.format("NULL", "''", "NULL"),
    ),
    "an end for another cause": (
        _SECRETARY,
        [_END.format("current_date", "'mistake'", "%(me)s")],
        "UPDATE outreach_approach SET ending = 'deceased'",
    ),
    "a letter of long ago": (
        _SECRETARY,
        [],
        "UPDATE outreach_approach SET mailed_on = '1999-01-01'",
    ),
    "a letter of tomorrow": (
        _SECRETARY,
        [],
        "UPDATE outreach_approach SET mailed_on = current_date + 2",
    ),
    "a letter not posted any more": (
        _SECRETARY,
        ["UPDATE outreach_approach SET mailed_on = current_date"],
        "UPDATE outreach_approach SET mailed_on = NULL",
    ),
    "a batch posted by another": (_SECRETARY, [], _POST.format("current_date", "%(other)s")),
    "a batch posted before it was dated": (_SECRETARY, [], _POST.format("'2001-01-01'", "%(me)s")),
    "a batch not posted any more": (
        _SECRETARY,
        [_POST.format("current_date", "%(me)s")],
        "UPDATE outreach_batch SET posted_on = NULL, posted_by_id = NULL",
    ),
    "a batch born posted": (
        _SECRETARY,
        [],
        _batch(told="now(), current_date, %(me)s"),
    ),
    "a batch of long ago": (_SECRETARY, [], _batch(made_at="now() - interval '2 days'")),
    "a batch of another day": (_SECRETARY, [], _batch(made_at="now() + interval '2 days'")),
    "a batch dated long ago": (_SECRETARY, [], _batch(dated=f"{_TODAY} - 1")),
    "a batch dated for ever": (_SECRETARY, [], _batch(dated=f"{_TODAY} + 400")),
    "a batch answered before it is dated": (_SECRETARY, [], _batch(reply_by=f"{_TODAY} - 1")),
    "a batch given up by another": (
        _SECRETARY,
        [],
        "UPDATE outreach_batch SET withdrawn_at = now(), withdrawn_by_id = %(other)s",
    ),
    "a letter that left, called off": (
        _SECRETARY,
        [_GONE],
        "UPDATE outreach_message SET state = 'cancelled'",
    ),
    "a letter that left, of another day": (
        _SECRETARY,
        [_GONE],
        "UPDATE outreach_message SET sent_at = '1999-01-01'",
    ),
    "a letter that left before its batch": (
        _SECRETARY,
        [],
        "UPDATE outreach_message SET state = 'sent', sent_at = now() - interval '3 days'",
    ),
    "a letter that leaves tomorrow": (
        _SECRETARY,
        [],
        "UPDATE outreach_message SET state = 'sent', sent_at = now() + interval '1 day'",
    ),
    "a letter known to be read": (
        _SECRETARY,
        [],
        "UPDATE outreach_message SET state = 'delivered', sent_at = now()",
    ),
    "a letter that left, while it waits": (
        _SECRETARY,
        [],
        "UPDATE outreach_message SET sent_at = now()",
    ),
    "a text message born sent": (_SECRETARY, [], _call("text", "offer", "sent")),
    "a window over at once": (
        _SECRETARY,
        [],
        "UPDATE outreach_proposal SET window_ends_on = '2001-01-01'",
    ),
    "a letter to nobody any more": (
        _SECRETARY,
        [f"UPDATE outreach_approach SET addressee_id = {_SOMEBODY}"],
        "UPDATE outreach_approach SET addressee_id = NULL",
    ),
    "a doubt settled by another": (
        _MANAGER,
        [],
        _SETTLE,
    ),
    "a merge undone by another": (
        _MANAGER,
        [],
        "UPDATE families_merge SET undone_at = now(), undone_by_id = %(other)s",
    ),
}


@pytest.mark.parametrize("told", _FALSE)
def test_nobody_tells_what_did_not_happen(login: Login, world: World, told: str) -> None:
    role, before, query = _FALSE[told]
    both = {"me": world.staff[role], "other": world.staff[Role.DEPARTMENT_HEAD]}
    login.act_as(both["me"])
    with login.undone():
        for one in before:
            _changes(login, one, both)
        refused(login, query, **both)


def test_a_batch_of_today_is_begun(login: Login, world: World) -> None:
    login.act_as(world.staff[Role.SECRETARY])
    with login.undone():
        _changes(login, _batch(), {"me": world.staff[Role.SECRETARY]})


@pytest.mark.parametrize(
    "change",
    [
        "state = 'sent', sent_at = now()",
        "state = 'delivered', sent_at = '2001-01-01'",
        "state = 'sending', claimed_at = now()",
        "state = 'failed', sent_at = now()",
        "claimed_at = now()",
        "due_at = now() + interval '9 years'",
        "quiet = tstzrange(now(), 'infinity')",
    ],
)
def test_nobody_but_the_application_sends_a_reminder(
    login: Login, owner: psycopg.Connection, world: World, change: str
) -> None:
    letter = world.rows["outreach_message"]
    reminder = {"medium": "text", "purpose": "reminder", "reminder": 1, "state": "queued"}
    of_family = {one: letter[one] for one in ("approach_id", "family_id")}
    waiting = put(owner, "outreach_message", **of_family, **reminder)
    login.act_as(world.staff[Role.SECRETARY])
    this = f" WHERE id = {waiting}"
    try:
        refused(login, f"UPDATE outreach_message SET {change}{this}")
        with login.undone():
            _changes(login, f"UPDATE outreach_message SET state = 'cancelled'{this}", {})
    finally:
        owner.execute("DELETE FROM outreach_message WHERE id = %s", [waiting])


def test_the_database_says_when(login: Login, world: World) -> None:
    me = world.staff[Role.MEDIATOR]
    login.act_as(me)
    answer = _ANSWER.format("", 1, "'no'", "current_date", "'1900-01-01'", "")
    call = _CALL.format("'phone'", "'call'", "'delivered'", "'1990-01-01'", "'1990-01-01'", "NULL")
    with login.undone():
        _changes(login, answer, {"me": me})
        _changes(login, call, {"me": me})
        assert login.one("SELECT max(at) = now() FROM outreach_answer")
        assert login.one("SELECT contacted_at = now() FROM outreach_approach")


def test_only_the_application_itself_forgets_guesses_and_nobody_asks_what_another_may(
    login: Login, owner: psycopg.Connection, world: World
) -> None:
    owner.execute("UPDATE outreach_wrongreply SET at = now() - interval '9 days'")
    for person in (None, *world.staff.values()):
        login.act_as(person)
        with pytest.raises(errors.InsufficientPrivilege):
            login.run("SELECT wall.holds(1, 'release_runs')")
        login.run("SELECT wall.forget_wrong_replies()")
    assert owner.execute("SELECT count(*) FROM outreach_wrongreply").fetchone() == (1,)
