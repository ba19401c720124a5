"""Rules tried on a run, kept as drafts by who tried them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from jalon.directory.models import StaffMember
from jalon.targeting.engine.simulating import Change
from jalon.targeting.errors import RunError
from jalon.targeting.models import RuleDraft, TargetingRun


@transaction.atomic
def keep_draft(  # noqa: PLR0913 - a draft's own fields
    *,
    by: StaffMember,
    run: TargetingRun,
    offer: str,
    settings: Sequence[str],
    changes: Sequence[Change],
    entered: int,
    left: int,
    note: str,
) -> RuleDraft:
    """Keep what was tried and what it would change; the rule itself stays as it is."""
    if not settings:
        raise RunError("Changez au moins un critère avant de garder un essai.")
    return RuleDraft.objects.create(
        run=run,
        offer=offer,
        settings={
            "set": list(settings),
            "said": [
                {"fact": one.fact, "before": one.before, "after": one.after} for one in changes
            ],
        },
        entered=entered,
        left=left,
        note=note,
        author=by,
    )


@transaction.atomic
def delete_draft(*, by: StaffMember, draft: RuleDraft) -> None:
    """Delete a draft of one's own; RunError for another's."""
    if draft.author_id != by.pk:
        raise RunError("Seul l'auteur d'un essai peut le supprimer.")
    draft.delete()
