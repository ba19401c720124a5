"""What changes in proposals: the families that a run released are proposed its offers, once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from jalon.directory.models import Commune, StaffMember
from jalon.families.arrivals import (
    Arrival,
    contacts_of,
    known_flags,
    member_of,
    receive,
    refresh_flags,
)
from jalon.families.days import moment_of
from jalon.outreach.attempts import BusyTakeUpError, attempt
from jalon.outreach.frozen import Freezer
from jalon.outreach.locks import hold_batches, hold_families_of
from jalon.outreach.proposing import Ready, already_proposed, propose
from jalon.outreach.queries import awaited, to_take_over
from jalon.outreach.selection import (
    EarlierRun,
    LateEvents,
    Selected,
    changed_flags,
    knowledge_of,
    offers_by_code,
    read_records,
    selected_by,
)
from jalon.outreach.waves import Drawn, drawn_places
from jalon.register.extract import Extract, open_extract
from jalon.rules.calendar import Month, add_months
from jalon.rules.engines.reference import HouseholdRecord, Row
from jalon.targeting.engine.errors import TargetingError
from jalon.targeting.engine.target import RecordedRun, recorded_run
from jalon.targeting.enums import RunState
from jalon.targeting.integrity import check_files, folder_if_same
from jalon.targeting.models import Release, TargetingRun
from jalon.targeting.storage import extract_folder, run_folder

# A family is taken up whole, with its proposals; a kill loses at most so many, done again.
_AT_ONCE: Final = 1_000
_WINDOW_MONTHS: Final = 12
_LOCK: Final = "jalon.outreach.take_up"


@dataclass(frozen=True)
class _Work:
    """A run being taken up: what it recorded, on which day, and what may be brought up to date."""

    run: TargetingRun
    recorded: RecordedRun
    today: date
    at: datetime
    refresh: bool

    @property
    def month(self) -> Month:
        return self.recorded.catalogue.month


def take_up(*, by: StaffMember, run_id: int, today: date | None = None) -> int:
    """Make families and proposals of what a person released of a run; return how many proposals.

    What someone released who may not any more, and who is not there to take it up, goes with it.
    Done again, or after a kill at any moment, it makes what is missing and nothing twice. Events
    registered late, of earlier months that were released, are proposed with the run's own.
    RunError where the run's files are not what they were when it was computed, TargetingError or
    ExtractError where they cannot be read: the releases then say so, and wait to be asked for
    again. BusyTakeUpError where this run is being taken up.
    """
    with _alone(run_id):
        releases = list(
            awaited()
            .filter(Q(by=by) | Q(pk__in=to_take_over(by).values("pk")), run=run_id, problem="")
            .select_related("run", "draw")
        )
        if not releases:
            return 0
        with attempt(releases) as goes_on:
            return _take_up_released(releases, today) if goes_on else 0


@contextmanager
def _alone(run_id: int) -> Iterator[None]:
    """Hold a lock that dies with its connection, and waits for nobody: a worker has few hands."""
    lock = [f"{_LOCK}.{run_id}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", lock)
        (held,) = cursor.fetchone()
        if not held:
            raise BusyTakeUpError("Ce requêtage est déjà en cours de reprise.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", lock)


def _take_up_released(releases: list[Release], today: date | None) -> int:
    run = releases[0].run
    later = Release.objects.filter(run__month__gt=run.month, taken_up_at__isnull=False)
    check_files(run)
    recorded = recorded_run(run_folder(run))
    at = moment_of(today)
    work = _Work(run, recorded, timezone.localdate(at), at, refresh=not later.exists())
    made, skipped = _take_up(work, releases)
    taken = Release.objects.filter(pk__in=[one.pk for one in releases], taken_up_at=None)
    taken.update(taken_up_at=timezone.now(), skipped=sorted(map(str, skipped)))
    return made


def _take_up(work: _Work, releases: list[Release]) -> tuple[int, set[Month]]:
    """Return how many proposals were made, and of which months late events were not sought."""
    offers = offers_by_code(work.recorded.catalogue)
    own = selected_by(run_folder(work.run), offers, work.month)
    with open_extract(
        extract_folder(work.run), layout=work.recorded.layout, month=work.month
    ) as extract:
        if work.refresh:
            _refresh_known(extract)
        freezer = Freezer({work.month: work.recorded.catalogue}, knowledge_of(extract))
        earlier, unread = _earlier_runs(work.run)
        freezer.catalogues |= {one.catalogue.month: one.catalogue for one in earlier}
        events = LateEvents(extract, freezer.knowledge, work.today, skipped=unread)
        late = events.selected(earlier)
        parts = _Parts.of(work.run, releases, own)
        drawn = drawn_places(releases, own, work.recorded.catalogue.offers, parts.area_of)
        rows = [row for row in (*own, *late) if parts.hold(row)]
        done = already_proposed({row.number for row in rows})
        rows = [row for row in rows if row.key not in done]
        every = _by_household((*own, *late), {row.number for row in rows})
        asked = _by_household(rows)
        batches = (_Batch(numbers, every, asked) for numbers in _at_once(sorted(every)))
        # Closed first: what freezes ahead reads the extract.
        with closing(_ahead(partial(_freeze, extract, freezer), batches)) as every_arriving:
            made = sum(_write(work, arriving, drawn) for arriving in every_arriving)
    return made, unread


def _refresh_known(extract: Extract) -> None:
    """Protect, or leave alone, every known family that this month's register says to."""
    with transaction.atomic():
        hold_batches()
        if changed := [_flags_of(row) for row in changed_flags(extract, known_flags())]:
            hold_families_of([one.number for one in changed])
            refresh_flags(changed)


