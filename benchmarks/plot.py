"""Draw the time of a run against the size of its register, as a small SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 40, 60
_TICKS: Final = 5
_FONT: Final = 'font-family="sans-serif" font-size="12"'
_LEGEND: Final = "million households (dashed: in proportion to the smallest)"
_MILLION: Final = 1_000_000


def growth(points: Sequence[tuple[int, float]], title: str) -> str:
    """Return the SVG of seconds by households, with the straight line from zero to the first."""
    widest = max(size for size, _ in points)
    slope = points[0][1] / points[0][0]
    highest = max([slope * widest, *(seconds for _, seconds in points)])

    def place(size: float, seconds: float) -> tuple[float, float]:
        x = _LEFT + (_WIDTH - _LEFT - _RIGHT) * size / widest
        y = _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * seconds / highest
        return round(x, 1), round(y, 1)

    measured = " ".join(f"{x},{y}" for x, y in (place(*point) for point in points))
    (x1, y1), (x2, y2) = place(0, 0), place(widest, slope * widest)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" {_FONT}>',
        f"<title>{title}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        _text(_LEFT, 22, title, "start"),
        *_axes(widest, highest),
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#888" stroke-dasharray="5 4"/>',
        f'<polyline points="{measured}" fill="none" stroke="#1f5fa8" stroke-width="2"/>',
    ]
    for size, seconds in points:
        x, y = place(size, seconds)
        parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="#1f5fa8"/>')
        parts.append(_text(x - 8, y - 8, f"{seconds:.1f} s", "end"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axes(widest: float, highest: float) -> list[str]:
    floor, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    drawn = [
        f'<path d="M{_LEFT} {_TOP}V{floor}H{right}" fill="none" stroke="#333"/>',
        _text(right, _HEIGHT - 18, _LEGEND, "end"),
        _text(_LEFT, _TOP - 6, "seconds", "end"),
    ]
    for tick in range(_TICKS + 1):
        share = tick / _TICKS
        x = _LEFT + (right - _LEFT) * share
        y = floor - (floor - _TOP) * share
        drawn.append(_text(x, floor + 18, f"{widest * share / _MILLION:.1f}", "middle"))
        drawn.append(_text(_LEFT - 8, y + 4, f"{highest * share:.0f}", "end"))
    return drawn


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'
