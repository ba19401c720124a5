"""The list of approaches: its filters, what is done with several at once, and its file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import as_owner
from factories.directory import CommuneFactory, SectorFactory, StaffFactory, TeamFactory
from factories.families import FamilyFactory, InvolvementFactory
from factories.outreach import AnswerFactory, MessageFactory, TurnFactory
from jalon.audit.identity import acting
from jalon.audit.models import Read
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family, Involvement
from jalon.outreach import downloads
from jalon.outreach.enums import Standing
from jalon.outreach.models import Answer, Approach
from jalon.outreach.states import standing_at
from outreach.messages.letters import letter
from outreach.test_answering import approached, now

pytestmark = pytest.mark.django_db
_LIST = "/prises-de-contact/"


def days(number: int) -> Any:
    return timezone.localdate() + timedelta(days=number)


@pytest.fixture
def worker(client: Client) -> StaffMember:
    member: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER)
    client.force_login(member)
    return member


def listed(client: Client, query: str = "") -> list[int]:
    answer = client.get(f"{_LIST}{query}")
    assert answer.status_code == 200
    return [one.approach.pk for one in answer.context["rows"]]


def answered(kind: str, *, dealt: bool = False, **columns: Any) -> Approach:
    approach = approached(**columns)
    by = StaffFactory.create()
    again_on = timezone.localdate() if kind == "later" else None
    done = {"dealt_at": timezone.now(), "dealt_by": by} if dealt else {}
    AnswerFactory.create(approach=approach, kind=kind, again_on=again_on, **done)
    return now(approach)


def written_to(state: str = "sent", **columns: Any) -> Approach:
    approach = approached(**columns)
    letter(approach, state)
    return now(approach)


def ended() -> Approach:
    approach = approached()
    with as_owner():
        Approach.objects.filter(pk=approach.pk).update(
            ended_on=days(0), ending="mistake", ended_by=StaffFactory.create()
        )
    return now(approach)


def deferred() -> Approach:
    approach = approached()
    with as_owner():
        TurnFactory.create(proposal=approach.proposals.get())
    return now(approach)


def unwanted() -> Approach:
    approach = deferred()
    with as_owner():
        Family.objects.filter(pk=approach.family_id).update(do_not_contact_here=True)
    return approach


def one_of_each() -> dict[str, Approach]:
    """An approach for each place where one may stand, by its name in the address."""
    return {
        "to_contact": approached(),
        "unwanted": unwanted(),
        "waiting": deferred(),
        "contacted": written_to(),
        "undelivered": written_to("returned"),
        "accepted": answered("call"),
        "declined": answered("no"),
        "later": answered("later"),
        "unanswered": approached(window_ends_on=days(-1)),
        "ended": ended(),
    }


def test_each_standing_keeps_its_own(client: Client, worker: StaffMember) -> None:
    assert worker
    made = one_of_each()

    for standing, approach in made.items():
        assert listed(client, f"?etat={standing}") == [approach.pk], standing
    assert listed(client) == [one.pk for one in reversed(made.values())]


def test_standings_together_keep_what_each_keeps(worker: StaffMember) -> None:
    made = {Standing(name): one.pk for name, one in one_of_each().items()}
    today = timezone.localdate()

    with acting(worker.pk):
        for number in range(len(Standing) + 1):
            for wanted in combinations(Standing, number):
                kept = standing_at(Approach.objects.all(), wanted, today).values_list(
                    "pk", flat=True
                )
                assert set(kept) == {made[one] for one in wanted}, wanted


def test_what_waits_keeps_its_own(client: Client, worker: StaffMember) -> None:
    assert worker
    call, meeting, rule, unsafe = (
        answered(kind) for kind in ("call", "meeting", "rule", "unsafe")
    )
    later = answered("later")
    answered("call", dealt=True)
    person = approached(channel="in_person")
    soon = approached(window_ends_on=days(30))
    approached(window_ends_on=days(31))
    approached(window_ends_on=days(-1))
    answered("no", window_ends_on=days(3))
    unsure = approached()
    MessageFactory.create(approach=unsure, state="failed", trouble="uncertain")

    for what, approach in (
        ("appel", call),
        ("rendez-vous", meeting),
        ("regle", rule),
        ("danger", unsafe),
        ("reprendre", later),
        ("en-personne", person),
        ("echeance", soon),
        ("incertain", unsure),
    ):
        assert listed(client, f"?attente={what}") == [approach.pk], what
    # Who may send a message again is led to where it is done.
    again, perhaps = "/courriers/messages/", "/prises-de-contact/?attente=incertain"
    assert again not in client.get(perhaps).content.decode()
    client.force_login(StaffFactory.create(role=Role.SECRETARY))
    assert again in client.get(perhaps).content.decode()


def test_the_longest_waiting_comes_first(client: Client, worker: StaffMember) -> None:
    assert worker
    early, late = answered("call"), answered("call")

    assert listed(client, "?attente=appel") == [early.pk, late.pk]
    assert listed(client) == [late.pk, early.pk]


@pytest.mark.parametrize(
    "query",
    [
        "?offre=mediation",
        "?mois=2026-09",
        "?service=mediation",
        "?commune=94028",
        "?ou=secteur:{area}",
        "?ou=territoire:{territory}",
        "?ou=miennes",
        "?referent=moi",
        "?offre=mediation&mois=2026-09&etat=to_contact&referent=moi",
    ],
)
def test_each_filter_keeps_its_own(client: Client, worker: StaffMember, query: str) -> None:
    commune = CommuneFactory.create(code="94028", label="Créteil")
    SectorFactory.create(worker=worker, commune=commune)
    wanted = approached(FamilyFactory.create(commune=commune), offer="mediation", month="2026-09")
    InvolvementFactory.create(family=wanted.family, worker=worker, lead=True)
    InvolvementFactory.create(family=approached(offer="separation").family, worker=worker)

    assert listed(
        client, query.format(area=commune.area.code, territory=commune.area.territory.code)
    ) == [wanted.pk]


def test_families_are_listed_by_their_worker(client: Client) -> None:
    team = TeamFactory.create()
    client.force_login(StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team))
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=team)
    led, alone = approached(), approached()
    InvolvementFactory.create(family=led.family, worker=worker, lead=True)

    assert listed(client, f"?referent={worker.public_id}") == [led.pk]
    assert listed(client, "?referent=personne") == [alone.pk]
    stranger = StaffFactory.create(role=Role.SOCIAL_WORKER)
    assert listed(client, f"?referent={stranger.public_id}") == []


def test_a_service_named_by_the_family_holds(client: Client, worker: StaffMember) -> None:
    """It accepted an offer of social work, but asks for a mediator."""
    assert worker
    approach = approached(offer="separation")
    AnswerFactory.create(approach=approach, kind="meeting", services=["mediation"])

    assert listed(client, "?service=mediation") == [approach.pk]
    assert listed(client, "?service=social_work") == []


@pytest.mark.parametrize(
    "query", ["?etat=rien", "?attente=%00", "?referent=x", "?ou=secteur:rien", "?mois=hier"]
)
def test_a_filter_of_no_value_keeps_nothing(
    client: Client, worker: StaffMember, query: str
) -> None:
    assert worker
    approached()

    assert listed(client, query) == []


def test_a_line_says_where_the_family_is_and_what_waits(
    client: Client, worker: StaffMember
) -> None:
    approach = answered("meeting", label="Séparation")
    InvolvementFactory.create(family=approach.family, worker=worker, lead=True)

    shown = client.get(_LIST).content.decode()

    for text in ("Aïssatou Traoré", "Séparation", "Acceptée", "Rendez-vous à fixer", str(worker)):
        assert text in shown


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, "Un an à compter du courrier"),
        ({"event": "", "event_kind": "", "reported_on": None}, "Pas de date limite"),
    ],
)
def test_a_window_without_end_says_why(
    client: Client, worker: StaffMember, columns: dict[str, Any], said: str
) -> None:
    assert worker
    approached(window_ends_on=None, **columns)

    assert said in client.get(_LIST).content.decode()


def test_the_queries_do_not_grow(client: Client, worker: StaffMember) -> None:
    assert worker

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(_LIST)
        return len(queries)

    one_of_each()
    counted()
    one = counted()
    one_of_each()
    one_of_each()

    assert counted() == one <= 19


class TestTogether:
    def send(self, client: Client, *approaches: Approach, **told: Any) -> Any:
        ticked = [str(one.public_id) for one in approaches]
        return client.post(f"{_LIST}ensemble/", {"prise": ticked, **told}, follow=True)

    def test_several_are_dealt_with(self, client: Client, worker: StaffMember) -> None:
        waiting = [answered("call"), answered("meeting")]

        shown = self.send(client, *waiting, action="traiter", filtres="?attente=appel")

        assert shown.redirect_chain[-1][0] == f"{_LIST}?attente=appel"
        assert "2\u00a0familles traitées" in shown.content.decode()
        with as_owner():
            assert {one.dealt_by_id for one in Answer.objects.all()} == {worker.pk}

    def test_what_is_refused_is_told_and_stops_no_other(
        self, client: Client, worker: StaffMember
    ) -> None:
        assert worker
        waiting, silent = answered("call"), approached()

        shown = self.send(client, silent, waiting, action="traiter").content.decode()

        assert "1\u00a0famille traitée" in shown
        assert "1\u00a0refus" in shown
        assert "Aucune réponse n&#x27;attend" in shown
        assert str(silent.family.public_id) in shown
        assert str(waiting.family.public_id) not in shown
        assert now(waiting).waits_since is None

    def test_a_danger_is_opened_by_itself(self, client: Client, worker: StaffMember) -> None:
        """So is what came by the page since: whoever holds the letter may have said it."""
        assert worker
        doubtful = approached()
        AnswerFactory.create(approach=doubtful, kind="rule", via="web", by=None, to_check=True)
        for approach in (answered("unsafe"), doubtful):
            shown = self.send(client, approach, action="traiter").content.decode()

            assert "dangereux de lui écrire\xa0: ouvrez sa page" in shown
            assert now(approach).waits_since is not None

    def test_a_manager_names_a_worker_of_the_territory(self, client: Client) -> None:
        team = TeamFactory.create()
        client.force_login(StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team))
        worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=team)
        stranger = StaffFactory.create(role=Role.SOCIAL_WORKER, team=TeamFactory.create())
        free, led = approached(), approached()
        InvolvementFactory.create(family=led.family, lead=True)

        refused = self.send(client, free, action="attribuer", worker=stranger.public_id)
        assert "Rien n&#x27;est changé" in refused.content.decode()
        shown = self.send(client, free, led, action="attribuer", worker=worker.public_id)

        assert "en est déjà référent" in shown.content.decode()
        with as_owner():
            leads = Involvement.objects.filter(lead=True, worker=worker)
            assert [one.family_id for one in leads] == [free.family_id]

    def test_the_secretary_ends_several_and_others_none(self, client: Client) -> None:
        one, other = approached(), ended()
        client.force_login(StaffFactory.create(role=Role.SOCIAL_WORKER))
        self.send(client, one, action="clore", cause="supported")
        assert now(one).ended_on is None

        client.force_login(StaffFactory.create(role=Role.SECRETARY))
        shown = self.send(client, one, other, action="clore", cause="supported")

        assert "est déjà close" in shown.content.decode()
        assert now(one).ending == "supported"
        assert now(other).ending == "mistake"

    @pytest.mark.parametrize(
        "told",
        [
            {"prise": [], "action": "traiter"},
            {"prise": ["x", "' OR 1=1"], "action": "traiter"},
            {"action": "clore", "cause": ""},
            {"action": "attribuer"},
            {"action": "effacer"},
            {"filtres": "?//ailleurs.example", "action": ""},
        ],
    )
    def test_what_makes_no_sense_changes_nothing(
        self, client: Client, told: dict[str, Any]
    ) -> None:
        approach = answered("call")
        client.force_login(StaffFactory.create(role=Role.SECRETARY))

        shown = client.post(
            f"{_LIST}ensemble/", {"prise": [str(approach.public_id)], **told}, follow=True
        )

        assert "Rien n&#x27;est changé" in shown.content.decode()
        assert shown.redirect_chain[-1][0].startswith(_LIST)
        assert now(approach) == approach
        assert now(approach).waits_since is not None


class TestFile:
    def rows(self, answer: Any) -> list[dict[str, str]]:
        assert answer.status_code == 200
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))

    @pytest.fixture
    def head(self, client: Client) -> StaffMember:
        member: StaffMember = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
        client.force_login(member)
        return member

    def test_it_holds_what_the_filters_keep_and_is_on_record(
        self, client: Client, head: StaffMember
    ) -> None:
        kept = answered("call")
        approached()

        (row,) = self.rows(client.get(f"{_LIST}telecharger/?etat=accepted"))

        assert row["Où elle en est"] == "Acceptée"
        assert row["Ce qui attend"] == "À rappeler"
        with as_owner():
            assert row["Famille"] == Family.objects.get(pk=kept.family_id).name
            read = Read.objects.latest("pk")
            assert read.staff_id == head.pk
            assert read.page == (
                "prises de contact téléchargées, 1 lignes, Où elles en sont : Acceptée"
            )

    def test_a_name_begins_no_formula(self, client: Client, head: StaffMember) -> None:
        assert head
        approach = approached()
        with as_owner():
            approach.family.people.update(last_name='=HYPERLINK("x")', first_name="")

        (row,) = self.rows(client.get(f"{_LIST}telecharger/"))

        assert row["Famille"].startswith("'=")

    @pytest.mark.parametrize("role", [Role.TARGETING_ANALYST, Role.SOCIAL_WORKER])
    def test_it_leaves_with_both_rights_alone(self, client: Client, role: Role) -> None:
        client.force_login(StaffFactory.create(role=role))
        assert client.get(f"{_LIST}telecharger/").status_code == 403

    def test_too_long_a_list_is_refused(
        self, client: Client, head: StaffMember, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert head
        monkeypatch.setattr(downloads, "_MOST", 1)
        approached()
        approached()

        answer = client.get(f"{_LIST}telecharger/?mois=2026-10", follow=True)

        assert answer.redirect_chain == [(f"{_LIST}?mois=2026-10", 302)]
