"""Each letter begins a sheet, says all it has to say, and comes out the same twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pypdfium2
import pytest
import typst
import zxingcpp

from factories import letters as samples
from jalon.letters.content import Letter, Place, Section
from jalon.letters.cover import Cover, render_cover
from jalon.letters.errors import LetterRefusedError, RenderingFailedError
from jalon.letters.layout import Placed, compiled
from jalon.letters.rendering import render_batch
from letters.seeing import opened

DAY = date(2026, 11, 3)
MIXED = [
    samples.longest(large_type=True, code="AAAA AAAA 1"),
    samples.shortest(code="BBBB BBBB 2"),
    samples.letter(code="CCCC CCCC 3"),
    samples.longest(code="DDDD DDDD 4", paragraphs=samples.TWO_SERVICES * 6),
    samples.shortest(code="EEEE EEEE 5"),
]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_each_letter_begins_a_sheet_where_the_part_says() -> None:
    part = render_batch(MIXED, on=DAY)
    pages = opened(part.pdf)

    assert part.pages == len(pages) == 2 * part.sheets
    assert part.placed[0].first_page == 1
    assert part.placed[0].sheets == 2
    assert part.placed[3].sheets >= 2
    for letter, at in zip(MIXED, part.placed, strict=True):
        assert at.first_page % 2 == 1
        its_own = [
            flat(one.text) for one in pages[at.first_page - 1 : at.first_page - 1 + at.pages]
        ]
        assert letter.subject in its_own[0]
        assert letter.recipient[0] in its_own[0]
        assert letter.answer.code in " ".join(its_own)
        others = {one.answer.code for one in MIXED} - {letter.answer.code}
        assert not any(code in " ".join(its_own) for code in others)
    for before, after in pairwise(part.placed):
        assert after.first_page == before.first_page + before.pages


def test_the_widest_code_stands_on_one_line() -> None:
    """Whoever types it at a counter reads it at once."""
    page, *_ = opened(render_batch([samples.letter(code="WWWW WWWW W")], on=DAY).pdf)

    assert "WWWW WWWW W" in [line.strip() for line in page.text.splitlines()]


def test_a_letter_of_one_page_has_a_blank_verso() -> None:
    part = render_batch([samples.shortest()], on=DAY)

    assert part.placed == (Placed(1, 2),)
    assert opened(part.pdf)[1].text == ""


def test_an_ordinary_letter_takes_one_sheet_with_its_notice_overleaf() -> None:
    part = render_batch([samples.letter(paragraphs=samples.TWO_SERVICES)], on=DAY)

    recto, verso = (flat(one.text) for one in opened(part.pdf))
    assert "Comment répondre" in recto
    assert "L’équipe du service social" in recto
    assert "311-3-1" in verso
    assert "Où nous rencontrer" in verso


@pytest.mark.parametrize("paragraphs", [7, 8])
def test_a_letter_a_few_lines_too_long_still_ends_on_its_first_page(paragraphs: int) -> None:
    """How to answer would go overleaf whole, and leave a third of the page empty."""
    two_lines = "Quand vous le souhaiterez, une personne du service social peut prendre le temps "
    letter = samples.letter(paragraphs=(two_lines + "de vous écouter, chez vous.",) * paragraphs)

    recto, verso = (flat(one.text) for one in opened(render_batch([letter], on=DAY).pdf))

    assert "L’équipe du service social" in recto
    assert "311-3-1" in verso


FULLEST = samples.longest(
    large_type=True,
    recipient=("Madame Camille DURAND",) * 5 + ("94000 CRETEIL",),
    choices=tuple(replace(one, how="mot " * 60) for one in samples.CHOICES),
    places=tuple(
        Place(f"Lieu {number}", "12 rue des Lilas, 94000 Créteil") for number in range(24)
    ),
    notice=tuple(Section(f"Titre {number}", "mot " * 210) for number in range(4)),
)


@pytest.mark.parametrize(
    "letter", [samples.letter(), samples.mourning(), samples.longest(), FULLEST, *MIXED]
)
def test_every_word_stands_on_a_page(letter: Letter) -> None:
    part = render_batch([letter], on=DAY)

    pages = opened(part.pdf)
    printed = flat(" ".join(one.text for one in pages)).replace("\u202f", " ").replace("’", "'")
    said = [
        letter.salutation,
        *letter.paragraphs,
        *letter.signature,
        *(one.how for one in letter.choices),
        *(one.name for one in letter.places),
        *(one.text for one in letter.notice),
    ]
    for words in said:
        assert flat(words) in printed
    for page in pages:
        assert all(at.top > 0 and at.bottom < 297 and at.right < 210 for _, at in page.marks())


def test_what_could_not_fit_a_page_is_refused() -> None:
    notice = (Section("Titre", "mot " * 2_000),)

    with pytest.raises(LetterRefusedError, match=r"La notice : .* signes, et la page en tient"):
        render_batch([samples.letter(notice=notice)], on=DAY)


def test_the_same_letters_give_the_same_file_on_the_same_day() -> None:
    first, again = (render_batch(MIXED, on=DAY) for _ in range(2))
    other = render_batch(MIXED, on=date(2026, 11, 4))

    assert first.sha256 == again.sha256
    assert len(first.sha256) == 64
    assert other.sha256 != first.sha256


def test_the_file_is_french_tagged_and_made_to_be_kept() -> None:
    pdf = render_batch([samples.letter()], on=DAY, title="Lettres du lot 7").pdf
    document = pypdfium2.PdfDocument(pdf)

    told = document.get_metadata_dict(skip_empty=True)
    assert told["Title"] == "Lettres du lot 7"
    assert told["CreationDate"].startswith("D:20261103")
    assert document.is_tagged()
    assert b"/Lang(fr-FR)" in pdf
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert "DURAND" not in str(told)


def test_what_goes_to_paper_is_made_to_be_kept_and_claims_nothing_for_the_ear() -> None:
    pdf = render_batch([samples.letter()], on=DAY, for_paper=True).pdf

    assert not pypdfium2.PdfDocument(pdf).is_tagged()
    assert b"/Lang(fr-FR)" in pdf
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"pdfuaid" not in pdf


@pytest.mark.parametrize("letter", [samples.letter(), samples.mourning(), *MIXED])
def test_a_telephone_reads_the_square(letter: Letter) -> None:
    pictures = [one.picture() for one in opened(render_batch([letter], on=DAY).pdf)]

    read = [one.text for picture in pictures for one in zxingcpp.read_barcodes(picture)]

    assert read == [letter.answer.qr]


@pytest.mark.parametrize("length", [1, 14, 15, 42, 43, 106])
def test_a_square_of_any_size_is_read(length: int) -> None:
    content = ("https://caf.exemple.fr/r/" + "A" * 200)[:length]
    letter = samples.letter()
    letter = replace(letter, answer=replace(letter.answer, qr=content))

    page = opened(render_batch([letter], on=DAY).pdf)[0]

    assert [one.text for one in zxingcpp.read_barcodes(page.picture())] == [content]


@pytest.mark.parametrize("content", ["", "A" * 107])
def test_a_square_that_holds_nothing_or_too_much_is_refused(content: str) -> None:
    letter = samples.letter()

    with pytest.raises(LetterRefusedError, match="Le code à flasher"):
        render_batch([replace(letter, answer=replace(letter.answer, qr=content))], on=DAY)


@pytest.mark.parametrize("count", [0, 501])
def test_no_letters_or_too_many_are_a_mistake(count: int) -> None:
    with pytest.raises(ValueError, match=f"{count} letters"):
        render_batch([samples.shortest()] * count, on=DAY)


def test_a_template_that_fails_says_so() -> None:
    with pytest.raises(RenderingFailedError, match=r"letter\.typ"):
        compiled("letter.typ", b"{}", on=DAY)


def test_pages_without_the_letters_given_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = typst.compile(b"sans lettre", format="pdf")
    monkeypatch.setattr("jalon.letters.layout.compiled", lambda *_, **__: pdf)

    with pytest.raises(RenderingFailedError, match="0 beginnings found, 1 letters given"):
        render_batch([samples.shortest()], on=DAY)


def test_the_cover_says_what_to_check() -> None:
    cover = Cover(
        sender="Caf du Val-de-Marne",
        number="2026-11-A",
        dated="3 novembre 2026",
        letters=5000,
        sheets=5012,
        files=20,
        first_code="AAAA AAAA 1",
        last_code="ZZZZ ZZZZ 9",
    )
    (page,) = opened(render_cover(cover, on=DAY))

    text = flat(page.text).replace("\u202f", " ")
    for told in ("2026-11-A", "5 000", "5 012", "AAAA AAAA 1", "ZZZZ ZZZZ 9", "DL (110 × 220"):
        assert told in text
    assert render_cover(cover, on=DAY) == render_cover(cover, on=DAY)
