"""Information-advice and supports: begun, running, ended, and what they gave."""

from __future__ import annotations

from typing import Final

from jalon.rules.offers import Base
from jalon.steering.enums import Breakdown
from jalon.steering.indicators.definition import (
    Formula,
    Indicator,
    Period,
    Term,
    Unit,
    counted,
    mean,
    share,
)
from jalon.steering.practice import Target

_PROJECT: Final = "projet de service 2021, § 2.3 et § 7.2"
_ADVICE: Final = "informations-conseils"
_SUPPORT: Final = "accompagnements"
_INDIVIDUAL: Final = "interventions individuelles : informations-conseils et accompagnements"


def _count(code: str, label: str, definition: str, population: str) -> Indicator:
    return Indicator(
        code, label, definition, population, Unit.INTERVENTIONS, counted(code), source=_PROJECT
    )


def _running(code: str, label: str, definition: str, population: str) -> Indicator:
    return Indicator(
        code,
        label,
        definition,
        population,
        Unit.INTERVENTIONS,
        counted(code),
        period=Period.LAST,
        source=_PROJECT,
    )


_COUNTS: Final = (
    _count(
        "advice_begun",
        "Informations-conseils commencées",
        "Informations-conseils ouvertes dans les mois demandés.",
        _ADVICE,
    ),
    _running(
        "advice_running",
        "Informations-conseils en cours",
        "Ouvertes, et pas encore closes ce jour-là.",
        _ADVICE,
    ),
    _count(
        "advice_ended",
        "Informations-conseils closes",
        "Informations-conseils closes dans les mois demandés, par issue.",
        _ADVICE,
    ),
    _count(
        "support_begun",
        "Accompagnements commencés",
        "Accompagnements dont le premier contrat est signé : au jour où ils commencent.",
        _SUPPORT,
    ),
    _running(
        "support_running",
        "Accompagnements en cours",
        "Actifs ou repris ce jour-là, selon l'histoire de chacun. Suspendus, ils sont comptés à "
        "part : personne n'y travaille.",
        _SUPPORT,
    ),
    _running(
        "support_suspended",
        "Accompagnements suspendus",
        "Suspendus ce jour-là, et pas encore repris ni clos.",
        _SUPPORT,
    ),
    _count(
        "support_ended",
        "Accompagnements clos",
        "Accompagnements clos après avoir commencé, par motif. Repris puis clos de nouveau, un "
        "accompagnement compte deux fois.",
        _SUPPORT,
    ),
    _count(
        "support_not_begun",
        "Accompagnements qui n'ont pas commencé",
        "Préparés, puis clos sans contrat signé.",
        _SUPPORT,
    ),
    _count(
        "support_extended",
        "Prolongations accordées",
        "Accords d'un responsable pour continuer au-delà d'un an.",
        _SUPPORT,
    ),
)
_LENGTHS: Final = (
    Indicator(
        "advice_length",
        "Durée des informations-conseils",
        "Jours de l'ouverture à la clôture, en moyenne.",
        "informations-conseils closes",
        Unit.DAYS,
        mean("advice_ended", "information-conseil,informations-conseils"),
        source=_PROJECT,
    ),
    Indicator(
        "support_length",
        "Durée des accompagnements",
        "Jours du début à la clôture, en moyenne.",
        "accompagnements clos après avoir commencé",
        Unit.DAYS,
        mean("support_ended", "accompagnement"),
        source=_PROJECT,
    ),
    Indicator(
        "support_age",
        "Ancienneté des accompagnements en cours",
        "Jours depuis le début, en moyenne.",
        "accompagnements en cours",
        Unit.DAYS,
        mean("support_running", "accompagnement"),
        period=Period.LAST,
        source=_PROJECT,
    ),
)


def _begun(*bases: Base) -> tuple[Term, ...]:
    return tuple(
        Term(one, by=Breakdown.OFFER, base=bases) for one in ("advice_begun", "support_begun")
    )


