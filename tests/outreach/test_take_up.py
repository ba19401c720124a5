"""What a release makes of the families that a run selected."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.test import Client

from conftest import as_owner
from extracts import write_extract
from factories.directory import StaffFactory
from factories.outreach import MessageFactory, ReleaseFactory, computed_run, released
from jalon.audit.identity import acting
from jalon.directory.models import Area, StaffMember
from jalon.directory.roles import Role
from jalon.families.arrivals import Arrival, refresh_flags
from jalon.families.models import ContactPoint, Family, Person, Snapshot
from jalon.outreach.actions import take_up
from jalon.outreach.mailing import to_mail
from jalon.outreach.models import Approach, Batch, Decision, Proposal
from jalon.outreach.tasks import take_up_released
from jalon.targeting.cohort_files import Summary
from jalon.targeting.models import Release, TargetingRun
from jalon.targeting.storage import run_folder
from outreach.registers import (
    NOVEMBER,
    OCTOBER,
    VITRY,
    child,
    household,
    responsible,
    separated,
    separation,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def taken_up(run: TargetingRun, by: StaffMember, today: date = TODAY) -> int:
    with acting(by.pk):
        return take_up(by=by, run_id=run.pk, today=today)


def test_each_family_has_one_proposal_for_each_offer_and_event(
    tmp_path: Path, head: StaffMember
) -> None:
    run = computed_run(separated(tmp_path / "extract", ["H1", "H2"]), OCTOBER)
    released(run, by=head)

    made = taken_up(run, head)

    with acting(head.pk):
        proposals = Proposal.objects.order_by("family__households__number", "offer")
        assert list(
            proposals.values_list("family__households__number", "offer", "event", "channel")
        ) == [
            (number, offer, f"E{number}", "letter")
            for number in ("H1", "H2")
            for offer in ("mediation", "separation")
        ]
        first = proposals[1]
        assert made == 4
        assert first.label == "Séparation"
        assert first.reported_on == date(2026, 10, 15)
        assert first.window_ends_on == date(2027, 10, 15)
        assert first.event_kind == "separation"
        assert not Release.objects.filter(taken_up_at=None).exists()


def test_taken_up_again_nothing_is_made_twice(tmp_path: Path, head: StaffMember) -> None:
    run = computed_run(separated(tmp_path / "extract", ["H1"]), OCTOBER)
    released(run, by=head)
    taken_up(run, head)
    with as_owner():
        Release.objects.update(taken_up_at=None)

    assert taken_up(run, head) == 0

    with acting(head.pk):
        assert Proposal.objects.count() == 2
        assert Person.objects.count() == 2
    with as_owner():
        assert ContactPoint.objects.count() == 3


def test_only_the_parts_released_are_taken_up(tmp_path: Path, head: StaffMember) -> None:
    extract = separated(tmp_path / "extract", ["H1", "H2"], households={"H2": {"commune": VITRY}})
    run = computed_run(extract, OCTOBER)
    area = Area.objects.get(code="orly")
    ReleaseFactory.create(run=run, offer="separation", area=area, by=head)

    taken_up(run, head)

    with acting(head.pk):
        assert list(Proposal.objects.values_list("family__households__number", "offer")) == [
            ("H2", "separation")
        ]


def test_each_releaser_takes_up_what_they_released(tmp_path: Path, head: StaffMember) -> None:
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER)
    run = computed_run(separated(tmp_path / "extract", ["H1"]), OCTOBER)
    area = Area.objects.get(code="creteil")
    ReleaseFactory.create(run=run, offer="separation", area=area, by=head)
    ReleaseFactory.create(run=run, offer="mediation", area=area, by=manager)

    taken_up(run, manager)

    with acting(head.pk):
        assert list(Proposal.objects.values_list("offer", flat=True)) == ["mediation"]
    taken_up(run, head)
    with acting(head.pk):
        assert set(Proposal.objects.values_list("offer", flat=True)) == {"mediation", "separation"}
        assert Snapshot.objects.count() == 1


def test_the_frozen_situation_holds_no_name_and_no_address(
    tmp_path: Path, head: StaffMember
) -> None:
    run = computed_run(separated(tmp_path / "extract", ["H1"]), OCTOBER)
    released(run, by=head)
    taken_up(run, head)

    with acting(head.pk):
        frozen = Snapshot.objects.get()
    written = json.dumps([frozen.household, frozen.persons, frozen.events])
    for secret in ("NomH1", "Camille", "Dominique", "Lilas", "06 12", "example.org", "RH1", "CH1"):
        assert secret not in written
    assert frozen.run == run.public_id
    assert [one["role"] for one in frozen.persons] == ["responsible", "child"]
    assert [one["event_id"] for one in frozen.events] == ["EH1"]


def test_a_decision_keeps_each_clause_with_what_it_found(
    tmp_path: Path, head: StaffMember
) -> None:
    run = computed_run(separated(tmp_path / "extract", ["H1"]), OCTOBER)
    released(run, by=head)
    taken_up(run, head)

    with acting(head.pk):
        clauses = Decision.objects.get(proposal__offer="separation").clauses
    assert [(one["id"], one["verdict"], one["value"]) for one in clauses] == [
        ("event", "true", "separation"),
        ("dependent_children", "true", 1),
    ]


def test_a_decision_keeps_the_groups_and_the_units_of_its_criteria(
    tmp_path: Path, head: StaffMember
) -> None:
    alone = {"family_status": "single", "gross_income_n2": 9600, "rsa": "none"}
    extract = write_extract(
        tmp_path / "extract",
        households=[household("H1", **alone, income_adjustment="none", rsa_sanction=False)],
        persons=[responsible("H1", birth_date=date(1998, 3, 4)), child("H1")],
        events=[],
        format="parquet",
    )
    run = computed_run(extract, OCTOBER)
    released(run, by=head)
    taken_up(run, head)

    with acting(head.pk):
        clauses = Decision.objects.get(proposal__offer="lone_parent").clauses
    plain = str.maketrans("\u00a0\u202f", "  ")
    told = [(one["depth"], one["verdict"], one["found"].translate(plain)) for one in clauses]
    assert told == [
        (0, "true", "28 ans"),
        (0, "true", ""),
        (0, "true", "célibataire"),
        (0, "true", ""),
        (1, "true", "1"),
        (1, "false", ""),
        (0, "true", ""),
        (1, "true", "9 600,00 € par an"),
        (1, "false", "aucune"),
        (0, "true", ""),
        (1, "true", "aucun"),
        (1, "false", ""),
    ]
    groups = [one["id"] for one in clauses if one["text"] == "L'un au moins :"]
    assert groups == ["child", "resources", "rsa"]
    income = next(one["text"] for one in clauses if one["id"].startswith("resources/gross"))
    assert "moins de 21 273,23 € par an" in income.translate(plain)


def test_a_protected_household_is_marked_wherever_it_can_be_reached(
    tmp_path: Path, head: StaffMember
) -> None:
    extract = separated(
        tmp_path / "extract", ["H1"], households={"H1": {"protected_address": True}}
    )
    run = computed_run(extract, OCTOBER)
    released(run, by=head)
    taken_up(run, head)

    with acting(head.pk):
        assert Family.objects.get().protected_address
        assert Proposal.objects.get().channel == "in_person"
        assert not ContactPoint.objects.exists()
    with as_owner():
        assert ContactPoint.objects.filter(protected=True).count() == 3


def test_a_family_known_and_protected_since_is_protected_though_no_offer_selects_it(
    tmp_path: Path, head: StaffMember
) -> None:
    first = computed_run(separated(tmp_path / "october", ["H1"]), OCTOBER)
    taken_up(released(first, by=head), head)
    extract = separated(
        tmp_path / "november",
        ["H1", "H2"],
        households={"H1": {"protected_address": True, "do_not_contact": True}},
        events=[separation("H2", reported_on=date(2026, 11, 3))],
    )
    second = computed_run(extract, NOVEMBER)

    taken_up(released(second, by=head), head)

    with acting(head.pk):
        known = Family.objects.get(households__number="H1")
        assert known.protected_address
        assert known.do_not_contact
    with as_owner():
        assert not ContactPoint.objects.filter(family=known, protected=False).exists()


def test_a_refusal_to_be_contacted_that_the_register_forgets_stays(
    tmp_path: Path, head: StaffMember
) -> None:
    october = separated(tmp_path / "october", ["H1"])
    taken_up(released(computed_run(october, OCTOBER), by=head), head)
    with acting(head.pk):
        refresh_flags([Arrival("H1", "", True, True, (), ())])  # noqa: FBT003 - both are said
        assert Family.objects.get().do_not_contact
    november = separated(
        tmp_path / "november",
        ["H1", "H2"],
        households={"H1": {"protected_address": False}},
        events=[separation("H2", reported_on=date(2026, 11, 3))],
    )
    # An extract without the column does not say; what it says of one thing is not of the other.
    file = november / "households.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["do_not_contact"]), file)

    taken_up(released(computed_run(november, NOVEMBER), by=head), head)

    with acting(head.pk):
        known = Family.objects.get(households__number="H1")
        assert known.do_not_contact
        assert not known.protected_address


@pytest.mark.parametrize(("state", "approaches"), [("queued", 2), ("cancelled", 1)])
def test_what_is_offered_once_the_letter_is_printed_waits_for_another(
    tmp_path: Path, head: StaffMember, state: str, approaches: int
) -> None:
    """The batch waits for the post: its letter says nothing of what comes now."""
    taken_up(released(computed_run(separated(tmp_path / "o", ["H1"]), OCTOBER), by=head), head)
    with as_owner():
        first = Approach.objects.select_related("family").get()
        batch = Batch.objects.create(made_by=head, dated=TODAY, reply_by=TODAY)
    MessageFactory.create(
        approach=first,
        medium="letter",
        purpose="offer",
        reminder=None,
        state=state,
        batch=batch,
        position=1,
        by=head,
    )
    november = separated(
        tmp_path / "n",
        ["H1"],
        events=[separation("H1", event_id="E9", reported_on=date(2026, 11, 3))],
    )

    taken_up(released(computed_run(november, NOVEMBER), by=head), head)

    with acting(head.pk):
        assert Approach.objects.count() == approaches
        assert to_mail(TODAY).get() == Approach.objects.latest("pk")
        new = Proposal.objects.filter(event="E9")
        assert {one.approach_id for one in new} == {Approach.objects.latest("pk").pk}


def test_an_older_run_does_not_bring_back_what_changed_since(
    tmp_path: Path, head: StaffMember
) -> None:
    november = separated(
        tmp_path / "november",
        ["H1"],
        households={"H1": {"protected_address": True}},
        events=[separation("H1", event_id="E9", reported_on=date(2026, 11, 3))],
    )
    taken_up(released(computed_run(november, NOVEMBER), by=head), head)
    october = computed_run(separated(tmp_path / "october", ["H1"]), OCTOBER)

    taken_up(released(october, by=head), head)

    with acting(head.pk):
        assert Family.objects.get().protected_address
        assert Proposal.objects.filter(run=october).exists()


def test_a_new_address_replaces_the_old_one_which_stays_on_record(
    tmp_path: Path, head: StaffMember
) -> None:
    taken_up(released(computed_run(separated(tmp_path / "o", ["H1"]), OCTOBER), by=head), head)
    moved = separated(
        tmp_path / "n",
        ["H1"],
        households={"H1": {"address_line1": "2 quai Neuf"}},
        events=[separation("H1", event_id="E2", reported_on=date(2026, 11, 3))],
        persons=[
            *(responsible("H1"), child("H1")),
            child("H1", person_id="C2", birth_date=date(2026, 11, 1)),
        ],
    )

    taken_up(released(computed_run(moved, NOVEMBER), by=head), head)

    with acting(head.pk):
        addresses = ContactPoint.objects.filter(kind="address").order_by("pk")
        assert list(addresses.values_list("line1", "until")) == [
            ("H1 rue des Lilas", TODAY),
            ("2 quai Neuf", None),
        ]
        assert Person.objects.count() == 3
        assert Family.objects.count() == 1


class TestLate:
    """Events of an earlier month that its own run could not see."""

    def _late(self, folder: Path, reported_on: date = date(2026, 10, 20)) -> Path:
        return separated(
            folder,
            ["H1", "H2", "H3"],
            events=[
                separation("H1"),
                separation("H2", reported_on=reported_on),
                separation("H3", reported_on=date(2026, 11, 5)),
            ],
        )

    def _events(self, head: StaffMember) -> list[tuple[str, str]]:
        with acting(head.pk):
            rows = Proposal.objects.filter(offer="separation").order_by("event")
            return list(rows.values_list("event", "month"))

    def test_are_proposed_with_the_next_run(self, tmp_path: Path, head: StaffMember) -> None:
        october = computed_run(separated(tmp_path / "o", ["H1"]), OCTOBER)
        taken_up(released(october, by=head), head)

        taken_up(released(computed_run(self._late(tmp_path / "n"), NOVEMBER), by=head), head)

        assert self._events(head) == [
            ("EH1", "2026-10"),
            ("EH2", "2026-11"),
            ("EH3", "2026-11"),
        ]

    def test_are_left_where_their_month_was_not_released(
        self, tmp_path: Path, head: StaffMember
    ) -> None:
        computed_run(separated(tmp_path / "o", ["H1"]), OCTOBER)

        taken_up(released(computed_run(self._late(tmp_path / "n"), NOVEMBER), by=head), head)

        assert self._events(head) == [("EH3", "2026-11")]

    def test_are_left_once_their_window_is_over(self, tmp_path: Path, head: StaffMember) -> None:
        october = computed_run(separated(tmp_path / "o", ["H1"]), OCTOBER)
        taken_up(released(october, by=head), head)
        run = released(computed_run(self._late(tmp_path / "n"), NOVEMBER), by=head)

        taken_up(run, head, today=date(2027, 10, 21))

        assert ("EH2", "2026-11") not in self._events(head)

    def _refused_then_late(self, tmp_path: Path, head: StaffMember) -> TargetingRun:
        """Take up a month that refuses a separation, and release the next, that would accept it.

        In October, no child was known in the household: the event is a plain no. That it was seen
        shows neither in the cohort nor, since the extract is deleted, in the extract.
        """
        persons = [responsible("H1"), child("H1"), responsible("H2")]
        extract = separated(tmp_path / "o", ["H1", "H2"], persons=persons)
        october = computed_run(extract, OCTOBER)
        taken_up(released(october, by=head), head)
        assert self._events(head) == [("EH1", "2026-10")]
        shutil.rmtree(extract)
        november = separated(
            tmp_path / "n",
            ["H1", "H2", "H3"],
            events=[separation("H1"), separation("H2"), separation("H3")],
        )
        return released(computed_run(november, NOVEMBER), by=head)

    def test_what_their_month_saw_and_did_not_select_stays_so(
        self, tmp_path: Path, head: StaffMember
    ) -> None:
        november = self._refused_then_late(tmp_path, head)

        taken_up(november, head)

        # H3 was not known in October: its event is new.
        assert self._events(head) == [("EH1", "2026-10"), ("EH3", "2026-11")]
        with acting(head.pk):
            assert not Release.objects.exclude(skipped=[]).exists()

    @pytest.mark.parametrize("file", ["run.json", "events.parquet", "cohort.parquet"])
    @pytest.mark.parametrize("gone", [True, False], ids=["gone", "damaged"])
    def test_a_month_that_cannot_be_read_any_more_is_skipped_and_told(
        self, client: Client, tmp_path: Path, head: StaffMember, file: str, *, gone: bool
    ) -> None:
        november = self._refused_then_late(tmp_path, head)
        with acting(head.pk):
            october = TargetingRun.objects.get(month="2026-10")
        if gone:
            (run_folder(october) / file).unlink()
        else:
            (run_folder(october) / file).write_bytes(b"PAR1 damaged")

        taken_up(november, head)

        assert self._events(head) == [("EH1", "2026-10")]
        with acting(head.pk):
            skipped = Release.objects.filter(run=november).values_list("skipped", flat=True)
            assert all(one == ["2026-10"] for one in skipped)
            assert skipped
        with as_owner():
            nothing = Summary(
                labels={}, targeted=[], granted=[], social_work=[], rows={}, warnings=[]
            )
            TargetingRun.objects.filter(pk=november.pk).update(summary=asdict(nothing))
        client.force_login(head)
        page = client.get(f"/requetages/{november.public_id}/").content.decode()
        assert "Mois concernés\xa0: octobre 2026" in page


def test_who_releases_sets_the_work_going(tmp_path: Path, head: StaffMember) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob  # noqa: PLC0415

    run = computed_run(separated(tmp_path / "extract", ["H1"]), OCTOBER)
    released(run, by=head)

    with acting(head.pk):
        take_up_released(run.pk)
        take_up_released(run.pk)

    jobs = ProcrastinateJob.objects.filter(task_name="outreach.take_up")
    assert [job.args for job in jobs] == [{"run_id": run.pk, "by_id": head.pk}]
