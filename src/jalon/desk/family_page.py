"""Gathers what the rooms know of a family, as far as the person may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from jalon.desk.exchanges import Exchanges
from jalon.desk.followed import Followed
from jalon.desk.forms import InvolvementForm, LeadForm, SafetyForm
from jalon.desk.meetings import Meetings
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.actions import lifts, may_end, may_name_lead
from jalon.families.enums import ContactKind, Safety
from jalon.families.models import ContactPoint, Family, Involvement, Person, SafetyWord
from jalon.families.queries import involvements_of, last_safety_words, may_lead
from jalon.outreach.message_queries import refuses_messages
from jalon.outreach.models import Proposal
from jalon.outreach.queries import proposals_of
from jalon.outreach.said import DEATHS, event_in_french, shown_clauses
from jalon.rules.calendar import Month
from jalon.rules.sentences import registered
from jalon.targeting.explained import ShownClause
from jalon.web.path import Entry, Kind


@dataclass(frozen=True)
class ShownProposal:
    """A proposal as the page shows it; no clauses for those who may not see why.

    `standing` is where its approach stands, in words, and the state of the badge; `until` the last
    day on which the family may answer; `turn` when it is contacted, where lots were drawn.
    """

    proposal: Proposal
    month: str
    event: str
    registered: str
    standing: tuple[str, str]
    until: date | None
    over: bool
    turn: str
    clauses: list[ShownClause]


@dataclass(frozen=True)
class ShownInvolvement:
    """Who is involved, and whether the person looking may end it."""

    involvement: Involvement
    may_end: bool


@dataclass(frozen=True)
class ShownSafety:
    """What keeps a family safe, who says it, and whether the person looking may take it back."""

    flag: Safety
    word: SafetyWord | None
    here: bool
    in_register: bool
    may_lift: bool

    @property
    def holds(self) -> bool:
        """Whether one of both says it."""
        return self.here or self.in_register


def family_page(person: StaffMember, family: Family) -> dict[str, Any]:
    """Return all that the page shows; the database leaves out what the person may not see."""
    sees_why = person.may(Permission.SEE_SITUATIONS)
    today = timezone.localdate()
    involvements = list(involvements_of(family))
    points = family.contact_points.filter(until=None).select_related("by")
    contacts = list(points.order_by("kind", "-since", "pk"))
    people = family.members
    exchanges = Exchanges.of(family, person, today)
    meetings = Meetings.of(family, person)
    proposals = [
        _shown(one, people if sees_why else None, exchanges)
        for one in proposals_of(family, with_reasons=sees_why)
    ]
    lead = next((one.worker for one in involvements if one.lead and one.until is None), None)
    if lead == person:
        lead = person  # whose roles are known already
    followed = Followed.of(family, person, lead)
    return {
        "family": family,
        "people": people,
        "files": list(family.households.order_by("number")),
        "contacts": _by_kind(contacts),
        "given": list(family.given_contacts.filter(confirmed=None).order_by("pk")),
        "no_messages": refuses_messages(family),
        # Of a family that is joined in person or not at all, nothing is one click away.
        "links": not (family.protected_address or family.do_not_contact),
        "hidden": family.protected_address and not contacts and not _reaches(person, lead),
        "reaches": not family.protected_address or _reaches(person, lead),
        "proposals": proposals,
        "sees_why": sees_why,
        "entries": [
            *_events(proposals),
            *(_entry(one) for one in reversed(proposals)),
            *(_named(one) for one in involvements if one.lead),
            *exchanges.entries,
            *meetings.entries,
            *followed.entries,
        ],
        "meetings": meetings,
        "followed": followed,
        "access": followed.open_to(person),
        "approaches": exchanges.shown,
        "next_step": (None if exchanges.asks else followed.next_step(today))
        or exchanges.next_step(_open_offers(proposals), lead),
        "safety": (safety := safety_of(family, may_lift=lifts(person, leads=person == lead))),
        "spoken_of": spoken_of(safety),
        "safety_form": SafetyForm(family=family) if not all(one.here for one in safety) else None,
        "involvements": [ShownInvolvement(one, may_end(one, person)) for one in involvements],
        "lead": lead,
        "involvement_form": InvolvementForm() if person.team else None,
        "service": person.team.get_service_display() if person.team else "",
        "lead_form": LeadForm(family=family, by=person) if may_name_lead(person) else None,
    }


def spoken_of(safety: list[ShownSafety]) -> bool:
    """Tell whether anything is said of a family's safety."""
    return any(one.holds or one.word for one in safety)


