"""Rights checks: what they found, what was claimed of it, what was granted, in euros."""

from __future__ import annotations

from typing import Final

from jalon.steering.indicators.definition import (
    Formula,
    Indicator,
    Term,
    Unit,
    added_up,
    counted,
)

_CHECKS: Final = "rendez-vous des droits calculés ; le dernier du mois pour chaque famille"
_CLAIMS: Final = "droits qu'une famille demande après un rendez-vous des droits"
_SOURCE: Final = "rendez-vous des droits ; projet de service 2021, § 2.3"
_GRANTED: Final = (
    Term("rights_granted_monthly"),
    Term("rights_granted_yearly"),
    Term("rights_granted_cover"),
)


def _claims(code: str, label: str, definition: str, unit: Unit, formula: Formula) -> Indicator:
    return Indicator(code, label, definition, _CLAIMS, unit, formula, source=_SOURCE)


RIGHTS: Final = (
    Indicator(
        "rights_checked",
        "Familles dont les droits ont été calculés",
        "Familles avec qui le point des droits a été fait jusqu'au calcul, comptées une fois par "
        "mois.",
        _CHECKS,
        Unit.FAMILIES,
        counted("rights_checked"),
        source=_SOURCE,
    ),
    Indicator(
        "rights_found",
        "Droits trouvés",
        "Droits que le calcul trouve et que la famille ne reçoit pas, ou reçoit nettement moins ; "
        "ceux dont personne ne dit s'ils sont versés y sont aussi. Le service des prestations a "
        "le dernier mot. Une famille qui refait le point un autre mois y compte à nouveau.",
        _CHECKS,
        Unit.RIGHTS,
        Formula((Term("rights_missing"), Term("rights_to_compare"))),
        source=_SOURCE,
    ),
    Indicator(
        "rights_missing_euros",
        "Euros par mois qui semblent manquer",
        "Ce que le calcul trouve de plus que ce qui est versé, par mois, des droits mensuels dont "
        "la famille a dit ce qu'elle reçoit. Les couvertures santé n'ont pas de montant.",
        _CHECKS,
        Unit.EUROS_A_MONTH,
        added_up("rights_missing"),
        source=_SOURCE,
    ),
    _claims(
        "rights_claimed",
        "Droits demandés",
        "Demandes faites dans les mois demandés.",
        Unit.RIGHTS,
        counted("rights_claimed"),
    ),
    _claims(
        "rights_granted",
        "Droits accordés",
        "Demandes accordées, au mois de la décision ; les couvertures santé comptent, sans "
        "montant.",
        Unit.RIGHTS,
        Formula(_GRANTED),
    ),
    _claims(
        "rights_refused",
        "Droits refusés",
        "Demandes refusées, au mois de la décision.",
        Unit.RIGHTS,
        counted("rights_refused"),
    ),
    _claims(
        "rights_granted_share",
        "Part des demandes accordées",
        "Demandes accordées, pour cent demandes décidées dans les mois demandés.",
        Unit.PERCENT,
        Formula(_GRANTED, (*_GRANTED, Term("rights_refused")), times=100),
    ),
    _claims(
        "rights_granted_euros",
        "Euros accordés par mois",
        "Montant mensuel des droits accordés, au mois de la décision. Ce que la famille recevait "
        "déjà de ces droits n'en est pas retiré.",
        Unit.EUROS_A_MONTH,
        added_up("rights_granted_monthly"),
    ),
    _claims(
        "rights_granted_once_euros",
        "Euros accordés, versés une fois par an",
        "Montant des droits accordés qui sont versés une fois par an, comme l'allocation de "
        "rentrée scolaire. Il ne s'ajoute pas aux montants mensuels.",
        Unit.EUROS,
        added_up("rights_granted_yearly"),
    ),
)
