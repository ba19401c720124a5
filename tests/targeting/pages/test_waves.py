"""A release whose families are more than can be received: in waves, drawn once, told with it."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.outreach import DrawFactory, TurnFactory
from factories.targeting import run_with_files
from jalon.audit.identity import acting
from jalon.directory.models import RoleGrant, StaffMember
from jalon.directory.roles import Role
from jalon.targeting.actions import release_run
from jalon.targeting.errors import RunError
from jalon.targeting.models import Draw, Release, TargetingRun
from jalon.targeting.queries import waves_of
from jalon.targeting.waves import Waves
from jalon.web import french
from targeting.pages.conftest import Computed

SignIn = Callable[[StaffMember], Client]
URGENT = {"parent_death", "child_death", "child_illness"}


def nobody_works() -> None:
    with as_owner():
        RoleGrant.objects.filter(role=Role.SOCIAL_WORKER).delete()


def draws(run: TargetingRun) -> dict[str, set[tuple[int, int]]]:
    """Return what was drawn of a run, by offer: how many waves, how many days apart."""
    found: dict[str, set[tuple[int, int]]] = {}
    with as_owner():
        for one in Draw.objects.filter(release__run=run).select_related("release"):
            found.setdefault(one.release.offer, set()).add((one.waves, one.days_between))
    return found


def test_what_may_wait_is_drawn_as_it_is_released(
    as_person: SignIn, october: TargetingRun, manager: StaffMember
) -> None:
    nobody_works()
    client, address = as_person(manager), reverse("targeting:release", args=[october.public_id])
    asked = html.unescape(client.get(address, {"tout": "1"}).content.decode())
    assert "Plus de familles que de place" in asked

    client.post(address, {"tout": "1", "vagues": "3", "jours": "14"})

    found = draws(october)
    assert found["separation"] == {(3, 14)}
    assert not found.keys() & URGENT
    assert not found.keys() & set(october.summary["granted"])
    with as_owner():
        assert Release.objects.filter(run=october, offer__in=URGENT, draw=None).exists()
        seeds = list(Draw.objects.values_list("seed", flat=True))
    assert len(set(seeds)) == 1
    page = client.get(reverse("targeting:choose", args=[october.public_id])).content.decode()
    assert "En 3 vagues, ordre tiré au sort" in html.unescape(page)
    assert seeds[0] in page


def test_a_run_says_its_waves_and_what_each_waits_for(
    as_person: SignIn, october: TargetingRun, manager: StaffMember
) -> None:
    nobody_works()
    client, address = as_person(manager), reverse("targeting:run", args=[october.public_id])
    with acting(manager.pk):
        release_run(by=manager, run_id=october.pk, waves=Waves(2, 14))
    assert "prennent encore leur place" in client.get(address).content.decode()

    with as_owner():
        draw = Draw.objects.filter(release__run=october).first()
        Release.objects.filter(run=october).update(taken_up_at=timezone.now())
    today = timezone.localdate()
    for wave, begins in ((1, today), (2, today + timedelta(days=14)), (2, today + timedelta(14))):
        TurnFactory.create(draw=draw, wave=wave, from_on=begins)
    page = html.unescape(client.get(address).content.decode())
    assert "prennent encore leur place" not in page
    told = re.findall(r"Vague (\d) sur 2.*?nowrap\">([^<]+)<.*?Familles\">(\d+)<", page, re.DOTALL)
    assert told == [
        ("1", french.long_date(today), "1"),
        ("2", french.long_date(today + timedelta(days=14)), "2"),
    ]
    assert page.count("Son tour est venu") == page.count("Lettres prévues à partir") == 1


def test_waves_are_told_to_who_sees_runs_alone(october: TargetingRun) -> None:
    draw = DrawFactory.create(release__run=october)
    TurnFactory.create(draw=draw)
    for role, told in ((Role.TARGETING_ANALYST, 1), (Role.SOCIAL_WORKER, 0)):
        with acting(StaffFactory.create(role=role).pk):
            assert len(waves_of(october)) == told


def test_without_a_word_nobody_waits(october: TargetingRun, manager: StaffMember) -> None:
    with acting(manager.pk):
        release_run(by=manager, run_id=october.pk)
    assert not draws(october)


def test_where_there_is_room_nobody_is_asked_to_wait(
    as_person: SignIn, october: TargetingRun, manager: StaffMember
) -> None:
    with as_owner():
        StaffMember.objects.update(working_time=1)
    for _ in range(40):
        StaffFactory.create(role=Role.SOCIAL_WORKER)
    address = reverse("targeting:release", args=[october.public_id])
    assert (
        "Plus de familles" not in as_person(manager).get(address, {"tout": "1"}).content.decode()
    )
    with acting(manager.pk), pytest.raises(RunError, match="de la place pour toutes"):
        release_run(by=manager, run_id=october.pk, waves=Waves(2, 14))
    assert not draws(october)


def test_the_last_wave_comes_within_what_the_profile_allows(
    october: TargetingRun, manager: StaffMember
) -> None:
    nobody_works()
    with acting(manager.pk), pytest.raises(RunError, match="permet 56 au plus"):
        release_run(by=manager, run_id=october.pk, waves=Waves(4, 28))
    with as_owner():
        assert not Release.objects.filter(run=october).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_release_at_once_one_draws(october_files: Computed) -> None:
    analyst = StaffFactory.create(role=Role.TARGETING_ANALYST)
    run = run_with_files(october_files.extract, october_files.files, made_by=analyst)
    people = [StaffFactory.create(role=Role.DEPARTMENT_HEAD) for _ in range(2)]
    start, said = threading.Barrier(2), list[str]()

    def release(by: StaffMember, waves: Waves) -> None:
        try:
            with acting(by.pk):
                connection.ensure_connection()
                start.wait(10)
                release_run(by=by, run_id=run.pk, waves=waves)
            said.append("released")
        except RunError as error:
            said.append(str(error))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=release, args=(one, Waves(number, 7)))
        for one, number in zip(people, (2, 3), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert said.count("released") == 1
    assert [one for one in said if "déjà libéré" in one]
    with as_owner():
        assert Draw.objects.values("by", "waves").distinct().count() == 1
