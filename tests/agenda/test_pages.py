"""What the pages of diaries show, and what they do."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agenda.conftest import Practice
from conftest import as_owner
from factories.agenda import (
    AppointmentFactory,
    AttendanceFactory,
    ClosureFactory,
    OpeningFactory,
    PresenceFactory,
    at,
    next_day,
    span,
)
from factories.directory import StaffFactory
from factories.families import FamilyFactory, InvolvementFactory, PersonFactory
from factories.outreach import AnswerFactory, ApproachFactory
from jalon.agenda.models import Appointment, Attendance, Closure, Opening, Presence, Room
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family
from jalon.outreach.enums import AnswerKind

pytestmark = pytest.mark.django_db
MONDAY = next_day(1)


def _in(member: StaffMember) -> Client:
    client = Client()
    client.force_login(member)
    return client


def _shown(client: Client, name: str, *args: object, **asked: str) -> str:
    answer = client.get(reverse(f"agenda:{name}", args=args), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def _week(**asked: str) -> dict[str, str]:
    return {"semaine": MONDAY.isoformat(), **asked}


@pytest.fixture
def made(practice: Practice) -> Appointment:
    one: Appointment = AppointmentFactory.create(
        worker=practice.worker,
        family=practice.family,
        mode="place",
        place=practice.place,
        during=span(at(MONDAY, 9)),
    )
    AttendanceFactory.create(appointment=one, person=practice.person)
    return one


def test_one_s_week_shows_where_with_whom_and_when(practice: Practice, made: Appointment) -> None:
    page = _shown(_in(practice.worker), "week", **_week())

    assert str(practice.place) in page
    assert practice.name in page
    assert "9\u00a0h\u00a000" in page
    assert made.get_absolute_url() in page


@pytest.mark.usefixtures("made")
def test_who_keeps_no_diary_sees_that_a_colleague_is_busy(practice: Practice) -> None:
    mediator = StaffFactory.create(role=Role.MEDIATOR)

    page = _shown(_in(mediator), "week", **_week(qui=str(practice.worker.public_id)))

    assert "Occupé" in page
    assert practice.name not in page
    assert _in(mediator).get(reverse("agenda:day")).status_code == 403


def test_a_week_says_why_nobody_is_received(practice: Practice) -> None:
    ClosureFactory.create(place=practice.place, first_day=MONDAY)

    assert "(fermé)" in _shown(_in(practice.worker), "week", **_week())


@pytest.mark.usefixtures("made")
def test_the_team_s_week_names_no_family(practice: Practice) -> None:
    page = _shown(_in(practice.manager), "team", **_week())

    assert str(practice.worker) in page
    assert "9\u00a0h\u00a000" in page
    assert practice.name not in page
    assert _in(practice.manager).get(reverse("agenda:week")).status_code == 302


def test_the_queries_of_a_week_do_not_grow_with_the_team(practice: Practice) -> None:
    client = _in(practice.manager)

    def add() -> None:
        worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=practice.worker.team)
        PresenceFactory.create(worker=worker, place=practice.place, weekday=2)
        AppointmentFactory.create(worker=worker, during=span(at(MONDAY, 10)))

    def counted(name: str, **asked: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            _shown(client, name, **asked)
        return len(queries)

    asked: list[tuple[str, dict[str, str]]] = [
        ("team", _week()),
        ("day", {"jour": MONDAY.isoformat()}),
        ("places", {}),
        ("to_move", {}),
    ]
    add()
    one = [counted(name, **told) for name, told in asked]
    with as_owner():
        Opening.objects.update(capacity=9)
    for _ in range(3):
        add()

    assert [counted(name, **told) for name, told in asked] == one
    assert max(one) <= 20


def _slot(one: Practice, hour: int = 9) -> str:
    return f"{one.worker.pk}.{one.place.pk}.{int(at(MONDAY, hour).timestamp())}"


def _booking(one: Practice, **told: Any) -> dict[str, Any]:
    return {"slot": _slot(one), "people": [one.person.pk], "agreed": "oui"} | told


def test_a_time_chosen_is_taken(practice: Practice) -> None:
    client, family = _in(practice.secretary), practice.family

    page = _shown(client, "book", family.public_id, tout="1")
    assert _slot(practice) in page
    answer = client.post(reverse("agenda:book", args=[family.public_id]), _booking(practice))

    assert answer["Location"] == family.get_absolute_url()
    with as_owner():
        made = Appointment.objects.get()
    assert (made.worker, made.starts_at, made.state) == (practice.worker, at(MONDAY, 9), "booked")
    assert "Rendez-vous" in client.get(family.get_absolute_url()).content.decode()


@pytest.mark.usefixtures("made")
def test_a_time_taken_meanwhile_is_told_and_the_rest_kept(practice: Practice) -> None:
    client, person = _in(practice.secretary), PersonFactory.create()
    with as_owner():
        Family.objects.filter(pk=person.family.pk).update(commune=practice.place.commune)
    told = _booking(practice, people=[person.pk], agreed="non")

    url = reverse("agenda:book", args=[person.family.public_id])
    answer = client.post(f"{url}?tout=1", told)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "vient d&#x27;être pris" in page
    assert _slot(practice) not in page
    assert _slot(practice, 10) in page
    (agreed,) = re.findall(r'<input[^>]*name="agreed"[^>]*checked[^>]*>', page)
    assert 'value="non"' in agreed


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"slot": ""}, "Choisissez un moment."),
        ({"slot": "x.y.z"}, "Ce moment ne se lit pas"),
        ({"slot": "1.1.99999999999999999"}, "Ce moment ne se lit pas"),
        ({"slot": "autre"}, "Précisez-le."),
        ({"people": []}, "Ce champ est obligatoire."),
    ],
)
def test_what_is_missing_is_asked_for(practice: Practice, told: dict[str, Any], said: str) -> None:
    client, url = _in(practice.worker), reverse("agenda:book", args=[practice.family.public_id])

    assert said in client.post(url, _booking(practice, **told)).content.decode()
    with as_owner():
        assert not Appointment.objects.exists()


def test_another_time_than_those_shown_can_be_told(practice: Practice) -> None:
    client, url = _in(practice.worker), reverse("agenda:book", args=[practice.family.public_id])
    other = {
        "slot": "autre",
        "other_worker": practice.worker.public_id,
        "other_day": next_day(4).isoformat(),
        "other_time": "17:30",
    }

    answer = client.post(f"{url}?comment=home", _booking(practice, **other))

    assert answer.status_code == 302
    with as_owner():
        made = Appointment.objects.get()
    assert (made.mode, made.starts_at, made.place) == ("home", at(next_day(4), 17, 30), None)


def test_times_are_those_that_the_family_wished_or_else_all(practice: Practice) -> None:
    client, family = _in(practice.secretary), practice.family
    InvolvementFactory.create(family=family, worker=practice.worker, lead=True)
    answer = AnswerFactory.create(
        approach=ApproachFactory.create(family=family),
        kind=AnswerKind.MEETING,
        half_days=["tue_am"],
        place=practice.place,
    )

    page = _shown(client, "book", family.public_id, tout="1")
    assert "Ce que la famille a demandé" in page
    assert _slot(practice) not in page
    assert "Voir aussi les autres moments" in page
    assert _slot(practice) in _shown(client, "book", family.public_id, souhaits="non", tout="1")
    with as_owner():
        type(answer).objects.filter(pk=answer.pk).delete()
    AnswerFactory.create(approach=answer.approach, kind=AnswerKind.MEETING, half_days=["fri_pm"])
    page = _shown(client, "book", family.public_id, tout="1")
    assert "voici les autres moments" in page
    assert _slot(practice) in page


@pytest.mark.parametrize("receives", [True, False])
def test_it_is_moved_to_whoever_receives_still(practice: Practice, *, receives: bool) -> None:
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER if receives else None)
    made = AppointmentFactory.create(
        worker=worker, family=practice.family, during=span(at(MONDAY, 9))
    )

    page = _shown(_in(practice.secretary), "move", made.public_id)
    chosen = re.findall(r'<select[^>]*name="other_worker".*?</select>', page, re.DOTALL)

    assert str(practice.worker.public_id) in chosen[0]
    assert (str(worker.public_id) in chosen[0]) is receives


def test_an_appointment_is_confirmed_moved_and_cancelled(practice: Practice) -> None:
    made = AppointmentFactory.create(
        worker=practice.worker,
        family=practice.family,
        state="proposed",
        confirmed_at=None,
        during=span(at(MONDAY, 9)),
    )
    client = _in(practice.worker)
    page = _shown(client, "appointment", made.public_id)
    assert "La famille est d" in page

    def do(name: str, told: dict[str, Any] | None = None) -> Appointment:
        url = reverse(f"agenda:{name}", args=[made.public_id])
        if told is not None:
            assert client.get(url).status_code == 200
        assert client.post(url, told).status_code == 302
        with as_owner():
            found: Appointment = Appointment.objects.get(pk=made.pk)
        return found

    assert do("confirm").state == "booked"
    slot = _slot(practice, 10)
    moved = do("move", {"slot": slot, "agreed": "non"})
    assert (moved.starts_at, moved.state) == (at(MONDAY, 10), "proposed")
    assert do("cancel", {"who": "famille"}).state == "by_family"
    assert "Déplacer" not in _shown(client, "appointment", made.public_id)


def test_what_became_of_it_is_noted_person_by_person(practice: Practice) -> None:
    client = _in(practice.worker)
    made = AppointmentFactory.create(
        worker=practice.worker,
        family=practice.family,
        during=span(timezone.now() - timedelta(hours=2)),
    )
    AttendanceFactory.create(appointment=made, person=practice.person)
    child = PersonFactory.create(household=practice.person.household, role="child")
    url = reverse("agenda:note", args=[made.public_id])
    assert practice.name in _shown(client, "to_note")

    assert client.post(url, {"besides": [child.pk]}).status_code == 200
    told = {f"person-{practice.person.pk}": "excused", "besides": [child.pk]}
    assert client.post(url, told).status_code == 302

    with as_owner():
        made.refresh_from_db()
        found = set(Attendance.objects.values_list("person", "outcome"))
    assert made.state == "held"
    assert found == {(practice.person.pk, "excused"), (child.pk, "attended")}
    assert "Tout est noté" in _shown(client, "to_note")


@pytest.mark.parametrize("said", ["attended", "absent"])
def test_the_list_says_at_once_of_all_whether_they_were_there(
    practice: Practice, said: str
) -> None:
    client = _in(practice.worker)
    made = AppointmentFactory.create(
        worker=practice.worker,
        family=practice.family,
        during=span(timezone.now() - timedelta(hours=2)),
    )
    spouse = PersonFactory.create(household=practice.person.household, role="spouse")
    for person in (practice.person, spouse):
        AttendanceFactory.create(appointment=made, person=person)
    url = reverse("agenda:note", args=[made.public_id])
    assert f'action="{url}"' in _shown(client, "to_note")

    assert client.post(url, {"tous": "excused"}).status_code == 404
    answer = client.post(url, {"tous": said})

    assert answer["Location"] == reverse("agenda:to_note")
    with as_owner():
        made.refresh_from_db()
        found = set(Attendance.objects.values_list("person", "outcome"))
    assert made.state == "held"
    assert found == {(practice.person.pk, said), (spouse.pk, said)}
    # What a colleague noted is not noted over from a list that one left open.
    again = client.post(url, {"tous": "absent" if said == "attended" else "attended"}, follow=True)
    assert "noté entre-temps" in again.content.decode()
    with as_owner():
        assert set(Attendance.objects.values_list("person", "outcome")) == found


def test_what_a_closure_leaves_is_listed_to_be_moved(
    practice: Practice, made: Appointment
) -> None:
    client = _in(practice.manager)
    assert "Rien à déplacer" in _shown(client, "to_move")
    url = reverse("agenda:close", args=[practice.place.pk])
    day = MONDAY.isoformat()

    client.post(url, {"first_day": day, "last_day": day, "reason": "works"})

    assert practice.name in _shown(client, "to_move")
    assert practice.name in _shown(_in(practice.worker), "to_move")
    assert "À déplacer" in _shown(client, "appointment", made.public_id)
    with as_owner():
        closure = Closure.objects.get()
    client.post(reverse("agenda:reopen", args=[closure.pk]))
    assert "Rien à déplacer" in _shown(client, "to_move")


def test_a_manager_keeps_the_openings_and_rooms_of_a_place(practice: Practice) -> None:
    client, number = _in(practice.manager), practice.place.pk
    told = {"when": "4am", "starts": "09:00", "ends": "12:00", "capacity": "2"}
    client.post(reverse("agenda:set_opening", args=[number]), told)
    client.post(reverse("agenda:add_room", args=[number]), {"name": "Salle bleue"})

    page = _shown(client, "place", number)
    assert "Jeudi matin" in page
    assert "Salle bleue" in page
    with as_owner():
        opening, room = Opening.objects.get(place=number, weekday=4), Room.objects.get()
    client.post(reverse("agenda:remove_opening", args=[opening.pk]))
    client.post(reverse("agenda:remove_room", args=[room.pk]))
    page = _shown(client, "place", number)
    assert '<th scope="row" data-label="Demi-journée">Jeudi matin' not in page
    assert "Salle bleue" not in page
    assert "Lundi, matin et après-midi" in _shown(client, "places")


def test_a_head_closes_every_place(practice: Practice) -> None:
    client, day = _in(StaffFactory.create(role=Role.DEPARTMENT_HEAD)), MONDAY.isoformat()
    told = {"first_day": day, "last_day": day, "reason": "bridge"}

    assert client.post(reverse("agenda:close_all"), told).status_code == 302

    assert "Tous les lieux sont fermés" in _shown(_in(practice.worker), "week", **_week())


def test_a_manager_says_where_a_worker_receives(practice: Practice) -> None:
    client, url = (
        _in(practice.manager),
        reverse("agenda:presences", args=[practice.worker.public_id]),
    )
    OpeningFactory.create(place=practice.place, weekday=5)
    assert "Vendredi matin" in client.get(url).content.decode()
    today = timezone.localdate().isoformat()

    nowhere = {f"{day}{half}": "0" for day in range(1, 7) for half in ("am", "pm")}
    told = {**nowhere, "since": today, "5am": practice.place.pk}

    assert client.post(url, told).status_code == 302

    with as_owner():
        kept = Presence.objects.filter(worker=practice.worker, until=None)
        assert [(one.weekday, one.half) for one in kept] == [(5, "am")]
    before = {**told, "since": "2020-01-01"}
    assert "pas avant" in client.post(url, before).content.decode()
    stranger = StaffFactory.create(role=Role.SOCIAL_WORKER)
    other = reverse("agenda:presences", args=[stranger.public_id])
    assert client.get(other).status_code == 403


def test_the_family_s_path_tells_its_appointments(practice: Practice, made: Appointment) -> None:
    held = AppointmentFactory.create(
        worker=practice.worker,
        family=practice.family,
        during=span(timezone.now() - timedelta(days=9)),
    )
    url = practice.family.get_absolute_url()

    page = _in(practice.worker).get(url).content.decode()
    assert made.get_absolute_url() in page
    assert held.get_absolute_url() in page
    assert "Suite à noter" in page
    mediator = StaffFactory.create(role=Role.MEDIATOR)
    page = _in(mediator).get(url).content.decode()
    assert "rendez-vous/" not in page


def test_the_day_tells_what_waits_in_the_diary(practice: Practice) -> None:
    now = timezone.now()
    for hours, state in ((-3, "booked"), (-30, "proposed")):
        AppointmentFactory.create(
            worker=practice.worker,
            state=state,
            during=span(now + timedelta(hours=hours)),
            family=FamilyFactory.create(),
        )

    page = _in(practice.worker).get("/").content.decode()

    assert "Suites de rendez-vous à noter" in page
    assert '<p class="waiting-number">2</p>' in page


def test_a_family_merged_leads_to_the_one_it_is_now(practice: Practice) -> None:
    kept: Family = FamilyFactory.create()
    with as_owner():
        Family.objects.filter(pk=practice.family.pk).update(merged_into=kept)
    answer = _in(practice.worker).get(reverse("agenda:book", args=[practice.family.public_id]))
    assert answer["Location"] == reverse("agenda:book", args=[kept.public_id])
