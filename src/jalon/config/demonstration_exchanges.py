"""Gives the demonstration a year of letters and answers: most families are silent, as in life.

Letters are written and posted by the application's own actions, on days gone by. What families
and the post said is drawn, the same each time, and written as the owner of the schema: nobody can
speak in a family's name otherwise.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone

from jalon.audit.identity import acting
from jalon.config.demonstration_messages import add_messages
from jalon.config.demonstration_play import Play
from jalon.config.maintenance import as_owner
from jalon.directory.enums import Service
from jalon.directory.models import Place, Sector, StaffMember
from jalon.families.enums import ContactKind, ContactSource, Safety, SafetySource
from jalon.families.models import ContactPoint, Family, GivenContact, Involvement, SafetyWord
from jalon.outreach.batch_posting import post_batch, to_pull
from jalon.outreach.batch_writing import write
from jalon.outreach.batches import start_batch
from jalon.outreach.enums import (
    ACCEPTING,
    RETURN_REASONS,
    WAITING,
    WEEKS,
    AnswerKind,
    AnswerVia,
    HalfDay,
    Language,
    MessageState,
    Moment,
    Refusal,
)
from jalon.outreach.models import Answer, Batch, Message
from jalon.outreach.wording import read_wording
from jalon.rules.calendar import Month

# From the end of a month to the day that its letters are posted.
_POSTED_AFTER: Final = timedelta(days=6)
_BACK: Final = 0.04
_CORRECTED: Final = 0.5
_ANSWERS: Final = 0.17
_KINDS: Final = {
    AnswerKind.MEETING: 38,
    AnswerKind.CALL: 24,
    AnswerKind.NO: 18,
    AnswerKind.LATER: 12,
    AnswerKind.RULE: 3,
    AnswerKind.CONTACT: 3,
    AnswerKind.UNSAFE: 2,
}
_VIAS: Final = {AnswerVia.WEB: 62, AnswerVia.PHONE: 25, AnswerVia.DESK: 8, AnswerVia.PAPER: 5}
_LANGUAGES: Final = dict(zip(Language, (78, 6, 4, 6, 3, 3), strict=True))
# Some letters come back once the family was reminded.
_BACK_AFTER: Final = {timedelta(days=9): 70, timedelta(days=16): 30}
_SAYS_MORE: Final = 0.5
_CONFIRMED: Final = 0.5
_LOOKED_AT_AFTER: Final = timedelta(days=10)


def posted_on(month: Month) -> date:
    """Return the day that the letters of a month's run were posted."""
    return min(month.last_day + _POSTED_AFTER, timezone.localdate())


def add_exchanges(month: Month, secretary: StaffMember) -> None:
    """Post the letters of a month's run, and have families answer since; once a month."""
    day = posted_on(month)
    with as_owner(), acting(secretary.pk):
        if Batch.objects.filter(dated=day).exists():
            return
        batch = start_batch(by=secretary, dated=day, today=day)
    with acting(secretary.pk):
        write(batch, secretary)
        batch.refresh_from_db()
        if batch.withdrawn_at:
            return
        batch.prepared_at = batch.made_at
        batch.save(update_fields=["prepared_at"])
        pulled = {one.position for one in to_pull(batch) if one.position}
        post_batch(batch=batch, by=secretary, posted_on=day, pulled=pulled)
    with as_owner():
        _answer(batch, _play(month, secretary))


def _play(month: Month, secretary: StaffMember) -> Play:
    workers = defaultdict(list)
    for commune, worker in Sector.objects.order_by("pk").values_list("commune_id", "worker_id"):
        workers[commune].append(worker)
    return Play(
        chance=random.Random(str(month)),  # noqa: S311 - a play, not a secret
        today=timezone.localdate(),
        secretary=secretary,
        texts=read_wording(settings.PROFILE).messages,
        places=list(Place.objects.order_by("pk")),
        workers=dict(workers),
    )


def _answer(batch: Batch, play: Play) -> None:
    ways = ContactPoint.objects.filter(until=None, protected=False).order_by("-since", "-pk")
    letters = list(
        batch.messages.filter(state=MessageState.SENT)
        .select_related("approach", "family")
        .prefetch_related(Prefetch("family__contact_points", ways, "ways"))
        .order_by("pk")
    )
    answers: list[Answer] = []
    until: dict[int, date] = {}
    back = {one.pk for one in letters if play.chance.random() < _BACK}
    for letter in letters:
        if letter.pk in back:
            until[letter.pk] = _back_on(letter, play)
        elif play.chance.random() < _ANSWERS and (said := _said(letter, play)):
            answers.append(said)
            until[letter.pk] = said.said_on
    add_messages(letters, until, play)
    late = [one for one in letters if one.pk in back and until[one.pk] <= play.today]
    _come_back(late, until, play)
    Answer.objects.bulk_create(answers)
    Answer.objects.bulk_create(_second_ones(answers, play))
    _give([one for one in answers if one.kind == AnswerKind.CONTACT], play)
    _protect([one for one in answers if one.kind == AnswerKind.UNSAFE])
    Involvement.objects.bulk_create(_leads(answers, play), ignore_conflicts=True)


def _back_on(letter: Message, play: Play) -> date:
    assert letter.sent_at  # noqa: S101 - it was posted
    after: timedelta = play.draw(_BACK_AFTER)
    return timezone.localdate(letter.sent_at) + after


