"""Runs and proposals for tests, made past the wall; runs with real files where asked."""

from __future__ import annotations

import atexit
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp
from typing import Any

from django.utils import timezone
from factory.declarations import LazyFunction, SelfAttribute, Sequence, SubFactory

from conftest import as_owner
from factories.directory import StaffFactory, _PastTheWall
from factories.families import (
    ContactPointFactory,
    FamilyFactory,
    HouseholdFactory,
    PersonFactory,
    SnapshotFactory,
)
from jalon.directory.models import Commune, StaffMember
from jalon.directory.roles import Role
from jalon.families.enums import ContactKind
from jalon.outreach.enums import AnswerKind, AnswerVia, Channel, Medium, MessageState, Purpose
from jalon.outreach.models import (
    Answer,
    AppliedRule,
    Approach,
    Decision,
    Message,
    MessageContent,
    Proposal,
    Turn,
)
from jalon.rules.calendar import Month
from jalon.rules.profile import Profile, load_profile
from jalon.targeting.engine.target import RunOrder, layout_of, target
from jalon.targeting.enums import RunState
from jalon.targeting.integrity import digests_of
from jalon.targeting.models import Draw, Release, TargetingRun
from jalon.targeting.storage import extract_folder, run_folder


class RunFactory(_PastTheWall):
    class Meta:
        model = TargetingRun

    month = "2026-10"
    profile = "val-de-marne"
    state = RunState.RELEASED
    made_by = SubFactory(StaffFactory, role=Role.TARGETING_ANALYST)
    computed_at = LazyFunction(timezone.now)


class ReleaseFactory(_PastTheWall):
    class Meta:
        model = Release

    run = SubFactory(RunFactory)
    offer = "separation"
    area = None
    by = SubFactory(StaffFactory, role=Role.DEPARTMENT_HEAD)
    made_by = SelfAttribute("run.made_by")


class ApproachFactory(_PastTheWall):
    class Meta:
        model = Approach

    family = SubFactory(FamilyFactory)
    commune = SelfAttribute("family.commune")
    channel = Channel.LETTER


class MessageFactory(_PastTheWall):
    """A reminder by text message; a letter needs its batch and its position."""

    class Meta:
        model = Message

    approach = SubFactory(ApproachFactory)
    family = SelfAttribute("approach.family")
    medium = Medium.TEXT
    purpose = Purpose.REMINDER
    reminder = 1
    state = MessageState.QUEUED


class MessageContentFactory(_PastTheWall):
    class Meta:
        model = MessageContent

    message = SubFactory(MessageFactory)
    family = SelfAttribute("message.family")
    body = LazyFunction(lambda: {"text": "Un mot."})


class AnswerFactory(_PastTheWall):
    """An answer that a colleague wrote down; `by=None, via=AnswerVia.WEB` for the family's own."""

    class Meta:
        model = Answer

    approach = SubFactory(ApproachFactory)
    family = SelfAttribute("approach.family")
    number = 1
    kind = AnswerKind.CALL
    via = AnswerVia.PHONE
    said_on = LazyFunction(timezone.localdate)
    by = SubFactory(StaffFactory, role=Role.SECRETARY)


class AppliedRuleFactory(_PastTheWall):
    class Meta:
        model = AppliedRule
        django_get_or_create = ("run", "offer", "month")

    offer = "separation"
    month = "2026-10"
    sentence = "Une séparation a été enregistrée en octobre 2026."


class ProposalFactory(_PastTheWall):
    class Meta:
        model = Proposal

    snapshot = SubFactory(SnapshotFactory)
    family = SelfAttribute("snapshot.family")
    approach = SubFactory(
        ApproachFactory, family=SelfAttribute("..family"), commune=SelfAttribute("..commune")
    )
    commune = SelfAttribute("snapshot.family.commune")
    offer = "separation"
    label = "Séparation"
    services = LazyFunction(lambda: ["social_work"])
    event = Sequence(lambda number: f"E{number}")
    event_kind = "separation"
    reported_on = LazyFunction(timezone.localdate)
    channel = Channel.LETTER
    month = "2026-10"
    run = SubFactory(RunFactory)
    rule = SubFactory(
        AppliedRuleFactory,
        run=SelfAttribute("..run"),
        offer=SelfAttribute("..offer"),
        month=SelfAttribute("..month"),
    )


class DrawFactory(_PastTheWall):
    """Two waves, a fortnight apart."""

    class Meta:
        model = Draw

    release = SubFactory(ReleaseFactory)
    by = SelfAttribute("release.by")
    seed = "0" * 64
    waves = 2
    days_between = 14