_SHARES: Final = (
    Indicator(
        "national_base_share",
        "Part du socle national",
        "Interventions commencées pour une offre du socle national, pour cent commencées pour une "
        "offre du profil. Celles qui ne viennent pas d'une proposition n'ont pas d'offre, et n'y "
        "sont pas.",
        _INDIVIDUAL,
        Unit.PERCENT,
        Formula(_begun(Base.NATIONAL), _begun(Base.NATIONAL, Base.LOCAL), times=100),
        target=Target.NATIONAL_BASE_SHARE,
        source=_PROJECT,
    ),
    Indicator(
        "advice_share",
        "Part de l'information-conseil, en nombre",
        "Informations-conseils commencées, pour cent interventions individuelles commencées. Le "
        "modèle de la source (65 informations-conseils et 30 accompagnements par temps plein) "
        "donne 68 %, sa cible dit 35 %.",
        _INDIVIDUAL,
        Unit.PERCENT,
        share("advice_begun", "advice_begun", "support_begun"),
        target=Target.ADVICE_SHARE,
        source=_PROJECT,
    ),
    Indicator(
        "advice_time_share",
        "Part de l'information-conseil, en temps",
        "Rencontres d'information-conseil, pour cent rencontres d'information-conseil ou "
        "d'accompagnement (du jour où il se prépare), chacune comptant les mêmes heures, comme "
        "dans le modèle de la source (deux heures, préparation et suites comprises).",
        "rencontres qui sont d'une intervention",
        Unit.PERCENT,
        share("meetings_advice", "meetings_advice", "meetings_support"),
        target=Target.ADVICE_TIME_SHARE,
        source=_PROJECT,
    ),
)
_RESULTS: Final = (
    Indicator(
        "contracts_signed",
        "Contrats signés",
        "Contrats d'accompagnement signés par les deux : premiers contrats et avenants.",
        _SUPPORT,
        Unit.CONTRACTS,
        counted("contracts_signed"),
        source=_PROJECT,
    ),
    Indicator(
        "reviews_held",
        "Bilans faits avec la famille",
        "Bilans d'étape, de fin, et nouvelles prises quelques mois après.",
        _SUPPORT,
        Unit.REVIEWS,
        counted("reviews_held"),
        source=_PROJECT,
    ),
    Indicator(
        "objectives_settled",
        "Objectifs des accompagnements clos",
        "Objectifs des accompagnements qui viennent de se clore, par résultat.",
        "objectifs des accompagnements clos après avoir commencé",
        Unit.OBJECTIVES,
        counted("objectives_settled"),
        source=_PROJECT,
    ),
    Indicator(
        "objectives_reached_share",
        "Part des objectifs atteints",
        "Objectifs dits atteints ensemble à la fin, pour cent objectifs. « Atteint en partie » "
        "n'est pas atteint.",
        "objectifs des accompagnements clos après avoir commencé",
        Unit.PERCENT,
        share("objectives_reached", "objectives_settled"),
        source=_PROJECT,
    ),
)
_ASKED: Final = {
    "listened": ("écoutées", "dit avoir été écoutée"),
    "helped": ("aidées", "dit avoir été aidée"),
    "better": ("pour qui cela va mieux", "dit que cela va mieux"),
    "returns": ("qui reviendraient", "dit qu'elle reviendrait"),
}
_OPINIONS: Final = tuple(
    Indicator(
        f"opinion_{code}_share",
        f"Familles {label}",
        f"Avis où la famille, d'elle-même, {said} (oui ou plutôt oui), pour cent avis qui "
        "répondent à cette question. Ceux que les familles ne donnent pas n'y sont pas : ce n'est "
        "pas l'avis de toutes.",
        "avis donnés par les familles sur leur page, une fois l'accompagnement clos",
        Unit.PERCENT,
        Formula(
            (Term(f"opinion_{code}", by=Breakdown.OUTCOME, among=("yes", "rather")),),
            (
                Term(
                    f"opinion_{code}",
                    by=Breakdown.OUTCOME,
                    among=("yes", "rather", "rather_not", "no"),
                ),
            ),
            times=100,
        ),
        source=_PROJECT,
    )
    for code, (label, said) in _ASKED.items()
)
_LATER: Final = (
    Indicator(
        "better_later_share",
        "Familles pour qui cela va mieux, par offre",
        "Avis donnés quelques mois après la fin où la famille, d'elle-même, dit que cela va mieux "
        "(oui ou plutôt oui), pour cent avis qui répondent à cette question. Ceux que les "
        "familles ne donnent pas n'y sont pas : ce n'est pas l'avis de toutes.",
        "avis donnés par les familles sur leur page, quelques mois après la fin",
        Unit.PERCENT,
        share("opinion_better_yes", "opinion_better"),
        source=_PROJECT,
    ),
)
INTERVENTIONS: Final = (*_COUNTS, *_LENGTHS, *_SHARES, *_RESULTS, *_OPINIONS, *_LATER)
