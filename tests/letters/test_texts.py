"""What is printed: hard names whole, French spaces, and nothing of it ever evaluated."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import letters as samples
from jalon.letters.address import address_lines
from jalon.letters.content import Letter, Tone, as_json, from_json
from jalon.letters.errors import LetterRefusedError
from jalon.letters.preparing import made_printable
from jalon.letters.printable import printable
from jalon.letters.rendering import render_batch
from jalon.letters.typography import french
from letters.seeing import opened

DAY = date(2026, 11, 3)
NAMES = [
    "Ștefan Țurcanu",
    "Łukasz Wójcik",
    "Nguyễn Thị Hằng",
    "Sinéad O'Brien",
    "Chiara D’Angelo",
    "Çağla Yıldız",
    "Жанна Щербакова",
    "Ελένη Παπαδοπούλου",
    "José Muñoz-Peña",
    "Zoë Æbelø",
]
MARKUP = [
    '#eval("1+1")',
    "#panic()",
    "$x^2$",
    "*gras* _italique_ `code`",
    "@ref <label> = Titre",
    "\\u{1F600} \\ fin",
    '#import "/etc/passwd"',
    '#read("/etc/passwd")',
    "// commentaire /* autre */",
    "]] }} ) ; #let x = 1",
    ")/Dest 9 0 R>>",
    "{{ 7*7 }} ${7*7} %s",
]


def page_of(letter: Letter) -> str:
    pages = opened(render_batch([letter], on=DAY).pdf)
    return " ".join(" ".join(one.text for one in pages).split())


@pytest.mark.parametrize("name", NAMES)
def test_a_hard_name_is_printed_whole(name: str) -> None:
    letter = samples.letter(recipient=(name, "94000 CRETEIL"), salutation=f"Chère {name},")
    pages = opened(render_batch([letter], on=DAY).pdf)

    printed = " ".join(pages[0].text.split())
    assert printed.count(name) >= 1
    assert f"Chère {french(name)}," in printed
    # A sign without a glyph would be drawn as the empty box that each font begins with.
    assert "\ufffd" not in printed
    assert "\x00" not in printed


@pytest.mark.parametrize("words", MARKUP)
def test_markup_is_printed_as_it_is_written(words: str) -> None:
    letter = samples.letter(
        recipient=(words, words, "94000 CRETEIL"),
        salutation=f"{words},",
        paragraphs=(words,),
        subject=words,
        signature=(words,),
    )

    assert page_of(letter).count(words) >= 5


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Camille\x00 Durand", "Camille Durand"),
        ("Camille\nDurand\r\n\tMartin", "Camille Durand Martin"),
        ("Camille \u202eDurand\u202c", "Camille Durand"),
        ("Ca\u200bmille\u2060 \ufeffDu\u00adrand", "Camille Durand"),
        ("Camille\u2028Durand", "Camille Durand"),
        ("Camille 😀 Durand", "Camille Durand"),
        ("e\u0301cole", "école"),
        ("Z\u0334\u0335\u0336a\u030a\u0317lgo", "Zålgo"),
        ("ﬁn ²⁶", "fin ²6"),
        ("  deux   espaces ", "deux espaces"),
        ("\ue000privé\udfff", "privé"),
    ],
)
def test_what_no_page_should_hold_is_dropped(written: str, shown: str) -> None:
    assert printable(written, "Le nom") == shown


@pytest.mark.parametrize("name", ["محمد", "王芳", "שרה", "ნინო", "𝒜𓀀"])
def test_a_letter_without_a_glyph_is_refused_with_a_clear_sentence(name: str) -> None:
    with pytest.raises(LetterRefusedError) as refused:
        made_printable(samples.letter(recipient=(name, "94000 CRETEIL")))

    assert str(refused.value).startswith("L'adresse : nos caractères d'imprimerie n'ont pas « ")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_cleaned_or_refused_and_cleaning_again_changes_nothing(text: str) -> None:
    try:
        clean = printable(text, "Le nom")
    except LetterRefusedError:
        return
    assert printable(clean, "Le nom") == clean
    assert clean.isprintable() or set(clean) <= {"\u00a0", "\u202f", "\u2002", "\u2009"} | set(
        filter(str.isprintable, clean)
    )
    assert french(french(clean)) == french(clean)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.text(
            st.characters(max_codepoint=0x2FF, exclude_categories=["Cs"]), min_size=1, max_size=80
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_address_is_printed_or_refused(lines: list[str]) -> None:
    letter = samples.shortest(recipient=tuple(lines))
    try:
        ready = made_printable(letter)
    except LetterRefusedError:
        return

    # What reads the page back takes a hyphen that ends a line for a word cut in two.
    unread = str.maketrans("", "", " \u00a0-\u00ad\u2010\x02\ufffe")
    assert "".join(ready.recipient).translate(unread) in page_of(letter).translate(unread)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "Pourquoi ? Parce que : oui ; non !",
            "Pourquoi\u202f? Parce que\u202f: oui\u202f; non\u202f!",
        ),
        ("« Bonjour »", "«\u202fBonjour\u202f»"),
        ("l'école d'Anne", "l’école d’Anne"),
        ("le 3 novembre 2026", "le 3\u00a0novembre\u00a02026"),
        ("1 234,50 €, 12 %", "1\u202f234,50\u202f€, 12\u202f%"),
        ("au 01 00 00 00 94", "au 01\u00a000\u00a000\u00a000\u00a094"),
        ("de 9 h à 16 h 30", "de 9\u00a0h à 16\u00a0h\u00a030"),
        ("article L. 311-3-1", "article\u00a0L.\u00a0311-3-1"),
        ("https://caf.exemple.fr/r?x=1", "https://caf.exemple.fr/r?x=1"),
        ("rendez-vous à 10:30", "rendez-vous à 10:30"),
    ],
)
def test_french_spaces_are_set_once(written: str, shown: str) -> None:
    assert french(written) == shown
    assert french(shown) == shown


@pytest.mark.parametrize(
    ("lines", "printed"),
    [
        (["Mme A", "", "  ", "94000 Créteil"], ("Mme A", "94000 CRETEIL")),
        (["Mme A", "94240 L'Haÿ-les-Roses"], ("Mme A", "94240 L HAY LES ROSES")),
        (["Mme A", "94000 Œuilly, cedex 9"], ("Mme A", "94000 OEUILLY CEDEX 9")),
        (
            ["12 avenue du Général de Gaulle prolongée", "94000 CRETEIL"],
            ("12 AV du Général de Gaulle prolongée", "94000 CRETEIL"),
        ),
        (["12 avenue de Paris", "94000 CRETEIL"], ("12 avenue de Paris", "94000 CRETEIL")),
        (["A" * 300, "94000 CRETEIL"], ("A" * 47 + "…", "94000 CRETEIL")),
    ],
)
def test_an_address_is_written_as_the_norm_has_it(
    lines: list[str], printed: tuple[str, ...]
) -> None:
    assert address_lines(lines) == printed
    assert address_lines(printed) == printed


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "elle est vide"),
        (["\u202e", "  "], "elle est vide"),
        (["ligne"] * 7, "elle a 7 lignes"),
        (["Mme A", "---"], "ne nomme aucune commune"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused(lines: list[str], why: str) -> None:
    with pytest.raises(LetterRefusedError, match=why):
        address_lines(lines)


@pytest.mark.parametrize("part", ["subject", "salutation", "place_and_date"])
def test_a_letter_says_all_that_a_letter_says(part: str) -> None:
    with pytest.raises(LetterRefusedError, match="il n'y a rien d'écrit"):
        made_printable(samples.letter(**{part: " \x00 "}))


@pytest.mark.parametrize(
    "letter", [samples.letter(), samples.mourning(large_type=True), samples.shortest()]
)
def test_a_letter_is_kept_as_it_is_printed(letter: Letter) -> None:
    ready = made_printable(letter)
    kept = json.loads(json.dumps(as_json(ready)))

    assert from_json(kept) == ready
    assert made_printable(ready) == ready
    assert render_batch([from_json(kept)], on=DAY).sha256 == render_batch([letter], on=DAY).sha256


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"version": None}, {"other": 1}, {"sender": {}}, {"tone": "gay"}]
)
def test_a_letter_of_another_shape_is_not_read(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"version|shape|Tone"):
        from_json({**as_json(samples.letter()), **change})


def test_a_letter_missing_a_part_is_not_read() -> None:
    kept = as_json(samples.letter())
    del kept["answer"]

    with pytest.raises(ValueError, match="shape"):
        from_json(kept)


def test_a_mourning_letter_wears_no_colour() -> None:
    ordinary, mourning = (
        opened(render_batch([replace(samples.letter(), tone=tone)], on=DAY).pdf)[0]
        for tone in (Tone.ORDINARY, Tone.BEREAVEMENT)
    )

    assert ordinary.text == mourning.text
    assert (ordinary.picture() != mourning.picture()).any()
