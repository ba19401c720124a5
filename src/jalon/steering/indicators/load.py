"""Who works, on what, and what a full time receives; families that several services know."""

from __future__ import annotations

from typing import Final

from jalon.steering.indicators.definition import (
    TWO_PLACES,
    Formula,
    Indicator,
    NotMeasured,
    Period,
    Term,
    Unit,
    added_up,
    counted,
    share,
)
from jalon.steering.practice import Model, Target

_PROJECT: Final = "projet de service 2021, § 2.3 et § 7.2"
_POSTS: Final = "travailleurs sociaux dont le rôle est confirmé"
_MONTHS_A_YEAR: Final = 12
COLLECTIVE: Final = NotMeasured("le travail collectif n'est pas encore enregistré dans Jalon")
INSTITUTIONAL: Final = NotMeasured(
    "les heures de réunion et de formation ne sont pas enregistrées dans Jalon"
)
LOAD: Final = (
    Indicator(
        "families_received",
        "Familles reçues dans l'année",
        "Familles rencontrées, comptées une fois par année civile, au mois de leur première "
        "rencontre.",
        "familles rencontrées, d'où qu'elles viennent",
        Unit.FAMILIES,
        counted("families_received"),
        period=Period.YEAR,
        source=_PROJECT,
    ),
    Indicator(
        "full_times",
        "Temps pleins en poste",
        "Quotités de travail des travailleurs sociaux, au prorata des jours en poste, ajoutées "
        "mois par mois : douze font une année d'un temps plein. Qui change d'équipe compte dans "
        "chacune, jour pour jour.",
        _POSTS,
        Unit.FULL_TIMES,
        added_up("workers_in_post"),
        source=_PROJECT,
    ),
    Indicator(
        "full_times_away",
        "Temps pleins absents",
        "La part de ces temps pleins prise par des absences notées, congés compris.",
        _POSTS,
        Unit.FULL_TIMES,
        added_up("workers_away"),
        source=_PROJECT,
    ),
    Indicator(
        "families_a_full_time",
        "Familles reçues par temps plein",
        "Familles reçues depuis janvier, pour un temps plein en poste dans les mêmes mois, "
        "absences comprises. La cible d'une année y est ramenée aux mois comptés ; où il en "
        "manque, rien n'est comparé. En cours d'année, le début est haut : chaque famille y est "
        "reçue pour la première fois de l'année. " + TWO_PLACES,
        "familles rencontrées, et travailleurs sociaux en poste",
        Unit.A_FULL_TIME,
        Formula(
            (Term("families_received"),),
            (Term("workers_in_post", total=True),),
            over_months=True,
            nouns=("famille", "temps plein,temps pleins"),
        ),
        period=Period.YEAR,
        target=Target.FAMILIES_A_FULL_TIME,
        yearly_target=True,
        source=_PROJECT,
    ),
    Indicator(
        "individual_time_share",
        "Part du temps individuel",
        "Heures des rencontres d'information-conseil et d'accompagnement, préparation du contrat "
        "comprise, aux heures que le modèle du profil donne à une rencontre, pour cent heures de "
        "travail des temps pleins en poste. Les heures ne sont pas saisies : elles découlent des "
        "rencontres. " + TWO_PLACES,
        _POSTS,
        Unit.PERCENT,
        Formula(
            (
                Term("meetings_advice", times=Model.HOURS_A_MEETING),
                Term("meetings_support", times=Model.HOURS_A_MEETING),
            ),
            (Term("workers_in_post", total=True, times=Model.HOURS_A_FULL_TIME),),
            times=100,
            divided=_MONTHS_A_YEAR,
            nouns=("", "heure"),
        ),
        target=Target.INDIVIDUAL_TIME_SHARE,
        source=_PROJECT,
    ),
    Indicator(
        "collective_time_share",
        "Part du temps collectif",
        "Heures d'information et d'action collectives, pour cent heures de travail.",
        _POSTS,
        Unit.PERCENT,
        COLLECTIVE,
        target=Target.COLLECTIVE_TIME_SHARE,
        source=_PROJECT,
    ),
    Indicator(
        "institutional_time_share",
        "Part de la vie institutionnelle",
        "Heures de réunion, de formation et de vie du service, pour cent heures de travail.",
        _POSTS,
        Unit.PERCENT,
        INSTITUTIONAL,
        target=Target.INSTITUTIONAL_TIME_SHARE,
        source=_PROJECT,
    ),
    Indicator(
        "collective_actions",
        "Travail collectif par travailleur social",
        "Informations et actions collectives menées dans l'année, par travailleur social : une "
        "information et une action, ou trois informations, ou deux actions.",
        _POSTS,
        Unit.INTERVENTIONS,
        COLLECTIVE,
        source=_PROJECT,
    ),
    Indicator(
        "families_of_several",
        "Familles connues de plusieurs services",
        "Familles dont deux services au moins disent s'occuper ce jour-là, selon lesquels.",
        "familles dont un service dit s'occuper",
        Unit.FAMILIES,
        counted("families_of_several"),
        period=Period.LAST,
        source=_PROJECT,
    ),
    Indicator(
        "families_of_several_share",
        "Part des familles connues de plusieurs services",
        "Ces familles, pour cent familles dont un service au moins s'occupe ce jour-là.",
        "familles dont un service dit s'occuper",
        Unit.PERCENT,
        share("families_of_several", "families_known"),
        period=Period.LAST,
        source=_PROJECT,
    ),
    Indicator(
        "followed_elsewhere_share",
        "Part des familles suivies ailleurs",
        "Informations-conseils de familles que suit un autre service social, pour cent "
        "informations-conseils commencées.",
        "informations-conseils commencées",
        Unit.PERCENT,
        share("advice_elsewhere", "advice_begun"),
        source=_PROJECT,
    ),
)
