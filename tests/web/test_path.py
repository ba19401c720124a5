"""The path shows what happened newest first, and can keep one kind of marker."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from jalon.web.path import Entry, Kind, NextStep, filters, years
from web.rendering import render

LETTER = Entry(date(2026, 10, 20), Kind.LETTER, "Lettre envoyée", url="/lettre", link="Lire")
ANSWER = Entry(date(2026, 11, 3), Kind.ANSWER, "Acceptée", state="done", state_label="Acceptée")
EVENT = Entry(date(2025, 12, 31), Kind.EVENT, "Séparation", "Deux enfants", "Requêtage")
ENTRIES = [LETTER, EVENT, ANSWER]


def test_markers_stand_newest_first_and_by_year() -> None:
    second = replace(ANSWER, title="Refusée")
    found = years([*ENTRIES, second], "")
    assert [(year.label, year.entries) for year in found] == [
        ("2026", [second, ANSWER, LETTER]),
        ("2025", [EVENT]),
    ]


@pytest.mark.parametrize(
    ("selected", "kept"),
    [("letter", [LETTER]), ("event", [EVENT]), ("meeting", None), ("n'importe quoi", None)],
)
def test_a_kind_found_on_the_path_can_be_kept_alone(
    selected: str, kept: list[Entry] | None
) -> None:
    found = [entry for year in years(ENTRIES, selected) for entry in year.entries]
    assert found == (kept or [ANSWER, LETTER, EVENT])


def test_filters_count_each_kind_and_say_which_is_chosen() -> None:
    found = filters([*ENTRIES, LETTER], "letter")
    assert [(one.code, one.count, one.current) for one in found] == [
        ("", 4, False),
        ("event", 1, False),
        ("letter", 2, True),
        ("answer", 1, False),
    ]


def test_one_kind_alone_is_not_filtered() -> None:
    assert filters([LETTER], "") == []
    assert filters([], "") == []


def test_the_next_step_stands_on_top() -> None:
    step = NextStep("Appeler", due=date(2026, 11, 10), url="/appel", action="Appeler maintenant")
    shown = render("{% path e s %}", "/f/?onglet=parcours&voir=letter", e=ENTRIES, s=step)
    assert shown.index("Appeler maintenant") < shown.index("Lettre envoyée")
    assert "Avant le <time" in shown
    assert "En retard" in render("{% path e s %}", e=[], s=replace(step, late=True))
    # The other parameters of the address stay.
    assert 'href="?onglet=parcours&amp;voir=event"' in shown
    assert 'href="?onglet=parcours" >Tout (3)' in shown
    assert "Deux enfants" not in shown


def test_a_marker_says_when_what_and_by_whom() -> None:
    shown = render("{% path e %}", e=ENTRIES)
    assert '<time datetime="2025-12-31">31 décembre 2025</time>' in shown
    assert "Fait générateur" in shown
    assert "Requêtage" in shown
    assert (
        '<a href="/lettre">Lire<span class="visually-hidden"> : Lettre envoyée</span></a>' in shown
    )


def test_an_empty_path_says_how_it_begins() -> None:
    assert "Rien encore sur ce parcours" in render("{% path e %}", e=[])
