"""The page that goes with a batch: what its operator reads before printing, without a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import orjson

from jalon.letters.layout import compiled
from jalon.letters.printable import prose
from jalon.letters.typography import NARROW

_ADVICE: Final = (
    "A4, recto verso, retournement sur le bord long, à 100 % : sans ajuster à la page.",
    "Chaque lettre commence sur une nouvelle feuille : les versos blancs sont voulus.",
    "Pli en trois, l'adresse vers l'extérieur.",
    (
        "Après l'impression, comparez le nombre de feuilles et les codes de la première et de la "
        "dernière lettre avec ceux de cette page, et le détail avec le bordereau."
    ),
)


@dataclass(frozen=True)
class Cover:
    """What is said of a batch; the codes are those of its first and last letters."""

    sender: str
    number: str
    dated: str
    letters: int
    sheets: int
    files: int
    first_code: str
    last_code: str
    envelope: str = "DL (110 × 220 mm), fenêtre 35 × 100 mm à 20 mm des bords droit et bas"


def render_cover(cover: Cover, *, on: date) -> bytes:
    """Return the page as a PDF of its own, dated as a file `on` that day."""
    rows = (
        ("Lot", cover.number),
        ("Daté du", cover.dated),
        ("Lettres", _counted(cover.letters)),
        ("Feuilles", _counted(cover.sheets)),
        ("Fichiers à imprimer", _counted(cover.files)),
        ("Première lettre", cover.first_code),
        ("Dernière lettre", cover.last_code),
        ("Enveloppe", cover.envelope),
    )
    told = {
        "sender": prose(cover.sender, "L'expéditeur"),
        "title": f"Lettres à imprimer, lot {cover.number}",
        "rows": [(name, prose(said, name)) for name, said in rows],
        "advice": [prose(one, "La consigne") for one in _ADVICE],
    }
    return compiled("cover.typ", orjson.dumps(told), on=on)


def _counted(number: int) -> str:
    return f"{number:,}".replace(",", NARROW)
