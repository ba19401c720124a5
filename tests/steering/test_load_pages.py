"""What workers carry: counted by hand, shown to whom it concerns, opening onto the same rows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import as_owner
from factories.agenda import AppointmentFactory, AttendanceFactory, at, span
from factories.directory import (
    AbsenceFactory,
    RoleGrantFactory,
    StaffFactory,
    TeamFactory,
    TerritoryFactory,
)
from factories.families import PersonFactory
from factories.interventions import (
    BEGUN,
    AdviceMeetingFactory,
    HomeVisitFactory,
    InformationAdviceFactory,
    SupportFactory,
)
from jalon.agenda.enums import Outcome, State
from jalon.audit.identity import acting
from jalon.audit.models import Change
from jalon.directory.models import StaffMember, Team
from jalon.directory.roles import Role
from jalon.interventions.enums import AdviceState, SupportState
from jalon.rules.calendar import Month
from jalon.steering.forecast.workload import Costs
from jalon.steering.load import views as load_views
from jalon.steering.load.loads import Load, loads
from jalon.steering.load.worked import Aim
from jalon.steering.practice import Practice
from steering.counted import count, total

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
COSTS = Costs(2, 2, 2, hours_a_day=7, individual_share=0.65)


@pytest.fixture
def team() -> Team:
    made: Team = TeamFactory.create(territory=TerritoryFactory.create())
    return made


def worker(
    team: Team | None,
    since: date = date(2025, 1, 1),
    until: date | None = None,
    **columns: Any,
) -> StaffMember:
    made: StaffMember = StaffFactory.create(team=team, **columns)
    RoleGrantFactory.create(member=made, role=Role.SOCIAL_WORKER.value, since=since, until=until)
    return made


def again(one: StaffMember, since: date) -> StaffMember:
    RoleGrantFactory.create(member=one, role=Role.SOCIAL_WORKER.value, since=since)
    return one


def support(by: StaffMember, **columns: Any) -> None:
    SupportFactory.create(worker=by, **{"state": SupportState.ACTIVE, **BEGUN, **columns})


def met(by: StaffMember, day: date, outcome: Outcome = Outcome.ATTENDED, **columns: Any) -> Any:
    one = AppointmentFactory.create(
        worker=by,
        during=span(at(day, 9)),
        state=State.HELD,
        noted_by=by,
        noted_at=at(day, 10),
        **columns,
    )
    person = PersonFactory.create(family=one.family)
    AttendanceFactory.create(appointment=one, person=person, outcome=outcome)
    return one.family


# A full time works 1 508 hours a year, seven a day.
AIM = Aim(95, 1508 / 7)


def load_of(one: StaffMember, aim: Aim | None = AIM, by: StaffMember | None = None) -> Load:
    with acting((by or one).pk):
        return loads([one], TODAY, COSTS, aim)[0]


def test_what_runs_and_what_it_asks_for(team: Team) -> None:
    one = worker(team)
    support(one, ends_on=date(2026, 12, 23))
    support(one, ends_on=date(2027, 5, 1))
    # Past its term, it goes on until somebody closes it.
    support(one, ends_on=date(2026, 11, 1))
    support(one, state=SupportState.DRAFT, started_on=None, ends_on=None, limit_on=None)
    InformationAdviceFactory.create(worker=one)
    InformationAdviceFactory.create(
        worker=one, state=AdviceState.CLOSED, closed_on=TODAY, outcome="needs_met"
    )
    found = load_of(one)

    assert (found.running, found.advices) == (3, 1)
    # A month, and twice the 92 days until 23 February.
    assert found.months_to_come == pytest.approx((30 + 92 + 92) / 30.44)
    assert found.hours_to_come == pytest.approx(found.months_to_come * 4 + 4)


def test_families_are_counted_once_and_meetings_each_time(team: Team) -> None:
    one = worker(team)
    family = met(one, date(2026, 3, 2))
    met(one, date(2026, 4, 2), family=family)
    met(one, date(2026, 5, 4))
    met(one, date(2026, 5, 5), Outcome.ABSENT)
    met(one, date(2025, 12, 30))
    met(worker(team), date(2026, 5, 6))
    found = load_of(one)

    assert (found.families, found.meetings, found.hours_spent) == (2, 3, 6)


def test_whoever_is_received_without_an_appointment_is_counted(team: Team) -> None:
    """By themselves and by who answers for them, who reads nothing of it; by nobody else."""
    one = worker(team)
    advice = InformationAdviceFactory.create(worker=one)
    AdviceMeetingFactory.create(advice=advice, by=one, held_on=date(2026, 3, 2))
    met(one, date(2026, 4, 2))
    visited = SupportFactory.create(worker=one, state=SupportState.ACTIVE, **BEGUN)
    HomeVisitFactory.create(
        support=visited, by=one, agreed_on=date(2026, 6, 2), done_on=date(2026, 6, 9)
    )
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team)
    elsewhere = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=TeamFactory.create())

    for reader in (one, manager):
        found = load_of(one, by=reader)
        assert (found.families, found.meetings) == (3, 3)
    assert load_of(one, by=elsewhere).meetings == 0


def test_part_time_is_that_of_each_day(team: Team) -> None:
    """Half time until 30 September, as the department's months count it; then full time."""
    one = worker(team, working_time="0.50")
    with as_owner():
        one.working_time = Decimal(1)
        one.save()
        Change.objects.filter(table_name="directory_staffmember", row_id=one.pk).filter(
            action="update"
        ).update(at=at(date(2026, 10, 1), 8))
    until_today = 0.5 * 9 + 1 + 22 / 30
    assert load_of(one).expected == pytest.approx(95 * until_today / 12)
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team)
    assert load_of(one, by=manager).expected == pytest.approx(95 * until_today / 12)
    for month, share in ((9, 0.5), (10, 1)):
        count(Month(2026, month))
        assert total("workers_in_post", Month(2026, month)) == {"": share}