def safety_of(family: Family, *, may_lift: bool) -> list[ShownSafety]:
    """Return what is said of a family's safety, of each flag."""
    words = last_safety_words(family)
    return [
        ShownSafety(
            flag=flag,
            word=words.get(flag),
            here=getattr(family, flag.said_here),
            in_register=getattr(family, flag.said_in_register),
            may_lift=may_lift,
        )
        for flag in Safety
    ]


def _reaches(person: StaffMember, lead: StaffMember | None) -> bool:
    return (person == lead and may_lead(person)) or person.may(Permission.SEE_PROTECTED_ADDRESSES)


def _by_kind(contacts: list[ContactPoint]) -> Mapping[str, list[ContactPoint]]:
    return {
        kind.label: found
        for kind in ContactKind
        if (found := [one for one in contacts if one.kind == kind])
    }


def _shown(proposal: Proposal, people: list[Person] | None, exchanges: Exchanges) -> ShownProposal:
    """Show a proposal; `people` only to those who may see why it was made."""
    decision = None if people is None else getattr(proposal, "decision", None)
    standing, until = exchanges.of_proposal(proposal)
    return ShownProposal(
        proposal=proposal,
        month=Month.parse(proposal.month).in_french,
        event="" if people is None else _event(proposal, people),
        registered=registered(proposal.event_kind),
        standing=standing,
        until=until,
        turn=exchanges.turn_of(proposal),
        over=proposal.window_ends_on is not None and proposal.window_ends_on < exchanges.today,
        clauses=shown_clauses(decision.clauses) if decision else [],
    )


def _event(proposal: Proposal, people: list[Person]) -> str:
    """Say the event, and whose death where one person of the family died on that very day."""
    said = event_in_french(proposal.event_kind)
    if proposal.event_kind not in DEATHS:
        return said
    events = {one["event_id"]: one for one in proposal.snapshot.events}
    day = events.get(proposal.event, {}).get("occurred_on")
    dead = [str(one) for one in people if one.death_date and one.death_date.isoformat() == day]
    return f"{said} : {dead[0]}" if len(dead) == 1 else said


def _events(proposals: list[ShownProposal]) -> list[Entry]:
    """Return a marker for each event that set an offer off, for those who may see why."""
    found = {one.proposal.event: one for one in proposals if one.event}
    return [
        Entry(
            date=shown.proposal.reported_on,
            kind=Kind.EVENT,
            title=shown.event,
            author="Enregistré par la Caf",
        )
        for shown in found.values()
        if shown.proposal.reported_on is not None
    ]


def _entry(shown: ShownProposal) -> Entry:
    proposal = shown.proposal
    label, state = shown.standing
    return Entry(
        date=timezone.localdate(proposal.made_at),
        kind=Kind.DECISION,
        title=f"Proposition : {proposal.label}",
        author=f"Requêtage {Month.parse(proposal.month).of_french}",
        url=f"#proposition-{proposal.public_id}",
        link="Voir la proposition",
        state=state,
        state_label=label,
    )


def _named(involvement: Involvement) -> Entry:
    return Entry(
        date=involvement.since,
        kind=Kind.SUPPORT,
        title=f"Référent : {involvement.worker}",
        author=involvement.get_service_display(),
        url="#intervenants",
        link="Voir qui intervient",
    )


def _open_offers(proposals: list[ShownProposal]) -> str:
    """Return what the family may still answer, in words."""
    return ", ".join(dict.fromkeys(one.proposal.label for one in proposals if not one.over))
