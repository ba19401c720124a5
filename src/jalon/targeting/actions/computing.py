"""The computing of a run, from its extract to its counts; safe to begin again at any moment."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from jalon.register.schema import table_named
from jalon.rules.calendar import Month
from jalon.rules.errors import ClearError
from jalon.rules.profile import Profile, load_profile
from jalon.targeting import integrity, queries, storage
from jalon.targeting.cohort_files import counts_of, register_of, summary_of
from jalon.targeting.engine.outputs import RUN_JSON
from jalon.targeting.engine.target import CHECKED, RunOrder, RunReport, layout_of, target
from jalon.targeting.enums import RunState
from jalon.targeting.errors import BusyRunError
from jalon.targeting.models import RegisterCount, RunCount, TargetingRun
from jalon.targeting.transitions import UNDER_WAY, move
from jalon.web import french

# Any number of our own: it keeps our locks apart from others'.
_LOCKS: Final = 20811
_STEP_LENGTH: Final = 200
_BATCH: Final = 5000


class _WithdrawnError(Exception):
    """The run was withdrawn while it was being computed."""


def compute_run(*, run_id: int) -> None:
    """Check the extract of a run, apply its month's offers and count; nothing if that is done.

    Inside `acting` for someone who may make runs, outside any transaction. BusyRunError where
    another process computes the same run.
    """
    with _alone(run_id):
        run = TargetingRun.objects.get(pk=run_id)
        if run.state not in UNDER_WAY:
            return
        try:
            _compute(run)
        except _WithdrawnError:
            return
        except ClearError as error:
            fail_run(run_id=run_id, problem=storage.without_paths(str(error), run))
        finally:
            storage.clean_run(run)


@contextmanager
def _alone(run_id: int) -> Iterator[None]:
    """Hold a lock that ends with this process, whatever ends it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, run_id])
        (held,) = cursor.fetchone()
    if not held:
        raise BusyRunError("Ce requêtage est déjà en cours de calcul.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, run_id])


def _compute(run: TargetingRun) -> None:
    profile = load_profile(run.profile)
    layout = layout_of(profile)
    if run.incoming:
        _tell(run, "Copie de l'extraction")
        storage.copy_extract(storage.incoming_folder(run.incoming), run.extract, layout)
    order = RunOrder(profile, profile.catalogue(Month.parse(run.month)), layout, explained=True)
    folder = storage.run_folder(run)
    report = target(storage.extract_folder(run), folder, order, lambda step: _tell(run, step))
    storage.close_to_others(folder)
    if report.over_tolerance:
        fail_run(run_id=run.pk, problem=_over_tolerance(report, profile))
    else:
        _tell(run, "Décompte")
        _finish(run, folder)


def _tell(run: TargetingRun, step: str) -> None:
    """Write what is being done, and that the extract is checked once it is."""
    still = TargetingRun.objects.filter(pk=run.pk, state__in=UNDER_WAY)
    if not still.update(step=step[:_STEP_LENGTH]):
        raise _WithdrawnError
    if step == CHECKED and run.state == RunState.RECEIVED:
        with transaction.atomic():
            locked = _locked(run.pk)
            if locked.state == RunState.RECEIVED:
                move(locked, RunState.CHECKED)
                locked.save(update_fields=["state"])
        run.state = locked.state


def _locked(run_id: int) -> TargetingRun:
    return TargetingRun.objects.select_for_update(of=("self",)).get(pk=run_id)


def _record(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / RUN_JSON).read_text(encoding="utf-8"))
    return found


def _finish(run: TargetingRun, folder: Path) -> None:
    """Put a computed run under review, all its counts at once."""
    record, counts = _record(folder), counts_of(folder)
    files, released = integrity.digests_of(run), queries.released_until(run)
    summary = summary_of(folder, record, [integrity.folder_if_same(one) for one in released])
    register = register_of(folder, summary)
    with transaction.atomic():
        locked = _locked(run.pk)
        if locked.state not in UNDER_WAY:
            return
        # Counts first: the database settles them with the run.
        _write_counts(locked, counts, register)
        move(locked, RunState.REVIEW)
        locked.step, locked.computed_at = "", timezone.now()
        locked.record, locked.summary = record, asdict(summary)
        locked.digest, locked.files = record["cohort_digest"], files
        locked.save(
            update_fields=[
                *("state", "step", "computed_at", "record", "summary", "digest", "files")
            ]
        )


def _write_counts(
    run: TargetingRun,
    counts: Iterable[tuple[str, str, str, int]],
    register: Iterable[tuple[str, int, int]],
) -> None:
    """Write what a run found, and what its extract held, in place of what was begun before."""
    RunCount.objects.filter(run=run).delete()
    RunCount.objects.bulk_create(
        (
            RunCount(run=run, offer=offer, commune=commune, outcome=outcome, number=number)
            for offer, commune, outcome, number in counts
        ),
        batch_size=_BATCH,
    )
    RegisterCount.objects.filter(run=run).delete()
    RegisterCount.objects.bulk_create(
        (
            RegisterCount(run=run, commune=commune, households=households, eligible=eligible)
            for commune, households, eligible in register
        ),
        batch_size=_BATCH,
    )


@transaction.atomic
def fail_run(*, run_id: int, problem: str) -> None:
    """Say why a run under way ends without a cohort; nothing if it has ended already."""
    run = _locked(run_id)
    if run.state not in UNDER_WAY:
        return
    move(run, RunState.FAILED)
    run.problem, run.step = problem, ""
    folder = storage.run_folder(run)
    if (folder / RUN_JSON).is_file():
        run.record = _record(folder)
        run.summary = asdict(summary_of(folder, run.record))
    run.save(update_fields=["state", "problem", "step", "record", "summary"])


def _over_tolerance(report: RunReport, profile: Profile) -> str:
    said = ", ".join(
        f"{table_named(table).french} {french.number(rows.faulty)} sur {french.number(rows.read)}"
        for table, rows in ((table, report.rows[table]) for table in report.over_tolerance)
    )
    return (
        f"Trop de lignes fautives ({said}) : le profil en tolère "
        f"{french.percentage(profile.tolerance, 1)}. Corrigez l'extraction d'après les rejets."
    )
