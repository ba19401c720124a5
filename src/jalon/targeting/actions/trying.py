"""Rules tried on a run: computed in the background, kept by who tried them or forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app

from jalon.directory.models import StaffMember
from jalon.rules.errors import ClearError
from jalon.targeting import queries, storage
from jalon.targeting.engine.simulating import changed_offer
from jalon.targeting.errors import RunError
from jalon.targeting.models import RuleTrial, TargetingRun
from jalon.targeting.trials import extract_kept, find, recorded

TRY: Final = "targeting.try"


class _ForgottenError(Exception):
    """The trial was deleted while it was being computed."""


@transaction.atomic
def try_rule(
    *, by: StaffMember, run: TargetingRun, offer: str, settings: Sequence[str]
) -> RuleTrial:
    """Have a changed offer applied to a run's extract in the background.

    What the same person tried already is not computed again. RunError or TargetingError where
    nothing can be tried; the rule itself stays as it is.
    """
    if not settings:
        raise RunError("Changez au moins un critère avant d'essayer.")
    extract_kept(run)
    _, changes = changed_offer(recorded(run).catalogue, offer, settings)
    before = queries.trials().filter(author=by, run=run, offer=offer, problem="")
    same = before.filter(settings__set=list(settings)).first()
    if same is not None:
        return same
    trial = RuleTrial.objects.create(
        run=run,
        offer=offer,
        settings={
            "set": list(settings),
            "said": [
                {"fact": one.fact, "before": one.before, "after": one.after} for one in changes
            ],
        },
        step="En attente de calcul",
        author=by,
    )
    app.configure_task(TRY, lock=f"trial-{trial.pk}").defer(trial_id=trial.pk, by_id=by.pk)
    return trial


def compute_trial(*, trial_id: int) -> None:
    """Find what a trial would change; nothing if that is done, or the trial forgotten.

    Inside `acting` for its author, outside any transaction. Computed twice, it ends once.
    """
    trial = _under_way(trial_id).select_related("run").first()
    if trial is None:
        return
    try:
        found = find(trial, lambda step: _tell(trial_id, step))
    except _ForgottenError:
        return
    except ClearError as error:
        fail_trial(trial_id=trial_id, problem=storage.without_paths(str(error), trial.run))
    else:
        _end(trial_id, result=asdict(found))


def fail_trial(*, trial_id: int, problem: str) -> None:
    """Say why a trial under way ends without a result; nothing if it has ended already."""
    _end(trial_id, problem=problem)


def _under_way(trial_id: int) -> QuerySet[RuleTrial]:
    return RuleTrial.objects.filter(pk=trial_id, result__isnull=True, problem="")


def _tell(trial_id: int, step: str) -> None:
    if not _under_way(trial_id).update(step=step):
        raise _ForgottenError


def _end(trial_id: int, **fields: Any) -> None:  # noqa: ANN401
    _under_way(trial_id).update(step="", **fields)


@transaction.atomic
def keep_trial(*, by: StaffMember, trial_id: int, note: str) -> None:
    """Keep a computed trial of one's own, with a note; RunError for any other."""
    trial = RuleTrial.objects.select_for_update().filter(pk=trial_id, author=by).first()
    if trial is None:
        raise RunError("Cet essai est oublié, ou n'est pas le vôtre : refaites-le.")
    if trial.result is None:
        raise RunError("Cet essai n'a pas encore de résultat à garder.")
    trial.kept_at, trial.note = timezone.now(), note
    trial.save(update_fields=["kept_at", "note"])


@transaction.atomic
def delete_trial(*, by: StaffMember, trial: RuleTrial) -> None:
    """Delete a trial of one's own; RunError for another's."""
    if trial.author_id != by.pk:
        raise RunError("Seul l'auteur d'un essai peut le supprimer.")
    trial.delete()


def forget_trials() -> None:
    """Delete the trials that nobody kept in time; for nobody in particular."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.forget_trials()")
