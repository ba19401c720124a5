"""The number of a file is read however a person writes it."""

from __future__ import annotations

import pytest

from jalon.register.numbers import file_numbers


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("00018245", "00018245"),
        ("n° 00018245", "00018245"),
        ("Dossier N° 18 245", "18245"),
        ("0012345A", "0012345A"),
        ("Noël", "Noël"),
        ("N'Diaye", "N'Diaye"),
    ],
)
def test_what_is_written_comes_first(text: str, first: str) -> None:
    assert file_numbers(text)[0] == first


def test_zeros_in_front_do_not_count() -> None:
    assert set(file_numbers("18245")) == set(file_numbers("00018245"))
    assert "00018245" in file_numbers("18245")


@pytest.mark.parametrize("text", ["", "  ", "n°"])
def test_nothing_is_no_number(text: str) -> None:
    assert file_numbers(text) == []
