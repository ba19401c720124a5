"""Gives the demonstration a year of letters and answers: most families are silent, as in life.

Letters are written and posted by the application's own actions, on days gone by. What families
and the post said is drawn, the same each time, and written as the owner of the schema: nobody can
speak in a family's name otherwise.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Prefetch
from django.utils import timezone

from jalon.audit.identity import acting
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
    AnswerKind,
    AnswerVia,
    HalfDay,
    Language,
    Medium,
    MessageState,
    Moment,
    Purpose,
    Refusal,
    Trouble,
)
from jalon.outreach.models import Answer, Approach, Batch, Message, MessageContent
from jalon.rules.calendar import Month

# From the end of a month to the day that its letters are posted.
_POSTED_AFTER: Final = timedelta(days=6)
_BACK: Final = 0.04
_CORRECTED: Final = 0.5
_ANSWERS: Final = 0.17
_REMINDED_AFTER: Final = timedelta(days=12)
_NO_SUCH_NUMBER: Final = 0.04
_TEXT: Final = "Caf : un courrier vous attend. Pour répondre ou dire non, prenez-le avec vous."
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
_OFFICE_OPENS: Final = time(9)
_OFFICE_MINUTES: Final = 8 * 60


@dataclass(frozen=True)
class _Told:
    """What is drawn from: today, who writes down, where families are met, who works where."""

    chance: random.Random
    today: date
    secretary: StaffMember
    places: list[Place]
    workers: dict[str, list[int]]

    def moment(self, day: date) -> datetime:
        """Return a moment of a day's office hours; now at the latest."""
        minutes = timedelta(minutes=self.chance.randrange(_OFFICE_MINUTES))
        at = timezone.make_aware(datetime.combine(day, _OFFICE_OPENS)) + minutes
        return min(at, timezone.now())

    def draw(self, weights: dict[Any, int]) -> Any:  # noqa: ANN401 - a key of what is given
        """Return one of the keys, as often as its weight says."""
        return self.chance.choices(list(weights), list(weights.values()))[0]


def posted_on(month: Month) -> date:
    """Return the day that the letters of a month's run were posted."""
    return min(month.last_day + _POSTED_AFTER, timezone.localdate())


def add_exchanges(month: Month, secretary: StaffMember) -> None:
    """Post the letters of a month's run, and have families answer since; once a month."""
    day = posted_on(month)
    with acting(secretary.pk):
        if Batch.objects.filter(dated=day).exists():
            return
        batch = start_batch(by=secretary, dated=day, today=day)
        write(batch, secretary)
        batch.refresh_from_db()
        if batch.withdrawn_at:
            return
        batch.prepared_at = batch.made_at
        batch.save(update_fields=["prepared_at"])
        pulled = {one.position for one in to_pull(batch) if one.position}
        post_batch(batch=batch, by=secretary, posted_on=day, pulled=pulled)
    with as_owner():
        _answer(batch, _told(month, secretary))


def _told(month: Month, secretary: StaffMember) -> _Told:
    workers = defaultdict(list)
    for commune, worker in Sector.objects.order_by("pk").values_list("commune_id", "worker_id"):
        workers[commune].append(worker)
    return _Told(
        chance=random.Random(str(month)),  # noqa: S311 - a play, not a secret
        today=timezone.localdate(),
        secretary=secretary,
        places=list(Place.objects.order_by("pk")),
        workers=dict(workers),
    )


def _answer(batch: Batch, told: _Told) -> None:
    phones = ContactPoint.objects.filter(kind=ContactKind.PHONE, until=None)
    letters = (
        batch.messages.filter(state=MessageState.SENT)
        .select_related("approach", "family")
        .prefetch_related(Prefetch("family__contact_points", phones, "phones"))
        .order_by("pk")
    )
    answers, reminders, back = [], [], []
    for letter in letters:
        if told.chance.random() < _BACK:
            back.append(letter)
            continue
        said = _said(letter, told) if told.chance.random() < _ANSWERS else None
        if said is not None:
            answers.append(said)
        if reminder := _reminder(letter, said, told):
            reminders.append(reminder)
    _come_back(back, told)
    Answer.objects.bulk_create(answers)
    _remind(reminders)
    _protect([one for one in answers if one.kind == AnswerKind.UNSAFE])
    GivenContact.objects.bulk_create(_given(answers, told))
    Involvement.objects.bulk_create(_leads(answers, told), ignore_conflicts=True)


def _said(letter: Message, told: _Told) -> Answer | None:
    """Draw what a family says and when; nothing where that is still to come."""
    assert letter.sent_at  # noqa: S101 - it was posted
    delay = timedelta(days=1 + int(told.chance.lognormvariate(2.3, 0.9)))
    day = timezone.localdate(letter.sent_at) + delay
    kind, via = told.draw(_KINDS), told.draw(_VIAS)
    if day > told.today:
        return None
    at = told.moment(day)
    by_family = via == AnswerVia.WEB
    answer = Answer(
        approach=letter.approach,
        family=letter.family,
        number=1,
        kind=kind,
        via=via,
        said_on=day,
        at=at,
        by=None if by_family else told.secretary,
        language=told.draw(_LANGUAGES) if by_family else "",
    )
    _detail(answer, told)
    _deal(answer, told)
    return answer


