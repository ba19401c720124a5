"""Draws charts, in the look of the pages. Takes two seconds to load: see `drawn.py`."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from functools import cache
from html import escape
from math import ceil
from pathlib import Path
from textwrap import wrap
from typing import Any, Final

import altair as alt
import vl_convert

from jalon.steering.pictures.charts import Band, Bar, Bars, Chart, Gap, Lines, Unit, drawn, told

# What Altair makes of several layers, as it says.
_Layers = alt.LayerChart | alt.FacetChart
_HERE: Final = Path(__file__).parents[2]
_FONTS: Final = _HERE / "letters" / "fonts" / "atkinson-hyperlegible"
_WEB_FONTS: Final = _HERE / "web" / "static" / "vendor" / "atkinson-hyperlegible"
_FAMILY: Final = "Atkinson Hyperlegible"
# The theme's: see jalon.css. Lines differ by dash and mark as well.
_INK, _SOFT, _GRID = "#1b2a2f", "#4f5e66", "#dedad0"
_ACT, _ACT_TINT, _TARGET = "#0b5563", "#c9dfe2", "#b87a10"
_COLOURS: Final = [_ACT, "#6b4c8a", "#75838a", _INK]
_DASHES: Final = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]]
_SHAPES: Final = ["circle", "square", "diamond", "triangle-up"]
_SIZE: Final = 14
_BAR, _LINES_HEIGHT, _PADDING = 34, 240, 4
# About the mean width of a letter of the theme's face, as a share of its size.
_LETTER: Final = 0.52
_NARROW: Final = 480
# As many names of months as an axis has room for, on a telephone and elsewhere.
_MONTHS_NARROW, _MONTHS_WIDE = 5, 7
# A value so many times the next one leaves the frame: within it, it would flatten all the others.
_BEYOND: Final = 1.8
_FEWEST_FLATTENED: Final = 3
_TICKS, _TICKS_NARROW = 5, 3
# What there is above the highest value.
_HEADROOM: Final = 1.1
_NUMBERS: Final = {
    "decimal": ",",
    "thousands": "\N{NO-BREAK SPACE}",
    "grouping": [3],
    "currency": ["", "\N{NO-BREAK SPACE}€"],
    "percent": "\N{NO-BREAK SPACE}%",
    "minus": "\N{MINUS SIGN}",
}
_DAYS: Final = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"]
_MONTHS: Final = [
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
]
_SHORT_MONTHS: Final = [
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
]
_DATES: Final = {
    "dateTime": "%A %e %B %Y à %X",
    "date": "%d/%m/%Y",
    "time": "%H:%M:%S",
    "periods": ["", ""],
    "days": _DAYS,
    "shortDays": [day[:3] for day in _DAYS],
    "months": _MONTHS,
    "shortMonths": _SHORT_MONTHS,
}
_OPENING: Final = re.compile(r"<svg\b[^>]*>")


def draw(chart: Chart, width: int) -> str:
    """Return a picture, SVG, so many pixels wide: it has a title and says what it shows.

    The same chart gives the same picture. It carries its typeface: shown as an image, it has no
    other.
    """
    spec = _bars(chart, width) if isinstance(chart, Bars) else _lines(chart, width)
    _load_fonts()
    svg: str = vl_convert.vegalite_to_svg(
        _finished(spec, width).to_dict(),
        format_locale=_NUMBERS,
        time_format_locale=_DATES,
        # Nothing is fetched: there is nothing to fetch.
        allowed_base_urls=[],
    )
    return _told(svg, chart)


def _bars(chart: Bars, width: int) -> _Layers:
    labels = width // (3 if width > _NARROW else 2)
    letters = int(labels / (_SIZE * _LETTER))
    values = [
        {
            "place": number,
            "label": "\n".join(wrap(bar.label, letters)),
            "value": drawn(bar.value),
            "after": max(drawn(bar.value) or 0, bar.target or 0),
            "told": _beside(bar, chart),
            "target": bar.target,
            "key": chart.target_label,
        }
        for number, bar in enumerate(chart.bars)
    ]
    most = max(
        (one for bar in chart.bars for one in (drawn(bar.value), bar.target) if one is not None),
        default=0,
    )
    # Room for what is written after the longest.
    end = (most or 1) * (1.3 if width > _NARROW else 1.7)
    tall = max([1, *(str(one["label"]).count("\n") + 1 for one in values)])
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y("label:N", sort=alt.EncodingSortField("place"), title=None).axis(
            labelExpr="split(datum.value, '\\n')", labelLimit=labels, domain=False, ticks=False
        ),
        x=_amounts(
            alt.X("value:Q"),
            chart.unit,
            end,
            ticks_wanted=_TICKS if width > _NARROW else _TICKS_NARROW,
            # The last number stays inside of the picture.
            labelFlush=_SIZE,
        ).scale(domain=[0, end], nice=False),
    )
    layers: list[Any] = [
        base.mark_bar(color=_ACT, height=18),
        base.mark_text(align="left", dx=6, color=_INK, fontSize=_SIZE).encode(
            x="after:Q", text="told:N"
        ),
    ]
    if any(bar.target is not None for bar in chart.bars):
        tick = base.mark_tick(color=_TARGET, thickness=3, height=28)
        layers.append(
            tick.encode(
                x="target:Q",
                color=alt.Color("key:N", **_key(chart.target_label, _TARGET, "stroke")),
            )
        )
    height = len(values) * max(_BAR, tall * (_SIZE + 4) + 8)
    return alt.layer(*layers).properties(height=height)


def _beside(bar: Bar, chart: Bars) -> str:
    """Return what is written after a bar, which its target's mark may have pushed away."""
    of, aim = chart.unit, bar.target
    beside = "" if aim is None else f" ({chart.target_label} : {of.said(aim)})"
    return f"{told(bar.value, of)}{beside}"


