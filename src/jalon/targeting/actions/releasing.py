"""Runs let go by someone else than their maker, or withdrawn before they are."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.rules.calendar import Month
from jalon.targeting.actions.deferring import draw_lots
from jalon.targeting.capacity import as_json, capacity_after
from jalon.targeting.enums import RunState
from jalon.targeting.errors import RunError
from jalon.targeting.events import released
from jalon.targeting.integrity import check_files
from jalon.targeting.models import Release, TargetingRun
from jalon.targeting.queries import parts_of_run
from jalon.targeting.transitions import may_become, move
from jalon.targeting.waves import Waves
from jalon.web import french


class Part(NamedTuple):
    """What is released at once: an offer in an area; None is for the communes of no area."""

    offer: str
    area_id: int | None


def release_run(
    *,
    by: StaffMember,
    run_id: int,
    parts: Collection[Part] | None = None,
    waves: Waves | None = None,
) -> TargetingRun:
    """Release parts of a run under review, or all that is left of it.

    Their families are contacted at once, or in `waves`, in an order drawn by lot.

    The run is released once each offer and area that selects a family is. RunError, saying why,
    where the person made the run, someone released or withdrew it in between, or a file that it
    rests on is not what the run was computed with.
    """
    try:
        with transaction.atomic():
            return _release(by, run_id, parts, waves)
    except IntegrityError as error:
        # The lock should have told: the database has the last word.
        raise RunError(
            "Une autre personne vient de libérer une partie de ce requêtage : relisez la page."
        ) from error


def _release(
    by: StaffMember, run_id: int, parts: Collection[Part] | None, waves: Waves | None
) -> TargetingRun:
    run = TargetingRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    done = {(one.offer, one.area_id): one for one in run.releases.select_related("by")}
    if not may_become(run, RunState.RELEASED):
        _say_who(list(done.values()))
        move(run, RunState.RELEASED)
    if run.made_by_id == by.pk:
        raise RunError(
            "Vous avez lancé ce requêtage : une autre personne doit le relire et le libérer."
        )
    numbers = parts_of_run(run)
    there = {Part(*part) for part in numbers}
    chosen = there - done.keys() if parts is None else set(parts)
    if chosen - there:
        raise RunError("Une des parties choisies n'a aucune famille retenue : relisez la page.")
    if there and not chosen:
        raise RunError("Choisissez au moins une offre dans un secteur.")
    _say_who([done[part] for part in chosen & done.keys()])
    if chosen:
        check_files(run)
    made = Release.objects.bulk_create(
        Release(run=run, offer=offer, area_id=area_id, by=by, made_by_id=run.made_by_id)
        for offer, area_id in sorted(chosen, key=lambda one: (one.offer, one.area_id or 0))
    )
    # Staff move: what is shown of a released run is what whoever released it saw.
    capacity = capacity_after(Month.parse(run.month))
    run.capacity = as_json(capacity)
    if waves:
        draw_lots(made, waves, by=by, there=numbers, capacity=capacity)
    if chosen | done.keys() >= there:
        move(run, RunState.RELEASED)
    run.save(update_fields=["state", "capacity"])
    transaction.on_commit(
        partial(released.send_robust, sender=TargetingRun, run_id=run.pk), robust=True
    )
    return run


def _say_who(done: list[Release]) -> None:
    """Refuse what someone else released already, naming who and when."""
    if done:
        last = max(done, key=lambda one: one.at)
        raise RunError(
            f"{last.by} l'a déjà libéré, le {french.long_moment(last.at)} : relisez la page."
        )


@transaction.atomic
def withdraw_run(*, by: StaffMember, run_id: int) -> TargetingRun:
    """Put a run aside for good; RunError once a part of it was released."""
    run = TargetingRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if run.releases.exists():
        raise RunError(
            "Ce requêtage ne peut pas être retiré : une partie est déjà libérée, des familles "
            "peuvent avoir été contactées."
        )
    move(run, RunState.WITHDRAWN)
    run.withdrawn_by, run.withdrawn_at, run.step = by, timezone.now(), ""
    run.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "step"])
    return run
