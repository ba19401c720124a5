"""A family's interventions: markers of its path, what its page shows, and what one may open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils import timezone

from jalon.audit.models import ExceptionalAccess
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.models import Family
from jalon.families.queries import may_lead
from jalon.interventions.enums import SupportState
from jalon.interventions.models import (
    Follower,
    InformationAdvice,
    RightsCheck,
    Support,
    SupportEvent,
)
from jalon.interventions.opening import LISTED, may_open, opened_lately
from jalon.interventions.queries import (
    advices_of,
    events_of,
    followers_of,
    rights_checks_of,
    supports_of,
)
from jalon.interventions.sharing import answers_for
from jalon.web.path import Entry, Kind, NextStep

_SHOWN: Final = 10


@dataclass(frozen=True)
class Followed:
    """The interventions that the person looking sees, and what they may do about them."""

    family_id: int
    sees: bool
    may_open: bool
    may_share: bool
    may_begin: bool
    may_write: bool
    may_export: bool
    may_check: bool
    may_open_exceptionally: bool
    lead_left: bool
    advices: list[InformationAdvice]
    supports: list[Support]
    events: list[SupportEvent]
    followers: list[Follower]
    checks: list[RightsCheck]
    accesses: list[ExceptionalAccess]
    readers: dict[int, StaffMember]

    @classmethod
    def of(cls, family: Family, person: StaffMember, lead: StaffMember | None) -> Followed:
        """Read them; nothing, and without asking, for who sees no intervention."""
        if not person.may(Permission.SEE_INTERVENTIONS):
            return cls(
                family_id=family.pk,
                sees=False,
                may_open=False,
                may_share=False,
                may_begin=False,
                may_write=False,
                may_export=False,
                may_check=False,
                may_open_exceptionally=False,
                lead_left=False,
                advices=[],
                supports=[],
                events=[],
                followers=[],
                checks=[],
                accesses=[],
                readers={},
            )
        supports, followers = list(supports_of(family)), list(followers_of(family))
        works = person.may(Permission.WORK_WITH_FAMILIES)
        advices = list(advices_of(family))
        follow = {lead, *(one.worker for one in followers)}
        receives = any(one.is_open and one.worker == person for one in advices)
        checks = works and (person in follow or receives)
        return cls(
            family_id=family.pk,
            sees=True,
            may_open=works,
            may_share=(person == lead and may_lead(person)) or answers_for(family, person),
            may_begin=works and (lead is None or person in follow),
            may_write=works and person in follow,
            may_export=works and person == lead,
            may_check=checks,
            may_open_exceptionally=may_open(person, follows=person in follow),
            lead_left=works and lead is not None and not (lead.is_active and may_lead(lead)),
            advices=advices,
            supports=supports,
            events=list(events_of(family)) if supports else [],
            followers=followers,
            checks=list(rights_checks_of(family)) if checks else [],
            accesses=(accesses := list(opened_lately(family)[:_SHOWN])),
            readers=StaffMember.objects.in_bulk({one.staff_id for one in accesses}),
        )

    def next_step(self, today: date) -> NextStep | None:
        """Return what comes next in what is under way, as far as one sees it."""
        for support in self.supports:
            if not support.is_over:
                return _going_on(support, today)
        for advice in self.advices:
            if advice.is_open:
                return NextStep(
                    "Poursuivre l'information-conseil",
                    "Notez chaque entretien ; à la fin, dites ce qu'elle a donné.",
                    author=str(advice.worker),
                    url=advice.get_absolute_url(),
                    action="L'ouvrir",
                )
        return None

    def open_to(self, person: StaffMember) -> ExceptionalAccess | None:
        """Return the exceptional access by which somebody reads now, if any."""
        now = timezone.now()
        rows = (one for one in self.accesses if one.family_id == self.family_id)
        own = (one for one in rows if one.staff_id == person.pk and one.until > now)
        return next(own, None)

    @property
    def may_prepare(self) -> bool:
        """Whether one may begin to prepare a support, as `queries.may_prepare`: none goes on."""
        return self.may_begin and all(one.is_over for one in self.supports)

    @property
    def entries(self) -> Iterator[Entry]:
        """A marker for each beginning, each end, and each access to what is not one's to read."""
        listed = timezone.now() - LISTED
        for access in self.accesses:
            yield Entry(
                timezone.localdate(access.at),
                Kind.DECISION,
                "Accès exceptionnel",
                f"{access.get_ground_display()}.",
                str(self.readers[access.staff_id]),
                url=reverse("families:accesses") if access.at > listed else "",
                link="Voir les accès exceptionnels",
            )
        for one in self.advices:
            yield Entry(
                one.opened_on,
                Kind.MEETING,
                "Information-conseil ouverte",
                author=str(one.worker),
                url=one.get_absolute_url(),
                link="Ouvrir l'information-conseil",
                state="active" if one.is_open else "",
                state_label="Ouverte" if one.is_open else "",
            )
            if one.closed_on:
                yield Entry(
                    one.closed_on,
                    Kind.DECISION,
                    "Information-conseil close",
                    f"{one.get_outcome_display()}.",
                    str(one.worker),
                    state="done",
                    state_label="Close",
                )
        for check in self.checks:
            yield Entry(
                timezone.localdate(check.at),
                Kind.MEETING,
                "Rendez-vous des droits",
                author=str(check.worker),
                url=check.get_absolute_url(),
                link="Ouvrir le rendez-vous des droits",
                state="" if check.is_computed else "active",
                state_label="" if check.is_computed else "À finir",
            )
        addresses = {one.pk: one.get_absolute_url() for one in self.supports}
        for event in self.events:
            state = SupportState(event.state)
            yield Entry(
                event.on,
                Kind.SUPPORT,
                f"Accompagnement : {state.label.lower()}",
                f"{event.why}." if event.why else "",
                str(event.by),
                url=addresses.get(event.support_id, ""),
                link="Ouvrir l'accompagnement",
            )


def _going_on(support: Support, today: date) -> NextStep:
    due = support.next_review_on
    title, text = {
        SupportState.DRAFT: ("Signer le contrat ensemble", "L'accompagnement commence avec lui."),
        SupportState.SUSPENDED: ("Reprendre l'accompagnement, ou le clore", "Il est suspendu."),
    }.get(
        SupportState(support.state),
        ("Faire le bilan ensemble", "") if due else ("Poursuivre l'accompagnement", ""),
    )
    return NextStep(
        title,
        text,
        due=due if support.goes_on else None,
        late=support.goes_on and due is not None and due < today,
        author=str(support.worker),
        url=support.get_absolute_url(),
        action="Ouvrir l'accompagnement",
    )
