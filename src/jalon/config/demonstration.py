"""Makes the department of the demonstration: its people, and a year of monthly runs behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from jalon.audit.identity import acting
from jalon.config.demonstration_diaries import add_diaries
from jalon.config.demonstration_doubts import add_doubts
from jalon.config.demonstration_exchanges import add_exchanges, posted_on
from jalon.config.demonstration_interventions import add_interventions
from jalon.config.demonstration_rights import add_rights
from jalon.config.demonstration_stops import add_stops
from jalon.config.maintenance import as_owner, migrate
from jalon.directory.actions import give_role, set_up_department
from jalon.directory.demo import open_demo_accounts
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.outreach.actions import take_up
from jalon.rules.calendar import Month
from jalon.rules.profile import load_profile
from jalon.steering.actions import count_going_on, freeze_months
from jalon.steering.practice import practice
from jalon.steering.publishing.publication import publish_all
from jalon.targeting.actions import may_wait, record_run, release_run
from jalon.targeting.enums import RunState
from jalon.targeting.models import Draw, TargetingRun

Progress = Callable[[str], None]
_WAVES, _DAYS_BETWEEN = 3, 14
_DONE: Final = (RunState.REVIEW, RunState.RELEASED)


def set_up() -> None:
    """Bring the database up to date, with the department and an account a role."""
    migrate()
    with as_owner():
        set_up_department(profile=load_profile(settings.PROFILE))
        open_demo_accounts()
        newcomer = _newcomer()
    _give_role(newcomer)


def add_runs(extract: Path, months: Sequence[Month], on_step: Progress) -> None:
    """Compute a run a month from one extract, and release all but the last; once a month.

    Families of all but the last release are written to, and answer. Then make known families that
    may be one, and stop some letters and some answers.
    """
    analyst, head = _account(Role.TARGETING_ANALYST), _account(Role.DEPARTMENT_HEAD)
    secretary = _account(Role.SECRETARY)
    for month in months:
        on_step(f"Requêtage de {month.in_french}")
        with acting(analyst.pk):
            run = TargetingRun.objects.filter(month=str(month), state__in=_DONE).first()
            if run is None:
                run = record_run(by=analyst, month=month, extract=extract)
        if month != months[-1]:
            on_step(f"Libération de {month.in_french}")
            with acting(head.pk):
                if run.state == RunState.REVIEW:
                    release_run(by=head, run_id=run.pk)
                if month == months[-2]:
                    # Nobody was written to of it yet: some still wait for their turn.
                    _draw_lots(run)
                take_up(by=head, run_id=run.pk, today=_taken_up_on(month))
        if month not in months[-2:]:
            # Those of the last release still wait: there is a batch to prepare.
            on_step(f"Courriers et réponses de {month.in_french}")
            add_exchanges(month, secretary)
    on_step("Informations-conseils et accompagnements")
    add_interventions(_account(Role.SOCIAL_WORKER))
    on_step("Rendez-vous des droits")
    add_rights(_account(Role.SOCIAL_WORKER))
    add_doubts(head)
    add_stops(head)
    on_step("Agendas")
    add_diaries()
    on_step("Chiffres du pilotage")
    _count_months()


def _draw_lots(run: TargetingRun) -> None:
    """Have families of a run come in waves, as a department with too many of them would.

    As the owner of the schema, with a seed that is the same each time: a small demonstration has
    room for all, which the application says, and the seed is the database's to draw.
    """
    with as_owner():
        releases = list(run.releases.filter(draw=None, taken_up_at=None))
        waiting = may_wait({one.offer for one in releases})
        Draw.objects.bulk_create(
            Draw(
                release=one,
                by=one.by,
                seed=sha256(run.month.encode()).hexdigest(),
                waves=_WAVES,
                days_between=_DAYS_BETWEEN,
            )
            for one in releases
            if one.offer in waiting
        )


def _count_months() -> None:
    today = timezone.localdate()
    with acting(0):
        freeze_months(today=today, after_days=practice().freeze_after_days)
        count_going_on(today=today)
        publish_all()


def _taken_up_on(month: Month) -> date:
    return min(posted_on(month) - timedelta(days=2), timezone.localdate())


def _newcomer() -> StaffMember:
    """Return the colleague whose role nobody has confirmed yet."""
    worker = _account(Role.SOCIAL_WORKER)
    found, _ = StaffMember.objects.get_or_create(
        email="nora.lambert@example.org",
        defaults={
            "first_name": "Nora",
            "last_name": "Lambert",
            "team": worker.team,
            "password": "!",
            "is_demo": True,
        },
    )
    return found


def _give_role(newcomer: StaffMember) -> None:
    """Give the newcomer a role, as the application does: it waits for a manager."""
    administrator = _account(Role.TECHNICAL_ADMINISTRATOR)
    with acting(administrator.pk):
        if not newcomer.grants.exists():
            give_role(
                by=administrator,
                member=newcomer,
                role=Role.SOCIAL_WORKER,
                since=timezone.localdate(),
            )


def _account(role: Role) -> StaffMember:
    held = StaffMember.objects.filter(is_demo=True, grants__role=role.value)
    return held.order_by("pk")[:1].get()