class TurnFactory(_PastTheWall):
    """A turn of the second wave, drawn today."""

    class Meta:
        model = Turn

    proposal = SubFactory(ProposalFactory)
    draw = SubFactory(DrawFactory)
    drawn_on = LazyFunction(timezone.localdate)
    rank = Sequence(lambda number: number + 1)
    wave = 2
    from_on = LazyFunction(lambda: timezone.localdate() + timedelta(days=14))


class DecisionFactory(_PastTheWall):
    class Meta:
        model = Decision

    proposal = SubFactory(ProposalFactory)
    clauses = LazyFunction(
        lambda: [
            {
                "id": "event",
                "text": "Événement du mois : séparation",
                "value": "separation",
                "expected": "séparation",
                "verdict": "true",
                "source": "projet de service",
                "would_hold_on": None,
                "depth": 0,
                "found": "séparation",
            }
        ]
    )


@cache
def val_de_marne() -> Profile:
    """Return the fund's profile, read once."""
    return load_profile("val-de-marne")


_COMPUTED: dict[tuple[str, Month, str], Path] = {}


def _computed(extract: Path, month: Month, rules: Profile) -> Path:
    """Return the files of a run, computed once for all the extracts that say the same."""
    said = sha256()
    for file in sorted(extract.iterdir()):
        said.update(file.name.encode() + b"\0" + file.read_bytes())
    key = (said.hexdigest(), month, repr(rules))
    if key not in _COMPUTED:
        out = Path(mkdtemp(prefix="jalon-tests-"))
        atexit.register(rmtree, out, ignore_errors=True)
        order = RunOrder(rules, rules.catalogue(month), layout_of(rules), explained=True)
        target(extract, out / "run", order, lambda _step: None)
        _COMPUTED[key] = out / "run"
    return _COMPUTED[key]


def computed_run(extract: Path, month: Month, profile: Profile | None = None) -> TargetingRun:
    """Return a run under review, whose files were made of this extract."""
    rules = profile or val_de_marne()
    run: TargetingRun = RunFactory.create(
        month=str(month), profile=rules.name, state=RunState.REVIEW
    )
    extract_folder(run).parent.mkdir(parents=True, exist_ok=True)
    extract_folder(run).symlink_to(extract.absolute(), target_is_directory=True)
    copytree(_computed(extract, month, rules), run_folder(run), dirs_exist_ok=True)
    run.files = digests_of(run)
    with as_owner():
        run.save(update_fields=["files"])
    return run


def released(run: TargetingRun, *, by: StaffMember, **only: Any) -> TargetingRun:
    """Release a run's offers in every area, or those of `offers` alone."""
    codes = only.get("offers") or [one["code"] for one in _offers(run)]
    areas = [*sorted({*Commune.objects.values_list("area_id", flat=True)}), None]
    with as_owner():
        Release.objects.bulk_create(
            Release(run=run, offer=offer, area_id=area, by=by, made_by=run.made_by)
            for offer in codes
            for area in areas
        )
        if "offers" not in only:
            TargetingRun.objects.filter(pk=run.pk).update(state=RunState.RELEASED)
    return run


def _offers(run: TargetingRun) -> list[dict[str, Any]]:
    rules = val_de_marne()
    return [{"code": one.code} for one in rules.catalogue(Month.parse(run.month)).targeted]


def family_to_write(**given: Any) -> Approach:
    """Return an approach of a family that can be written to; `offer`, `family__...` as given.

    `made` is what its proposals share, such as their run and their rule.
    """
    family = FamilyFactory.create(
        **{name[8:]: value for name, value in given.items() if name.startswith("family__")}
    )
    file = HouseholdFactory.create(family=family)
    PersonFactory.create(household=file, **given.get("person", {}))
    if given.get("address", True):
        ContactPointFactory.create(
            family=family,
            kind=ContactKind.ADDRESS,
            value="",
            line1=given.get("line1", "3 rue des Lilas"),
            postal_code="94000",
            city="Créteil",
        )
    approach: Approach = ApproachFactory.create(family=family, **given.get("approach", {}))
    for offer in given.get("offers", ["separation"]):
        ProposalFactory.create(
            snapshot=SnapshotFactory.create(file=file),
            approach=approach,
            offer=offer,
            reported_on=given.get("reported_on", timezone.localdate()),
            window_ends_on=given.get("window_ends_on"),
            **(given.get("made") or {"rule__sentence": f"Règle de {offer}."}),
        )
    return approach
