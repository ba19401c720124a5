"""What waits in the monthly runs: an extract to receive, figures to read over, what stopped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jalon.desk.waiting.shape import Asked, Line
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.outreach import queries as outreach
from jalon.rules.calendar import Month, add_months
from jalon.targeting.enums import RunState
from jalon.targeting.integrity import changed_runs
from jalon.targeting.models import TargetingRun

_FAILED_SINCE: Final = timedelta(days=31)
_COME_TO_NOTHING: Final = (RunState.FAILED, RunState.WITHDRAWN)


def in_runs(person: StaffMember) -> Iterator[Asked]:
    """Yield what waits in the monthly runs, as far as a person has a part in them."""
    listed = reverse("targeting:runs")
    recently = timezone.now() - _FAILED_SINCE
    found = TargetingRun.objects.aggregate(
        review=Count("pk", Q(state=RunState.REVIEW)),
        mine=Count("pk", Q(state=RunState.REVIEW, made_by=person)),
        failed=Count("pk", Q(state=RunState.FAILED, made_at__gte=recently)),
        computing=Count("pk", Q(state__in=(RunState.RECEIVED, RunState.CHECKED))),
    )
    if person.may(Permission.MAKE_RUNS):
        yield from _extract_awaited()
    to_review = f"{listed}?{urlencode({'etat': RunState.REVIEW.value})}"
    if person.may(Permission.RELEASE_RUNS) and found["review"] > found["mine"]:
        yield Line(
            "Requêtages à relire",
            "Relisez les chiffres et quelques explications, puis libérez.",
            to_review,
            "Relire",
            urgent=True,
        ).counted(found["review"] - found["mine"])
    else:
        yield Line(
            "Requêtages à relire par un responsable",
            "Une autre personne que vous les libère.",
            to_review,
            "Voir",
        ).counted(found["review"])
    yield from _changed(listed)
    yield Line(
        "Requêtages refusés ce mois-ci",
        "La page de chacun dit pourquoi.",
        f"{listed}?{urlencode({'etat': RunState.FAILED.value})}",
        "Voir pourquoi",
        urgent=person.may(Permission.MAKE_RUNS),
    ).counted(found["failed"])
    yield Line(
        "Requêtages en cours de calcul",
        "Ils seront à relire une fois calculés.",
        listed,
        "Suivre",
    ).counted(found["computing"])
    yield from _in_releases(person)


def _changed(listed: str) -> Iterator[Asked]:
    if changed := changed_runs():
        yield Line(
            "Requêtages aux fichiers modifiés",
            "Leurs fichiers ne sont plus ceux du calcul : rien n'en part. La page dit quoi faire.",
            reverse("targeting:run", args=[changed[0].public_id]) if len(changed) == 1 else listed,
            "Voir",
            urgent=True,
        ).counted(len(changed))


def _extract_awaited() -> Iterator[Asked]:
    """Yield the last complete month, while no run was made of it."""
    month = Month.of(add_months(timezone.localdate().replace(day=1), -1))
    made = TargetingRun.objects.filter(month=str(month)).exclude(state__in=_COME_TO_NOTHING)
    if not made.exists():
        yield Line(
            "Extraction à déposer",
            f"Celle {month.of_french} : son requêtage n'a pas commencé.",
            reverse("targeting:receive"),
            "Déposer",
            urgent=True,
        ).counted(1)


def _in_releases(person: StaffMember) -> Iterator[Asked]:
    awaited = outreach.awaited()
    # Nearly always none: they wait a few minutes a month.
    if not awaited.exists():
        return
    stopped = outreach.stopped()
    if person.may(Permission.RELEASE_RUNS):
        yield Line(
            "Libérations arrêtées",
            "Leurs familles attendent : la page dit pourquoi, et permet de les reprendre.",
            reverse("outreach:left_behind"),
            "Reprendre",
            urgent=True,
        ).of(stopped)
    yield Line(
        "Libérations en cours de reprise",
        "Les familles et leurs propositions arrivent dans quelques minutes.",
        f"{reverse('targeting:runs')}?{urlencode({'etat': RunState.RELEASED.value})}",
        "Voir",
    ).of(awaited.exclude(pk__in=stopped.values("pk")))
