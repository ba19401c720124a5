"""The letter of `jalon.letters` once more, in HTML and CSS, for WeasyPrint to lay out."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape
from typing import Final

import segno
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from jalon.letters import window
from jalon.letters.content import Letter
from jalon.letters.printable import FONTS

_FACES: Final = FONTS / "atkinson-hyperlegible"
_STYLE: Final = f"""
@font-face {{ font-family: Atkinson; font-weight: 400;
  src: url({(_FACES / "AtkinsonHyperlegible-Regular.ttf").as_uri()}) }}
@font-face {{ font-family: Atkinson; font-weight: 700;
  src: url({(_FACES / "AtkinsonHyperlegible-Bold.ttf").as_uri()}) }}
@page {{ size: A4; margin: 20mm 24mm 14mm 24mm }}
body {{ font: 11pt/1.42 Atkinson; color: #1b2a2f; margin: 0 }}
article {{ break-before: right; position: relative }}
p {{ margin: 0 6mm 0.4em 0 }}
.sender {{ position: absolute; top: -5mm; left: 0; width: 59.5mm; padding-left: 3.3mm;
  border-left: 1.2mm solid #0b5563; font-size: 8.8pt; line-height: 1.2; color: #4f5e66 }}
.sender strong {{ font-size: 13pt; color: #0b5563; display: block }}
.address {{ position: absolute; top: {window.ADDRESS.top - 20}mm; left: 78mm;
  width: {window.ADDRESS.width}mm; height: {window.ADDRESS.height}mm; font-size: 10pt;
  line-height: 3.85mm }}
.date {{ padding: 71mm 0 1.6em 78mm }}
h1 {{ font-size: 13pt; margin: 0 0 1em }}
h2 {{ font-size: 12.5pt; color: #0b5563; margin: 1.5em 0 0.6em }}
.ways {{ margin-right: 50mm; border-left: 0.5mm solid #c3cfd1; padding-left: 5mm }}
.ways strong {{ display: block }}
.code {{ float: right; width: 34mm; padding: 4mm 3mm; border: 0.5pt solid #c3cfd1;
  border-radius: 2mm; text-align: center; font-size: 8.8pt }}
.code img {{ display: block; margin: 0 auto 3mm; width: 26mm; image-rendering: pixelated }}
.code strong {{ font-size: 13pt; color: #0b5563; display: block }}
.notice {{ break-inside: avoid; font-size: 9.4pt; border-top: 0.5pt solid #c3cfd1;
  padding-top: 5mm; margin-top: 1.5em }}
.notice div {{ position: relative; padding: 0 0 4.5mm 42mm }}
.notice b {{ position: absolute; left: 0; color: #0b5563 }}
"""


def with_weasyprint(letters: Sequence[Letter]) -> bytes:
    """Return the letters as one PDF for paper, the same words at the same places."""
    fonts = FontConfiguration()
    page = f'<html lang="fr"><body>{"".join(map(_article, letters))}</body></html>'
    pdf = HTML(string=page).write_pdf(
        stylesheets=[CSS(string=_STYLE, font_config=fonts)],
        font_config=fonts,
        pdf_variant="pdf/a-2b",
    )
    return bytes(pdf)


def _article(letter: Letter) -> str:
    sender, answer = letter.sender, letter.answer
    ways = "".join(
        f"<p><strong>{escape(one.name)}</strong>{escape(one.how)}</p>" for one in letter.choices
    )
    places = "<br>".join(
        f"<strong>{escape(one.name)}</strong>, {escape(one.address)} · {escape(one.hours)}"
        for one in letter.places
    )
    notice = "".join(
        f"<div><b>{escape(one.title)}</b>{escape(one.text)}</div>" for one in letter.notice
    )
    return f"""<article>
<div class="sender"><strong>{escape(sender.name)}</strong>{escape(sender.department)}<br>
{_lines(sender.lines)}<br>{escape(sender.phone)}<br>{escape(sender.hours)}</div>
<div class="address">{_lines(letter.recipient)}</div>
<div class="date">{escape(letter.place_and_date)}</div>
<h1>{escape(letter.subject)}</h1><p>{escape(letter.salutation)}</p>
{"".join(f"<p>{escape(one)}</p>" for one in letter.paragraphs)}
<div class="code"><img alt="Code" src="{_square(answer.qr)}">Votre code
<strong>{escape(answer.code)}</strong>{escape(answer.address)}</div>
<h2>Comment répondre</h2><p>{escape(answer.sentence)}</p><div class="ways">{ways}</div>
<p>{_lines(letter.signature)}</p>
<div class="notice"><div><b>Où nous rencontrer</b>{places}</div>{notice}</div></article>"""


def _lines(lines: Sequence[str]) -> str:
    return "<br>".join(map(escape, lines))


def _square(content: str) -> str:
    made = io.BytesIO()
    segno.make_qr(content, error="m", version=3, mask=3, boost_error=False).save(
        made, kind="png", border=0
    )
    return f"data:image/png;base64,{base64.b64encode(made.getvalue()).decode()}"
