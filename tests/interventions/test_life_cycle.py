"""No sequence of actions brings a support to a state that cannot be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from factories.directory import StaffFactory, TeamFactory
from factories.families import InvolvementFactory, PersonFactory
from interventions.test_supports import signed, written
from jalon.audit.identity import acting
from jalon.directory.roles import Role
from jalon.interventions import contracting, supporting
from jalon.interventions.enums import (
    GOES_ON,
    NOT_OVER,
    Closing,
    ObjectiveResult,
    SupportState,
    Suspension,
)
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import Contract, Extension, Support, SupportEvent
from jalon.interventions.terms import terms
from jalon.interventions.transitions import TRANSITIONS

pytestmark = pytest.mark.django_db


class SupportLife(RuleBasedStateMachine):
    """A worker and a manager do anything, in any order; each refusal says why in French."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        team = TeamFactory.create()
        self.worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=team)
        self.manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team)
        self.family = PersonFactory.create().family
        InvolvementFactory.create(family=self.family, worker=self.worker, lead=True)
        self.reasons: list[str] = []

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    def try_(self, act: Callable[..., object], by: Any = None, **told: Any) -> None:
        who = by or self.worker
        with acting(who.pk):
            try:
                with transaction.atomic():
                    act(by=who, **told)
            except InterventionError as error:
                self.reasons.append(str(error))

    def last(self) -> Support | None:
        with acting(self.worker.pk):
            return Support.objects.filter(family=self.family).order_by("pk").last()

    @rule()
    def prepare(self) -> None:
        self.try_(supporting.prepare_support, family=self.family, advice=None)

    @rule(late=some.booleans())
    def write_and_sign(self, late: bool) -> None:  # noqa: FBT001 - drawn
        if support := self.last():
            with acting(self.worker.pk):
                try:
                    with transaction.atomic():
                        waiting = Contract.objects.filter(support=support, signed_on=None).first()
                        contract = waiting or written(support, self.worker)
                        if late:
                            contract.revision += 1
                        signed(contract, self.worker)
                except InterventionError as error:
                    self.reasons.append(str(error))

    @rule(why=some.sampled_from(Suspension))
    def suspend(self, why: Suspension) -> None:
        if support := self.last():
            self.try_(supporting.suspend, support=support, why=why)

    @rule()
    def resume(self) -> None:
        if support := self.last():
            self.try_(supporting.resume, support=support)

    @rule(why=some.sampled_from(Closing))
    def close(self, why: Closing) -> None:
        if support := self.last():
            with acting(self.worker.pk):
                results = {one.pk: ObjectiveResult.REACHED for one in support.objectives.all()}
            self.try_(supporting.close, support=support, why=why, results=results)

    @rule()
    def reopen(self) -> None:
        if support := self.last():
            self.try_(supporting.reopen, support=support)

    @rule(months=some.integers(1, 30))
    def ask(self, months: int) -> None:
        if support := self.last():
            until = timezone.localdate() + timedelta(days=30 * months)
            self.try_(supporting.ask_extension, support=support, until=until, why="Relogement")

    @rule(granted=some.booleans())
    def decide(self, granted: bool) -> None:  # noqa: FBT001 - drawn
        with acting(self.manager.pk):
            asked = Extension.objects.filter(granted=None).first()
        if asked:
            self.try_(
                supporting.decide_extension,
                by=self.manager,
                extension=asked,
                granted=granted,
                answer="",
            )

    @rule(ends=some.integers(-30, 900))
    def amend(self, ends: int) -> None:
        if support := self.last():
            day = timezone.localdate() + timedelta(days=ends)
            with acting(self.worker.pk):
                try:
                    with transaction.atomic():
                        signed(written(support, self.worker, ends_on=day), self.worker)
                except InterventionError as error:
                    self.reasons.append(str(error))
            self.try_(contracting.write_contract, support=support)

    @invariant()
    def what_is_there_can_be(self) -> None:
        assert all(one.endswith(".") for one in self.reasons)
        with acting(self.worker.pk):
            supports = list(Support.objects.filter(family=self.family).order_by("pk"))
            assert sum(one.state in NOT_OVER for one in supports) <= 1
            for one in supports:
                self._is_whole(one)

    def _is_whole(self, one: Support) -> None:
        signed_ones = Contract.objects.filter(support=one, signed_on__isnull=False).exists()
        assert (one.started_on is not None) == signed_ones
        assert one.ends_on is None or (one.limit_on is not None and one.ends_on <= one.limit_on)
        assert (one.closed_on is not None) == (one.state == SupportState.CLOSED)
        assert (one.suspended_on is not None) == (one.state == SupportState.SUSPENDED)
        assert one.state not in GOES_ON or one.started_on is not None
        granted = Extension.objects.filter(support=one, granted=True).exists()
        assert one.started_on is None or granted or (one.limit_on == _year_after(one))
        states = [
            SupportState(state)
            for state in SupportEvent.objects.filter(support=one)
            .order_by("pk")
            .values_list("state", flat=True)
        ]
        assert states[0] == SupportState.DRAFT
        assert states[-1] == one.state
        for was, becomes in pairwise(states):
            assert becomes in TRANSITIONS[was]


def _year_after(one: Support) -> Any:
    assert one.started_on
    return terms().limit(one.started_on)


def test_no_sequence_reaches_an_impossible_state() -> None:
    run_state_machine_as_test(
        SupportLife,
        settings=settings(
            max_examples=6,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
