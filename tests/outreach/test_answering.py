"""What staff write down of what families say, alone or two at once."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from conftest import as_owner
from factories.directory import PlaceFactory, StaffFactory
from factories.families import FamilyFactory, HouseholdFactory, PersonFactory
from factories.outreach import AnswerFactory, ApproachFactory, ProposalFactory
from jalon.audit.identity import acting
from jalon.audit.models import Read
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family
from jalon.outreach.answering import Said, record_answer
from jalon.outreach.enums import AnswerKind, AnswerVia, Ending
from jalon.outreach.errors import AnsweredMeanwhileError
from jalon.outreach.models import Answer, Approach, Message

pytestmark = pytest.mark.django_db
_WORKS = (
    *(Role.SOCIAL_WORKER, Role.MEDIATOR, Role.PSYCHOLOGIST, Role.FINANCIAL_AID_OFFICER),
    *(Role.SECRETARY, Role.TERRITORY_MANAGER, Role.DEPARTMENT_HEAD),
)


def approached(family: Family | None = None, **columns: Any) -> Approach:
    file = HouseholdFactory.create(**({"family": family} if family else {}))
    PersonFactory.create(household=file, last_name="Traoré", first_name="Aïssatou")
    columns.setdefault("window_ends_on", timezone.localdate() + timedelta(days=90))
    approach: Approach = ApproachFactory.create(family=file.family)
    ProposalFactory.create(approach=approach, snapshot__file=file, **columns)
    return now(approach)


def now(approach: Approach) -> Approach:
    with as_owner():
        return Approach.objects.select_related("family__commune").get(pk=approach.pk)


def signed_in(client: Client, role: Role, **columns: Any) -> StaffMember:
    member: StaffMember = StaffFactory.create(role=role, **columns)
    client.force_login(member)
    return member


def given(kind: str, seen: int = 0, **details: Any) -> dict[str, Any]:
    return {
        "seen": seen,
        "kind": kind,
        "via": "phone",
        "said_on": timezone.localdate().isoformat(),
        **details,
    }


def send(client: Client, approach: Approach, **told: Any) -> Any:
    address = f"/prises-de-contact/{approach.public_id}/reponse/"
    return client.post(address, given(**told), follow=True)


def last(approach: Approach) -> Answer:
    with as_owner():
        return Answer.objects.select_related("by", "place").filter(approach=approach).latest("pk")


@pytest.mark.parametrize("role", _WORKS)
def test_whoever_works_with_families_writes_an_answer_down(client: Client, role: Role) -> None:
    approach = approached()
    member = signed_in(client, role)

    shown = send(client, approach, kind="call", moments=["morning", "evening"])

    answer = last(approach)
    assert (answer.number, answer.kind, answer.via, answer.by) == (1, "call", "phone", member)
    assert answer.moments == ["morning", "evening"]
    assert now(approach).waits_since is not None
    text = shown.content.decode()
    assert "À rappeler" in text
    assert "le matin, en fin de journée" in text


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (
            {
                "kind": "meeting",
                "services": ["mediation"],
                "half_days": ["mon_am"],
                "moments": ["noon"],
            },
            {"services": ["mediation"], "half_days": ["mon_am"], "moments": []},
        ),
        ({"kind": "no", "refusal": "no_time", "weeks": "8"}, {"refusal": "no_time"}),
        ({"kind": "no", "refusal": ""}, {"refusal": "", "again_on": None}),
        ({"kind": "rule", "refusal": "no_time"}, {"refusal": ""}),
    ],
)
def test_each_kind_keeps_its_own_details_alone(
    client: Client, told: dict[str, Any], kept: dict[str, Any]
) -> None:
    approach = approached()
    signed_in(client, Role.SECRETARY)

    send(client, approach, **told)

    answer = last(approach)
    assert {name: getattr(answer, name) for name in kept} == kept


def test_later_says_when(client: Client) -> None:
    approach = approached()
    signed_in(client, Role.SECRETARY)

    refused = send(client, approach, kind="later", weeks="")
    assert "Choisissez quand la reprendre" in refused.content.decode()
    send(client, approach, kind="later", weeks="8")

    assert now(approach).again_on == timezone.localdate() + timedelta(weeks=8)


def test_a_meeting_is_asked_for_at_a_place_of_the_territory(client: Client) -> None:
    approach = approached()
    near = PlaceFactory.create(commune=approach.family.commune)
    far = PlaceFactory.create()
    signed_in(client, Role.SECRETARY)

    refused = send(client, approach, kind="meeting", place=far.pk)
    assert "À corriger" in refused.content.decode()
    send(client, approach, kind="meeting", place=near.pk)

    assert last(approach).place == near


def test_a_day_to_come_or_before_all_is_refused_and_nothing_typed_is_lost(client: Client) -> None:
    approach = approached()
    signed_in(client, Role.SECRETARY)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()

    for day, why in (
        (tomorrow, "pas encore venu"),
        ("1990-01-01", "encore proposé\xa0: depuis le"),
    ):
        text = send(client, approach, kind="no", refusal="followed", said_on=day).content.decode()
        assert why in text
        assert '<option value="followed" selected>' in text
    with as_owner():
        assert not Answer.objects.exists()


def test_a_form_that_is_refused_is_a_reading_too(client: Client) -> None:
    approach = approached()
    AnswerFactory.create(approach=approach, kind="no", refusal="trust")
    member = signed_in(client, Role.SECRETARY)

    shown = client.post(f"/prises-de-contact/{approach.public_id}/reponse/", {})

    assert "Ne souhaite pas de travailleur social" in shown.content.decode()
    with as_owner():
        read = Read.objects.get(staff_id=member.pk)
    assert read.family_id == approach.family_id


def test_unsafe_protects_the_family_at_once(client: Client) -> None:
    approach = approached()
    signed_in(client, Role.MEDIATOR)

    send(client, approach, kind="unsafe")
    send(client, approach, kind="unsafe", seen=1)

    found = now(approach)
    assert found.family.protected_address
    assert found.channel == "in_person"
    with as_owner():
        assert Answer.objects.count() == 2
        assert found.family.safety_words.count() == 1


def test_correcting_contacts_leads_to_where_one_does(client: Client) -> None:
    approach = approached()
    signed_in(client, Role.SECRETARY)

    shown = send(client, approach, kind="contact")

    assert shown.redirect_chain[-1][0] == f"/familles/{approach.family.public_id}/coordonnees/"


def test_who_may_not_see_the_contacts_tells_who_may(client: Client) -> None:
    approach = approached(FamilyFactory.create(protected_address=True))
    signed_in(client, Role.SOCIAL_WORKER)

    shown = send(client, approach, kind="contact")

    assert shown.status_code == 200
    assert "dites au secrétariat ce qui change" in shown.content.decode()


class TestTwoAtOnce:
    def test_who_comes_second_is_told_and_keeps_what_was_typed(self, client: Client) -> None:
        approach = approached()
        signed_in(client, Role.SECRETARY)
        AnswerFactory.create(approach=approach, kind="call", by__first_name="Inès")

        shown = send(client, approach, kind="no", refusal="followed", seen=0)

        text = shown.content.decode()
        assert shown.status_code == 409
        assert "Une réponse a été notée pendant que vous écriviez" in text
        assert "Demande à être rappelée" in text
        assert "Inès" in text
        assert '<option value="followed" selected>' in text
        assert 'name="seen" value="1"' in text
        assert last(approach).number == 1

        send(client, approach, kind="no", refusal="followed", seen=1)
        assert (last(approach).number, last(approach).kind) == (2, "no")

    @pytest.mark.parametrize("seen", [2, 7])
    def test_nobody_skips_a_number(self, client: Client, seen: int) -> None:
        approach = approached()
        signed_in(client, Role.SECRETARY)

        assert send(client, approach, kind="no", seen=seen).status_code == 409
        with as_owner():
            assert not Answer.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_of_two_connections_one_writes(self) -> None:
        """Both read before either writes: the database lets one."""
        approach = approached()
        people = [StaffFactory.create(role=Role.SECRETARY) for _ in range(2)]
        start, ends = Barrier(2), []

        def write(by: StaffMember) -> None:
            try:
                with acting(by.pk):
                    start.wait(10)
                    record_answer(approach=approach, said=_a_call(), seen=0, by=by)
                    ends.append("written")
            except AnsweredMeanwhileError:
                ends.append("told")
            finally:
                connection.close()

        for _ in range(5):
            with as_owner():
                Answer.objects.all().delete()
            ends.clear()
            threads = [Thread(target=write, args=(one,)) for one in people]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)

            assert sorted(ends) == ["told", "written"]
            with as_owner():
                assert Answer.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_who_waits_for_the_others_commit_is_told(self) -> None:
        """Even who saw no answer when looking, since the other had not committed yet."""
        approach = approached()
        one, other = (StaffFactory.create(role=Role.SECRETARY) for _ in range(2))
        told = []

        def write() -> None:
            try:
                with acting(other.pk):
                    record_answer(approach=approach, said=_a_call(), seen=0, by=other)
            except AnsweredMeanwhileError:
                told.append(True)
            finally:
                connection.close()

        second = Thread(target=write)
        with acting(one.pk), transaction.atomic():
            record_answer(approach=approach, said=_a_call(), seen=0, by=one)
            second.start()
            second.join(1)
            assert second.is_alive(), "it did not wait"
        second.join(30)

        assert told == [True]
        assert last(approach).by_id == one.pk


def _a_call() -> Said:
    return Said(AnswerKind.CALL, AnswerVia.PHONE, timezone.localdate())


class TestOver:
    def over(self, **columns: Any) -> Approach:
        ended = timezone.localdate() - timedelta(days=1)
        return approached(window_ends_on=ended, **columns)

    def page(self, client: Client, approach: Approach) -> str:
        answer = client.get(f"/prises-de-contact/{approach.public_id}/reponse/")
        assert answer.status_code == 200
        return answer.content.decode()

    def test_on_the_last_day_an_answer_is_welcome(self, client: Client) -> None:
        approach = approached(window_ends_on=timezone.localdate())
        signed_in(client, Role.SECRETARY)

        assert "Le délai est dépassé" not in self.page(client, approach)
        send(client, approach, kind="call")
        assert last(approach).approach_id == approach.pk

    def test_after_it_the_family_begins_anew(self, client: Client) -> None:
        approach = self.over()
        signed_in(client, Role.SOCIAL_WORKER)
        shown = self.page(client, approach)
        assert "Le délai est dépassé" in shown
        assert "Noter, et recommencer" in shown
        assert 'value="rule"' not in shown

        done = send(client, approach, kind="meeting", half_days=["fri_pm"])

        begun = approach_after(approach)
        year = timezone.localdate() + timedelta(days=360)
        assert begun.window_ends_on is not None
        assert begun.window_ends_on > year
        assert begun.answer == "meeting"
        assert "revenue d'elle-même" in done.content.decode()
        listed = client.get("/prises-de-contact/").content.decode()
        assert "Revenue d'elle-même" in listed

    def test_it_begins_anew_once(self, client: Client) -> None:
        approach = self.over()
        signed_in(client, Role.SECRETARY)

        send(client, approach, kind="call")
        again = send(client, approach, kind="call")

        with as_owner():
            assert Approach.objects.filter(previous=approach).count() == 1
        assert "vient de recommencer" in again.content.decode()
        assert "La famille a déjà recommencé" in self.page(client, approach)

    def test_a_protected_family_that_comes_back_stays_in_person(self, client: Client) -> None:
        family = FamilyFactory.create(protected_address=True)
        approach = self.over(family=family, channel="in_person")
        signed_in(client, Role.SECRETARY)

        send(client, approach, kind="call")

        assert approach_after(approach).channel == "in_person"

    def test_a_refusal_begins_nothing(self, client: Client) -> None:
        approach = self.over()
        signed_in(client, Role.SECRETARY)

        shown = send(client, approach, kind="no")

        assert "À corriger" in shown.content.decode()
        with as_owner():
            assert Approach.objects.count() == 1

    def test_who_accepted_in_time_goes_on_speaking(self, client: Client) -> None:
        approach = self.over()
        AnswerFactory.create(approach=approach, kind="later", again_on=timezone.localdate())
        signed_in(client, Role.SECRETARY)

        send(client, approach, kind="call", seen=1)

        assert last(approach).number == 2

    def test_what_was_ended_takes_no_answer(self, client: Client) -> None:
        approach = approached()
        signed_in(client, Role.SECRETARY)
        client.post(f"/prises-de-contact/{approach.public_id}/clore/", {"cause": "mistake"})

        assert "est close depuis le" in self.page(client, approach)


def approach_after(approach: Approach) -> Approach:
    with as_owner():
        return Approach.objects.get(previous=approach)


class TestDealing:
    def test_who_deals_with_an_answer_is_written(self, client: Client) -> None:
        approach = approached()
        answer = AnswerFactory.create(approach=approach)
        member = signed_in(client, Role.SOCIAL_WORKER)

        client.post(f"/prises-de-contact/reponses/{answer.public_id}/traitee/")

        found = last(approach)
        assert found.dealt_by_id == member.pk
        assert now(approach).waits_since is None

    def test_the_second_is_told_who_did(self, client: Client) -> None:
        answer = AnswerFactory.create(approach=approached())
        address = f"/prises-de-contact/reponses/{answer.public_id}/traitee/"
        first = signed_in(client, Role.SOCIAL_WORKER, first_name="Inès", last_name="Robin")
        client.post(address)
        signed_in(client, Role.SECRETARY)

        shown = client.post(address, follow=True)

        assert "Inès Robin l&#x27;a déjà traitée" in shown.content.decode()
        assert last(answer.approach).dealt_by_id == first.pk


class TestCalls:
    def test_a_call_without_reply_is_written(self, client: Client) -> None:
        approach = approached()
        member = signed_in(client, Role.SOCIAL_WORKER)

        shown = client.post(
            f"/prises-de-contact/{approach.public_id}/appel/",
            {"medium": "phone", "reached": "non"},
            follow=True,
        )

        with as_owner():
            message = Message.objects.get()
        assert (message.state, message.trouble, message.by_id) == ("failed", "no_reply", member.pk)
        assert "Appel\xa0: sans réponse" in shown.content.decode()
        assert now(approach).contacted_at is None

    def test_a_visit_that_reached_leads_to_what_was_said(self, client: Client) -> None:
        approach = approached()
        signed_in(client, Role.SOCIAL_WORKER)

        shown = client.post(
            f"/prises-de-contact/{approach.public_id}/appel/",
            {"medium": "visit", "reached": "oui"},
            follow=True,
        )

        assert shown.redirect_chain[-1][0].endswith("/reponse/")
        assert now(approach).contacted_at is not None


class TestEnding:
    def test_the_secretary_ends_with_a_cause(self, client: Client) -> None:
        approach = approached()
        member = signed_in(client, Role.SECRETARY)
        address = f"/prises-de-contact/{approach.public_id}/clore/"

        assert "À corriger" in client.post(address, {}).content.decode()
        client.post(address, {"cause": "moved_away"})

        found = now(approach)
        assert (found.ending, found.ended_by_id) == (Ending.MOVED_AWAY, member.pk)
        assert found.ended_on == timezone.localdate()

    def test_others_do_not(self, client: Client) -> None:
        approach = approached()
        signed_in(client, Role.SOCIAL_WORKER)
        address = f"/prises-de-contact/{approach.public_id}/clore/"

        assert client.post(address, {"cause": "mistake"}).status_code == 403
        assert now(approach).ended_on is None
