"""Lays out a department from its fund's profile."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from jalon.directory.enums import Service
from jalon.directory.models import Area, Commune, Place, Team, Territory
from jalon.directory.places import DepartmentPlan, TerritoryPlan, read_department
from jalon.rules.profile import Profile

# These three work for the whole department; social work has a team in each territory.
_SHARED: Final = (Service.MEDIATION, Service.PSYCHOLOGY, Service.FINANCIAL_AID)


@transaction.atomic
def set_up_department(*, profile: Profile) -> None:
    """Write territories, areas, communes, places and teams; what is there already is kept.

    Run it again after a change of the profile: names and half-days follow, nothing is taken
    away. As the owner of the schema, or as the technical administrator. ProfileError where the
    profile cannot be right.
    """
    plan = read_department(profile)
    for territory in plan.territories:
        _write_territory(territory)
    _write_places(plan)
    for service in _SHARED:
        Team.objects.get_or_create(
            service=service.value, territory=None, defaults={"label": str(service.label)}
        )


def _write_territory(plan: TerritoryPlan) -> None:
    territory, _ = Territory.objects.update_or_create(
        code=plan.code, defaults={"label": plan.label}
    )
    for area_plan in plan.areas:
        area, _ = Area.objects.update_or_create(
            code=area_plan.code, defaults={"label": area_plan.label, "territory": territory}
        )
        Commune.objects.bulk_create(
            [
                Commune(code=code, label=name, area=area)
                for code, name in area_plan.communes.items()
            ],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["label", "area"],
        )
    Team.objects.get_or_create(
        service=Service.SOCIAL_WORK.value,
        territory=territory,
        defaults={"label": f"{Service.SOCIAL_WORK.label}, {territory.label}"},
    )


def _write_places(plan: DepartmentPlan) -> None:
    for place in plan.places:
        Place.objects.update_or_create(
            name=place.name,
            defaults={
                "kind": place.kind.value,
                "commune_id": place.commune,
                "half_days_a_week": place.half_days,
                "address": place.address,
            },
        )
