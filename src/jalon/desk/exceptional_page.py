"""Gathers what is written with a family, for who opened it exceptionally: all of it, as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Model

from jalon.audit.models import ExceptionalAccess
from jalon.desk.record.leaving import COLUMNS, Why
from jalon.desk.record.telling import texts, told
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.families.queries import families_of
from jalon.interventions.models import (
    AdviceMeeting,
    Appraisal,
    Contract,
    Document,
    Extension,
    FamilyOpinion,
    HandOverNote,
    HomeVisit,
    InformationAdvice,
    JournalEntry,
    Objective,
    PlannedAction,
    Review,
    Support,
    SupportEvent,
)

# What helps most in an emergency comes first; of each, the last written.
CONTENTS: Final[tuple[tuple[str, type[Model], str], ...]] = (
    ("Visites à domicile", HomeVisit, "-at"),
    ("Journal", JournalEntry, "-on"),
    ("Notes de relais", HandOverNote, "-at"),
    ("Accompagnements", Support, "-pk"),
    ("Diagnostic partagé", Appraisal, "pk"),
    ("Objectifs", Objective, "-pk"),
    ("Actions", PlannedAction, "-pk"),
    ("Bilans", Review, "-held_on"),
    ("Contrats", Contract, "-pk"),
    ("Étapes des accompagnements", SupportEvent, "-pk"),
    ("Prolongations", Extension, "-pk"),
    ("Informations-conseils", InformationAdvice, "-pk"),
    ("Entretiens", AdviceMeeting, "-held_on"),
    ("Avis de la famille", FamilyOpinion, "-pk"),
)
_MACHINE: Final = frozenset(name for name, why in COLUMNS.items() if why is Why.MACHINE)


@dataclass(frozen=True)
class Part:
    """What is written in one kind of place: of each row, what it says under which name."""

    title: str
    rows: list[list[tuple[str, list[str]]]]


@dataclass(frozen=True)
class Contents:
    """What is written with a family, and the documents joined to it."""

    parts: list[Part]
    documents: list[Document]


def contents_of(family: Family) -> Contents:
    """Read what is written with a family, as far as the database shows it."""
    parts = [Part(title, _rows(model, family, order)) for title, model, order in CONTENTS]
    documents = Document.objects.filter(family=family).select_related("by").order_by("-pk")
    return Contents([one for one in parts if one.rows], list(documents))


def _rows(model: type[Model], family: Family, order: str) -> list[list[tuple[str, list[str]]]]:
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's way of naming it
    staff = [one.name for one in fields if one.related_model is StaffMember]
    rows = model._default_manager.filter(family=family).select_related(*staff)  # noqa: SLF001
    found = []
    for one in rows.order_by(order, "-pk"):
        row = told(one, _MACHINE, str)
        if isinstance(one, SupportEvent) and one.reason:
            row["Pourquoi"] = one.reason
        found.append([(name, [*texts(value)]) for name, value in row.items()])
    return found


@dataclass(frozen=True)
class ToldAccess:
    """An access as a list shows it: whose, to whom; the family is gone once it was purged."""

    access: ExceptionalAccess
    who: str
    family: Family | None


def told_accesses(accesses: Iterable[ExceptionalAccess]) -> list[ToldAccess]:
    """Return accesses with the colleague and the family of each, in two queries or so."""
    found = list(accesses)
    staff = StaffMember.objects.in_bulk({one.staff_id for one in found})
    families = {one.pk: one for one in families_of([one.family_id for one in found])}
    return [
        ToldAccess(one, str(staff[one.staff_id]), families.get(one.family_id)) for one in found
    ]