def _lines(chart: Lines, width: int) -> _Layers:
    values = [
        {"month": month.isoformat(), "line": line.label, "value": drawn(value)}
        for line in chart.lines
        for month, value in zip(chart.months, line.values, strict=True)
    ]
    names = [line.label for line in chart.lines]
    # One line alone is what the title says.
    key = alt.Undefined if len(names) > 1 or chart.band else None
    top, beyond = _frame(chart)
    months = _months_axis(chart.months, width)
    base = alt.Chart(alt.Data(values=values)).encode(
        x=months,
        y=_amounts(alt.Y("value:Q"), chart.unit, top).scale(domain=[0, top], nice=True),
        color=alt.Color("line:N", legend=key).scale(domain=names, range=_COLOURS),
        strokeDash=alt.StrokeDash("line:N", legend=key).scale(domain=names, range=_DASHES),
        shape=alt.Shape("line:N", legend=key).scale(domain=names, range=_SHAPES),
    )
    layers: list[Any] = []
    if chart.band:
        layers.append(_band(months, chart, chart.band))
    points = base.transform_filter(f"datum.value <= {top}") if beyond else base
    layers += [
        base.mark_line(strokeWidth=2.5, clip=bool(beyond)),
        points.mark_point(filled=True, size=50, opacity=1).encode(strokeDash=alt.value([1, 0])),
        *(_leaving(months, month, chart.unit.said(value)) for month, value in beyond),
    ]
    if chart.target is not None:
        layers.append(_target(chart))
    return alt.layer(*layers).properties(height=_LINES_HEIGHT)


def _frame(chart: Lines) -> tuple[float, list[tuple[date, float]]]:
    """Return how high the axis goes, and the value that leaves it: one at most."""
    found = [
        (month, float(value))
        for line in chart.lines
        for month, value in zip(chart.months, line.values, strict=True)
        if not isinstance(value, Gap)
    ]
    bounds = [one for one in (*(chart.band.high if chart.band else ()), chart.target) if one]
    around = max(bounds, default=0.0)
    if not found:
        return around or 1, []
    (month, highest), *others = sorted(found, key=lambda one: -one[1])
    rest = max((value for _, value in others), default=0.0)
    flattens = highest > max(around, _BEYOND * rest) and rest
    if flattens and len(others) >= _FEWEST_FLATTENED:
        return max(rest, around) * _HEADROOM, [(month, highest)]
    return max(highest, around) or 1, []


def _leaving(months: alt.X, month: date, said: str) -> Any:  # noqa: ANN401 - untyped there
    """Say on the upper edge what is beyond it."""
    row = alt.Data(values=[{"month": month.isoformat(), "told": said}])
    base = alt.Chart(row).encode(x=months, y=alt.value(_PADDING))
    mark = base.mark_point(shape="triangle-up", filled=True, size=110, opacity=1, color=_ACT)
    # Above the line, which goes down on either side.
    text = base.mark_text(align="left", dx=2 * _PADDING, dy=-_SIZE, color=_INK, fontSize=_SIZE)
    return mark + text.encode(text="told:N")