def test_who_was_long_away_is_expected_for_the_days_that_they_were_there(team: Team) -> None:
    """Away until 31 August, they worked 22 days in September, 22 in October and 14 in November."""
    one = worker(team)
    AbsenceFactory.create(member=one, first_day=date(2026, 1, 1), last_day=date(2026, 8, 31))
    assert load_of(one).expected == pytest.approx(95 * 58 * 7 / 1508)
    assert load_of(one, Aim(95, None)).expected == pytest.approx(95 * (10 + 22 / 30) / 12)


def test_what_is_expected_follows_days_in_post_and_part_time(team: Team) -> None:
    """Ten months and 22 days of November are over; leave is in the target of a year already."""
    half = worker(team, working_time="0.50")
    late = worker(team, since=date(2026, 11, 16))
    away = worker(team)
    AbsenceFactory.create(member=away, first_day=date(2026, 11, 2), last_day=date(2026, 11, 15))
    assert load_of(half).expected == pytest.approx(95 * 0.5 * (10 + 22 / 30) / 12)
    assert load_of(late).expected == pytest.approx(95 * 7 / 30 / 12)
    assert load_of(away).expected == pytest.approx(95 * (10 + 22 / 30) / 12)
    assert load_of(half, None).expected is None


def test_a_page_says_which_meetings_it_counts(client: Client, team: Team) -> None:
    client.force_login(worker(team))
    page = client.get(reverse("load:mine")).content.decode()
    assert "Familles reçues depuis janvier" in page
    assert "entretiens et visites notés sans rendez-vous" in unescape(page)
    assert "à la quotité de chaque jour" in unescape(page)


def test_days_ahead_end_with_the_role_and_go_on_with_the_next(team: Team) -> None:
    """Of 23 to 30 November, six are working days; of 23 November to 23 February, 65."""
    leaves = worker(team, until=TODAY + timedelta(days=7))
    renewed = again(worker(team, until=date(2026, 12, 31)), date(2027, 1, 1))
    assert load_of(leaves).days_ahead == 6
    assert load_of(renewed).days_ahead == load_of(worker(team)).days_ahead == 65


def test_a_contract_renewed_in_july_is_expected_all_year(team: Team) -> None:
    renewed = again(worker(team, until=date(2026, 6, 30)), date(2026, 7, 1))
    assert load_of(renewed).expected == pytest.approx(load_of(worker(team)).expected)


def test_who_leaves_is_not_proposed_the_supports_of_others(client: Client, team: Team) -> None:
    busy = worker(team, last_name="Chargé")
    worker(team, until=timezone.localdate() + timedelta(days=7), last_name="Partant")
    for _ in range(4):
        support(busy)
    client.force_login(StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team))
    assert client.get(reverse("steering:team")).context["evenings"] == []


