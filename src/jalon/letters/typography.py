"""French spaces and apostrophes, set in one place for everything that a letter prints."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
WIDE: Final = "\N{NO-BREAK SPACE}"
_SPACE: Final = f"[ {WIDE}{NARROW}]+"
_MONTHS: Final = (
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
)
# Only spaces that stand there are changed: an address of a page has a colon too, and none.
_RULES: Final[tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]] = (
    (re.compile(r"(?<=\w)'(?=\w)"), "\N{RIGHT SINGLE QUOTATION MARK}"),
    (re.compile(f"{_SPACE}(?=[;:!?»])"), NARROW),
    (re.compile(f"(?<=«){_SPACE}"), NARROW),
    (re.compile(rf"(?<=\d){_SPACE}(?=\d{{3}}\b)|(?<=\d){_SPACE}(?=[€%])"), NARROW),
    (re.compile(rf"\b(\d{{1,2}}|1er){_SPACE}(?=(?:{_MONTHS})\b)"), rf"\1{WIDE}"),
    (re.compile(rf"\b((?:{_MONTHS})){_SPACE}(?=\d{{4}}\b)"), rf"\1{WIDE}"),
    # A telephone's pairs stay together, as do hours, and what a number or a title announces.
    (re.compile(r"\b0\d(?: \d\d){4}\b"), lambda found: found[0].replace(" ", WIDE)),
    (re.compile(rf"(?<=\d){_SPACE}(?=h\b)|(?<=\bh){_SPACE}(?=\d)"), WIDE),
    (re.compile(rf"\b(n°|art\.|articles?|[LR]\.|M\.|Mme){_SPACE}(?=\w)"), rf"\1{WIDE}"),
)


def french(text: str) -> str:
    """Return a text with the spaces that French typography asks for; twice changes nothing."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text
