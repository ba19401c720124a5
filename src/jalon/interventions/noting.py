"""What changes in a family's journal, and in what one notes for oneself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from jalon.agenda.models import Appointment
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.models import Family
from jalon.interventions.drafting import forget_draft
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import JournalEntry, PrivateNote
from jalon.interventions.queries import follows
from jalon.interventions.revising import Value, revise

_GONE: Final = "Cette note n'existe plus."


@transaction.atomic
def write_entry(
    *,
    family: Family,
    words: Mapping[str, Any],
    by: StaffMember,
    draft: str = "",
    appointment: Appointment | None = None,
) -> JournalEntry:
    """Add a line to a family's journal; InterventionError where one does not follow it."""
    _follows(family, by)
    _past(words)
    forget_draft(form=draft, by=by)
    return JournalEntry.objects.create(family=family, by=by, appointment=appointment, **words)


@transaction.atomic
def revise_entry(  # noqa: PLR0913 - what was read, what is written, and by whom
    *,
    entry: JournalEntry,
    base: Mapping[str, Value],
    words: Mapping[str, Any],
    seen: int,
    by: StaffMember,
    draft: str = "",
) -> JournalEntry:
    """Write a line anew; only its author does. See `revising.revise` for the other errors."""
    if entry.by_id != by.pk:
        raise InterventionError("Chacun ne reprend que ce qu'il a écrit : ajoutez une ligne.")
    _past(words)
    forget_draft(form=draft, by=by)
    return revise(entry, base=base, mine=words, seen=seen)


@transaction.atomic
def write_note(*, family: Family, text: str, by: StaffMember, draft: str = "") -> PrivateNote:
    """Note something of a family for oneself alone; InterventionError for whoever may not."""
    if not by.may(Permission.WORK_WITH_FAMILIES):
        raise InterventionError("Seul un travailleur social tient des notes ici.")
    forget_draft(form=draft, by=by)
    return PrivateNote.objects.create(family=family, author=by, text=text)


@transaction.atomic
def revise_note(  # noqa: PLR0913 - what was read, what is written, and by whom
    *,
    note: PrivateNote,
    base: Mapping[str, Value],
    text: str,
    seen: int,
    by: StaffMember,
    draft: str = "",
) -> PrivateNote:
    """Write a note of one's own anew; see `revising.revise` for the other errors.

    InterventionError where it is not one's own, or was erased meanwhile.
    """
    if not PrivateNote.objects.select_for_update().filter(pk=note.pk, author=by).exists():
        raise InterventionError(_GONE)
    forget_draft(form=draft, by=by)
    return revise(note, base=base, mine={"text": text}, seen=seen)


@transaction.atomic
def erase_note(*, note: PrivateNote, by: StaffMember, draft: str = "") -> None:
    """Erase a note of one's own, with what one was writing over it; InterventionError if gone."""
    forget_draft(form=draft, by=by)
    gone, _ = PrivateNote.objects.filter(pk=note.pk, author=by).delete()
    if not gone:
        raise InterventionError(_GONE)


def _follows(family: Family, by: StaffMember) -> None:
    if not (by.may(Permission.WORK_WITH_FAMILIES) and follows(family, by)):
        raise InterventionError(
            "Le journal d'une famille est tenu par son référent et les collègues associés."
        )


def _past(words: Mapping[str, Any]) -> None:
    if words["on"] > timezone.localdate():
        raise InterventionError("Ce jour est encore à venir.")
