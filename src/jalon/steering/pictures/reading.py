"""What a picture shows, in one sentence beside it: for who has no time, or does not see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jalon.steering.pictures.charts import Bars, Chart, Gap, Lines, Value
from jalon.web import french

_NOTHING: Final = "Aucune valeur à montrer."
_GAPS: Final = {
    Gap.HIDDEN: "nombre masqué,nombres masqués",
    Gap.MISSING: "valeur manquante,valeurs manquantes",
}
# As many names as a sentence lists.
_LISTED: Final = 5


def sentence(chart: Chart) -> str:
    """Return what a picture shows, from the values that it shows.

    Of several lines, or of what is foreseen, whoever made it says it.
    """
    if isinstance(chart, Bars):
        return _of_bars(chart)
    if chart.band or len(chart.lines) != 1:
        return chart.says
    return _of_months(chart)


def _of_months(chart: Lines) -> str:
    values, said = chart.lines[0].values, chart.unit.said
    known = [
        (french.month_of(month), value)
        for month, value in zip(chart.months, values, strict=True)
        if not isinstance(value, Gap)
    ]
    if not known:
        return _told(_NOTHING, values)
    (highest, most), (lowest, least) = _ends(known)
    if most == least:
        each = "chaque mois" if len(known) == len(values) else "chaque fois"
        told = f"{said(most)} {f'en {highest}' if len(known) == 1 else each}."
    else:
        last, now = known[-1]
        told = f"Au plus haut {said(most)} en {highest}, au plus bas {said(least)} en {lowest}"
        told += "." if last in {highest, lowest} else f" ; {said(now)} en {last}."
    return _told(told, values)


def _of_bars(chart: Bars) -> str:
    values, said = [one.value for one in chart.bars], chart.unit.said
    known = [(one.label, one.value) for one in chart.bars if not isinstance(one.value, Gap)]
    if not known:
        return _told(_NOTHING, values)
    (highest, most), (lowest, least) = _ends(known)
    lows = sum(value == least for _, value in known)
    if most == least:
        each = "partout" if len(known) == len(values) else "chaque fois"
        told = f"{highest} : {said(most)}." if len(known) == 1 else f"{said(most)} {each}."
    elif lows > 1:
        told = f"Le plus : {highest}, {said(most)}. Le moins : {said(least)}, {lows} fois."
    else:
        told = f"Le plus : {highest}, {said(most)}. Le moins : {lowest}, {said(least)}."
    return _told(told, values) + _beside_targets(chart)


def _beside_targets(chart: Bars) -> str:
    """Say which bars are beyond a target of their own; nothing where none has any."""
    aimed = [
        one for one in chart.bars if one.target is not None and not isinstance(one.value, Gap)
    ]
    if not aimed:
        return ""
    over = [one.label for one in aimed if one.value > one.target]  # type: ignore[operator]
    if not over:
        return f" Partout au plus autant que de {chart.target_label}."
    more = f" et {len(over) - _LISTED} autres" if len(over) > _LISTED else ""
    return f" Plus que de {chart.target_label} : {', '.join(over[:_LISTED])}{more}."


def _ends(known: Sequence[tuple[str, int | float]]) -> list[tuple[str, int | float]]:
    return [
        max(known, key=lambda one: one[1]),
        min(known, key=lambda one: one[1]),
    ]


def _told(words: str, values: Sequence[Value]) -> str:
    counts = [(sum(one is gap for one in values), noun) for gap, noun in _GAPS.items()]
    gaps = [french.counted(number, noun) for number, noun in counts if number]
    return f"{words} {' ; '.join(gaps).capitalize()}." if gaps else words
