"""The quick way to a square gives the very modules of the plain one."""

from __future__ import annotations

import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from jalon.letters.qr import modules


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(min_codepoint=1, max_codepoint=126), min_size=1, max_size=106))
def test_a_square_is_what_segno_makes(content: str) -> None:
    plain = segno.make_qr(
        content.encode(), error="m", mask=3, mode="byte", boost_error=False, version=None
    )

    assert modules(content) == "".join(str(one & 1) for row in plain.matrix for one in row)
