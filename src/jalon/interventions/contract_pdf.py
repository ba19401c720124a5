"""A contract as the file that a family keeps."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.utils import timezone

from jalon.interventions.models import Contract
from jalon.letters.contract import Agreement, Part, render_agreement
from jalon.outreach.wording import read_wording
from jalon.web import french

_FRAMEWORK: Final = (
    (
        "C'est un accord libre. Chacun peut y mettre fin à tout moment ; cela ne change rien aux "
        "prestations de la famille."
    ),
    (
        "Ce qui est dit est couvert par le secret professionnel. La famille peut demander à voir "
        "ce qui est écrit d'elle, et à le faire corriger."
    ),
    (
        "Nous faisons le point ensemble régulièrement. Si les choses changent, nous écrivons une "
        "nouvelle version."
    ),
)


def contract_pdf(contract: Contract) -> bytes:
    """Return a contract to print and sign, or as it was signed; LetterRefusedError as letters."""
    support = contract.support
    signed = contract.signed_on
    day = signed or timezone.localdate(contract.made_at)
    said = f"Signé le {french.long_date(signed)}" if signed else ""
    agreement = Agreement(
        sender=read_wording(settings.PROFILE).sender.name,
        title="Contrat d'accompagnement réciproque"
        + (f", version {contract.version}" if contract.version > 1 else ""),
        # Who signed it, whoever carries the support today.
        between=f"Entre {support.family.name} et {contract.signed_by or support.worker}, "
        "du service social.",
        during=f"Du {french.long_date(contract.starts_on)} "
        f"au {french.long_date(contract.ends_on)}.",
        parts=(
            Part("Ce que nous voulons ensemble", contract.purpose),
            Part("La famille s'engage à", contract.family_side),
            Part("Le travailleur social s'engage à", contract.worker_side),
        ),
        framework=_FRAMEWORK,
        signatures=(
            ("La famille", (contract.signatories, said) if signed else ()),
            ("Le travailleur social", (str(contract.signed_by), said) if signed else ()),
        ),
    )
    return render_agreement(agreement, on=day)
