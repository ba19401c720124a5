"""Pictures say what they show, in French, and stand beside a table of the same values."""

from __future__ import annotations

import os
import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from pathlib import Path
from subprocess import run

import pytest
from pytest_django import Settings

from jalon.steering.kept import forget_old
from jalon.steering.pictures.charts import Band, Bar, Bars, Gap, Line, Lines, Unit, Value, digest
from jalon.steering.pictures.drawing import draw
from jalon.steering.pictures.drawn import Width, picture
from jalon.steering.pictures.reading import sentence

MONTHS = tuple(date(2026, month, 1) for month in range(1, 5))
BARS = Bars(
    "Familles par offre",
    "Séparation : 1 234 ; décès d'un enfant : masqué.",
    "Offre",
    Unit.COUNT,
    (Bar("Séparation", 1234), Bar("Décès d'un enfant", Gap.HIDDEN), Bar("Parents <seuls>", 0)),
)
WORK = Bars(
    "Temps de travail",
    "71 % d'individuel.",
    "Travail",
    Unit.SHARE,
    (Bar("Individuel", 0.71, 0.65), Bar("Collectif", Gap.MISSING, 0.2)),
)
LINES = Lines(
    "Propositions",
    "De 12 en janvier à 30 en avril.",
    Unit.COUNT,
    MONTHS,
    (Line("Créteil", (12, 20, Gap.MISSING, 30)), Line("Orly", (5, 6, Gap.HIDDEN, 7))),
    target=25,
    band=Band("intervalle à 80 %", (None, None, None, 20.0), (None, None, None, 41.0)),
)


def words(svg: str) -> list[str]:
    """The texts that a picture shows, in order."""
    tags = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")  # noqa: S314 - we drew it
    return ["".join(one.itertext()) for one in tags]


def test_a_picture_has_a_title_and_says_what_it_shows() -> None:
    root = ET.fromstring(draw(BARS, Width.WIDE))  # noqa: S314 - we drew it
    assert root.attrib["role"] == "img"
    told = {one.attrib["id"]: one.text for one in root if "id" in one.attrib}
    assert [told[name] for name in root.attrib["aria-labelledby"].split()] == [
        BARS.title,
        BARS.says,
    ]


def test_numbers_and_months_are_written_in_french() -> None:
    assert {"1\N{NO-BREAK SPACE}234", "masqué", "0", "Séparation"} <= set(words(draw(BARS, 720)))
    assert {"janv. 2026", "Créteil", "Orly", "cible : 25"} <= set(words(draw(LINES, 720)))
    assert {"71\N{NO-BREAK SPACE}% (cible : 65\N{NO-BREAK SPACE}%)"} <= set(words(draw(WORK, 720)))


def test_lines_differ_by_more_than_their_colour() -> None:
    svg = draw(LINES, Width.WIDE)
    lines = re.findall(r'<path[^>]*stroke="#[0-9a-f]{6}"[^>]*stroke-width="2.5"[^>]*>', svg)
    dashes = {found[1] for one in lines if (found := re.search(r'dasharray="([^"]*)"', one))}
    assert len(dashes) == len(LINES.lines)


def test_the_same_chart_gives_the_same_picture_without_anything_from_elsewhere() -> None:
    svg = draw(LINES, Width.NARROW)
    assert svg == draw(LINES, Width.NARROW)
    style, rest = re.fullmatch(r".*?<style>(.*?)</style>(.*)", svg, re.DOTALL).groups()  # type: ignore[union-attr]
    assert set(re.findall(r"url\(([a-z/0-9]*)", style)) == {"data"}
    assert not re.search(r"href|src=|url\((?!#)", rest)
    assert ET.fromstring(svg).attrib["width"] == str(Width.NARROW)  # noqa: S314 - we drew it


def test_the_table_beside_holds_the_same_values() -> None:
    assert BARS.table().rows == (
        ("Séparation", 1234),
        ("Décès d'un enfant", "masqué"),
        ("Parents <seuls>", 0),
    )
    assert WORK.table().head == ("Travail", "Part", "Cible")
    assert WORK.table().share_columns == {1, 2}
    table = LINES.table()
    assert table.head == ("Mois", "Créteil", "Orly", "Intervalle à 80 % : de", "à", "Cible")
    assert table.rows[2] == ("Mars 2026", "pas de donnée", "masqué", None, None, 25)


def test_what_nobody_could_read_is_refused() -> None:
    with pytest.raises(ValueError, match="one value a month"):
        Lines("x", "", Unit.COUNT, MONTHS, (Line("a", (1,)),))
    with pytest.raises(ValueError, match="too many lines"):
        Lines("x", "", Unit.COUNT, (), tuple(Line(name, ()) for name in "abcde"))