def test_who_is_away_for_three_months_has_no_share(team: Team) -> None:
    one = worker(team)
    support(one)
    AbsenceFactory.create(member=one, first_day=TODAY, last_day=TODAY + timedelta(days=120))
    assert load_of(one).carried.load is None


def test_one_s_own_page_opens_onto_the_rows_that_it_counts(client: Client, team: Team) -> None:
    one = worker(team)
    support(one)
    support(one, state=SupportState.REOPENED, reopened_on=BEGUN["started_on"])
    support(one, state=SupportState.DRAFT, started_on=None, ends_on=None, limit_on=None)
    support(worker(team))
    client.force_login(one)
    page = client.get(reverse("load:mine"))

    assert page.context["one"].load.running == 2
    address = f"{reverse('supports:list')}?etat=vont&de=moi"
    assert address in page.content.decode().replace("&amp;", "&")
    assert len(client.get(address).context["page"].items) == 2


def test_a_manager_sees_their_territory_and_nobody_else(client: Client, team: Team) -> None:
    one, other = worker(team), worker(TeamFactory.create(territory=TerritoryFactory.create()))
    support(one)
    support(other)
    client.force_login(StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team))
    page = client.get(reverse("steering:team"), {"territoire": other.team.territory.code})  # type: ignore[union-attr]

    assert [row.worker for row in page.context["rows"]] == [one]
    listed = client.get(reverse("supports:list"), {"etat": "vont", "de": str(one.public_id)})
    assert [row.worker for row in listed.context["page"].items] == [one]


@pytest.mark.parametrize("placed", [False, True])
def test_a_manager_without_a_territory_is_shown_nobody(
    client: Client, team: Team, *, placed: bool
) -> None:
    """Whether without a team, or in one without a territory: noughts would be invented."""
    support(worker(team))
    own = TeamFactory.create(territory=None) if placed else None
    client.force_login(StaffFactory.create(role=Role.TERRITORY_MANAGER, team=own))
    page = client.get(reverse("steering:team"))

    assert (page.context["rows"], page.context["evenings"]) == ([], [])
    assert "la charge de personne ne peut vous être montrée" in page.content.decode()


def test_the_head_chooses_a_territory(client: Client, team: Team) -> None:
    one, other = worker(team), worker(TeamFactory.create(territory=TerritoryFactory.create()))
    client.force_login(StaffFactory.create(role=Role.DEPARTMENT_HEAD))
    address = reverse("steering:team")
    everyone = client.get(address).context["rows"]
    assert {row.worker for row in everyone} == {one, other}
    chosen = client.get(address, {"territoire": team.territory.code}).context["rows"]  # type: ignore[union-attr]
    assert [row.worker for row in chosen] == [one]


def test_what_could_be_evened_out_is_said_with_the_reason(client: Client, team: Team) -> None:
    busy, free = worker(team, last_name="Chargé"), worker(team, last_name="Libre")
    for _ in range(4):
        support(busy, ends_on=date(2027, 6, 1), limit_on=date(2027, 6, 1))
    client.force_login(StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team))
    (found,) = client.get(reverse("steering:team")).context["evenings"]

    assert (found.giver, found.taker, found.supports) == (str(busy), str(free), 2)


def test_a_team_is_evened_out_whole_and_not_by_the_page(
    client: Client, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jalon.web.listing.PAGE", 1)
    busy, free = worker(team, last_name="Chargé"), worker(team, last_name="Libre")
    for _ in range(4):
        support(busy, ends_on=date(2027, 6, 1), limit_on=date(2027, 6, 1))
    client.force_login(StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team))
    first, second = (client.get(reverse("steering:team"), {"page": one}).context for one in "12")

    assert [[row.worker for row in page["rows"]] for page in (first, second)] == [[busy], [free]]
    assert first["evenings"] == second["evenings"] != []
    assert first["whole"] == second["whole"]
    assert (first["whole"].workers, first["whole"].running) == (2, 4)


