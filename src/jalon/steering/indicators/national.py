"""What the national tool follows social work by (Gesica): its columns, in their order.

The service project names the tool and what it must tell: the activity on the offers of the
national base and on local ones, the yearly report, the load against the model of work. Most of it
is told by indicators of the chapters; what follows is told for the tool alone.
"""

from __future__ import annotations

from typing import Final

from jalon.rules.offers import Base
from jalon.steering.enums import Breakdown
from jalon.steering.indicators.definition import (
    Formula,
    Indicator,
    NotMeasured,
    Term,
    Unit,
)
from jalon.steering.indicators.load import COLLECTIVE, INSTITUTIONAL
from jalon.steering.practice import Model

_PROJECT: Final = "projet de service 2021, § 2.1 et § 7.2"
_BASES: Final = {
    Base.NATIONAL: ("national", "socle national"),
    Base.LOCAL: ("local", "offres locales"),
}
_BEGUN: Final = {
    "advice": ("advice_begun", "Informations-conseils commencées"),
    "support": ("support_begun", "Accompagnements commencés"),
}


def _of_base(kind: str, base: Base) -> Indicator:
    (measure, label), (code, of) = _BEGUN[kind], _BASES[base]
    return Indicator(
        f"{kind}_begun_{code}",
        f"{label} : {of}",
        f"{label} dans les mois demandés pour une offre ({of}). Ce qui ne vient pas d'une "
        "proposition n'a pas d'offre, et n'y est pas.",
        "interventions qui viennent d'une proposition",
        Unit.INTERVENTIONS,
        Formula((Term(measure, by=Breakdown.OFFER, base=(base,)),)),
        source=_PROJECT,
    )


def _met(code: str, label: str, definition: str, *modes: str) -> Indicator:
    return Indicator(
        f"meetings_{code}",
        label,
        definition,
        "rencontres avec une famille",
        Unit.MEETINGS,
        Formula((Term("meetings", by=Breakdown.MODE, among=modes),)),
        source=_PROJECT,
    )


def _not_yet(code: str, label: str, definition: str, unit: Unit, why: NotMeasured) -> Indicator:
    return Indicator(
        code, label, definition, "travailleurs sociaux en poste", unit, why, source=_PROJECT
    )


NATIONAL: Final = (
    *(_of_base(kind, base) for kind in _BEGUN for base in _BASES),
    _met(
        "face",
        "Rencontres en face à face",
        "Rencontres sur place ou à domicile.",
        "face",
        "home",
    ),
    _met(
        "remote",
        "Rencontres par téléphone ou en visio",
        "Rencontres par téléphone ou en visio. Ce qui est dit par écrit n'y est pas.",
        "phone",
        "video",
    ),
    Indicator(
        "individual_hours",
        "Heures d'intervention individuelle",
        "Rencontres d'information-conseil et d'accompagnement, aux heures que le modèle du profil "
        "donne à une rencontre. Les heures ne sont pas saisies : elles découlent des rencontres.",
        "rencontres qui sont d'une intervention",
        Unit.HOURS,
        Formula(
            (
                Term("meetings_advice", times=Model.HOURS_A_MEETING),
                Term("meetings_support", times=Model.HOURS_A_MEETING),
            )
        ),
        source=_PROJECT,
    ),
    _not_yet(
        "collective_informations",
        "Informations collectives",
        "Informations collectives menées dans les mois demandés.",
        Unit.INTERVENTIONS,
        COLLECTIVE,
    ),
    _not_yet(
        "collective_groups",
        "Actions de groupe",
        "Actions de groupe menées dans les mois demandés.",
        Unit.INTERVENTIONS,
        COLLECTIVE,
    ),
    _not_yet(
        "collective_hours",
        "Heures d'intervention collective",
        "Heures passées aux informations et aux actions collectives.",
        Unit.HOURS,
        COLLECTIVE,
    ),
    _not_yet(
        "institutional_hours",
        "Heures de vie institutionnelle",
        "Heures de réunion, de formation et de vie du service.",
        Unit.HOURS,
        INSTITUTIONAL,
    ),
)
# Every column, by the code of its indicator.
COLUMNS: Final = (
    *("advice_begun", "advice_begun_national", "advice_begun_local"),
    *("advice_running", "advice_ended", "advice_length"),
    *("support_begun", "support_begun_national", "support_begun_local"),
    *("support_running", "support_suspended", "support_ended", "support_length"),
    *("families_received", "meetings", "meetings_face", "meetings_remote", "visits_done"),
    *("contracts_signed", "reviews_held", "objectives_settled", "objectives_reached_share"),
    *("full_times", "individual_hours"),
    *("collective_informations", "collective_groups", "collective_hours", "institutional_hours"),
)
