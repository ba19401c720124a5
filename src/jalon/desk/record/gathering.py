"""Gathers the record of one adult of a family, as far as whoever makes it reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Model, Q, QuerySet

from jalon.agenda.models import Appointment, Attendance, Notice
from jalon.agenda.shown import when_in_words
from jalon.desk.record.consulted import accesses_of, reads_of
from jalon.desk.record.leaving import COLUMNS, SAFETY_READ, TABLES, WHERE_OTHERS_LIVE, Why
from jalon.desk.record.rights import checks_of, found_in, said_in
from jalon.desk.record.telling import SOMEBODY_ELSE, Row, told
from jalon.directory.models import StaffMember
from jalon.families.enums import PersonRole, SafetySource
from jalon.families.models import (
    ContactPoint,
    Family,
    GivenContact,
    Household,
    Involvement,
    Person,
    SafetyWord,
    Snapshot,
)
from jalon.interventions.models import (
    AdviceMeeting,
    Appraisal,
    Contract,
    Document,
    Extension,
    FamilyOpinion,
    Follower,
    HandOverNote,
    HomeVisit,
    InformationAdvice,
    JournalEntry,
    Objective,
    PlannedAction,
    RecordExport,
    Review,
    RightsCheck,
    RightsClaim,
    Support,
    SupportEvent,
)
from jalon.outreach.enums import OF_APPOINTMENTS, AnswerKind, Medium
from jalon.outreach.models import Answer, Approach, Decision, Message, MessageContent, Proposal
from jalon.outreach.said import event_in_french, shown_clauses

_SITUATION: Final = "La situation lue pour décider"
_OPENED: Final = "Ce qui a été lu par accès exceptionnel, et pourquoi"
ADULTS: Final = (PersonRole.RESPONSIBLE, PersonRole.SPOUSE)


@dataclass(frozen=True)
class Part:
    """Rows of one kind, under a French title; `for_machines` where they are codes, not words."""

    title: str
    rows: list[Row]
    for_machines: bool = False


@dataclass(frozen=True)
class Record:
    """What is kept about a person: in parts, with what was left out and why."""

    person: str
    made_at: datetime
    made_by: str
    parts: list[Part]
    left_out: list[str]


def adults_of(family: Family) -> QuerySet[Person]:
    """Return those of a family who may ask for their record."""
    return Person.objects.filter(family=family, role__in=ADULTS, death_date=None).order_by("pk")


@dataclass(frozen=True)
class _About:
    """Of whom one tells: a person of a family, where other adults live or do not."""

    person: Person
    family: Family
    alone: bool

    @classmethod
    def of(cls, person: Person) -> _About:
        others = Person.objects.filter(family_id=person.family_id, death_date=None)
        adults = others.exclude(role=PersonRole.CHILD).exclude(pk=person.pk)
        return cls(person, person.family, alone=not adults.exists())

    @property
    def but(self) -> frozenset[str]:
        """The columns left out."""
        return frozenset(COLUMNS) | (frozenset() if self.alone else frozenset(WHERE_OTHERS_LIVE))

    def named(self, one: Person) -> str:
        """Say who somebody of the family is."""
        own = one.pk == self.person.pk or one.role == PersonRole.CHILD or self.alone
        return str(one) if own else SOMEBODY_ELSE

    def files(self) -> QuerySet[Household]:
        """Return the Caf files that are the person's: another adult's may be of the family too."""
        rows = Household.objects.filter(family=self.family).order_by("pk")
        return rows if self.alone else rows.filter(people=self.person)

    def rows(self, rows: Iterable[Model]) -> list[Row]:
        return [found for one in rows if (found := told(one, self.but, self.named))]

    def all(self, model: type[Model], *order: str) -> list[Row]:
        """Tell all the rows of the family in a table; none where they may be another adult's."""
        table = model._meta.db_table  # noqa: SLF001 - Django's way of naming it
        if table in self.but:
            return []
        rows = model._default_manager.filter(family=self.family)  # noqa: SLF001 - likewise
        return self.rows(rows.select_related(*_staff(model)).order_by(*(order or ("pk",))))