def _months_axis(months: Sequence[date], width: int) -> alt.X:
    """Return an axis of months, of which as many are named as are read, evenly apart."""
    most = _MONTHS_WIDE if width > _NARROW else _MONTHS_NARROW
    named = months[:: max(1, ceil(len(months) / most))]
    return (
        alt.X("month:T", title=None)
        .scale(type="utc")
        .axis(
            format="%b %Y" if width > _NARROW else "%m/%y",
            values=[
                alt.DateTime(year=one.year, month=one.month, date=1, utc=True) for one in named
            ],
            labelFlush=False,
            grid=False,
        )
    )


def _band(months: alt.X, chart: Lines, band: Band) -> Any:  # noqa: ANN401 - untyped there
    values = [
        {"month": month.isoformat(), "low": low, "high": high, "key": band.label}
        for month, low, high in zip(chart.months, band.low, band.high, strict=True)
    ]
    return (
        alt.Chart(alt.Data(values=values))
        .mark_area(opacity=1)
        .encode(
            x=months,
            y="low:Q",
            y2="high:Q",
            fill=alt.Fill("key:N", **_key(band.label, _ACT_TINT, "square")),
        )
    )


def _target(chart: Lines) -> Any:  # noqa: ANN401 - likewise
    said = f"{chart.target_label} : {chart.unit.said(chart.target or 0)}"
    row = [{"target": chart.target, "key": said}]
    rule = alt.Chart(alt.Data(values=row)).mark_rule(strokeWidth=2, strokeDash=[10, 4])
    # Another channel than the lines', which keep a key of their own.
    return rule.encode(y="target:Q", stroke=alt.Stroke("key:N", **_key(said, _TARGET, "stroke")))


def _key(label: str, colour: str, symbol: str) -> dict[str, Any]:
    """Return an entry of the key, of one colour; the rows drawn have its label as `key`."""
    return {
        "scale": alt.Scale(domain=[label], range=[colour]),
        "legend": alt.Legend(symbolType=symbol, symbolFillColor=colour, symbolStrokeColor=colour),
    }


def _amounts(
    axis: Any,  # noqa: ANN401 - untyped there
    unit: Unit,
    top: float,
    *,
    ticks_wanted: int = _TICKS,
    **more: Any,  # noqa: ANN401 - likewise
) -> Any:  # noqa: ANN401 - likewise
    """Return an axis of amounts from nought on: few ticks, whole numbers where one counts."""
    few = unit is Unit.COUNT and top <= ticks_wanted
    ticks = {"values": [*range(int(top) + 1)]} if few else {"tickCount": ticks_wanted}
    return axis.title(None).axis(format=unit.axis, domain=False, ticks=False, **ticks, **more)


def _finished(chart: _Layers, width: int) -> Any:  # noqa: ANN401 - likewise
    return (
        chart.properties(
            width=width,
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
            # Names are measured a little short: their first letter would be cut.
            padding={"left": _PADDING * 2, "right": _PADDING, "top": _PADDING, "bottom": _PADDING},
        )
        .configure(font=_FAMILY, background="#ffffff", aria=False)
        .configure_view(stroke=None)
        .configure_axis(labelColor=_SOFT, labelFontSize=_SIZE, gridColor=_GRID, labelPadding=6)
        .configure_axisY(labelColor=_INK)
        .configure_legend(
            orient="top",
            title=None,
            labelFontSize=_SIZE,
            labelColor=_INK,
            labelLimit=width,
            symbolStrokeWidth=2.5,
            padding=_PADDING,
            columns=2 if width > _NARROW else 1,
        )
    )


@cache
def _load_fonts() -> None:
    vl_convert.register_font_directory(str(_FONTS))


@cache
def _style() -> str:
    """Return the typeface as the picture carries it."""
    faces = []
    for weight in (400, 700):
        file = _WEB_FONTS / f"atkinson-hyperlegible-latin-{weight}-normal.woff2"
        data = b64encode(file.read_bytes()).decode()
        faces.append(
            f'@font-face{{font-family:"{_FAMILY}";font-weight:{weight};'
            f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
        )
    return f"<style>{''.join(faces)}</style>"


def _told(svg: str, chart: Chart) -> str:
    """Return a picture with its title and its sentence, for whoever does not see it."""
    opening = _OPENING.match(svg)
    if opening is None:
        raise ValueError("no picture was drawn")
    own = opening[0].replace("<svg", '<svg role="img" aria-labelledby="title desc"', 1)
    title = f'<title id="title">{escape(chart.title)}</title>'
    says = f'<desc id="desc">{escape(chart.says)}</desc>'
    return f"{own}{title}{says}{_style()}{svg[opening.end() :]}"