def _said(letter: Message, play: Play) -> Answer | None:
    """Draw what a family says and when; nothing where that is still to come."""
    assert letter.sent_at  # noqa: S101 - it was posted
    delay = timedelta(days=1 + int(play.chance.lognormvariate(2.3, 0.9)))
    day = timezone.localdate(letter.sent_at) + delay
    kind, via = play.draw(_KINDS), play.draw(_VIAS)
    if day > play.today:
        return None
    at = play.moment(day)
    by_family = via == AnswerVia.WEB
    answer = Answer(
        approach=letter.approach,
        family=letter.family,
        number=1,
        kind=kind,
        via=via,
        said_on=day,
        at=at,
        by=None if by_family else play.secretary,
        language=play.draw(_LANGUAGES) if by_family else "",
    )
    _detail(answer, play)
    _deal(answer, play)
    return answer


def _detail(answer: Answer, play: Play) -> None:
    match answer.kind:
        case AnswerKind.MEETING:
            answer.place = play.chance.choice(play.places)
            answer.half_days = sorted(play.chance.sample(list(HalfDay), k=3))
        case AnswerKind.CALL:
            answer.moments = [play.chance.choice(list(Moment))]
        case AnswerKind.LATER:
            answer.again_on = answer.said_on + timedelta(weeks=play.chance.choice(WEEKS))
        case AnswerKind.NO:
            answer.refusal = play.chance.choice(["", *Refusal])


def _deal(answer: Answer, play: Play) -> None:
    """Have most of what waited dealt with within days, by whoever works there."""
    after = answer.said_on + timedelta(days=play.chance.randrange(1, 9))
    if answer.kind not in WAITING or after > play.today or play.chance.random() < 0.03:  # noqa: PLR2004
        return
    worker = play.worker(answer.approach)
    answer.dealt_at = max(play.moment(after), answer.at)
    answer.dealt_by_id = worker or play.secretary.pk


def _second_ones(answers: Iterable[Answer], play: Play) -> Iterator[Answer]:
    """Yield what some families say next: called back, or once the day they named has come."""
    for first in answers:
        called = first.kind == AnswerKind.CALL and first.dealt_at is not None
        day = first.again_on or (timezone.localdate(first.dealt_at) if called else None)
        if day is None or day > play.today or play.chance.random() >= _SAYS_MORE:
            continue
        answer = Answer(
            approach=first.approach,
            family=first.family,
            number=2,
            kind=play.draw({AnswerKind.MEETING: 70, AnswerKind.NO: 30}),
            via=AnswerVia.PHONE,
            said_on=day,
            at=play.moment(day),
            by=play.secretary,
        )
        _detail(answer, play)
        _deal(answer, play)
        yield answer


def _give(answers: Iterable[Answer], play: Play) -> None:
    """Have families give another telephone; half of those given on the page are confirmed."""
    for one in answers:
        number = f"+336399800{play.chance.randrange(100):02d}"  # of those kept for stories
        since = timezone.localdate(one.at) + _LOOKED_AT_AFTER
        seen_to = since <= play.today and play.chance.random() < _CONFIRMED
        if one.via == AnswerVia.WEB:
            GivenContact.objects.create(
                family_id=one.family_id,
                kind=ContactKind.PHONE,
                value=number,
                given_at=one.at,
                confirmed=True if seen_to else None,
                decided_by=play.secretary if seen_to else None,
                decided_at=play.moment(since) if seen_to else None,
            )
        if seen_to or one.via != AnswerVia.WEB:
            ContactPoint.objects.create(
                family_id=one.family_id,
                kind=ContactKind.PHONE,
                value=number,
                since=min(since, play.today),
                source=ContactSource.FAMILY if one.via == AnswerVia.WEB else ContactSource.STAFF,
                by=play.secretary,
            )


def _come_back(letters: list[Message], back_on: Mapping[int, date], play: Play) -> None:
    """Bring letters back, and put half of the addresses right: the next batch writes again."""
    for letter in letters:
        day = back_on[letter.pk]
        letter.state = MessageState.RETURNED
        letter.trouble = play.chance.choice(RETURN_REASONS)
        letter.settled_at = play.moment(day)
        if play.chance.random() < _CORRECTED:
            _move(letter.family, day + timedelta(days=2), play)
    Message.objects.bulk_update(letters, ["state", "trouble", "settled_at"])


def _move(family: Family, day: date, play: Play) -> None:
    old = ContactPoint.objects.filter(family=family, kind=ContactKind.ADDRESS, until=None)
    for one in old:
        one.until, one.ended_by = max(day, one.since), play.secretary
        one.save(update_fields=["until", "ended_by"])
        one.pk, one.until, one.ended_by, one.since = None, None, None, max(day, one.since)
        one.source, one.by = ContactSource.STAFF, play.secretary
        one.line1 = f"{play.chance.randrange(1, 120)} rue du Moulin"
        one.save(force_insert=True)


def _protect(answers: Iterable[Answer]) -> None:
    """Protect whoever said on the page that letters are dangerous, as the page does."""
    for one in answers:
        Family.objects.filter(pk=one.family_id).update(protected_address_here=True)
        SafetyWord.objects.create(
            family_id=one.family_id,
            flag=Safety.PROTECTED_ADDRESS,
            source=SafetySource.FAMILY,
            by=one.by,
        )


def _leads(answers: Iterable[Answer], play: Play) -> Iterator[Involvement]:
    """Yield the lead of each family that accepted and was taken care of; most of them ended."""
    for one in answers:
        if one.kind not in ACCEPTING or one.dealt_at is None or one.dealt_by_id is None:
            continue
        if one.dealt_by_id == play.secretary.pk:
            continue
        since = timezone.localdate(one.dealt_at)
        ended = since + timedelta(days=play.chance.randrange(20, 200))
        yield Involvement(
            family_id=one.family_id,
            service=Service.SOCIAL_WORK,
            worker_id=one.dealt_by_id,
            lead=True,
            since=since,
            until=ended if ended < play.today else None,
        )
