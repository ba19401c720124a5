"""A run is read over on screen: figures, families, reasons, explanations, rejects."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from jalon.directory.models import StaffMember
from jalon.targeting.models import TargetingRun
from jalon.targeting.storage import run_folder

SignIn = Callable[[StaffMember], Client]


def text_of(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"targeting:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def rows_of(run: TargetingRun) -> list[dict[str, str]]:
    with (run_folder(run) / "cohort.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


@pytest.mark.django_db
def test_pages_of_a_run_open(
    october: TargetingRun, september: TargetingRun, manager: StaffMember, as_person: SignIn
) -> None:
    client = as_person(manager)
    run = october.public_id
    page = text_of(client, "run", run)
    assert "À relire" in page
    assert "Parents seuls" in page
    for which in ("retenues", "a-verifier", "ecartees"):
        text_of(client, "lines", run, which)
    for name in ("communes", "rejects", "comparison", "choose"):
        text_of(client, name, run)
    text_of(client, "comparison", run, sens="entrees", offre="lone_parent")
    text_of(client, "what_if", run, "lone_parent")
    text_of(client, "line", run, 0)
    text_of(client, "runs")
    text_of(client, "drafts")
    text_of(client, "comparison", september.public_id)