def test_a_picture_is_drawn_once(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path
    first = picture(BARS, Width.WIDE)
    kept = tmp_path / ".figures" / f"{digest(BARS, Width.WIDE)}.svg"
    assert kept.read_bytes() == first
    kept.write_bytes(b"kept")
    assert picture(BARS, Width.WIDE) == b"kept"
    assert picture(BARS, Width.NARROW) != b"kept"


def test_pictures_of_last_month_go(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path
    picture(BARS, Width.WIDE)
    assert forget_old() == 0
    os.utime(next((tmp_path / ".figures").iterdir()), (0, 0))
    assert forget_old() == 1


def test_whoever_reads_figures_does_not_load_what_draws() -> None:
    asked = (
        "import sys, jalon.steering.pictures.charts, jalon.steering.pictures.drawn;"
        "import jalon.steering.forecast.forecasting;"
        "sys.exit(bool({'altair', 'vl_convert'} & set(sys.modules)))"
    )
    run([sys.executable, "-c", asked], check=True)  # noqa: S603 - our own words


def test_one_value_far_above_the_others_leaves_the_frame_and_is_written() -> None:
    counts = (851, 190, 250, 220)
    lone = replace(LINES, lines=(Line("Créteil", counts),), target=None, band=None)
    shown = words(draw(lone, Width.WIDE))
    assert "851" in shown
    assert "400" not in shown
    near = replace(lone, lines=(Line("Créteil", (300, *counts[1:])),))
    assert "300" in words(draw(near, Width.WIDE))


def test_noughts_stand_on_the_axis_and_no_tick_is_written_twice() -> None:
    none = replace(LINES, lines=(Line("Créteil", (0, 0, 0, 0)),), target=None, band=None)
    bars = replace(BARS, bars=(Bar("Créteil", 0), Bar("Orly", 0)))
    assert [one for one in words(draw(none, 720)) if one.isdigit()] == ["0", "1"]
    ticks = [one for one in words(draw(bars, 720)) if one == "1"]
    assert len(ticks) == 1


def test_months_are_named_evenly_apart() -> None:
    months = tuple(date(2026, month, 1) for month in range(1, 13))
    year = replace(LINES, months=months, lines=(Line("Créteil", (*range(12),)),), band=None)
    named = [one for one in words(draw(year, Width.NARROW)) if "/" in one]
    assert named == ["01/26", "04/26", "07/26", "10/26"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            (12, 30, 20, 24),
            "Au plus haut 30 en février 2026, au plus bas 12 en janvier 2026 ; 24 en avril 2026.",
        ),
        ((12, 20, 24, 30), "Au plus haut 30 en avril 2026, au plus bas 12 en janvier 2026."),
        ((0, 0, 0, 0), "0 chaque mois."),
        (
            (7, Gap.MISSING, Gap.HIDDEN, Gap.HIDDEN),
            "7 en janvier 2026. 2\xa0nombres masqués ; 1\xa0valeur manquante.",
        ),
        ((Gap.HIDDEN,) * 4, "Aucune valeur à montrer. 4\xa0nombres masqués."),
    ],
)
def test_months_are_read_in_a_sentence(values: tuple[Value, ...], told: str) -> None:
    assert sentence(replace(LINES, lines=(Line("Créteil", values),), band=None)) == told


@pytest.mark.parametrize(
    ("bars", "told"),
    [
        (
            BARS.bars,
            "Le plus : Séparation, 1\xa0234. Le moins : Parents <seuls>, 0. 1\xa0nombre masqué.",
        ),
        ((Bar("a", 2), Bar("b", 0), Bar("c", 0)), "Le plus : a, 2. Le moins : 0, 2 fois."),
        ((Bar("a", 2), Bar("b", 2)), "2 partout."),
        (
            (Bar("a", 5, 4), Bar("b", 2, 4)),
            "Le plus : a, 5. Le moins : b, 2. Plus que de cible : a.",
        ),
        (
            (Bar("a", 3, 4), Bar("b", 2, 4)),
            "Le plus : a, 3. Le moins : b, 2. Partout au plus autant que de cible.",
        ),
    ],
)
def test_bars_are_read_in_a_sentence(bars: tuple[Bar, ...], told: str) -> None:
    assert sentence(replace(BARS, bars=bars)) == told


def test_what_is_foreseen_is_said_by_whoever_made_it() -> None:
    assert sentence(LINES) == LINES.says