def _staff(model: type[Model]) -> list[str]:
    """Return the columns that name a colleague: whatever else a row leads to may be hidden."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's way of naming it
    return [one.name for one in fields if one.related_model is StaffMember]


def record_of(export: RecordExport, *, at: datetime) -> Record:
    """Gather the record that was asked for; what the maker may not read is not in it."""
    about = _About.of(export.person)
    parts = [
        Part(title, rows, for_machines=title == _SITUATION)
        for title, rows in _parts(about)
        if rows
    ]
    always = {Why.HISTORY, Why.READERS, Why.OTHERS, Why.COPIES, Why.GROUND}
    reasons = {*TABLES.values(), *COLUMNS.values(), *always}
    return Record(
        str(export.person),
        at,
        str(export.by),
        parts,
        [str(why) for why in Why if why in reasons],
    )


def _parts(about: _About) -> Iterator[tuple[str, list[Row]]]:
    yield "Qui vous êtes", about.rows([about.person])
    yield "Votre famille, connue de notre service", about.rows([about.family])
    yield "Vos dossiers à la Caf", about.rows(about.files())
    yield "Les autres personnes de la famille", _others(about)
    yield "Comment vous joindre", about.all(ContactPoint)
    yield "Ce que vous avez donné pour vous joindre", about.all(GivenContact)
    yield "Ce qui est dit pour votre sécurité", _safety(about)
    yield "Qui intervient auprès de vous", about.all(Involvement)
    yield "Les collègues qui lisent ce qui est écrit", about.all(Follower)
    yield "Ce qui vous a été proposé, et pourquoi", [*_proposals(about)]
    yield _SITUATION, [*_snapshots(about)]
    yield "Les prises de contact", about.rows(_own_approaches(about))
    yield "Les lettres, messages et appels", [*_messages(about)]
    yield "Vos réponses", about.rows(_answers(about))
    yield "Vos rendez-vous", [*_appointments(about)]
    yield "Les informations-conseils", about.all(InformationAdvice)
    yield "Les entretiens", about.all(AdviceMeeting, "held_on", "pk")
    yield "Les accompagnements", about.all(Support)
    yield "Les étapes des accompagnements", [*_steps(about)]
    yield "Les demandes de prolongation", about.all(Extension)
    yield "Le diagnostic partagé", about.all(Appraisal)
    yield "Les objectifs", about.all(Objective)
    yield "Ce qui est à faire, ou l'a été", about.all(PlannedAction)
    yield "Les contrats", about.all(Contract)
    yield "Les bilans", about.all(Review, "held_on", "pk")
    yield "Les visites à domicile", about.all(HomeVisit)
    yield "Votre avis", about.rows(_own(FamilyOpinion, about))
    checks = checks_of(about.family, about.person) if about.alone else []
    claims = RightsClaim.objects.filter(rights_check__in=checks).order_by("pk")
    yield "Les rendez-vous des droits", [*_rights(about, checks)]
    yield "Les droits demandés", about.rows(claims.select_related(*_staff(RightsClaim)))
    yield "Le journal", about.all(JournalEntry, "on", "pk")
    yield "Les notes laissées au référent suivant", about.all(HandOverNote)
    yield "Les documents joints", about.all(Document)
    yield "Les remises de ce dossier", about.rows(_own(RecordExport, about))
    yield "Qui a consulté votre dossier", reads_of(about.family, with_pages=about.alone)
    yield _OPENED, accesses_of(about.family, about.but, about.named)


def _others(about: _About) -> list[Row]:
    """Tell who else is of the family: children as they are, an adult by name and place alone."""
    found: list[Row] = []
    files = {one.pk for one in about.files()}
    for one in about.family.members:
        # Whoever lives in another file of the Caf may be kept from this one.
        if one.pk == about.person.pk or not (about.alone or one.household_id in files):
            continue
        row: Row = {"Nom": str(one), "Place": str(one.get_role_display())}
        if one.role == PersonRole.CHILD or one.death_date is not None:
            row |= about.rows([one])[0]
        found.append(row)
    return found


def _safety(about: _About) -> list[Row]:
    if not about.alone:
        return []
    words = SafetyWord.objects.filter(family=about.family).order_by("pk")
    return [
        told(one, about.but, about.named)
        # What the family itself said is its own.
        | ({"D'où on le sait": "vous"} if one.source == SafetySource.FAMILY else {})
        for one in words
    ]


def _proposals(about: _About) -> Iterator[Row]:
    rows = Proposal.objects.filter(family=about.family).select_related("rule", "commune", "turn")
    if not about.alone:
        rows = rows.filter(snapshot__file__in=about.files())
    reasons = {one.proposal_id: one for one in Decision.objects.filter(proposal__in=rows)}
    for one in rows.order_by("pk"):
        row = told(one, about.but, about.named) | {"Règle appliquée": one.rule.sentence}
        if one.event_kind:
            row["Nature du fait"] = event_in_french(one.event_kind)
        if turn := getattr(one, "turn", None):
            row |= told(turn, about.but, about.named)
        if one.pk in reasons:
            row["Comment elle l'a été"] = [
                f"{clause.text.rstrip(' :')} : {clause.verdict}. {clause.found}".strip()
                for clause in shown_clauses(reasons[one.pk].clauses)
            ]
        yield row


def _snapshots(about: _About) -> Iterator[Row]:
    rows = Snapshot.objects.filter(family=about.family, file__in=about.files())
    for one in rows.order_by("pk"):
        people = [
            told
            for told in one.persons
            if about.alone or told.get("role") in {PersonRole.CHILD, about.person.role}
        ]
        yield {
            "Mois": one.month,
            "Prise le": one.taken_at,
            "Dossier": {
                name: value
                for name, value in one.household.items()
                if about.alone or name not in SAFETY_READ
            },
            "Personnes": people,
            "Faits générateurs": one.events,
        }


def _own_approaches(about: _About) -> QuerySet[Approach]:
    """Return the approaches that were not another adult's."""
    rows = Approach.objects.filter(family=about.family).order_by("pk")
    return rows if about.alone else rows.filter(addressee=about.person)


