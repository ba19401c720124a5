"""Codes: typed as people type, wrong ones told at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jalon.outreach.codes import ALPHABET, new_code, read_code, written

_CODES = st.builds(new_code)


@given(_CODES)
def test_a_code_is_read_however_it_is_spaced(code: str) -> None:
    for typed in (code, code.lower(), written(code), f" {code[:4]}-{code[4:8]}.{code[8:]} "):
        assert read_code(typed) == code


@given(_CODES, st.integers(0, 8), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_told(code: str, place: int, other: str) -> None:
    typed = code[:place] + other + code[place + 1 :]
    assert read_code(typed) == (code if typed == code else None)


@pytest.mark.parametrize(
    "typed", ["", "K7M2", "OOOOOOOOO", "K7M29QXD4K7M29QXD4", "'; DROP TABLE", "é" * 9, "\x00" * 9]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_codes_have_no_look_alikes_nor_vowels() -> None:
    assert not set(ALPHABET) & set("AEIOUY01BGLQSZ")
    assert len({new_code() for _ in range(1000)}) == 1000
