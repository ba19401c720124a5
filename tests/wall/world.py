"""One row of everything behind the wall, and a login that acts as whoever it is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.utils import timezone
from psycopg import sql
from psycopg.types.json import Jsonb

from jalon.audit.identity import seal
from jalon.directory.roles import Role

Row = dict[str, Any]


@dataclass
class Login:
    """A connection as the application, outside Django."""

    connection: psycopg.Connection

    def act_as(self, staff_id: int | None) -> None:
        """Say who acts, as `jalon.audit.identity` does."""
        backend = self.connection.info.backend_pid
        number = self.one("SELECT wall.connection()")
        token = "" if staff_id is None else seal(staff_id, backend, number)
        self.connection.execute("SELECT set_config('jalon.person', %s, false)", [token])

    def run(self, query: str, *parameters: object) -> list[Any]:
        """Return the rows of a query."""
        found = self.connection.execute(query.encode(), parameters or None)
        return found.fetchall() if found.description else []

    def one(self, query: str, *parameters: object) -> Any:
        """Return the single value of a query."""
        ((value,),) = self.run(query, *parameters)
        return value

    def count(self, table: str) -> int:
        """Return how many rows of a table are seen."""
        found = self.one(f"SELECT count(*) FROM {table}")
        assert isinstance(found, int)
        return found

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Keep nothing of what is done inside."""
        with self.connection.transaction(force_rollback=True):
            yield


@dataclass
class World:
    """The numbers of what was made: staff by role, and each table's row as the owner sees it."""

    staff: dict[Role, int] = field(default_factory=dict)
    lead: int = 0
    rows: dict[str, Row] = field(default_factory=dict)


_EMPTY = {
    "boolean": "false",
    "jsonb": "'{}'",
    "ARRAY": "'{}'",
    "uuid": "gen_random_uuid()",
    "bytea": "''",
    "date": "current_date",
    "timestamp with time zone": "now()",
    "character varying": "''",
    "text": "''",
}
# Columns that must have a value, with their type and the table that they refer to.
_REQUIRED = """
SELECT column_name, data_type, (
    SELECT confrelid::regclass::text FROM pg_constraint
    WHERE contype = 'f' AND conrelid = (%(table)s::text)::regclass AND conkey[1] = ordinal_position
) FROM information_schema.columns
WHERE table_name = %(table)s::text AND is_nullable = 'NO' AND column_default IS NULL
    AND is_identity = 'NO' AND is_generated = 'NEVER'
"""


def put(owner: psycopg.Connection, table: str, **given: object) -> int:
    """Insert a row, empty where nothing is said; return its number."""
    required = owner.execute(_REQUIRED, {"table": table}).fetchall()
    values: dict[str, sql.Composable] = {
        name: sql.SQL(f"(SELECT min(id) FROM {other})" if other else _EMPTY.get(kind, "0"))
        for name, kind, other in required
        if name not in given
    }
    for name, value in given.items():
        values[name] = sql.Literal(Jsonb(value) if isinstance(value, dict) else value)
    query = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING to_jsonb({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(sql.Identifier(name) for name in values),
        sql.SQL(", ").join(values.values()),
        sql.Identifier(table),
    )
    (row,) = owner.execute(query).fetchone() or ({},)
    return int(row.get("id", 0))


def build(owner: psycopg.Connection) -> World:
    """Make a member of staff for each role, one of them leading a family, and all the rest."""
    world = World()
    territory = put(owner, "directory_territory", code="nord", label="Nord")
    team = put(
        owner, "directory_team", label="Nord", service="social_work", territory_id=territory
    )
    for role in Role:
        with_team = role in {Role.SOCIAL_WORKER, Role.TERRITORY_MANAGER}
        world.staff[role] = colleague(owner, role, role.value, team if with_team else None)
    world.lead = colleague(owner, Role.SOCIAL_WORKER, "lead", team)
    area = put(owner, "directory_area", code="creteil", label="Créteil", territory_id=territory)
    put(owner, "directory_commune", code="94028", label="Créteil", area_id=area)
    _accounts(owner, world.staff[Role.SOCIAL_WORKER], world.staff[Role.TECHNICAL_ADMINISTRATOR])
    _families(owner, world)
    _runs(owner, world, area)
    put(owner, "audit_purge", staff_id=world.lead, ended_at="2026-01-01")
    put(owner, "audit_figure", month="2024-01", kind="proposal")
    counted = put(
        *(owner, "steering_reckoning"), month="2024-01", version=1, cause="first", told=True
    )
    put(owner, "steering_fact", reckoning_id=counted, measure="proposals_made")
    head = world.staff[Role.DEPARTMENT_HEAD]
    report = put(
        owner,
        "steering_report",
        kind="year",
        year=2024,
        quarter=0,
        version=1,
        revision=1,
        drafted_by_id=head,
    )
    put(
        owner,
        "steering_comment",
        report_id=report,
        chapter="en-bref",
        text="Une année calme.",
        revision=1,
        written_by_id=head,
    )
    put(owner, "audit_read", staff_id=world.lead, family_id=world.rows["family"]["id"], page="x")
    put(
        owner,
        "audit_exceptionalaccess",
        staff_id=world.staff[Role.SOCIAL_WORKER],
        family_id=world.rows["family"]["id"],
        ground="child",
        reason="Un appel du collège, ce matin.",
    )
    tables = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind = 'r' AND relrowsecurity"
    )
    for (table,) in tables.fetchall():
        if found := owner.execute(
            f"SELECT to_jsonb(t) FROM {table} AS t LIMIT 1".encode()
        ).fetchone():
            world.rows[table] = found[0]
    return world


