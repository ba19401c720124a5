"""Runs that begin: an extract received, taken, or used again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from procrastinate.contrib.django import app

from jalon.directory.models import StaffMember
from jalon.rules.calendar import Month
from jalon.rules.profile import load_profile
from jalon.targeting import storage
from jalon.targeting.actions.computing import compute_run
from jalon.targeting.engine.target import layout_of
from jalon.targeting.errors import RunError
from jalon.targeting.integrity import has_same_extract
from jalon.targeting.models import TargetingRun
from jalon.targeting.uploads import keep_upload

COMPUTE: Final = "targeting.compute"


def make_run(*, by: StaffMember, month: Month, files: Sequence[UploadedFile[Any]]) -> TargetingRun:
    """Receive the four files of an extract and have them computed in the background.

    RunError or ExtractError, in one sentence, for any other files; then nothing is kept.
    """
    storage.clean()
    extract = uuid.uuid4()
    keep_upload(files, extract, layout_of(load_profile(settings.PROFILE)))
    try:
        return _begin(by=by, month=month, extract=extract)
    except BaseException:
        storage.forget_extract(extract)
        raise


def take_run(*, by: StaffMember, month: Month, incoming: str) -> TargetingRun:
    """Have an extract computed that waits in a folder, from a copy made in the background."""
    storage.clean()
    storage.incoming_folder(incoming)
    return _begin(by=by, month=month, incoming=incoming)


def make_run_again(*, by: StaffMember, run: TargetingRun) -> TargetingRun:
    """Compute the month of a run again from the same extract, beside it."""
    if not storage.extract_folder(run).is_dir():
        raise RunError(
            "L'extraction de ce requêtage n'est plus gardée : déposez-la de nouveau."
            if run.computed_at or run.problem
            else "L'extraction de ce requêtage n'est pas encore copiée : attendez son calcul."
        )
    if run.files and not has_same_extract(run):
        raise RunError(
            "L'extraction de ce requêtage a été modifiée ou abîmée depuis son calcul : déposez-la "
            "de nouveau."
        )
    month = Month.parse(run.month)
    return _begin(by=by, month=month, extract=run.extract, again_of=run)


def record_run(*, by: StaffMember, month: Month, extract: Path) -> TargetingRun:
    """Copy the extract of a folder and compute its run at once; for many months in a row.

    Inside `acting(by.pk)`, outside any transaction. ExtractError where the folder is no extract.
    """
    kept = uuid.uuid4()
    storage.copy_extract(extract, kept, layout_of(load_profile(settings.PROFILE)))
    run = _create(by=by, month=month, extract=kept)
    compute_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def _create(*, by: StaffMember, month: Month, **fields: Any) -> TargetingRun:  # noqa: ANN401
    return TargetingRun.objects.create(
        month=str(month), profile=settings.PROFILE, made_by=by, **fields
    )


@transaction.atomic
def _begin(*, by: StaffMember, month: Month, **fields: Any) -> TargetingRun:  # noqa: ANN401
    """Create the run and its job together, or neither."""
    run = _create(by=by, month=month, step="En attente de calcul", **fields)
    app.configure_task(COMPUTE, lock=f"run-{run.pk}").defer(run_id=run.pk, by_id=by.pk)
    return run
