"""Meetings, appointments that nobody came to, and visits."""

from __future__ import annotations

from typing import Final

from jalon.steering.enums import Breakdown
from jalon.steering.indicators.definition import (
    Formula,
    Indicator,
    Term,
    Unit,
    counted,
    share,
)
from jalon.steering.practice import Target

_PROJECT: Final = "projet de service 2021, § 7.2"
_MET: Final = (
    "rendez-vous où quelqu'un est venu, entretiens et visites notés sans rendez-vous ; une "
    "rencontre écrite deux fois compte une fois"
)
_TOLD: Final = "rendez-vous dont l'heure est passée"
MEETINGS: Final = (
    Indicator(
        "meetings",
        "Rencontres",
        "Rencontres avec une famille, par mode.",
        _MET,
        Unit.MEETINGS,
        counted("meetings"),
        source=_PROJECT,
    ),
    Indicator(
        "face_to_face_share",
        "Part des rencontres en face à face",
        "Rencontres sur place ou à domicile, pour cent rencontres sur place, à domicile, par "
        "téléphone ou en visio. Ce qui est dit par écrit n'y est pas.",
        _MET,
        Unit.PERCENT,
        Formula(
            (Term("meetings", by=Breakdown.MODE, among=("face", "home")),),
            (Term("meetings", by=Breakdown.MODE, among=("face", "home", "phone", "video")),),
            times=100,
        ),
        target=Target.FACE_TO_FACE_SHARE,
        source=_PROJECT,
    ),
    Indicator(
        "appointments_due",
        "Rendez-vous pris",
        "Rendez-vous dont l'heure est passée, par ce qu'ils sont devenus ; sans issue tant que "
        "personne ne l'a notée.",
        _TOLD,
        Unit.APPOINTMENTS,
        counted("appointments_due"),
    ),
    Indicator(
        "no_show_rate",
        "Part des rendez-vous manqués",
        "Rendez-vous où personne n'est venu sans prévenir, pour cent rendez-vous honorés ou "
        "manqués ; selon qu'ils ont été pris par la famille ou par l'équipe.",
        f"{_TOLD}, et dont l'issue est notée ; ni annulés, ni excusés",
        Unit.PERCENT,
        share("appointments_missed", "appointments_kept", "appointments_missed"),
        source=_PROJECT,
    ),
    Indicator(
        "visits_done",
        "Visites à domicile",
        "Visites faites, avec l'accord de la famille.",
        "accompagnements",
        Unit.VISITS,
        counted("visits_done"),
        source=_PROJECT,
    ),
    Indicator(
        "visits_declined",
        "Visites à domicile refusées",
        "Visites que la famille n'a pas voulues, au jour de son refus. Comptées à part.",
        "accompagnements",
        Unit.VISITS,
        counted("visits_declined"),
        source=_PROJECT,
    ),
    Indicator(
        "visits_a_support",
        "Visites à domicile par accompagnement",
        "Visites faites au cours des accompagnements qui viennent de se clore, par accompagnement "
        "clos. Ceux dont la famille a refusé toute visite sont comptés à part, et n'y sont pas.",
        "accompagnements clos après avoir commencé",
        Unit.A_SUPPORT,
        Formula(
            (Term("visits_of_ended"),),
            (Term("support_ended"), Term("ended_refusing_visit", sign=-1)),
            nouns=("visite", "accompagnement"),
        ),
        target=Target.VISITS_A_SUPPORT,
        source=_PROJECT,
    ),
)