def _accounts(owner: psycopg.Connection, worker: int, administrator: int) -> None:
    """Make what is one person's own, and the tables that the sign-in library would fill."""
    put(
        owner,
        "directory_place",
        kind="site",
        name="Créteil",
        commune_id="94028",
        half_days_a_week=1,
    )
    put(owner, "directory_sector", worker_id=worker, commune_id="94028")
    put(
        owner, "directory_absence", member_id=worker, first_day="2026-01-01", last_day="2026-01-02"
    )
    put(
        owner,
        "directory_invitation",
        member_id=worker,
        created_by_id=administrator,
        created_at="2026-01-01",
        expires_at="2999-01-01",
    )
    put(owner, "mfa_authenticator", user_id=worker, type="totp")
    put(owner, "procrastinate_jobs", task_name="nothing", status="todo", lock="none")
    address = put(owner, "account_emailaddress", user_id=worker, email="worker@caf.example")
    put(owner, "account_emailconfirmation", email_address_id=address)
    account = put(owner, "socialaccount_socialaccount", user_id=worker)
    put(owner, "socialaccount_socialapp")
    put(owner, "socialaccount_socialtoken", account_id=account)


def colleague(owner: psycopg.Connection, role: Role, name: str, team: int | None) -> int:
    """Make a member of staff who holds a role, confirmed; return their number."""
    found = put(
        owner,
        "directory_staffmember",
        email=f"{name}@caf.example",
        first_name=name.title(),
        last_name="Essai",
        password="!",  # noqa: S106 - opens nothing
        working_time=1,
        is_active=True,
        team_id=team,
    )
    put(owner, "directory_rolegrant", member_id=found, role=role.value, since="2020-01-01")
    return found


def _families(owner: psycopg.Connection, world: World) -> None:
    family = put(owner, "families_family", protected_address=True)
    other = put(owner, "families_family")
    household = put(owner, "families_household", family_id=family, number="9400001")
    put(
        owner,
        "families_person",
        family_id=family,
        household_id=household,
        role="responsible",
        last_name="DUPONT-SECRET",
        first_name="Camille",
    )
    place: Row = {"kind": "address", "line1": "3 rue Cachée", "since": "2026-01-01"}
    told = {"source": "staff", "by_id": world.lead}
    put(owner, "families_contactpoint", family_id=family, protected=True, **place, **told)
    put(owner, "families_givencontact", family_id=family, kind="phone", value="+33612345678")
    snapshot = put(
        owner, "families_snapshot", family_id=family, file_id=household, month="2026-10"
    )
    put(
        owner,
        "families_involvement",
        family_id=family,
        service="social_work",
        worker_id=world.lead,
        lead=True,
        since="2026-01-01",
    )
    put(
        owner,
        "families_involvement",
        family_id=other,
        service="social_work",
        worker_id=world.staff[Role.SOCIAL_WORKER],
        since="2026-01-01",
    )
    put(
        owner,
        "families_safetyword",
        family_id=family,
        flag="protected_address",
        source="family",
        by_id=world.lead,
    )
    put(owner, "families_doubt", one_id=family, other_id=other, why="même nom", state="open")
    put(
        owner,
        "families_merge",
        kept_id=family,
        absorbed_id=other,
        by_id=world.staff[Role.SECRETARY],
    )
    world.rows["family"] = {"id": family, "snapshot": snapshot, "other": other}


