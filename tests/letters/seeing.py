"""Reads pages as a reader or a machine would: where words and marks are, and what pixels show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pypdfium2

from jalon.letters.window import Zone

_POINT: Final = 25.4 / 72
_DOTS: Final = 300


@dataclass(frozen=True)
class Page:
    """A page of a PDF, counted from 0; zones are in millimetres from its top left corner."""

    document: Any
    number: int

    @property
    def text(self) -> str:
        return str(self._text().get_text_bounded()).replace("\r\n", "\n")

    def marks(self) -> list[tuple[str, Zone]]:
        """Return each visible sign with the zone that its ink takes."""
        text = self._text()
        signs = [(text.get_text_range(at, 1), at) for at in range(text.count_chars())]
        return [(sign, self._zone(text.get_charbox(at))) for sign, at in signs if sign.strip()]

    def drawings(self) -> list[Zone]:
        """Return what is drawn and is no text."""
        kinds = {pypdfium2.raw.FPDF_PAGEOBJ_PATH, pypdfium2.raw.FPDF_PAGEOBJ_IMAGE}
        found = self._page().get_objects(max_depth=8)
        return [self._zone(one.get_bounds()) for one in found if one.type in kinds]

    def fonts(self) -> set[str]:
        """Return the faces in use."""
        found = self._page().get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT], max_depth=8)
        return {one.get_font().get_base_name().rpartition("+")[2] for one in found}

    def picture(self) -> Any:
        """Return the page as grey pixels, at 300 dots an inch."""
        return self._page().render(scale=_DOTS / 72, grayscale=True).to_numpy()

    def _page(self) -> Any:
        return self.document[self.number]

    def _text(self) -> Any:
        return self._page().get_textpage()

    def _zone(self, box: tuple[float, float, float, float]) -> Zone:
        left, bottom, right, top = box
        height = self._page().get_height()
        return Zone(
            left * _POINT, (height - top) * _POINT, right * _POINT, (height - bottom) * _POINT
        )


def opened(pdf: bytes) -> list[Page]:
    """Return the pages of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    return [Page(document, number) for number in range(len(document))]
