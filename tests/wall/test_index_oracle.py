"""What indexes and counters tell of rows that policies hide: nothing, whatever is guessed.

A comparison that goes into an index before the policies are asked, or that is made of a hidden
row before they are, shows in what `EXPLAIN ANALYZE` counts and in the counters of the tables.
"""

from __future__ import annotations

import itertools
from typing import Final

import psycopg
import pytest
from psycopg import errors

from jalon.audit.personal import DECLARED, Audience
from jalon.config.embedded.roles import OWNER
from jalon.directory.roles import Role
from plans import every
from wall.telling import COUNTERS, SETTLED, TRIES, moved, told
from wall.world import Login, World, put

pytestmark = pytest.mark.django_db
_CODE = "K7M29QXD4"
_PHONE, _NUMBER, _EARLY = "+33612345678", "00000042", "00000077"
# Of so few values, or so common, that knowing of one tells nobody apart.
_COMMON: Final = {
    *("role", "sex", "kind", "service", "offer", "commune_id", "type", "answer", "domain"),
    # Days and moments of what was sent and said: without a family, nobody's.
    *("again_on", "window_ends_on", "answered_at", "accepted_at", "waits_since", "due_at"),
    *("claimed_at", "sent_at", "settled_at", "letter_back_at", "answers_until", "from_on"),
    # When somebody is busy: every colleague may ask it (`wall.busy`).
    *("starts_at", "ends_at"),
}
# A digest of what nobody can guess leads nowhere.
_DIGESTS: Final = {("directory_invitation", "token_hash"), ("agenda_feed", "token_hash")}
# Each index over a text, a date or a list, with an operator that it answers to.
_INDEXES: Final = """
SELECT DISTINCT index.indrelid::regclass::text, attname, format_type(atttypid, NULL),
    oprnamespace::regnamespace || '.' || oprname, format_type(oprright, NULL),
    pg_get_indexdef(index.indexrelid, place, true)
FROM pg_index AS index
JOIN pg_class AS relation ON relation.oid = index.indrelid
    AND relation.relnamespace = 'public'::regnamespace
CROSS JOIN generate_series(1, indnkeyatts) AS place
JOIN pg_attribute AS indexed ON indexed.attrelid = index.indrelid AND attnum > 0
    AND (attnum = indkey[place - 1] OR (indkey[place - 1] = 0
        AND pg_get_indexdef(index.indexrelid, place, true) ~ ('\\m' || attname || '\\M')))
JOIN pg_type AS type ON type.oid = atttypid AND typcategory IN ('S', 'D', 'A')
JOIN pg_opclass AS class ON class.oid = indclass[place - 1]
JOIN pg_amop AS able ON amopfamily = opcfamily AND amoppurpose = 's'
    AND amoplefttype = opcintype
JOIN pg_operator AS operator ON operator.oid = amopopr
ORDER BY 1, 2, 4, 5, 6
"""
_WAYS: Final = (
    ("seqscan",),
    ("seqscan", "indexscan", "indexonlyscan"),
    ("indexscan", "indexonlyscan", "bitmapscan"),
)
Index = tuple[str, str, str, str, str, str]


@pytest.fixture(scope="module")
def hidden(world: World, addresses: dict[str, str]) -> World:
    """Rows that hold everything searched for, and whom they must not be told to."""
    with psycopg.connect(addresses[OWNER], autocommit=True) as owner:
        family = put(owner, "families_family", protected_address_here=True)
        household = put(owner, "families_household", family_id=family, number=_NUMBER)
        put(
            owner,
            "families_person",
            family_id=family,
            household_id=household,
            role="responsible",
            register_id="P42",
            birth_date="1990-01-01",
            search_name=" exemple camille ",
            sounds=["EZAN", "KANI"],
        )
        put(
            owner,
            "families_contactpoint",
            family_id=family,
            kind="phone",
            value=_PHONE,
            since="2026-01-01",
        )
        known = world.rows["outreach_proposal"]
        put(
            owner,
            "outreach_proposal",
            **{name: known[name] for name in ("offer", "label", "channel", "month", "run_id")},
            **{name: known[name] for name in ("family_id", "snapshot_id", "commune_id")},
            event="E42",
            reported_on="2026-10-01",
        )
        put(owner, "audit_read", staff_id=world.lead, page="x", household=_EARLY)
        # Without the rows that other tests took back, which change what an index costs.
        owner.execute("REINDEX TABLE families_person")
        owner.execute("VACUUM (ANALYZE)")
    return world


@pytest.fixture
def indexes(owner: psycopg.Connection) -> list[Index]:
    """Each way to search a hidden column by an index."""
    personal = {
        (one.table, field)
        for one in DECLARED.values()
        if one.audience not in {Audience.ANYONE, Audience.STAFF}
        for field in f"{one.personal} {one.hidden}".split()
    }
    return [
        row
        for row in owner.execute(_INDEXES).fetchall()
        if row[1] not in _COMMON
        and (row[0], row[1].removesuffix("_id")) not in _DIGESTS
        and {(row[0], row[1]), (row[0], row[1].removesuffix("_id"))} & personal
    ]


def _guesses(owner: psycopg.Connection, table: str, column: str, kind: str) -> list[str]:
    """Return a value below all, one that is there, and one above all."""
    ((there,),) = owner.execute(f"SELECT max({column})::text FROM {table}").fetchall()
    assert there, (table, column)
    if kind == "date":
        return ["0001-01-01", there, "9999-12-31"]
    if kind == "tsquery":
        return [f"'{word}'" for word in ("!", "=" + there.split()[0], "~~~")]
    # An empty text is apart: some indexes leave it out, and plans say so to whoever asks for it.
    return ["{}", there, "{~~~}"] if kind.endswith("[]") else [" ", there, "~~~"]


