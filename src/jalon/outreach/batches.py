"""Batches of letters: written in one go, printed part by part, posted, or given up.

A batch is written in one transaction, so that a kill leaves every family with its one letter or
with none; its parts are printed one after the other, and what is missing is printed again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, Max, Q, QuerySet, Value, When
from django.utils import timezone

from jalon.directory.models import Place as MeetingPlace
from jalon.directory.models import StaffMember
from jalon.letters.binding import bound
from jalon.letters.content import Letter, Place, as_json, from_json
from jalon.letters.errors import LetterRefusedError
from jalon.letters.preparing import made_printable
from jalon.letters.processes import render_parts
from jalon.letters.rendering import RenderedPart
from jalon.outreach.codes import new_code
from jalon.outreach.composing import Post, compose
from jalon.outreach.days import moment_of
from jalon.outreach.enums import Ending, Medium, MessageState, Purpose, Trouble
from jalon.outreach.errors import BatchError
from jalon.outreach.mailing import Sorted, hindrances, sort_out, to_mail, to_mail_again
from jalon.outreach.models import (
    AnswerCode,
    Approach,
    Batch,
    BatchPart,
    Message,
    MessageContent,
    Proposal,
)
from jalon.outreach.wording import Wording, read_wording
from jalon.rules.calendar import one_year_after

PART: Final = 250
# The number of what holds all the others: parts are counted from 1.
WHOLE: Final = 0
MOST_ATTEMPTS: Final = 5
INTERRUPTED: Final = (
    f"La préparation s'est interrompue {MOST_ATTEMPTS} fois : prévenez l'administrateur "
    "technique, puis relancez-la."
)
NOBODY: Final = "Il n'y avait personne à qui écrire ce jour-là."
_LOCK: Final = "jalon.outreach.batches"


@transaction.atomic
def start_batch(*, by: StaffMember, dated: date, today: date | None = None) -> Batch:
    """Begin a batch of all that is to be written on a day; the rest is done in the background.

    BatchError where another is being prepared, or the day is past or too far.
    """
    made_at = moment_of(today)
    today = timezone.localdate(made_at)
    if not today <= dated <= today + timedelta(days=31):
        raise BatchError("Datez l'envoi d'aujourd'hui, ou d'un jour du mois qui vient.")
    _lock()
    if Batch.objects.filter(prepared_at=None, withdrawn_at=None).exists():
        raise BatchError("Un envoi se prépare déjà : attendez qu'il soit prêt, ou abandonnez-le.")
    reply_by = dated + timedelta(days=_wording().reply_within_days)
    return Batch.objects.create(made_by=by, made_at=made_at, dated=dated, reply_by=reply_by)


def prepare(batch: Batch) -> None:
    """Write the letters of a batch and print what is missing; again, it makes nothing twice.

    Where there is nobody to write to, the batch is given up.
    """
    with _alone(batch) as goes_on:
        if not goes_on:
            return
        try:
            write(batch)
            if not batch.letters:
                return
            _print(batch)
            if _missing(batch):
                return
            _bind(batch)
        except LetterRefusedError as error:
            # The fund's own words: no family's, which were looked at before.
            Batch.objects.filter(pk=batch.pk).update(problem=str(error)[:500])
            return
        still = Batch.objects.filter(pk=batch.pk, prepared_at=None, withdrawn_at=None)
        still.update(prepared_at=timezone.now())


@contextmanager
def _alone(batch: Batch) -> Iterator[bool]:
    """Hold a lock that dies with its connection; yield whether the batch is still to be prepared.

    Each attempt is counted before it begins, so that a kill counts.
    """
    lock = [f"{_LOCK}.{batch.pk}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", lock)
        (held,) = cursor.fetchone()
        if not held:
            yield False
            return
        try:
            batch.refresh_from_db()
            done = batch.prepared_at or batch.withdrawn_at or batch.problem
            if not done and batch.attempts >= MOST_ATTEMPTS:
                Batch.objects.filter(pk=batch.pk).update(problem=INTERRUPTED)
                done = INTERRUPTED
            if not done:
                Batch.objects.filter(pk=batch.pk).update(attempts=batch.attempts + 1)
            yield not done
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", lock)


@transaction.atomic
def write(batch: Batch) -> None:
    """Write the letters of a batch, once: their words, their codes, their places.

    Whoever gives the batch up meanwhile waits until the letters are there to be given up.
    """
    _lock()
    if _locked(batch).withdrawn_at or batch.messages.exists():
        return
    wording = _wording()
    post = Post(wording, batch.dated, batch.reply_by, settings.PUBLIC_URL, _places())
    ready = [one for one in to_be_written(batch.dated) if one.letter]
    if not ready:
        Batch.objects.filter(pk=batch.pk).update(problem=NOBODY)
        _give_up(batch, batch.made_by)
        return
    ready.sort(key=_postal)
    _join([one for one in ready if len(one.approaches) > 1], batch)
    codes = _codes([one.first for one in ready])
    _write_all(batch, ready, codes, post)
    batch.letters = len(ready)
    batch.save(update_fields=["letters"])


def to_be_written(day: date) -> Iterator[Sorted]:
    """Yield every family to be written to on a day, first letters and letters sent again."""
    waiting = Q(pk__in=to_mail(day).values("pk")) | Q(pk__in=to_mail_again(day).values("pk"))
    return sort_out(Approach.objects.filter(waiting), _wording(), day)


def _postal(one: Sorted) -> tuple[str, str, int]:
    """Order letters as the post likes them: by postal code, then by town."""
    assert one.letter  # noqa: S101 - only ready ones are sorted
    return one.letter.address.postal_code, one.letter.address.city, one.first.pk


def _join(several: list[Sorted], batch: Batch) -> None:
    """Bring all that a family is offered under the one approach that its letter is of."""
    today = timezone.localdate()
    for one in several:
        others = [approach.pk for approach in one.approaches[1:]]
        Proposal.objects.filter(approach__in=others).update(approach=one.first)
        Approach.objects.filter(pk__in=others).update(
            ended_on=today, ending=Ending.JOINED, ended_by=batch.made_by
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


def _write_all(batch: Batch, ready: list[Sorted], codes: Mapping[int, str], post: Post) -> None:
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
            by=batch.made_by,
            batch=batch,
            position=position,
        )
        for position, one in enumerate(ready, 1)
    )
    MessageContent.objects.bulk_create(
        MessageContent(
            message=message,
            family_id=message.family_id,
            body=as_json(made_printable(compose(one.letter, codes[one.first.pk], post))),
        )
        for message, one in zip(messages, ready, strict=True)
        if one.letter
    )
    for one in ready:
        one.first.addressee = one.letter.addressee if one.letter else None
        one.first.reply_by = batch.reply_by
    Approach.objects.bulk_update(
        [one.first for one in ready], ["addressee", "reply_by"], batch_size=1000
    )


@dataclass(frozen=True)
class _Span:
    """Letters that follow one another: the first one's position, and how many."""

    first: int
    letters: int


