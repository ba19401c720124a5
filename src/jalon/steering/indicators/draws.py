"""Families that lots had contacted at once, beside those that waited for the last wave."""

from __future__ import annotations

from typing import Final

from jalon.steering.indicators.definition import Indicator, Unit, share

_POPULATION: Final = (
    "propositions tirées au sort faute de place pour toutes, une fois par offre, six mois après "
    "le tirage"
)
_SOURCE: Final = "tirages enregistrés à la libération des requêtages"
_BEGUN: Final = (
    "dont la famille a commencé une information-conseil ou un accompagnement dans les 182 jours "
    "qui suivent le tirage. Comptées le dernier de ces jours, là où le sort les a placées, même "
    "venues d'elles-mêmes avant leur tour."
)

DRAWS: Final = (
    Indicator(
        "drawn_first_share",
        "Contactées d'abord, suivies six mois après",
        f"Part des propositions tirées au sort pour la première vague {_BEGUN}",
        _POPULATION,
        Unit.PERCENT,
        share("drawn_first_begun", "drawn_first"),
        source=_SOURCE,
    ),
    Indicator(
        "drawn_later_share",
        "Reportées, suivies six mois après",
        f"Part des propositions tirées au sort pour la dernière vague {_BEGUN}",
        _POPULATION,
        Unit.PERCENT,
        share("drawn_later_begun", "drawn_later"),
        source=_SOURCE,
    ),
)
