"""What a run keeps of the whole register goes with its extract; what explains its lists stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import as_owner
from jalon.audit.identity import acting
from jalon.targeting.enums import RunState
from jalon.targeting.models import TargetingRun
from jalon.targeting.storage import forget_extract, run_folder
from jalon.targeting.tasks import forget_others


def kept(run: TargetingRun) -> set[str]:
    return {path.name for path in run_folder(run).iterdir()}


def others(run: TargetingRun) -> set[str]:
    return {name for name in kept(run) if name.startswith("others-")}


def the_hour_passes() -> None:
    """Do what the worker does, for nobody."""
    with acting(None):
        forget_others(0)


@pytest.mark.django_db(transaction=True)
def test_households_outside_the_lists_go_with_the_extract(
    october: TargetingRun, september: TargetingRun
) -> None:
    before = kept(october)
    assert len(others(october)) == len(others(september)) == 4
    the_hour_passes()
    assert kept(october) == before, "its extract is there"

    forget_extract(october.extract)
    the_hour_passes()
    the_hour_passes()

    assert kept(october) == before - {name for name in before if name.startswith("others-")}
    assert len(others(september)) == 4, "another's extract is there"


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_being_computed_is_left_alone(october: TargetingRun, data: Path) -> None:
    with as_owner():
        TargetingRun.objects.filter(pk=october.pk).update(state=RunState.CHECKED)
    forget_extract(october.extract)
    assert not (data / "data" / "extracts" / str(october.extract)).exists()

    the_hour_passes()

    assert len(others(october)) == 4
