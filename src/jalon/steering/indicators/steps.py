"""From the families that a run finds to what they answer."""

from __future__ import annotations

from typing import Final

from jalon.steering.indicators.definition import (
    Indicator,
    Unit,
    counted,
    mean,
    share,
)

_APPROACHES: Final = "familles à qui une offre a été faite, une fois par prise de contact"
_PROPOSALS: Final = "propositions faites, une fois par offre et par fait générateur"
_ISSUE: Final = "projet de service 2021, § 7 ; pilotage mensuel du département"
_TWICE: Final = "Une famille ciblée deux fois compte deux fois."
# What is known of families by step: code, label, definition.
_FAMILIES: Final = {
    "targeted": (
        "Familles ciblées",
        (
            "Prises de contact ouvertes parce qu'un requêtage libéré a repéré la famille, quel "
            f"que soit le nombre de ses offres. {_TWICE}"
        ),
    ),
    "posted": (
        "Familles à qui l'on a écrit",
        "Prises de contact dont la première lettre est partie, au jour de la poste.",
    ),
    "reached": (
        "Familles jointes",
        (
            "Prises de contact dont on sait que la parole est arrivée : la famille a répondu, ou "
            "un SMS, un courriel, un appel ou un passage a abouti. Une lettre partie ne suffit "
            "pas. Au premier de ces jours."
        ),
    ),
    "answered": (
        "Familles qui répondent",
        (
            "Prises de contact à la première réponse qui décide : rendez-vous, rappel, plus tard, "
            "non. Ce qui vient par la page d'une famille en danger ne décide de rien."
        ),
    ),
    "accepted": (
        "Familles qui acceptent",
        "Prises de contact au premier « oui » : un rendez-vous ou un rappel est demandé.",
    ),
    "declined": (
        "Familles qui déclinent",
        "Prises de contact au premier « non », même si la famille change d'avis ensuite.",
    ),
    "postponed": (
        "Familles qui disent « plus tard »",
        "Prises de contact au premier « pas maintenant ».",
    ),
    "silent": (
        "Familles restées silencieuses",
        (
            "Prises de contact dont une lettre est partie et dont le délai pour répondre s'est "
            "fini dans le mois sans réponse qui décide."
        ),
    ),
}


# What the proposals of these families are called, by the same step.
_OFFERED: Final = {
    "targeted": "Propositions faites",
    "posted": "Propositions parties par courrier",
    "reached": "Propositions à des familles jointes",
    "answered": "Propositions qui ont une réponse",
    "accepted": "Propositions acceptées",
    "declined": "Propositions déclinées",
    "postponed": "Propositions remises à plus tard",
    "silent": "Propositions restées sans réponse",
}


def _families(step: str, label: str, definition: str) -> Indicator:
    return Indicator(
        f"families_{step}",
        label,
        definition,
        _APPROACHES,
        Unit.FAMILIES,
        counted(f"families_{step}"),
        source=_ISSUE,
    )


def _proposals(step: str, definition: str) -> Indicator:
    code = "proposals_made" if step == "targeted" else f"proposals_{step}"
    return Indicator(
        code,
        _OFFERED[step],
        f"Les propositions de ces prises de contact, par offre et par fait. {definition}"
        if step != "targeted"
        else "Offres faites à des familles, au jour où la libération est reprise. Faite deux "
        "fois à ce qui s'est révélé une seule famille, une proposition compte une fois.",
        _PROPOSALS,
        Unit.PROPOSALS,
        counted(code),
        source=_ISSUE,
    )