def test_of_too_many_workers_each_is_shown_and_nothing_is_added_up(
    client: Client, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, free = worker(team, last_name="Chargé"), worker(team, last_name="Libre")
    for _ in range(4):
        support(busy, ends_on=date(2027, 6, 1), limit_on=date(2027, 6, 1))
    client.force_login(StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team))
    monkeypatch.setattr(load_views, "MOST_ADDED", 1)
    page = client.get(reverse("steering:team"))

    assert [(row.worker, row.load.running) for row in page.context["rows"]] == [
        (busy, 4),
        (free, 0),
    ]
    assert page.context["whole"] is None
    assert page.context["evenings"] == []
    assert "Le total n'est pas fait" in unescape(page.content.decode())
    received = client.get(reverse("steering:received"))
    assert "La liste n'est pas faite" in unescape(received.content.decode())
    alone = client.get(reverse("steering:received"), {"qui": str(free.public_id)})
    assert alone.context["many"] == 0
    monkeypatch.setattr(load_views, "MOST_ADDED", 2)
    assert client.get(reverse("steering:team")).context["whole"].running == 4


def test_nothing_is_handed_across_territories(client: Client, team: Team) -> None:
    busy = worker(team)
    worker(TeamFactory.create(territory=TerritoryFactory.create()))
    for _ in range(4):
        support(busy, ends_on=date(2027, 6, 1), limit_on=date(2027, 6, 1))
    client.force_login(StaffFactory.create(role=Role.DEPARTMENT_HEAD))
    page = client.get(reverse("steering:team"))
    assert page.context["evenings"] == []
    assert "Choisissez un territoire" in page.content.decode()


def test_the_team_asks_as_many_queries_for_one_as_for_three(
    client: Client, team: Team, django_assert_max_num_queries: Any
) -> None:
    support(worker(team))
    client.force_login(StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team))
    client.get(reverse("steering:team"))
    with django_assert_max_num_queries(40) as first:
        client.get(reverse("steering:team"))
    for _ in range(2):
        one = worker(team)
        support(one)
        met(one, date(2026, 3, 2))
    with django_assert_max_num_queries(40) as third:
        assert len(client.get(reverse("steering:team")).context["rows"]) == 3
    assert len(third) == len(first)


def test_a_profile_without_its_model_says_so(
    client: Client, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(worker(team))
    monkeypatch.setattr(load_views, "practice", lambda: Practice(10, {}, {}))
    assert load_views.NO_MODEL in client.get(reverse("load:mine")).context["no_model"]


def test_an_empty_territory_says_so(client: Client, team: Team) -> None:
    client.force_login(StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team))
    assert "Aucun travailleur social" in client.get(reverse("steering:team")).content.decode()


def test_families_received_open_onto_those_who_came_beside_how_many_were_counted(
    client: Client, team: Team
) -> None:
    """One received by two people is there twice, as in the sum; another's are not one's own."""
    one, other, elsewhere = (
        worker(team),
        worker(team),
        worker(TeamFactory.create(territory=TerritoryFactory.create())),
    )
    january = date(timezone.localdate().year, 1, 5)
    family = met(one, january)
    met(one, january + timedelta(days=1), family=family)
    met(other, january + timedelta(days=2), family=family)
    met(other, january, Outcome.ABSENT)
    met(elsewhere, january)
    advice = InformationAdviceFactory.create(worker=other)
    AdviceMeetingFactory.create(advice=advice, by=other, held_on=january)
    client.force_login(StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team))
    page = client.get(reverse("steering:team"))
    opened = client.get(page.context["received"])
    listed = opened.context

    # Whoever was met without an appointment is counted, and read by who wrote it alone.
    assert listed["counted"] == page.context["whole"].families == 3
    assert listed["many"] == 2
    assert "La charge compte 3" in opened.content.decode()
    assert [(row.family, row.worker, row.meetings) for row in listed["page"].items] == [
        (family, other, 1),
        (family, one, 2),
    ]
    address = f"{reverse('steering:received')}?qui={one.public_id}"
    assert address in page.content.decode()
    assert [row.worker for row in client.get(address).context["page"].items] == [one]
    for nobody in (str(elsewhere.public_id), "x"):
        assert client.get(reverse("steering:received"), {"qui": nobody}).context["many"] == 0
    client.force_login(one)
    assert client.get(reverse("load:received")).context["many"] == 1
    assert client.get(reverse("load:mine")).context["one"].load.families == 1