def _runs(owner: psycopg.Connection, world: World, area: int) -> None:
    maker = world.staff[Role.TARGETING_ANALYST]
    run = put(
        owner,
        "targeting_targetingrun",
        month="2026-10",
        profile="val-de-marne",
        state="received",
        made_by_id=maker,
    )
    put(owner, "targeting_runcount", run_id=run, offer="separation", commune="94028", number=3)
    put(owner, "targeting_registercount", run_id=run, commune="94028", households=90, eligible=3)
    release = put(
        owner,
        "targeting_release",
        run_id=run,
        offer="separation",
        area_id=area,
        by_id=world.staff[Role.DEPARTMENT_HEAD],
        made_by_id=maker,
    )
    draw = put(
        owner,
        "targeting_draw",
        release_id=release,
        by_id=world.staff[Role.DEPARTMENT_HEAD],
        seed="0" * 64,
        waves=2,
        days_between=14,
    )
    put(owner, "targeting_ruletrial", run_id=run, offer="separation", author_id=maker)
    _proposed(owner, world, run, draw)


def _proposed(owner: psycopg.Connection, world: World, run: int, draw: int) -> None:
    family = world.rows["family"]
    rule = put(owner, "outreach_appliedrule", run_id=run, offer="separation", month="2026-10")
    approach = put(owner, "outreach_approach", family_id=family["id"], channel="letter")
    proposal = put(
        owner,
        "outreach_proposal",
        family_id=family["id"],
        offer="separation",
        label="Séparation",
        channel="letter",
        commune_id="94028",
        month="2026-10",
        run_id=run,
        snapshot_id=family["snapshot"],
        approach_id=approach,
        rule_id=rule,
    )
    put(owner, "outreach_decision", proposal_id=proposal)
    put(
        owner,
        "outreach_turn",
        proposal_id=proposal,
        draw_id=draw,
        drawn_on=timezone.localdate(),
        rank=1,
        wave=1,
        from_on=timezone.localdate(),
    )
    _exchanges(owner, world, approach)
    _diaries(owner, world)
    _interventions(owner, world)


def _exchanges(owner: psycopg.Connection, world: World, approach: int) -> None:
    secretary, worker = world.staff[Role.SECRETARY], world.staff[Role.SOCIAL_WORKER]
    of_family = {"approach_id": approach, "family_id": world.rows["family"]["id"]}
    batch = put(owner, "outreach_batch", made_by_id=secretary)
    put(owner, "outreach_batchpart", batch_id=batch)
    message = put(
        owner,
        "outreach_message",
        **of_family,
        medium="letter",
        purpose="offer",
        state="queued",
        batch_id=batch,
        position=1,
    )
    put(
        owner,
        "outreach_messagecontent",
        message_id=message,
        family_id=of_family["family_id"],
        body={"address": "3 rue Cachée"},
    )
    put(owner, "outreach_answercode", approach_id=approach, value="K7M29QXD4")
    opened = {"opened_at": "2026-01-01", "opened_by_id": secretary}
    put(owner, "outreach_codeclosing", approach_id=approach, **opened)
    put(owner, "outreach_wrongreply")
    put(owner, "outreach_answer", **of_family, kind="call", via="phone", by_id=worker)


