"""Sharing out families that accepted: what is proposed, why, and what a manager makes of it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from conftest import as_owner
from factories.directory import (
    AbsenceFactory,
    AreaFactory,
    CommuneFactory,
    SectorFactory,
    StaffFactory,
    TeamFactory,
)
from factories.families import FamilyFactory, InvolvementFactory
from factories.outreach import AnswerFactory
from jalon.directory.models import Commune, StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Involvement
from jalon.outreach.assigning import Suggestion, Waiting, Worker, share_out
from jalon.outreach.models import Approach
from jalon.web import listing
from outreach.test_answering import approached, now

_PAGE = "/prises-de-contact/a-attribuer/"
_PLACES = ("94028", "94054", "94081")
_SHARES = (Decimal(1), Decimal("0.8"), Decimal("0.5"))

workers = st.lists(
    st.builds(
        Worker,
        pk=st.integers(1, 10**6),
        name=st.sampled_from(["Benali", "Diallo", "Robin"]),
        territory=st.sampled_from([1, 2, None]),
        communes=st.frozensets(st.sampled_from(_PLACES)),
        share=st.sampled_from(_SHARES),
        led=st.integers(0, 60),
        away=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda one: one.pk,
)
families = st.lists(
    st.one_of(
        st.builds(
            Waiting,
            commune=st.sampled_from(_PLACES),
            commune_said=st.just("Créteil"),
            territory=st.sampled_from([1, 2]),
        ),
        st.just(Waiting(None, "", None)),
    ),
    max_size=30,
)


def possible(family: Waiting, team: list[Worker]) -> list[Worker]:
    """Who may be proposed, told apart from how it is computed."""
    there = [
        one
        for one in team
        if not one.away and one.territory is not None and one.territory == family.territory
    ]
    return [one for one in there if family.commune in one.communes] or there


def load(one: Worker, found: list[Suggestion]) -> Any:
    given_so_far = sum(other.worker == one.pk for other in found)
    return (one.led + given_so_far + 1) / one.share


class TestSharing:
    @given(families, workers)
    def test_nobody_is_passed_over_by_who_has_more(
        self, waiting: list[Waiting], team: list[Worker]
    ) -> None:
        found = share_out(waiting, team)

        for rank, (family, suggestion) in enumerate(zip(waiting, found, strict=True)):
            candidates = possible(family, team)
            assert suggestion.worker in {one.pk for one in candidates} or (
                suggestion.worker is None and not candidates
            )
            if candidates:
                loads = {one.pk: load(one, found[:rank]) for one in candidates}
                assert loads[suggestion.worker or 0] == min(loads.values())

    @given(families, workers)
    def test_the_absent_and_other_territories_get_none(
        self, waiting: list[Waiting], team: list[Worker]
    ) -> None:
        by_pk = {one.pk: one for one in team}
        for family, suggestion in zip(waiting, share_out(waiting, team), strict=True):
            if suggestion.worker is not None:
                assert not by_pk[suggestion.worker].away
                assert by_pk[suggestion.worker].territory == family.territory

    @given(st.integers(0, 40), st.integers(1, 6), st.sampled_from(_SHARES))
    def test_equals_end_within_one_of_each_other(
        self, number: int, size: int, share: Decimal
    ) -> None:
        team = [
            Worker(pk, f"{pk}", 1, frozenset({"94028"}), share, led=12)
            for pk in range(1, size + 1)
        ]
        found = share_out([Waiting("94028", "Créteil", 1)] * number, team)

        counts = [sum(one.worker == worker.pk for one in found) for worker in team]
        assert sum(counts) == number
        assert max(counts) - min(counts) <= 1

    @given(st.integers(0, 60))
    def test_a_half_time_gets_half(self, number: int) -> None:
        full = Worker(1, "A", 1, frozenset(), Decimal(1), led=0)
        half = Worker(2, "B", 1, frozenset(), Decimal("0.5"), led=0)
        found = share_out([Waiting("94028", "Créteil", 1)] * number, [full, half])

        halves = sum(one.worker == 2 for one in found)
        assert abs(halves - number / 3) <= 1

    @given(families, workers, st.randoms())
    def test_the_same_whatever_the_order_of_the_workers(
        self, waiting: list[Waiting], team: list[Worker], random: Any
    ) -> None:
        shuffled = list(team)
        random.shuffle(shuffled)
        assert share_out(waiting, shuffled) == share_out(waiting, team)

    def test_it_says_why_in_one_sentence(self) -> None:
        team = [
            Worker(1, "Benali", 1, frozenset({"94028"}), Decimal(1), led=31),
            Worker(2, "Diallo", 1, frozenset({"94028"}), Decimal("0.5"), led=18),
            Worker(3, "Robin", 1, frozenset(), Decimal(1), led=2),
        ]
        creteil, orly = Waiting("94028", "Créteil", 1), Waiting("94054", "Orly", 1)
        away = [Worker(4, "Petit", 1, frozenset(), Decimal(1), led=0, away=True)]

        first, second, third = (one.why for one in share_out([creteil, creteil, orly], team))

        assert first == (
            "Suit Créteil ; 31\u00a0familles pour un temps plein, la charge la plus légère des "
            "deux."
        )
        assert second.startswith(
            "Suit Créteil ; 32\u00a0familles pour un temps plein, dont 1 proposée ici, "
        )
        assert third == (
            "Du même territoire, car nul de présent ne suit Orly ; 2\u00a0familles pour un temps "
            "plein, la charge la plus légère des trois."
        )
        assert share_out([creteil], away)[0].why.startswith("Tous les travailleurs sociaux")
        assert share_out([Waiting(None, "", None)], team)[0].why.startswith("Sa commune")
        assert share_out([Waiting("38185", "Grenoble", 9)], team)[0].why.startswith("Aucun")


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def commune(self) -> Commune:
        commune: Commune = CommuneFactory.create(label="Créteil", area=AreaFactory.create())
        return commune

    @pytest.fixture
    def manager(self, client: Client, commune: Commune) -> StaffMember:
        team = TeamFactory.create(territory=commune.area.territory)
        member: StaffMember = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team)
        client.force_login(member)
        return member

    def worker(self, manager: StaffMember, commune: Commune, led: int = 0) -> StaffMember:
        member: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER, team=manager.team)
        SectorFactory.create(worker=member, commune=commune)
        for _ in range(led):
            InvolvementFactory.create(worker=member, lead=True)
        return member

    def accepted(self, commune: Commune | None, **columns: Any) -> Approach:
        approach = approached(FamilyFactory.create(commune=commune))
        AnswerFactory.create(approach=approach, kind="meeting", **columns)
        return now(approach)

    def suggested(self, client: Client) -> dict[int, Any]:
        answer = client.get(_PAGE)
        assert answer.status_code == 200
        return {one.approach.pk: one.suggested for one, *_ in answer.context["rows"]}

    def leads(self) -> dict[int, int | None]:
        with as_owner():
            found = Involvement.objects.filter(lead=True, until=None, family__answers__gt=0)
            return dict(found.values_list("family_id", "worker_id"))

    def test_the_least_loaded_of_the_commune_is_proposed(
        self, client: Client, manager: StaffMember, commune: Commune
    ) -> None:
        self.worker(manager, commune, led=3)
        light = self.worker(manager, commune, led=1)
        approach = self.accepted(commune)

        assert self.suggested(client) == {approach.pk: light}
        assert "Suit Créteil" in client.get(_PAGE).content.decode()

    def test_the_absent_are_not(
        self, client: Client, manager: StaffMember, commune: Commune
    ) -> None:
        there = self.worker(manager, commune, led=3)
        AbsenceFactory.create(member=self.worker(manager, commune))
        back = self.worker(manager, commune, led=4)
        yesterday = timezone.localdate() - timedelta(days=1)
        AbsenceFactory.create(member=back, first_day=yesterday, last_day=yesterday)
        approach = self.accepted(commune)

        assert self.suggested(client) == {approach.pk: there}

    def test_of_a_large_team_those_of_the_commune_and_the_one_proposed_may_be_chosen(
        self,
        client: Client,
        manager: StaffMember,
        commune: Commune,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("jalon.outreach.assigning._MOST_CHOICES", 2)
        for _ in range(3):
            StaffFactory.create(role=Role.SOCIAL_WORKER, team=manager.team, last_name="Abel")
        takes = [self.worker(manager, commune, led=number) for number in (4, 1)]
        self.accepted(commune)

        ((one, *_),) = client.get(_PAGE).context["rows"]

        assert one.suggested == takes[1]
        assert set(one.choices) == set(takes)

    def test_only_those_who_accepted_social_work_and_have_nobody_wait(
        self, client: Client, manager: StaffMember, commune: Commune
    ) -> None:
        assert manager
        wanted = self.accepted(commune)
        self.accepted(commune, services=["mediation"])
        led = self.accepted(commune)
        InvolvementFactory.create(family=led.family, lead=True)
        over = self.accepted(commune)
        today = timezone.localdate()
        InvolvementFactory.create(family=over.family, lead=True, since=today, until=today)
        approached(FamilyFactory.create(commune=commune))
        self.accepted(CommuneFactory.create())

        assert set(self.suggested(client)) == {wanted.pk}

    def test_the_manager_accepts_all(
        self, client: Client, manager: StaffMember, commune: Commune
    ) -> None:
        one, other = self.worker(manager, commune), self.worker(manager, commune)
        waiting = [self.accepted(commune) for _ in range(4)]
        proposed = self.suggested(client)
        told = {f"referent-{one.public_id}": proposed[one.pk].public_id for one in waiting}
        page = client.get(_PAGE).content.decode()
        for name, worker in told.items():
            (choice,) = re.findall(f'name="{name}".*?</select>', page, re.DOTALL)
            assert re.search(f'<option value="{worker}"\\s+selected>', choice)
            assert {str(one.public_id), str(other.public_id)} <= set(
                re.findall(r'"(.{36})"', choice)
            )

        shown = client.post(_PAGE, told, follow=True)

        assert "4\u00a0référents nommés" in shown.content.decode()
        assert self.leads() == {one.family_id: proposed[one.pk].pk for one in waiting}
        assert Counter(self.leads().values()) == {one.pk: 2, other.pk: 2}

    def test_the_manager_changes_one_alone(
        self, client: Client, manager: StaffMember, commune: Commune
    ) -> None:
        self.worker(manager, commune)
        heavy = self.worker(manager, commune, led=5)
        first, second = self.accepted(commune), self.accepted(commune)
        told = {f"referent-{one.public_id}": heavy.public_id for one in (first, second)}

        client.post(_PAGE, {**told, "seule": str(second.public_id)})

        assert self.leads() == {second.family_id: heavy.pk}

    @pytest.mark.parametrize("spelled", ["{}", "{{{}}}", "urn:uuid:{}", "upper"])
    def test_a_reference_is_read_however_it_is_spelled(
        self, client: Client, manager: StaffMember, commune: Commune, spelled: str
    ) -> None:
        worker, approach = self.worker(manager, commune), self.accepted(commune)
        one, other = (
            str(key).upper() if spelled == "upper" else spelled.format(key)
            for key in (approach.public_id, worker.public_id)
        )

        client.post(_PAGE, {f"referent-{one}": other, "seule": str(approach.public_id)})

        assert self.leads() == {approach.family_id: worker.pk}

    def test_only_a_family_on_the_list_is_given_somebody(
        self, client: Client, manager: StaffMember, commune: Commune
    ) -> None:
        worker, waiting = self.worker(manager, commune), self.accepted(commune)
        silent = approached(FamilyFactory.create(commune=commune))
        elsewhere = self.accepted(CommuneFactory.create())
        told = {
            f"referent-{one.public_id}": worker.public_id for one in (silent, elsewhere, waiting)
        }

        shown = client.post(_PAGE, told).content.decode()

        assert shown.count("attend pas de référent ici") == 2
        assert self.leads() == {waiting.family_id: worker.pk}

    def test_who_was_named_meanwhile_stays(
        self, client: Client, manager: StaffMember, commune: Commune
    ) -> None:
        worker, approach = self.worker(manager, commune), self.accepted(commune)
        lead = InvolvementFactory.create(family=approach.family, lead=True)

        shown = client.post(_PAGE, {f"referent-{approach.public_id}": worker.public_id})

        assert f"{lead.worker} en est déjà référent" in shown.content.decode()
        assert self.leads() == {approach.family_id: lead.worker_id}

    @pytest.mark.parametrize("who", ["stranger", "self", "nobody", "nonsense"])
    def test_nobody_else_is_named(
        self, client: Client, manager: StaffMember, commune: Commune, who: str
    ) -> None:
        approach = self.accepted(commune)
        stranger = StaffFactory.create(role=Role.SOCIAL_WORKER, team=TeamFactory.create())
        given_ = {
            "stranger": stranger.public_id,
            "self": manager.public_id,
            "nobody": "",
            "nonsense": "x",
        }

        client.post(_PAGE, {f"referent-{approach.public_id}": given_[who], "referent-x": "y"})

        assert self.leads() == {}

    def test_social_workers_do_not_share_out(self, client: Client) -> None:
        client.force_login(StaffFactory.create(role=Role.SOCIAL_WORKER))
        assert client.get(_PAGE).status_code == 403
        assert client.post(_PAGE).status_code == 403

    def test_with_nobody_waiting_it_says_so(self, client: Client, manager: StaffMember) -> None:
        assert manager
        assert "Aucune famille à attribuer" in client.get(_PAGE).content.decode()

    def test_a_long_list_goes_on_without_being_counted(
        self,
        client: Client,
        manager: StaffMember,
        commune: Commune,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(listing, "PAGE", 2)
        self.worker(manager, commune)
        waiting = [self.accepted(commune).pk for _ in range(3)]

        first, last, past = (client.get(f"{_PAGE}?page={one}") for one in (1, 2, 9))

        assert "d'autres suivent" in first.content.decode().replace("&#x27;", "'")
        assert "?page=2" in first.content.decode()
        assert "<strong>3" in last.content.decode()
        shown = [[one.approach.pk for one, *_ in page.context["rows"]] for page in (first, last)]
        assert sorted(pk for one in shown for pk in one) == waiting
        assert [len(one) for one in shown] == [2, 1]
        assert past.context["page"].number == 2

    def test_the_queries_do_not_grow(
        self, client: Client, manager: StaffMember, commune: Commune
    ) -> None:
        def counted() -> int:
            with CaptureQueriesContext(connection) as queries:
                client.get(_PAGE)
            return len(queries)

        self.worker(manager, commune)
        self.accepted(commune)
        counted()
        one = counted()
        for _ in range(2):
            self.worker(manager, commune, led=1)
            self.accepted(commune)

        assert counted() == one <= 22
