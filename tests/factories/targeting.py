"""Runs for tests: as rows past the wall, and as files that a real computing wrote."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils import timezone
from factory.declarations import LazyFunction, Sequence, SubFactory

from conftest import as_owner
from factories.directory import StaffFactory, _PastTheWall
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.rules.calendar import Month
from jalon.rules.profile import load_profile
from jalon.targeting.cohort_files import counts_of, register_of, summary_of
from jalon.targeting.engine.outputs import RUN_JSON
from jalon.targeting.engine.target import RunOrder, layout_of, target
from jalon.targeting.enums import RunState
from jalon.targeting.integrity import digests_of
from jalon.targeting.models import RegisterCount, RuleTrial, RunCount, TargetingRun
from jalon.targeting.storage import extract_folder, run_folder

PROFILE = "val-de-marne"


class TargetingRunFactory(_PastTheWall):
    class Meta:
        model = TargetingRun

    month = "2026-10"
    profile = PROFILE
    state = RunState.REVIEW
    made_by = SubFactory(StaffFactory, role=Role.TARGETING_ANALYST)
    computed_at = LazyFunction(timezone.now)


class RuleTrialFactory(_PastTheWall):
    """A trial that its author kept; without `kept_at` and `note`, one to be forgotten."""

    class Meta:
        model = RuleTrial

    run = SubFactory(
        TargetingRunFactory,
        summary={"labels": {"lone_parent": "Parents seuls"}, "rejects": []},
    )
    offer = "lone_parent"
    settings = LazyFunction(
        lambda: {
            "set": ["responsible_age=18..40"],
            "said": [{"fact": "responsible_age", "before": "de 18 à 34 ans", "after": "40 ans"}],
        }
    )
    result = LazyFunction(
        lambda: {
            "entered": 12,
            "left": 0,
            "entering": ["9400012"],
            "leaving": [],
            "areas": [["Créteil", 12, 0]],
            "outcomes": [["selected", 30, 42], ["set_aside", 5, 5], ["to_verify", 1, 1]],
        }
    )
    note = Sequence(lambda number: f"Essai {number}")
    author = SubFactory(StaffFactory, role=Role.TARGETING_ANALYST)
    kept_at = LazyFunction(timezone.now)


def computed_files(extract: Path, out: Path, month: Month) -> Path:
    """Compute a month from an extract, as a worker does."""
    profile = load_profile(PROFILE)
    order = RunOrder(profile, profile.catalogue(month), layout_of(profile), explained=True)
    target(extract, out, order, lambda _step: None)
    return out


def run_with_files(
    extract: Path, computed: Path, *, made_by: StaffMember, **fields: Any
) -> TargetingRun:
    """Return a run whose files, counts and record are those of a computing done before."""
    record = json.loads((computed / RUN_JSON).read_text(encoding="utf-8"))
    summary = summary_of(computed, record)
    run: TargetingRun = TargetingRunFactory.create(
        made_by=made_by,
        month=record["month"],
        record=record,
        summary=json.loads(json.dumps(asdict(summary))),
        digest=record["cohort_digest"],
        **fields,
    )
    shutil.copytree(computed, run_folder(run), dirs_exist_ok=True)
    if not extract_folder(run).exists():
        shutil.copytree(extract, extract_folder(run))
    run.files = digests_of(run)
    with as_owner():
        run.save(update_fields=["files"])
        RunCount.objects.bulk_create(
            RunCount(run=run, offer=offer, commune=commune, outcome=outcome, number=number)
            for offer, commune, outcome, number in counts_of(computed)
        )
        RegisterCount.objects.bulk_create(
            RegisterCount(run=run, commune=commune, households=households, eligible=eligible)
            for commune, households, eligible in register_of(computed, summary)
        )
    return run
