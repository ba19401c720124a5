"""With whom what is written of a family is shared."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from jalon.audit.refusals import refused_as
from jalon.directory.models import Commune, StaffMember
from jalon.directory.queries import manages
from jalon.directory.roles import Permission, Role
from jalon.families.locks import present_family
from jalon.families.models import Family, Involvement
from jalon.families.queries import families_led
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import Follower


def may_share(family: Family, by: StaffMember, worker: StaffMember | None = None) -> bool:
    """Tell whether one may share a family, with this colleague if named: lead, or manager."""
    if _leads(family, by):
        return True
    return manages(by, worker or by) and answers_for(family, by)


def answers_for(family: Family, by: StaffMember) -> bool:
    """Tell whether a manager answers for a family: it lives there, or one of theirs leads it."""
    if by.may(Permission.MANAGE_DEPARTMENT):
        return True
    territory = by.team.territory_id if by.team else None
    if territory is None or not by.may(Permission.MANAGE_TERRITORY):
        return False
    led = Involvement.objects.filter(family=family, lead=True, until=None)
    return (
        led.filter(worker__team__territory=territory).exists()
        or Commune.objects.filter(pk=family.commune_id, area__territory=territory).exists()
    )


def _leads(family: Family, by: StaffMember) -> bool:
    return family.pk in families_led(by, [family.pk]) and Role.SOCIAL_WORKER in by.roles


@transaction.atomic
def share_family(*, family: Family, worker: StaffMember, by: StaffMember) -> Follower:
    """Share what is written of a family with a colleague, who follows it too from now on.

    InterventionError where the person may not, or the colleague cannot or does already.
    """
    if not may_share(family, by, worker) or worker.pk == by.pk:
        raise InterventionError(
            "Le référent de la famille, ou son responsable, l'associe à un collègue."
        )
    if not worker.is_active or Role.SOCIAL_WORKER not in worker.roles:
        raise InterventionError("Seul un travailleur social peut être associé.")
    present_family(family.pk)
    already = InterventionError(f"{worker} est déjà associé à cette famille.")
    with refused_as({"follower_once": already}):
        return Follower.objects.create(
            family=family, worker=worker, by=by, since=timezone.localdate()
        )


@transaction.atomic
def stop_sharing(*, follower: Follower, by: StaffMember) -> None:
    """End what was shared with a colleague; InterventionError where one may not, or it ended."""
    if not (_leads(follower.family, by) or manages(by, follower.worker)):
        raise InterventionError("Le référent de la famille, ou son responsable, y met fin.")
    still = Follower.objects.filter(pk=follower.pk, until=None)
    if not still.update(until=max(timezone.localdate(), follower.since)):
        raise InterventionError("C'est déjà terminé.")
