"""Letters on their way: printed by the secretary, their square read as a telephone does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pypdfium2
import zxingcpp
from playwright.sync_api import Page, expect

from e2e.visits import faults

LONG: Final = 120_000


def in_capitals(name: str) -> str:
    """Return a name as letters print it last: capitals, for what accents become of them."""
    return unicodedata.normalize("NFC", name).upper()


def printed(page: Page, folder: Path) -> Path:
    """Prepare a batch once families are there, print its letters, and say that they left."""
    address = urlsplit(page.url)
    page.goto(f"{address.scheme}://{address.netloc}/courriers/")
    page.get_by_role("button", name="Préparer l'envoi").click()
    expect(page.get_by_role("heading", name="1. Imprimer")).to_be_visible(timeout=LONG)
    assert list(faults(page)) == []
    with page.expect_download() as leaving:
        page.get_by_role("link", name=re.compile("Lettres")).first.click()
    file = folder / leaving.value.suggested_filename
    leaving.value.save_as(file)
    page.get_by_role("button", name="L'envoi est parti").click()
    expect(page.get_by_text("C'est noté : l'envoi est parti.")).to_be_visible()
    return file


def letter_to(file: Path, names: Collection[str]) -> tuple[str, str, str]:
    """Return the first of these names on a printed letter, its words, and what its square says."""
    with pypdfium2.PdfDocument(file) as letters:
        # A sheet each: what does not fit on its front is on its back.
        for front in range(0, len(letters), 2):
            sheet = [letters[side] for side in (front, front + 1)]
            words = "\n".join(side.get_textpage().get_text_range() for side in sheet)
            name = next((one for one in names if one in words), None)
            squares = [_square(side) for side in sheet] if name else []
            if name and any(squares):
                return name, words, next(filter(None, squares))
    raise AssertionError("no letter is to somebody of these names")


def _square(page: pypdfium2.PdfPage) -> str:
    codes = zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())
    return codes[0].text if codes else ""
