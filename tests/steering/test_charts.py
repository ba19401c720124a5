"""Pictures say what they show, in French, and stand beside a table of the same values."""

from __future__ import annotations

import os
import re
import sys
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path
from subprocess import run

import pytest
from pytest_django import Settings

from jalon.steering.kept import forget_old
from jalon.steering.pictures.charts import Band, Bar, Bars, Gap, Line, Lines, Unit, digest
from jalon.steering.pictures.drawing import draw
from jalon.steering.pictures.drawn import Width, picture

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