def test_no_index_tells_what_is_there(
    hidden: World, login: Login, owner: psycopg.Connection, indexes: list[Index]
) -> None:
    """To nobody, to who keeps the accounts, and to who sees families but not this address."""
    searched = set()
    for who in (None, hidden.staff[Role.TECHNICAL_ADMINISTRATOR], hidden.staff[Role.MEDIATOR]):
        login.act_as(who)
        blind = {table for table, *_ in indexes if login.count(table) == 0}
        for table in sorted(blind) * SETTLED:
            login.count(table)
        for ways, (table, column, kind, operator, right, expression) in itertools.product(
            _WAYS, indexes
        ):
            if table not in blind:
                continue
            login.run("RESET ALL")
            login.act_as(who)
            for way in ways:
                login.run(f"SET enable_{way} = off")
            for left in {expression if right == "tsquery" else column, expression}:
                queries = [
                    f"SELECT FROM {table} WHERE ({left}) OPERATOR({operator}) "
                    f"$${guess}$$::{right if right != 'anyarray' else kind}"
                    for guess in _guesses(
                        owner, table, column, right if right == "tsquery" else kind
                    )
                ]
                tries = ([told(login, query) for query in queries] for _ in range(TRIES))
                assert any(one[0] == one[1] == one[2] for one in tries), (who, ways, queries)
            searched.add((who, table, column))

    assert {one[1:] for one in searched} >= {
        ("families_household", "number"),
        ("families_person", "register_id"),
        ("families_person", "search_name"),
        ("families_person", "birth_date"),
        ("families_contactpoint", "value"),
        ("outreach_proposal", "event"),
        ("audit_read", "household"),
    }
    assert (hidden.staff[Role.MEDIATOR], "families_contactpoint", "value") in searched


@pytest.mark.parametrize(
    ("search", "there", "role"),
    [
        ("wall.files_numbered(ARRAY[%s])", _NUMBER, None),
        ("wall.find_families('{}', '{}', ARRAY[%s], '', 9)", _NUMBER, None),
        ("wall.find_families('{}', '{}', '{}', %s, 9)", _PHONE, None),
        ("wall.find_families('{}', '{}', '{}', %s, 9)", _PHONE, Role.MEDIATOR),
        ("wall.find_families('{}', '{}', '{}', %s, 9)", _PHONE, Role.DEPARTMENT_HEAD),
        ("wall.find_families('{}', '{}', '{}', %s, 9)", _PHONE, Role.SOCIAL_WORKER),
        ("wall.open_reply(%s, 31, 12, 'x')", _CODE, None),
        ("wall.open_reply(%s, 31, 12, 'x')", _CODE, Role.SECRETARY),
        ("wall.reply(%s, 31, 12, 'x', '{\"kind\": \"no\"}')", _CODE, Role.SOCIAL_WORKER),
        ("wall.reference_of_household(%s)", _NUMBER, None),
        ("wall.reference_of_household(%s)", _NUMBER, Role.SOCIAL_WORKER),
        ("wall.reads_of_household(%s)", _EARLY, Role.SOCIAL_WORKER),
        ("wall.record_read(NULL, 'x', %s)", _NUMBER, Role.TECHNICAL_ADMINISTRATOR),
    ],
)
def test_no_search_reads_a_row_that_it_hides(
    hidden: World, login: Login, search: str, there: str, role: Role | None
) -> None:
    login.act_as(None if role is None else hidden.staff[role])
    login.run("SET enable_seqscan = off")

    def answered(guess: str) -> object:
        with login.undone():
            before = login.run(COUNTERS)
            try:
                found = login.run(f"SELECT FROM {search}", guess)
            except errors.InsufficientPrivilege as refused:
                return refused.sqlstate
            return found, moved(before, login.run(COUNTERS))

    for _ in range(SETTLED):
        answered("nothing")
    assert answered(there) == answered("nothing")


def test_who_may_find_a_protected_telephone_does(hidden: World, login: Login) -> None:
    """What is not told to others is there: the tests above would not miss it."""
    login.act_as(hidden.staff[Role.SECRETARY])
    search = "SELECT count(*) FROM wall.find_families('{}', '{}', '{}', %s, 9)"
    assert login.one(search, _PHONE) == 1


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("families_household WHERE number || '' = 'x'", "household_known_once"),
        ("families_person WHERE register_id || '' = 'x'", "person_register_id"),
        ("families_person WHERE search_name || '' LIKE ' x%'", "person_name_begins"),
        ("families_person WHERE wall.spellings(search_name) @@ '=xyz'", "person_spellings"),
        (
            "families_person WHERE birth_date + 0 = '1990-01-01' AND search_name || '' = 'x'",
            "person_born_and_named",
        ),
        (
            "families_contactpoint WHERE kind = 'phone' AND value || '' = 'x' AND NOT protected",
            "contact_open_phone",
        ),
        (
            "families_contactpoint WHERE kind = 'phone' AND value || '' = 'x' AND protected",
            "contact_protected_phone",
        ),
    ],
)
def test_the_owner_s_searches_use_the_indexes(
    hidden: World,  # noqa: ARG001 - a plan for no row is another
    owner: psycopg.Connection,
    condition: str,
    index: str,
) -> None:
    owner.execute("SET enable_seqscan = off")
    ((plan,),) = owner.execute(f"EXPLAIN (FORMAT JSON) SELECT FROM {condition}".encode())
    used = [one.get("Index Name") for one in every(plan[0]["Plan"])]
    assert index in used
    assert "Index Cond" in str(plan)