def _missing(batch: Batch) -> list[_Span]:
    """Return what is not printed yet, at most PART letters each, whatever the parts kept hold."""
    kept = batch.parts.exclude(number=WHOLE).order_by("first").values_list("first", "letters")
    missing, following = [], 1
    for first, letters in [*kept, (batch.letters + 1, 0)]:
        missing += [
            _Span(start, min(PART, first - start)) for start in range(following, first, PART)
        ]
        following = first + letters
    return missing


def _print(batch: Batch) -> None:
    """Print what is missing, each part kept as soon as it is there; no more once given up."""
    missing = _missing(batch)
    letters = (letters_of(batch, one.first, one.letters) for one in missing)
    kept = batch.parts.exclude(number=WHOLE).aggregate(last=Max("number"))["last"] or WHOLE
    printed = render_parts(letters, on=batch.dated, processes=min(2, len(missing) or 1))
    for number, (span, rendered) in enumerate(zip(missing, printed, strict=True), kept + 1):
        if Batch.objects.filter(pk=batch.pk, withdrawn_at__isnull=False).exists():
            return
        _keep(batch, number, span, rendered)


def _bind(batch: Batch) -> None:
    """Make of the parts the one file that is printed."""
    parts = batch.parts.exclude(number=WHOLE).order_by("first")
    pdf = bound(bytes(one) for one in parts.values_list("pdf", flat=True).iterator(chunk_size=1))
    whole = BatchPart(
        batch=batch,
        number=WHOLE,
        first=1,
        letters=batch.letters,
        sheets=sum(parts.values_list("sheets", flat=True)),
        sha256=hashlib.sha256(pdf).hexdigest(),
        pdf=pdf,
        placed=[],
    )
    BatchPart.objects.bulk_create([whole], ignore_conflicts=True)