def _messages(about: _About) -> Iterator[Row]:
    rows = Message.objects.filter(approach__in=_own_approaches(about)).select_related("by")
    if not about.alone:
        # The text of an appointment at which another is expected alone.
        own = Notice.objects.filter(appointment__attendances__person=about.person)
        rows = rows.filter(
            ~Q(purpose__in=OF_APPOINTMENTS) | Q(pk__in=own.exclude(message=None).values("message"))
        )
    contents = {one.message_id: one for one in MessageContent.objects.filter(message__in=rows)}
    for one in rows.order_by("pk"):
        row = told(one, about.but, about.named)
        if content := contents.get(one.pk):
            row |= told(content, about.but, about.named)
            row["Texte"] = _words(one, content.body, alone=about.alone)
        yield row


def _words(one: Message, body: dict[str, Any], *, alone: bool) -> list[str]:
    """Return what a message says, without the code that answers it."""
    if one.medium != Medium.LETTER:
        return [body["text"]] if "text" in body else []
    recipient = body.get("recipient", []) if alone else []
    notice = [f"{part['title']} : {part['text']}" for part in body.get("notice", [])]
    return [
        *recipient,
        *(body.get(name, "") for name in ("place_and_date", "subject", "salutation")),
        *body.get("paragraphs", []),
        *(f"{way['name']} : {way['how']}" for way in body.get("choices", [])),
        *notice,
        *body.get("signature", []),
    ]


def _answers(about: _About) -> QuerySet[Answer]:
    rows = Answer.objects.filter(approach__in=_own_approaches(about)).order_by("pk")
    if about.alone:
        return rows
    # Who said it is not known, and the other may be in danger for it.
    return rows.exclude(Q(kind=AnswerKind.UNSAFE) | Q(to_check=True))


def _appointments(about: _About) -> Iterator[Row]:
    rows = Appointment.objects.filter(family=about.family).order_by("starts_at", "pk")
    if not about.alone:
        rows = rows.filter(attendances__person=about.person)
    for one in rows.select_related("worker", "place", "room", "made_by"):
        row: Row = {"Quand": when_in_words(one), "Avec": str(one.worker)}
        row |= told(one, about.but, about.named)
        for expected in Attendance.objects.filter(appointment=one, person=about.person):
            row |= told(expected, about.but, about.named)
        notices = about.rows(Notice.objects.filter(appointment=one).order_by("pk"))
        yield row | ({"Ce qui vous en a été dit": notices} if notices else {})


def _steps(about: _About) -> Iterator[Row]:
    for one in SupportEvent.objects.filter(family=about.family).order_by("pk"):
        row = told(one, about.but, about.named)
        yield row | ({"Pourquoi": one.reason} if one.reason else {})


def _rights(about: _About, checks: Iterable[RightsCheck]) -> Iterator[Row]:
    for one in checks:
        row = told(one, about.but, about.named)
        said, found = said_in(one), list(found_in(one))
        row |= {"Ce qui est noté": said} if said else {}
        yield row | ({"Ce que le calcul trouve": found} if found else {})


def _own(model: type[FamilyOpinion | RecordExport], about: _About) -> QuerySet[Any]:
    """Return the rows that were not another adult's: what they said, that they asked."""
    rows = model._default_manager.filter(family=about.family).order_by("pk")  # noqa: SLF001
    return rows if about.alone else rows.filter(person=about.person)
