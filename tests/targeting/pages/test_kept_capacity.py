"""A released run shows the capacity that its reviewer saw, whoever works there since."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from conftest import as_owner
from jalon.audit.identity import acting
from jalon.directory.models import RoleGrant, StaffMember
from jalon.directory.roles import Role
from jalon.targeting.actions import Part, release_run
from jalon.targeting.models import TargetingRun
from jalon.targeting.queries import parts_of_run

SignIn = Callable[[StaffMember], Client]


def figures(client: Client, run: TargetingRun) -> list[str]:
    """Return what the page of a run says of capacity: the headline, then each area."""
    address = reverse("targeting:run", args=[run.public_id])
    page = html.unescape(client.get(address).content.decode())
    (head,) = re.findall(r"[^>]*en équivalent temps plein, en [^<]*", page)
    rows = re.findall(r'data-label="(?:Capacité d.un mois|Mois de travail)">(.*?)<', page)
    assert rows
    return [head.strip(), *rows]


def leave(share: int) -> None:
    """Let one social worker in so many leave."""
    with as_owner():
        workers = StaffMember.objects.filter(grants__role=Role.SOCIAL_WORKER).order_by("pk")
        RoleGrant.objects.filter(member__in=list(workers)[::share]).delete()


def test_a_released_run_keeps_the_capacity_that_its_reviewer_saw(
    as_person: SignIn, october: TargetingRun, manager: StaffMember
) -> None:
    client = as_person(manager)
    seen = figures(client, october)
    with acting(manager.pk):
        release_run(by=manager, run_id=october.pk)

    leave(2)

    kept = figures(client, october)
    assert kept[1:] == seen[1:]
    assert "à la libération" in kept[0]
    assert kept[0].replace(", à la libération", "") == seen[0]


def test_what_is_left_to_release_is_weighed_against_today_s_staff(
    as_person: SignIn, october: TargetingRun, manager: StaffMember
) -> None:
    client = as_person(manager)
    with acting(manager.pk):
        parts = sorted(parts_of_run(october), key=str)
        release_run(by=manager, run_id=october.pk, parts=[Part(*parts[0])])
    before = figures(client, october)

    leave(2)

    today = figures(client, october)
    assert today != before
    with acting(manager.pk):
        release_run(by=manager, run_id=october.pk)
    leave(1)
    assert figures(client, october)[1:] == today[1:]
    page = client.get(reverse("targeting:run", args=[october.public_id])).content.decode()
    assert "en dernier s'il l'a été en plusieurs fois" in html.unescape(page).replace("’", "'")


def test_nobody_writes_it_but_who_releases(
    october: TargetingRun, analyst: StaffMember, manager: StaffMember
) -> None:
    def write(by: StaffMember) -> None:
        with acting(by.pk), transaction.atomic():
            TargetingRun.objects.filter(pk=october.pk).update(capacity={"workers": 1})

    with pytest.raises(DatabaseError, match="never changes"):
        write(analyst)
    with acting(manager.pk):
        release_run(by=manager, run_id=october.pk)
    for by in (analyst, manager):
        with pytest.raises(DatabaseError, match="never changes"):
            write(by)