def _keep(batch: Batch, number: int, span: _Span, rendered: RenderedPart) -> None:
    part = BatchPart(
        batch=batch,
        number=number,
        first=span.first,
        letters=span.letters,
        sheets=rendered.sheets,
        sha256=rendered.sha256,
        pdf=rendered.pdf,
        placed=[asdict(one) for one in rendered.placed],
    )
    BatchPart.objects.bulk_create([part], ignore_conflicts=True)


def letters_of(batch: Batch, first: int, most: int) -> list[Letter]:
    """Return letters of a batch as they were written, from a position on."""
    bodies = MessageContent.objects.filter(
        message__batch=batch, message__position__gte=first, message__position__lt=first + most
    )
    ordered = bodies.order_by("message__position").values_list("body", flat=True)
    return [from_json(body) for body in ordered]


def to_pull(batch: Batch, day: date | None = None) -> QuerySet[Message]:
    """Return the letters of a batch to be taken out of the pile before it is posted on a day.

    Since they were written, writing became unsafe, the family answered or asked for nothing, or
    whom the letter is addressed to died: `why` is the Trouble.
    """
    day = day or timezone.localdate()
    why = hindrances(day, "approach__")
    why[Trouble.WITHDRAWN] |= Q(approach__addressee__death_date__isnull=False)
    return (
        batch.messages.filter(state=MessageState.QUEUED)
        .annotate(
            why=Case(
                *(When(found, then=Value(trouble.value)) for trouble, found in why.items()),
                default=Value(""),
            )
        )
        .exclude(why="")
        .select_related("family")
        .order_by("position")
    )


@transaction.atomic
def post_batch(*, batch: Batch, by: StaffMember, posted_on: date, pulled: set[int]) -> int:
    """Say that a batch was handed to the post, but the letters pulled; return how many left.

    `pulled` are the positions of the letters taken out: all that `to_pull` tells must be.
    A family's year begins where it counts from the letter: as the fund has it, or for want of an
    event. BatchError otherwise.
    """
    locked = _locked(batch)
    if locked.prepared_at is None or locked.withdrawn_at or locked.posted_on:
        raise BatchError("Cet envoi n'est plus à poster : relisez la page.")
    if not locked.dated - timedelta(days=1) <= posted_on <= timezone.localdate():
        raise BatchError("Donnez le jour où l'envoi est parti : ni avant sa date, ni à venir.")
    why = dict(to_pull(locked, posted_on).values_list("position", "why"))  # type: ignore[misc]
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
        state=MessageState.CANCELLED, trouble=Trouble.WITHDRAWN, settled_at=now
    )
    left = letters.update(state=MessageState.SENT, sent_at=moment_of(posted_on))
    gone = Approach.objects.filter(messages__batch=locked, messages__state=MessageState.SENT)
    ids = list(gone.values_list("pk", flat=True))
    Approach.objects.filter(pk__in=ids, mailed_on=None).update(mailed_on=posted_on)
    Proposal.objects.filter(approach__in=ids, window_ends_on=None).update(
        window_ends_on=one_year_after(posted_on)
    )
    locked.posted_on, locked.posted_by = posted_on, by
    locked.save(update_fields=["posted_on", "posted_by"])
    return left


@transaction.atomic
def withdraw_batch(*, batch: Batch, by: StaffMember) -> None:
    """Give up a batch that was not posted: its families wait for the next one."""
    locked = _locked(batch)
    if locked.posted_on or locked.withdrawn_at:
        raise BatchError("Cet envoi est déjà posté, ou abandonné.")
    _give_up(locked, by)


def try_again(*, batch: Batch) -> None:
    """Have a batch that stopped prepared once more, whatever stopped it."""
    Batch.objects.filter(pk=batch.pk, prepared_at=None).update(problem="", attempts=0)


def _give_up(batch: Batch, by: StaffMember) -> None:
    batch.messages.filter(state=MessageState.QUEUED).update(
        state=MessageState.CANCELLED, trouble=Trouble.WITHDRAWN, settled_at=timezone.now()
    )
    Batch.objects.filter(pk=batch.pk).update(withdrawn_at=timezone.now(), withdrawn_by=by)


def _locked(batch: Batch) -> Batch:
    return Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_LOCK])


def _wording() -> Wording:
    return read_wording(settings.PROFILE)


def _places() -> dict[int, list[Place]]:
    """Return where families are met, by area."""
    found: dict[int, list[Place]] = {}
    for one in MeetingPlace.objects.select_related("commune").order_by("kind", "name"):
        if one.commune.area_id is not None:
            found.setdefault(one.commune.area_id, []).append(Place(one.name, one.commune.label))
    return found
