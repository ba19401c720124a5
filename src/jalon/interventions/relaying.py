"""What changes in the notes that a family's workers leave each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from jalon.audit.refusals import refused_as
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.models import Family
from jalon.families.queries import families_led
from jalon.interventions.drafting import forget_draft
from jalon.interventions.errors import InterventionError, RevisedMeanwhileError
from jalon.interventions.models import HandOverNote
from jalon.interventions.queries import follows, own_hand_over
from jalon.interventions.revising import Value, revise


@transaction.atomic
def leave_note(  # noqa: PLR0913 - what was read, what is written, and by whom
    *,
    family: Family,
    base: Mapping[str, Value],
    words: Mapping[str, Any],
    seen: int,
    by: StaffMember,
    draft: str = "",
) -> HandOverNote:
    """Write a note for a family's next lead, or one's own that waits anew.

    See `revising.revise` for its errors; InterventionError where one does not follow the family.
    """
    if not (by.may(Permission.WORK_WITH_FAMILIES) and follows(family, by)):
        raise InterventionError(
            "La note de relais est écrite par le référent et les collègues associés."
        )
    forget_draft(form=draft, by=by)
    waits = own_hand_over(family, by).select_for_update().first()
    if waits is not None:
        return revise(waits, base=base, mine=words, seen=seen)
    with refused_as({"hand_over_one_waits": RevisedMeanwhileError()}):
        return HandOverNote.objects.create(family=family, by=by, **words)


@transaction.atomic
def acknowledge(*, note: HandOverNote, by: StaffMember) -> None:
    """Say that one read it; InterventionError unless it waits for one, or where one did."""
    if note.by_id == by.pk or note.family_id not in families_led(by, [note.family_id]):
        raise InterventionError("C'est au nouveau référent de dire qu'il l'a lue.")
    waits = HandOverNote.objects.filter(pk=note.pk, read_by=None)
    if not waits.update(read_by=by, read_at=timezone.now()):
        raise InterventionError("C'est déjà noté.")