_RATES: Final = (
    Indicator(
        "answer_rate",
        "Part des familles qui répondent",
        "Premières réponses de familles à qui une lettre est partie, pour cent premières lettres "
        "parties, sur les mêmes mois. Une réponse vient souvent le mois d'après : à lire sur un "
        "trimestre au moins. À qui l'on propose de vive voix, ou qui revient de soi-même, n'y est "
        "pas.",
        _APPROACHES,
        Unit.PERCENT,
        share("delay_letter_answer", "families_posted"),
        source=_ISSUE,
    ),
    Indicator(
        "acceptance_rate",
        "Part des familles qui acceptent",
        "Premiers « oui » de familles à qui une lettre est partie, pour cent premières lettres "
        "parties, sur les mêmes mois.",
        _APPROACHES,
        Unit.PERCENT,
        share("families_accepted_after", "families_posted"),
        source=_ISSUE,
    ),
    Indicator(
        "proposal_acceptance_rate",
        "Part des propositions acceptées",
        "Propositions parties par courrier dont la famille dit ensuite « oui » pour la première "
        "fois, pour cent propositions parties par courrier, sur les mêmes mois.",
        _PROPOSALS,
        Unit.PERCENT,
        share("proposals_accepted_after", "proposals_posted"),
        source=_ISSUE,
    ),
    Indicator(
        "undelivered_rate",
        "Part des lettres revenues",
        "Lettres revenues (NPAI, pli refusé ou non réclamé) dans les mois demandés, pour cent "
        "lettres postées dans ces mois.",
        "lettres d'offre, celles envoyées de nouveau comprises",
        Unit.PERCENT,
        share("letters_returned", "letters_posted"),
        source=_ISSUE,
    ),
    Indicator(
        "proposed_share",
        "Part des repérages devenus propositions",
        "Propositions faites, pour cent familles que les requêtages libérés dans ces mois "
        "repèrent pour des offres proposées. L'écart est fait des familles à qui la même offre "
        "avait déjà été faite et de celles mises de côté entre le calcul et la reprise. Combien "
        "de familles du fichier sont touchées, la couverture le dit.",
        "familles repérées par les requêtages libérés, par offre et par commune",
        Unit.PERCENT,
        share("proposals_made", "households_selected"),
        source=_ISSUE,
    ),
)
_DELAYS: Final = (
    Indicator(
        "delay_event_letter",
        "Délai du fait à la lettre",
        "Jours entre l'enregistrement du fait générateur et le départ de la première lettre, en "
        "moyenne. Les offres sans fait générateur n'y sont pas.",
        "propositions nées d'un fait générateur, parties par courrier",
        Unit.DAYS,
        mean("delay_event_letter", "proposition"),
        source=_ISSUE,
    ),
    Indicator(
        "delay_letter_answer",
        "Délai de la lettre à la réponse",
        "Jours entre le départ de la première lettre et la première réponse qui décide, en "
        "moyenne.",
        "familles qui répondent après une lettre",
        Unit.DAYS,
        mean("delay_letter_answer", "famille"),
        source=_ISSUE,
    ),
    Indicator(
        "delay_answer_meeting",
        "Délai de la réponse à la rencontre",
        "Jours entre le premier « oui » et la première rencontre qui le suit, dans l'année, en "
        "moyenne ; au mois de la rencontre.",
        "familles qui acceptent, puis sont rencontrées",
        Unit.DAYS,
        mean("delay_answer_meeting", "famille"),
        source=_ISSUE,
    ),
)
_MAIL: Final = (
    Indicator(
        "letters_posted",
        "Lettres postées",
        "Lettres remises à la poste, celles envoyées de nouveau comprises.",
        "lettres d'offre",
        Unit.LETTERS,
        counted("letters_posted"),
    ),
    Indicator(
        "letters_returned",
        "Lettres revenues",
        "Lettres revenues, au jour où c'est noté, par ce qui est lu sur l'enveloppe.",
        "lettres d'offre",
        Unit.LETTERS,
        counted("letters_returned"),
    ),
    Indicator(
        "messages_sent",
        "SMS et courriels envoyés",
        "Messages partis : rappels, et avis de rendez-vous.",
        "SMS et courriels aux familles",
        Unit.MESSAGES,
        counted("messages_sent"),
    ),
    Indicator(
        "calls_made",
        "Appels et passages",
        "Appels et passages pour prendre contact, aboutis ou non.",
        "familles à qui une offre a été faite",
        Unit.CALLS,
        counted("calls_made"),
    ),
    Indicator(
        "families_back",
        "Familles revenues d'elles-mêmes",
        "Familles qui reviennent une fois leur délai fini, sans qu'un requêtage les ait repérées "
        "de nouveau.",
        _APPROACHES,
        Unit.FAMILIES,
        counted("families_back"),
    ),
)
STEPS: Final = (
    *(_families(step, *said) for step, said in _FAMILIES.items()),
    *(_proposals(step, definition) for step, (_, definition) in _FAMILIES.items()),
    *_RATES,
    *_DELAYS,
    *_MAIL,
)