def _detail(answer: Answer, told: _Told) -> None:
    match answer.kind:
        case AnswerKind.MEETING:
            answer.place = told.chance.choice(told.places)
            answer.half_days = sorted(told.chance.sample(list(HalfDay), k=3))
        case AnswerKind.CALL:
            answer.moments = [told.chance.choice(list(Moment))]
        case AnswerKind.LATER:
            weeks = told.chance.choice([4, 8, 12, 26])
            answer.again_on = answer.said_on + timedelta(weeks=weeks)
        case AnswerKind.NO:
            answer.refusal = told.chance.choice(["", *Refusal])


def _deal(answer: Answer, told: _Told) -> None:
    """Have most of what waited dealt with within days, by whoever works there."""
    after = answer.said_on + timedelta(days=told.chance.randrange(1, 9))
    if answer.kind not in WAITING or after > told.today or told.chance.random() < 0.03:  # noqa: PLR2004
        return
    worker = _worker(answer.approach, told)
    answer.dealt_at = max(told.moment(after), answer.at)
    answer.dealt_by_id = worker or told.secretary.pk


def _worker(approach: Approach, told: _Told) -> int | None:
    found = told.workers.get(approach.commune_id or "", [])
    return told.chance.choice(found) if found else None


def _reminder(letter: Message, said: Answer | None, told: _Told) -> Message | None:
    """Return the reminder of a family still silent on its day, where it has a telephone."""
    assert letter.sent_at  # noqa: S101 - it was posted
    day = timezone.localdate(letter.sent_at) + _REMINDED_AFTER
    phones: list[ContactPoint] = letter.family.phones  # type: ignore[attr-defined]
    if day >= told.today or (said is not None and said.said_on <= day) or not phones:
        return None
    at = told.moment(day)
    failed = told.chance.random() < _NO_SUCH_NUMBER
    return Message(
        approach=letter.approach,
        family=letter.family,
        medium=Medium.TEXT,
        purpose=Purpose.REMINDER,
        reminder=1,
        state=MessageState.FAILED if failed else MessageState.DELIVERED,
        trouble=Trouble.WRONG_NUMBER if failed else "",
        made_at=at,
        due_at=at,
        claimed_at=at,
        quiet=(at, at + timedelta(days=1)),
        attempts=1,
        sent_at=None if failed else at,
        settled_at=at,
    )


def _remind(reminders: list[Message]) -> None:
    Message.objects.bulk_create(reminders)
    MessageContent.objects.bulk_create(
        MessageContent(
            message=one,
            family=one.family,
            destination=one.family.phones[0].value,  # type: ignore[attr-defined]
            body={"text": _TEXT},
        )
        for one in reminders
    )


def _come_back(letters: list[Message], told: _Told) -> None:
    """Bring letters back, and put half of the addresses right: the next batch writes again."""
    for letter in letters:
        assert letter.sent_at  # noqa: S101 - it was posted
        day = timezone.localdate(letter.sent_at) + timedelta(days=9)
        if day > told.today:
            continue
        letter.state = MessageState.RETURNED
        letter.trouble = told.chance.choice(RETURN_REASONS)
        letter.settled_at = told.moment(day)
        if told.chance.random() < _CORRECTED:
            _move(letter.family, day + timedelta(days=2), told)
    settled = [one for one in letters if one.state == MessageState.RETURNED]
    Message.objects.bulk_update(settled, ["state", "trouble", "settled_at"])


def _move(family: Family, day: date, told: _Told) -> None:
    old = ContactPoint.objects.filter(family=family, kind=ContactKind.ADDRESS, until=None)
    for one in old:
        one.until, one.ended_by = max(day, one.since), told.secretary
        one.save(update_fields=["until", "ended_by"])
        one.pk, one.until, one.ended_by, one.since = None, None, None, max(day, one.since)
        one.source, one.by = ContactSource.STAFF, told.secretary
        one.line1 = f"{told.chance.randrange(1, 120)} rue du Moulin"
        one.save(force_insert=True)


def _given(answers: Iterable[Answer], told: _Told) -> Iterator[GivenContact]:
    """Yield the numbers that wait to be confirmed, of who corrected theirs on the page."""
    for one in answers:
        if one.kind == AnswerKind.CONTACT and one.via == AnswerVia.WEB:
            yield GivenContact(
                family_id=one.family_id,
                kind=ContactKind.PHONE,
                value=f"+336399899{told.chance.randrange(100):02d}",
                given_at=one.at,
            )


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


def _leads(answers: Iterable[Answer], told: _Told) -> Iterator[Involvement]:
    """Yield the lead of each family that accepted and was taken care of; most of them ended."""
    for one in answers:
        if one.kind not in ACCEPTING or one.dealt_at is None or one.dealt_by_id is None:
            continue
        if one.dealt_by_id == told.secretary.pk:
            continue
        since = timezone.localdate(one.dealt_at)
        ended = since + timedelta(days=told.chance.randrange(20, 200))
        yield Involvement(
            family_id=one.family_id,
            service=Service.SOCIAL_WORK,
            worker_id=one.dealt_by_id,
            lead=True,
            since=since,
            until=ended if ended < told.today else None,
        )