def _diaries(owner: psycopg.Connection, world: World) -> None:
    worker = world.staff[Role.SOCIAL_WORKER]
    half_day: Row = {"weekday": 1, "half": "am"}
    hours: Row = {"starts": "09:00", "ends": "12:00", "capacity": 2}
    put(owner, "agenda_opening", **half_day, **hours)
    put(owner, "agenda_room", name="Salle 1")
    ((place,),) = owner.execute("SELECT min(id) FROM directory_place").fetchall()
    put(owner, "agenda_closure", place_id=place, reason="works")
    put(owner, "agenda_presence", worker_id=worker, since="2026-01-01", **half_day)
    appointment = put(
        owner,
        "agenda_appointment",
        worker_id=worker,
        family_id=world.rows["family"]["id"],
        mode="phone",
        during="[2026-01-05 09:00+01, 2026-01-05 09:45+01)",
        state="proposed",
        made_by_id=worker,
    )
    put(owner, "agenda_attendance", appointment_id=appointment)
    put(owner, "agenda_notice", appointment_id=appointment, kind="upcoming", message_id=None)
    put(owner, "agenda_feed", worker_id=worker, token_hash="5" * 64)


def _interventions(owner: psycopg.Connection, world: World) -> None:
    """Make what the social worker holds; they share what the other's lead follows."""
    worker, family = world.staff[Role.SOCIAL_WORKER], world.rows["family"]["id"]
    put(
        owner,
        "interventions_follower",
        family_id=family,
        worker_id=worker,
        by_id=world.lead,
        since="2026-01-01",
    )
    put(owner, "interventions_draft", family_id=family, author_id=worker)
    advice = put(
        owner,
        "interventions_informationadvice",
        family_id=family,
        worker_id=worker,
        origin="direct",
        other_service="unknown",
        state="open",
        opened_on="2026-01-01",
    )
    put(
        owner,
        "interventions_advicemeeting",
        advice_id=advice,
        family_id=family,
        held_on="2026-01-01",
        mode="face",
        by_id=worker,
    )
    put(
        owner,
        "interventions_plannedaction",
        advice_id=advice,
        family_id=family,
        what="Écrire au bailleur",
        who="family",
        state="todo",
        by_id=worker,
    )
    support = put(
        owner,
        "interventions_support",
        family_id=family,
        worker_id=worker,
        state="draft",
        drafted_on="2026-01-01",
    )
    of_support = {"support_id": support, "family_id": family}
    put(
        owner,
        "interventions_supportevent",
        **of_support,
        state="draft",
        worker_id=worker,
        by_id=worker,
    )
    put(owner, "interventions_extension", **of_support, until="2027-06-01", asked_by_id=worker)
    put(owner, "interventions_appraisal", **of_support, domain="rights")
    put(owner, "interventions_objective", **of_support, domain="rights", by_id=worker)
    put(
        owner,
        "interventions_contract",
        **of_support,
        version=1,
        starts_on="2026-01-01",
        ends_on="2026-06-01",
        made_by_id=worker,
    )
    review = {"kind": "step", "held_on": "2026-02-01", "by_id": worker}
    put(owner, "interventions_review", **of_support, **review)
    opinion = {"kind": "later", "closed_on": "2026-02-01", "helped": "yes"}
    put(owner, "interventions_familyopinion", **of_support, **opinion)
    put(owner, "interventions_homevisit", **of_support, agreed_on="2026-02-01", by_id=worker)
    entry = {"kind": "call", "on": "2026-02-01", "text": "Appelée", "by_id": worker}
    put(owner, "interventions_journalentry", family_id=family, **entry)
    paper = {"kind": "application/pdf", "size": 1, "sha256": "c" * 64, "by_id": worker}
    put(owner, "interventions_document", family_id=family, label="Bail", **paper)
    asked = {"asked_on": "2026-02-01", "identity": "paper", "by_id": worker}
    put(owner, "interventions_recordexport", family_id=family, **asked)
    put(
        owner,
        "interventions_rightscheck",
        family_id=family,
        worker_id=worker,
        month="2026-02",
        said="{}",
        otherwise="[]",
    )
    done = put(
        owner,
        "interventions_rightscheck",
        family_id=family,
        worker_id=worker,
        month="2026-02",
        said="{}",
        otherwise="[]",
        result="[]",
        asked_at="2026-02-01",
        computed_at="2026-02-01",
        computed_with="x",
    )
    claim = {"kind": "ASF", "state": "claimed", "claimed_on": "2026-02-01", "by_id": worker}
    put(owner, "interventions_rightsclaim", rights_check_id=done, family_id=family, **claim)
    relay = {"going_on": "Dossier déposé", "by_id": worker}
    put(owner, "interventions_handovernote", family_id=family, **relay)
    put(owner, "interventions_privatenote", family_id=family, author_id=worker, text="À moi")
