"""What changes in a diagnosis and a plan; two may write at once, and neither loses text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone

from jalon.audit.refusals import refused_as
from jalon.directory.models import StaffMember
from jalon.interventions.drafting import forget_draft
from jalon.interventions.enums import ActionBy, ActionState, Domain
from jalon.interventions.errors import InterventionError, RevisedMeanwhileError
from jalon.interventions.models import Appraisal, Objective, PlannedAction, Support
from jalon.interventions.revising import Value, revise
from jalon.interventions.supporting import held

_OVER: Final = "Cet accompagnement est clos : son plan ne change plus."


@transaction.atomic
def appraise(  # noqa: PLR0913 - what was read, what is written, and by whom
    *,
    support: Support,
    domain: Domain,
    base: Mapping[str, Value],
    words: Mapping[str, Value],
    seen: int,
    by: StaffMember,
    draft: str = "",
) -> Appraisal:
    """Say how a domain goes, over what was read of it; see `revising.revise` for its errors."""
    _going(support, by)
    forget_draft(form=draft, by=by)
    known = Appraisal.objects.filter(support=support, domain=domain).first()
    if known is not None:
        return revise(known, base=base, mine=words, seen=seen)
    with refused_as({"appraisal_once": RevisedMeanwhileError()}):
        return Appraisal.objects.create(
            support=support, family_id=support.family_id, domain=domain, **words
        )


@transaction.atomic
def add_objective(
    *, support: Support, words: Mapping[str, Value], by: StaffMember, draft: str = ""
) -> Objective:
    """Add an objective to the plan; InterventionError once the support is closed."""
    _going(support, by)
    forget_draft(form=draft, by=by)
    return Objective.objects.create(support=support, family_id=support.family_id, by=by, **words)


@transaction.atomic
def revise_objective(  # noqa: PLR0913 - as above
    *,
    objective: Objective,
    base: Mapping[str, Value],
    words: Mapping[str, Value],
    seen: int,
    by: StaffMember,
    draft: str = "",
) -> Objective:
    """Write an objective anew, over what was read of it; see `revising.revise` for its errors."""
    _going(objective.support, by)
    forget_draft(form=draft, by=by)
    return revise(objective, base=base, mine=words, seen=seen)


@transaction.atomic
def plan_action(  # noqa: PLR0913 - what, who, when, and where it stands in the plan
    *,
    support: Support,
    objective: Objective | None,
    what: str,
    who: ActionBy,
    due_on: date | None,
    by: StaffMember,
) -> PlannedAction:
    """Add something to do to the plan; InterventionError once the support is closed."""
    _going(support, by)
    return PlannedAction.objects.create(
        support=support,
        objective=objective,
        family_id=support.family_id,
        what=what,
        who=who,
        due_on=due_on,
        by=by,
    )


@transaction.atomic
def settle_action(*, action: PlannedAction, state: ActionState, by: StaffMember) -> None:
    """Say that something was done, or will not be.

    InterventionError where it was said before, or its support is closed.
    """
    if action.support is not None:
        _going(action.support, by)
    still = PlannedAction.objects.filter(pk=action.pk, state=ActionState.TODO)
    if not still.update(state=state, settled_on=timezone.localdate(), settled_by=by):
        raise InterventionError("C'est déjà noté : relisez la page.")


def _going(support: Support, by: StaffMember) -> None:
    if held(support, by).is_over:
        raise InterventionError(_OVER)