def _earlier_runs(run: TargetingRun) -> tuple[list[EarlierRun], set[Month]]:
    """Return the released runs of the months whose events may still be answered.

    With them, the months of which nobody can tell any more what a run saw, or its rules: its
    files changed, or this version of Jalon reads them otherwise.
    """
    first = str(Month.of(add_months(Month.parse(run.month).first_day, -_WINDOW_MONTHS)))
    found, unread = [], set()
    for one in TargetingRun.objects.filter(
        state=RunState.RELEASED, profile=run.profile, month__gte=first, month__lt=run.month
    ).order_by("month", "made_at"):
        if earlier := _earlier_run(one):
            found.append(earlier)
        else:
            unread.add(Month.parse(one.month))
    return found, unread


def _earlier_run(run: TargetingRun) -> EarlierRun | None:
    folder = folder_if_same(run)
    try:
        return EarlierRun(recorded_run(folder).catalogue, folder) if folder else None
    except TargetingError:
        return None


@dataclass(frozen=True)
class _Parts:
    """The offers and areas to take up, and where each commune is.

    What is registered late may fall where the month's own events left nothing to release: once
    the whole run is, that is taken up too.
    """

    released: frozenset[tuple[str, int | None]]
    of_run: frozenset[tuple[str, int | None]]
    whole: bool
    area_of: Mapping[str, int]

    @classmethod
    def of(cls, run: TargetingRun, releases: list[Release], own: Iterable[Selected]) -> _Parts:
        area_of = dict(Commune.objects.values_list("code", "area_id"))
        return cls(
            frozenset((one.offer, one.area_id) for one in releases),
            frozenset((row.offer, area_of.get(row.commune)) for row in own),
            run.state == RunState.RELEASED,
            area_of,
        )

    def hold(self, row: Selected) -> bool:
        part = (row.offer, self.area_of.get(row.commune))
        return part in self.released or (self.whole and part not in self.of_run)


@dataclass(frozen=True)
class _Batch:
    """Households to take up at once: all that selects each, and what is to be proposed."""

    numbers: list[str]
    every: Mapping[str, list[Selected]]
    rows: Mapping[str, list[Selected]]


@dataclass(frozen=True)
class _Arriving:
    """Households read and frozen, that only remain to be written."""

    arrivals: list[Arrival]
    ready: list[Ready]
    rules: Mapping[tuple[str, Month], str]


def _freeze(extract: Extract, freezer: Freezer, batch: _Batch) -> _Arriving:
    records = read_records(extract, batch.numbers)
    ready = [
        Ready(
            number=number,
            situation=freezer.situation(batch.every[number], records[number]),
            proposals=tuple(
                (
                    row,
                    freezer.offer_of(row),
                    freezer.kind_of(row, records[number]),
                    freezer.clauses(row, records[number]),
                )
                for row in batch.rows[number]
            ),
        )
        for number in batch.numbers
    ]
    proposed = {(row.offer, row.month): row for one in ready for row, *_ in one.proposals}
    return _Arriving(
        [_arrival(records[number]) for number in batch.numbers],
        ready,
        {said: freezer.rule_of(row) for said, row in proposed.items()},
    )


def _write(work: _Work, arriving: _Arriving, drawn: Drawn) -> int:
    with transaction.atomic():
        # No letter is written meanwhile that would leave out what joins its approach here.
        hold_batches()
        # Nor does a family answer, or become one with another, between what is read and written.
        hold_families_of([one.number for one in arriving.arrivals])
        receive(arriving.arrivals, day=work.today, refresh=work.refresh)
        return propose(work.run, arriving.ready, arriving.rules, drawn, at=work.at)


def _ahead(
    freeze: Callable[[_Batch], _Arriving], batches: Iterable[_Batch]
) -> Generator[_Arriving, None, None]:
    """Yield each batch frozen; the next is, by another thread, while this one is written."""
    with ThreadPoolExecutor(max_workers=1) as hand:
        following: Future[_Arriving] | None = None
        for batch in batches:
            ready, following = following, hand.submit(freeze, batch)
            if ready:
                yield ready.result()
        if following:
            yield following.result()


def _by_household(
    rows: Iterable[Selected], numbers: set[str] | None = None
) -> dict[str, list[Selected]]:
    found: dict[str, list[Selected]] = {}
    for row in rows:
        if numbers is None or row.number in numbers:
            found.setdefault(row.number, []).append(row)
    return found


def _at_once(numbers: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(numbers), _AT_ONCE):
        yield numbers[first : first + _AT_ONCE]


def _arrival(record: HouseholdRecord) -> Arrival:
    return Arrival(
        number=record.row["household_id"],
        commune=record.row["commune"],
        # Unknown, a letter could put the family in danger.
        protected_address=record.row["protected_address"] is not False,
        do_not_contact=record.row["do_not_contact"],
        members=tuple(member_of(row) for row in record.persons),
        contacts=contacts_of(record.row),
    )


def _flags_of(row: Row) -> Arrival:
    return Arrival(
        number=row["household_id"],
        commune=row["commune"],
        protected_address=row["protected_address"],
        do_not_contact=row["do_not_contact"],
        members=(),
        contacts=(),
    )
