"""What waits in the monthly runs: an extract to receive, figures to read over, what stopped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jalon.desk.waiting.shape import Waiting, count, said
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.outreach import queries as outreach
from jalon.rules.calendar import Month, add_months
from jalon.targeting.enums import RunState
from jalon.targeting.integrity import changed_runs
from jalon.targeting.models import TargetingRun

_FAILED_SINCE: Final = timedelta(days=31)
_COME_TO_NOTHING: Final = (RunState.FAILED, RunState.WITHDRAWN)


def in_runs(person: StaffMember) -> Iterator[Waiting]:
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
    if person.may(Permission.RELEASE_RUNS) and found["review"] > found["mine"]:
        yield Waiting(
            "Requêtages à relire",
            said(found["review"] - found["mine"]),
            "Relisez les chiffres et quelques explications, puis libérez.",
            f"{listed}?{urlencode({'etat': RunState.REVIEW.value})}",
            "Relire",
            urgent=True,
        )
    elif found["review"]:
        yield Waiting(
            "Requêtages à relire par un responsable",
            said(found["review"]),
            "Une autre personne que vous les libère.",
            f"{listed}?{urlencode({'etat': RunState.REVIEW.value})}",
            "Voir",
        )
    if changed := changed_runs():
        yield Waiting(
            "Requêtages aux fichiers modifiés",
            said(len(changed)),
            "Leurs fichiers ne sont plus ceux du calcul : rien n'en part. La page dit quoi faire.",
            reverse("targeting:run", args=[changed[0].public_id]) if len(changed) == 1 else listed,
            "Voir",
            urgent=True,
        )
    if found["failed"]:
        yield Waiting(
            "Requêtages refusés ce mois-ci",
            said(found["failed"]),
            "La page de chacun dit pourquoi.",
            f"{listed}?{urlencode({'etat': RunState.FAILED.value})}",
            "Voir pourquoi",
            urgent=person.may(Permission.MAKE_RUNS),
        )
    if found["computing"]:
        yield Waiting(
            "Requêtages en cours de calcul",
            said(found["computing"]),
            "Ils seront à relire une fois calculés.",
            listed,
            "Suivre",
        )
    yield from _in_releases(person)


def _extract_awaited() -> Iterator[Waiting]:
    """Yield the last complete month, while no run was made of it."""
    month = Month.of(add_months(timezone.localdate().replace(day=1), -1))
    made = TargetingRun.objects.filter(month=str(month)).exclude(state__in=_COME_TO_NOTHING)
    if not made.exists():
        yield Waiting(
            "Extraction à déposer",
            said(1),
            f"Celle {month.of_french} : son requêtage n'a pas commencé.",
            reverse("targeting:receive"),
            "Déposer",
            urgent=True,
        )


def _in_releases(person: StaffMember) -> Iterator[Waiting]:
    stopped = outreach.stopped()
    if person.may(Permission.RELEASE_RUNS) and (number := count(stopped)):
        yield Waiting(
            "Libérations arrêtées",
            said(number),
            "Leurs familles attendent : la page dit pourquoi, et permet de les reprendre.",
            reverse("outreach:left_behind"),
            "Reprendre",
            urgent=True,
        )
    if pending := count(outreach.awaited().exclude(pk__in=stopped.values("pk"))):
        yield Waiting(
            "Libérations en cours de reprise",
            said(pending),
            "Les familles et leurs propositions arrivent dans quelques minutes.",
            f"{reverse('targeting:runs')}?{urlencode({'etat': RunState.RELEASED.value})}",
            "Voir",
        )
