"""Writes the letters of a batch in one transaction: each family has its one letter, or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jalon.directory.models import Place as MeetingPlace
from jalon.directory.models import StaffMember
from jalon.letters.content import Place, as_json
from jalon.letters.preparing import made_printable
from jalon.outreach.batch_posting import give_up
from jalon.outreach.codes import new_code
from jalon.outreach.composing import Post, compose
from jalon.outreach.enums import Ending, Medium, MessageState, Purpose
from jalon.outreach.locks import hold_approaches, hold_batches, locked_batch
from jalon.outreach.mailing import Sorted, sort_out, to_mail, to_mail_again
from jalon.outreach.models import AnswerCode, Approach, Batch, Message, MessageContent, Proposal
from jalon.outreach.wording import Wording, read_wording

NOBODY: Final = "Il n'y avait personne à qui écrire ce jour-là."


@transaction.atomic
def write(batch: Batch, by: StaffMember) -> None:
    """Write the letters of a batch, once, in a person's name: their words, codes and places.

    Whoever gives the batch up meanwhile waits until the letters are there to be given up.
    """
    hold_batches()
    if locked_batch(batch).withdrawn_at or batch.messages.exists():
        return
    wording = _wording()
    post = Post(wording, batch.dated, batch.reply_by, settings.PUBLIC_URL, _places())
    ready = [one for one in to_be_written(batch.dated) if one.letter]
    if not ready:
        Batch.objects.filter(pk=batch.pk).update(problem=NOBODY)
        give_up(batch, by)
        return
    hold_approaches([each.pk for one in ready for each in one.approaches])
    ready.sort(key=_postal)
    _join([one for one in ready if len(one.approaches) > 1], by)
    codes = _codes([one.first for one in ready])
    _write_all(batch, by, ready, codes, post)
    batch.letters = len(ready)
    batch.save(update_fields=["letters"])


def to_be_written(day: date, *, at_once: int | None = None) -> Iterator[Sorted]:
    """Yield every family to be written to on a day, first letters and letters sent again.

    Read whole, or so many families at once, the oldest first, for whoever stops on the way.
    """
    # Together in one question, the two would read every approach that there ever was.
    waiting: dict[int, list[int]] = {}
    for rows in (to_mail(day), to_mail_again(day)):
        for family, approach in rows.values_list("family", "pk"):
            waiting.setdefault(family, []).append(approach)
    parts, wording = [waiting[family] for family in sorted(waiting)], _wording()
    size = at_once or len(parts) or 1
    for start in range(0, len(parts), size):
        some = chain.from_iterable(parts[start : start + size])
        yield from sort_out(Approach.objects.filter(pk__in=list(some)), wording, day)


def _postal(one: Sorted) -> tuple[str, str, int]:
    """Order letters as the post likes them: by postal code, then by town."""
    assert one.letter  # noqa: S101 - only ready ones are sorted
    return one.letter.address.postal_code, one.letter.address.city, one.first.pk


def _join(several: list[Sorted], by: StaffMember) -> None:
    """Bring all that a family is offered under the one approach that its letter is of."""
    today = timezone.localdate()
    for one in several:
        others = [approach.pk for approach in one.approaches[1:]]
        Proposal.objects.filter(approach__in=others).update(approach=one.first)
        Approach.objects.filter(pk__in=others).update(
            ended_on=today, ending=Ending.JOINED, ended_by=by
        )


def _codes(approaches: list[Approach]) -> dict[int, str]:
    """Return each approach's code, drawn where it has none yet."""
    ids = [one.pk for one in approaches]
    known = dict(AnswerCode.objects.filter(approach__in=ids).values_list("approach_id", "value"))
    drawn = {one: new_code() for one in ids if one not in known}
    AnswerCode.objects.bulk_create(
        AnswerCode(approach_id=approach, value=value) for approach, value in drawn.items()
    )
    return known | drawn


def _write_all(
    batch: Batch, by: StaffMember, ready: list[Sorted], codes: Mapping[int, str], post: Post
) -> None:
    again = set(
        Message.objects.filter(
            approach__in=[one.first.pk for one in ready],
            medium=Medium.LETTER,
            state=MessageState.RETURNED,
        ).values_list("approach_id", flat=True)
    )
    messages = Message.objects.bulk_create(
        Message(
            approach=one.first,
            family_id=one.first.family_id,
            medium=Medium.LETTER,
            purpose=Purpose.RESENT if one.first.pk in again else Purpose.OFFER,
            state=MessageState.QUEUED,
            made_at=batch.made_at,
            by=by,
            batch=batch,
            position=position,
        )
        for position, one in enumerate(ready, 1)
    )
    MessageContent.objects.bulk_create(
        MessageContent(
            message=message,
            family_id=message.family_id,
            destination=one.letter.address.destination,  # type: ignore[attr-defined]
            body=as_json(made_printable(compose(one.letter, codes[one.first.pk], post))),
        )
        for message, one in zip(messages, ready, strict=True)
        if one.letter
    )
    for one in ready:
        if one.letter:
            one.first.addressee = one.letter.addressee
            one.first.reply_by = one.letter.reply_by(batch.reply_by)
    Approach.objects.bulk_update(
        [one.first for one in ready], ["addressee", "reply_by"], batch_size=1000
    )


def _wording() -> Wording:
    return read_wording(settings.PROFILE)


def _places() -> dict[int, list[Place]]:
    """Return where families are met, by area."""
    found: dict[int, list[Place]] = {}
    for one in MeetingPlace.objects.select_related("commune").order_by("kind", "name"):
        if one.commune.area_id is not None:
            found.setdefault(one.commune.area_id, []).append(Place(one.name, one.commune.label))
    return found
