"""Batches leave, or are given up: what to take out of the pile before, what is noted after."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.families.days import moment_of
from jalon.outreach.enums import Medium, MessageState, Trouble
from jalon.outreach.errors import BatchError
from jalon.outreach.locks import hold_approaches, hold_batches, locked_batch
from jalon.outreach.mailing import why_not
from jalon.outreach.models import Approach, Batch, Message, Proposal
from jalon.rules.calendar import one_year_after


def to_pull(batch: Batch) -> QuerySet[Message]:
    """Return the letters of a batch to be taken out of the pile before it is posted.

    Since they were written, writing became unsafe, the family answered or asked for nothing, was
    parted from another, or whom the letter is addressed to died: `why` is the Trouble.
    """
    parted = When(approach__addressee=None, then=Value(Trouble.PARTED.value))
    hindrance = NullIf(why_not(timezone.localdate(), "approach"), Value(""))
    return (
        batch.messages.filter(state=MessageState.QUEUED)
        .annotate(why=Coalesce(hindrance, Case(parted, default=Value(""))))
        .exclude(why="")
        .select_related("family")
        .order_by("position")
    )


@transaction.atomic
def post_batch(*, batch: Batch, by: StaffMember, posted_on: date, pulled: set[int]) -> int:
    """Say that a batch was handed to the post, but the letters pulled; return how many left.

    `pulled` are the positions of the letters taken out: all that `to_pull` tells must be.
    A family's year begins where it counts from the letter: as the fund has it, or for want of an
    event; anew, where that letter came back. BatchError otherwise.
    """
    hold_batches()
    locked = locked_batch(batch)
    if locked.prepared_at is None or locked.withdrawn_at or locked.posted_on:
        raise BatchError("Cet envoi n'est plus à poster : relisez la page.")
    if not locked.dated - timedelta(days=1) <= posted_on <= timezone.localdate():
        raise BatchError("Donnez le jour où l'envoi est parti : ni avant sa date, ni à venir.")
    hold_approaches(locked.messages.values("approach"))
    why = dict(to_pull(locked).values_list("position", "why"))  # type: ignore[misc]
    if why.keys() - pulled:
        raise BatchError(
            "Depuis que vous avez ouvert la page, d'autres lettres sont à retirer de la pile : "
            "relisez-la."
        )
    now = timezone.now()
    letters = locked.messages.filter(state=MessageState.QUEUED)
    for trouble in set(why.values()):
        out = [position for position, found in why.items() if found == trouble]
        letters.filter(position__in=out).update(
            state=MessageState.CANCELLED, trouble=trouble, settled_at=now
        )
    # What is out of the pile did not leave, even where nothing hinders it any more.
    letters.filter(position__in=pulled).update(
        state=MessageState.CANCELLED, trouble=Trouble.PULLED, settled_at=now
    )
    left = letters.update(state=MessageState.SENT, sent_at=moment_of(posted_on))
    gone = Approach.objects.filter(messages__batch=locked, messages__state=MessageState.SENT)
    ids = list(gone.values_list("pk", flat=True))
    Approach.objects.filter(pk__in=ids, mailed_on=None).update(mailed_on=posted_on)
    _begin_years(ids, posted_on)
    locked.posted_on, locked.posted_by = posted_on, by
    locked.save(update_fields=["posted_on", "posted_by"])
    return left


def _begin_years(approaches: list[int], posted_on: date) -> None:
    offered = Proposal.objects.filter(approach__in=approaches)
    offered.filter(window_ends_on=None).update(window_ends_on=one_year_after(posted_on))
    back = Message.objects.filter(
        approach__in=approaches, medium=Medium.LETTER, state=MessageState.RETURNED
    )
    for approach, sent_at in back.values_list("approach", "sent_at"):
        told = one_year_after(timezone.localdate(sent_at))
        offered.filter(approach=approach, window_ends_on=told).update(
            window_ends_on=one_year_after(posted_on)
        )


@transaction.atomic
def withdraw_batch(*, batch: Batch, by: StaffMember) -> None:
    """Give up a batch that was not posted: its families wait for the next one."""
    hold_batches()
    locked = locked_batch(batch)
    if locked.posted_on or locked.withdrawn_at:
        raise BatchError("Cet envoi est déjà posté, ou abandonné.")
    give_up(locked, by)


def give_up(batch: Batch, by: StaffMember) -> None:
    """Leave its families to the next batch."""
    hold_approaches(batch.messages.values("approach"))
    batch.messages.filter(state=MessageState.QUEUED).update(
        state=MessageState.CANCELLED, trouble=Trouble.WITHDRAWN, settled_at=timezone.now()
    )
    Batch.objects.filter(pk=batch.pk).update(withdrawn_at=timezone.now(), withdrawn_by=by)
