"""What changes in a support's contract: written, signed by both, amended by a later version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from jalon.audit.refusals import refused_as
from jalon.directory.models import StaffMember
from jalon.documents import store
from jalon.documents.checking import CheckedFile
from jalon.interventions.drafting import forget_draft
from jalon.interventions.enums import Signature, SupportState
from jalon.interventions.errors import InterventionError, RevisedMeanwhileError
from jalon.interventions.models import Contract, Support
from jalon.interventions.revising import Value, revise
from jalon.interventions.supporting import begin, held
from jalon.interventions.terms import terms
from jalon.web import french

_SIGNED: Final = "Ce contrat est signé : il ne change plus. Écrivez une nouvelle version."
_WORDS: Final = ("purpose", "family_side", "worker_side")


@transaction.atomic
def write_contract(*, support: Support, by: StaffMember) -> Contract:
    """Begin a contract, or the next version of one, with the words of the last.

    InterventionError where the support is closed or rests, or a version waits to be signed.
    """
    locked = held(support, by)
    if locked.state not in {SupportState.DRAFT, SupportState.ACTIVE, SupportState.REOPENED}:
        raise InterventionError("Cet accompagnement ne suit pas son cours : reprenez-le d'abord.")
    last = Contract.objects.filter(support=locked).order_by("-version").first()
    number = Contract.objects.filter(support=locked).aggregate(last=Max("version"))["last"] or 0
    start = timezone.localdate()
    end = terms().usual_end(start)
    waiting = InterventionError("Une version attend déjà d'être signée.")
    told = {
        "contract_lasts": InterventionError(_TOO_LATE),
        "contract_one_to_sign": waiting,
        "contract_once": waiting,
    }
    with refused_as(told):
        return Contract.objects.create(
            support=locked,
            family_id=locked.family_id,
            version=number + 1,
            starts_on=start,
            ends_on=end if locked.limit_on is None else max(locked.limit_on, start),
            made_by=by,
            **({name: getattr(last, name) for name in _WORDS} if last else {}),
        )


@transaction.atomic
def revise_contract(  # noqa: PLR0913 - what was read, what is written, and by whom
    *,
    contract: Contract,
    base: Mapping[str, Value],
    words: Mapping[str, Value],
    seen: int,
    by: StaffMember,
    draft: str = "",
) -> Contract:
    """Write a contract anew, over what was read of it; see `revising.revise` for its errors."""
    support = _going(contract, by)
    now = Contract.objects.get(pk=contract.pk)
    if now.is_signed:
        raise InterventionError(_SIGNED)
    _within(support, words["starts_on"], words["ends_on"])
    forget_draft(form=draft, by=by)
    return revise(now, base=base, mine=words, seen=seen)


@transaction.atomic
def sign_contract(  # noqa: PLR0913 - what both sign, when, how and who
    *,
    contract: Contract,
    seen: int,
    on: date,
    signatories: str,
    scan: CheckedFile | None,
    by: StaffMember,
) -> Contract:
    """Write down that both signed, on screen or on the paper scanned; a draft support begins.

    `seen` is the revision that they read. RevisedMeanwhileError where the text changed since;
    InterventionError where it is signed already, says too little, or lasts too long.
    """
    support = _going(contract, by)
    locked = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    if locked.is_signed:
        raise InterventionError(_SIGNED)
    if locked.revision != seen:
        raise RevisedMeanwhileError
    if not all(getattr(locked, name).strip() for name in _WORDS):
        raise InterventionError("Écrivez d'abord ce que chacun s'engage à faire.")
    if on > timezone.localdate():
        raise InterventionError("Le jour de la signature est encore à venir.")
    _within(support, locked.starts_on, locked.ends_on)
    for name, value in _signature(on, signatories, scan, by).items():
        setattr(locked, name, value)
    locked.save()
    if support.state == SupportState.DRAFT:
        begin(support, max(on, support.drafted_on), locked.ends_on)
    else:
        support.ends_on = locked.ends_on
        support.save(update_fields=["ends_on"])
    return locked


def _going(contract: Contract, by: StaffMember) -> Support:
    support = held(contract.support, by)
    if support.is_over:
        raise InterventionError("Cet accompagnement est clos : son contrat ne change plus.")
    return support


def _signature(
    on: date, signatories: str, scan: CheckedFile | None, by: StaffMember
) -> dict[str, Any]:
    return {
        "signed_on": on,
        "signatories": signatories,
        "signed_by": by,
        "signature": Signature.SCREEN if scan is None else Signature.PAPER,
        # A file whose transaction is given up goes in the night.
        "scan": None if scan is None else store.keep(scan),
        "scan_type": "" if scan is None else scan.kind,
        "scan_size": 0 if scan is None else len(scan.content),
        "scan_sha256": "" if scan is None else scan.sha256,
    }


_TOO_LATE: Final = "La durée d'un an est passée : demandez d'abord une prolongation."


def _within(support: Support, starts_on: Any, ends_on: Any) -> None:  # noqa: ANN401 - two days
    """Refuse a contract that ends before it begins, or after the support may last."""
    if ends_on <= starts_on:
        raise InterventionError("Le contrat finit après avoir commencé : corrigez ses dates.")
    limit = support.limit_on or terms().limit(max(starts_on, support.drafted_on))
    if ends_on > limit:
        raise InterventionError(
            f"Sans l'accord du responsable, il dure jusqu'au {french.long_date(limit)} au plus."
        )
