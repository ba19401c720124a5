"""A run goes with its files once it was kept long enough and made known no family still here."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from conftest import as_owner
from factories.outreach import AppliedRuleFactory, ProposalFactory, ReleaseFactory, RunFactory
from factories.targeting import RuleTrialFactory
from jalon.audit.identity import acting
from jalon.outreach.models import AppliedRule
from jalon.targeting.actions import forget_runs, forget_trials
from jalon.targeting.models import RegisterCount, Release, RuleTrial, TargetingRun
from jalon.targeting.storage import run_folder

pytestmark = pytest.mark.django_db
_SIX_YEARS = timedelta(days=6 * 365 + 3)


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_FOLDER = tmp_path
    return tmp_path


def run_of(*, days: int = 0, again_of: TargetingRun | None = None) -> TargetingRun:
    """Return a run with a file, made so many days over six years ago."""
    made_at = timezone.now() - _SIX_YEARS - timedelta(days=days)
    run: TargetingRun = RunFactory.create(again_of=again_of)
    with as_owner(), connection.cursor() as cursor:
        # Django dates it itself.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE targeting_targetingrun DISABLE TRIGGER USER")
        TargetingRun.objects.filter(pk=run.pk).update(made_at=made_at)
        cursor.execute("ALTER TABLE targeting_targetingrun ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    (run_folder(run) / "cohort.csv").write_text("9400001", encoding="utf-8")
    return run


def left() -> set[int]:
    with as_owner():
        return set(TargetingRun.objects.values_list("pk", flat=True))


def forget() -> None:
    with acting(None):
        forget_runs()


def test_an_old_run_goes_whole(data: Path) -> None:
    old, young = run_of(), run_of(days=-30)
    for run in (old, young):
        ReleaseFactory.create(run=run)
        RuleTrialFactory.create(run=run, kept_at=timezone.now(), result={})
        AppliedRuleFactory.create(run=run)
        with as_owner():
            RegisterCount.objects.create(run=run, commune="94028", households=9, eligible=2)

    forget()

    assert left() == {young.pk}
    with as_owner():
        for model in (Release, RuleTrial, AppliedRule, RegisterCount):
            assert {one.run_id for one in model.objects.all()} == {young.pk}
    assert [path.parent.name for path in data.glob("runs/*/*")] == [str(young.public_id)]


def test_a_trial_that_is_kept_names_no_file_after_two_years() -> None:
    young, old = (RuleTrialFactory.create(note="Pour l'an prochain") for _ in range(2))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE targeting_ruletrial DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE targeting_ruletrial SET at = now() - interval '2 years 1 day' WHERE id = %s",
            [old.pk],
        )
        cursor.execute("ALTER TABLE targeting_ruletrial ENABLE TRIGGER USER")

    with acting(None):
        forget_trials()

    with as_owner():
        told = {one.pk: one for one in RuleTrial.objects.all()}
    assert told[young.pk].result == young.result
    assert told[old.pk].result == {**old.result, "entering": []}
    assert told[old.pk].note == old.note


def test_one_that_made_a_family_known_stays_with_it(data: Path) -> None:
    run = run_of()
    ProposalFactory.create(run=run)

    forget()

    assert left() == {run.pk}
    assert list(data.glob("runs/*/*"))


def test_one_made_again_goes_after_the_other(data: Path) -> None:
    first = run_of()
    run_of(again_of=first)

    forget()
    assert left() == {first.pk}
    forget()

    assert left() == set()
    assert not list(data.glob("runs/*"))
