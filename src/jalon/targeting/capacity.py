"""How many families the social workers can receive in a month, area by area."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef

from jalon.directory.models import Absence, RoleGrant, Sector, StaffMember
from jalon.directory.roles import Role
from jalon.rules.calendar import Month, add_months

# Source: projet de service 2021, § 2.3: at least 95 families a year received by a full-time
# worker, 65 of them in information-advice and 30 in support.
FAMILIES_A_YEAR: Final = 95
_MONTHS: Final = 12
_SATURDAY: Final = 5
FORMULA: Final = (
    "Pour chaque travailleur social : quotité de travail × 95 familles par an ÷ 12, moins la part "
    "de ses jours ouvrés absents dans le mois qui suit le requêtage ; répartie à parts égales "
    "entre les communes qu'il suit. Source : projet de service 2021, au moins 95 familles reçues "
    "par an et par équivalent temps plein. Les jours fériés ne sont pas déduits. Une fois le "
    "requêtage libéré, elle reste celle que voyait qui l'a libéré, en dernier s'il l'a été en "
    "plusieurs fois."
)


@dataclass
class Capacity:
    """How many families can be received in `month`; `elsewhere` by workers without a commune."""

    month: Month
    workers: int = 0
    full_time: Decimal = Decimal(0)
    by_area: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    elsewhere: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """The whole department's."""
        return sum(self.by_area.values(), self.elsewhere)


def as_json(capacity: Capacity) -> dict[str, Any]:
    """Return a capacity as a released run keeps it: numbers as text, areas by their key."""
    return {
        "month": str(capacity.month),
        "workers": capacity.workers,
        "full_time": str(capacity.full_time),
        "by_area": {str(area): str(number) for area, number in capacity.by_area.items()},
        "elsewhere": str(capacity.elsewhere),
    }


def from_json(plain: Mapping[str, Any]) -> Capacity:
    """Return a capacity that a released run kept."""
    found = Capacity(Month.parse(plain["month"]), plain["workers"], Decimal(plain["full_time"]))
    found.by_area.update({int(area): Decimal(one) for area, one in plain["by_area"].items()})
    found.elsewhere = Decimal(plain["elsewhere"])
    return found


def month_after(month: Month) -> Month:
    """Return the month in which the families of a month's run are met."""
    return Month.of(add_months(month.first_day, 1))


def capacity_after(month: Month) -> Capacity:
    """Return what the social workers in post can receive in the month that follows a run's."""
    found = Capacity(month_after(month))
    first, last = found.month.first_day, found.month.last_day
    held = RoleGrant.objects.overlapping(first, last).filter(
        member=OuterRef("pk"), role=Role.SOCIAL_WORKER, confirmed_at__isnull=False
    )
    workers = StaffMember.objects.filter(Exists(held), is_active=True)
    shares = dict(workers.values_list("pk", "working_time"))
    away = _days_away(first, last)
    days = len(_working_days(first, last))
    sectors = _communes_by_area()
    alike = Counter(
        (share, away[worker], tuple(sectors[worker].items())) for worker, share in shares.items()
    )
    for (share, absent, areas), many in alike.items():
        families = many * share * FAMILIES_A_YEAR / _MONTHS * Decimal(days - absent) / days
        found.workers += many
        found.full_time += many * share
        communes = sum(number for _, number in areas)
        if not communes:
            found.elsewhere += families
        for area, number in areas:
            found.by_area[area] += families * number / communes
    return found


def _communes_by_area() -> dict[int, dict[int, int]]:
    """Return how many communes of each area each worker takes."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = Sector.objects.order_by().values_list("worker_id", "commune__area_id")
    for worker, area, number in rows.annotate(communes=Count("pk")):
        found[worker][area] = number
    return found


def _days_away(first: date, last: date) -> dict[int, int]:
    """Return how many working days of a period each person is away."""
    found: dict[int, int] = defaultdict(int)
    rows = Absence.objects.filter(first_day__lte=last, last_day__gte=first)
    for member, start, end in rows.values_list("member_id", "first_day", "last_day"):
        found[member] += len(_working_days(max(first, start), min(last, end)))
    return found


def _working_days(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if day.weekday() < _SATURDAY]
