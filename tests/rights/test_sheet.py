"""The page that a family takes home: what is on it, in which words, and that it is one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

import pytest

from jalon.letters.claims import render_claims
from jalon.letters.errors import LetterRefusedError
from jalon.rights.aid_reader import fund_aids
from jalon.rights.aids import AidResult, AidState
from jalon.rights.catalogue import BY_CODE, RIGHTS, Rhythm, RightKind
from jalon.rights.comparing import Compared, Gap
from jalon.rights.right import Right
from jalon.rights.sheet import FILE_NAME, Found, Talk, sheet_of
from letters.seeing import opened
from rights.families import MONTH

_DAY: Final = date(2026, 11, 12)
_TALK: Final = Talk("Amina Diallo et Karim Benali", "Claire Martin", _DAY, MONTH)
_CONTACT: Final = ("Service social, 12 rue de l'Essai, Créteil.", "Téléphone : 01 23 45 67 89.")
_WHY: Final = "Il manque les revenus déclarés de 2024 : voyez l'avis d'impôt."
_AIDS: Final = [
    AidResult(one, AidState.POSSIBLE, "") for one in fund_aids("val-de-marne", MONTH).aids
]


def found(code: str, euros: str | None, gap: Gap, why: str = "") -> Compared:
    amount = None if euros is None else Decimal(euros)
    return Compared(Right(BY_CODE[code], amount, why), None, gap)


def page_of(
    *rights: Compared,
    aids: Sequence[AidResult] = (),
    talk: Talk = _TALK,
    assumed: bool = False,
    **paid: str,
) -> str:
    """Return the one page's words, every space an ordinary one."""
    amounts = {code: Decimal(euros) for code, euros in paid.items()}
    told = Found(rights, amounts, aids, assumed=assumed)
    sheet = sheet_of(told, talk, sender="Caf d'essai", contact=_CONTACT)
    (page,) = opened(render_claims(sheet, on=_DAY))
    return " ".join(page.text.split())


def test_what_seems_due_says_how_much_what_it_is_and_what_to_do() -> None:
    page = page_of(found("ASF", "200.77", Gap.MISSING))

    assert "Vous semblez avoir droit à" in page
    assert "à confirmer par le service des prestations" in page
    assert "201 € par mois Allocation de soutien familial" in page
    assert "sans l’aide de l’autre parent" in page
    assert "À demander à la Caf" in page
    assert "art. L. 523-1" in page
    assert "Amina Diallo et Karim Benali" in page
    assert "12 novembre 2026, avec Claire Martin" in page
    assert "octobre 2026" in page
    assert "01 23 45 67 89" in page


def test_what_is_paid_today_stands_beside_what_could_be() -> None:
    page = page_of(
        found("RSA", "500", Gap.LESS),
        found("AF", "150.2", Gap.SAME),
        found("AL", "0", Gap.AT_RISK),
        found("PAJE", "0", Gap.NEITHER),
        RSA="320.4",
        AF="150.2",
        AL="310",
    )

    assert "500 € par mois Revenu de solidarité active" in page
    # It was asked for already.
    assert "À faire vérifier par la Caf" in page
    assert "À demander à la Caf" not in page
    assert "Aujourd’hui, vous recevez 320 €." in page
    assert "Vous recevez déjà : Allocations familiales : 150 € par mois." in page
    assert "Aide au logement : vous recevez 310 € par mois. Cela peut changer" in page
    assert "Paje" not in page


def test_what_is_paid_without_anybody_knowing_how_much_has_no_amount() -> None:
    page = page_of(found("AL", "0", Gap.AT_RISK))

    assert "Aide au logement : vous recevez ce droit. Cela peut changer" in page


def test_a_cover_and_a_yearly_right_are_told_though_nobody_knows_whether_they_are_held() -> None:
    page = page_of(found("CSS", "1", Gap.UNKNOWN), found("ARS", "426.60", Gap.UNKNOWN))

    assert "Gratuit Complémentaire santé solidaire gratuite" in page
    assert page.count("Si vous n’avez pas déjà ce droit") == 1
    assert "427 € une fois par an Allocation de rentrée scolaire" in page


def test_what_nobody_knows_whether_it_is_paid_is_to_claim_only_if_it_is_not() -> None:
    page = page_of(found("AF", "152.24", Gap.UNKNOWN), found("ASF", "200.77", Gap.MISSING))

    claim, _, rest = page.partition("Allocations familiales")[2].partition("Allocation de soutien")
    assert "Si vous n’avez pas déjà ce droit : Dites à la Caf" in claim
    assert "pas déjà" not in rest


def test_that_all_is_to_be_confirmed_is_said_with_nothing_due_too() -> None:
    page = page_of(found("AF", "0", Gap.NEITHER))

    assert "à confirmer par le service des prestations" in page
    assert "ni le droit au séjour, ni l’épargne" in page


def test_what_nobody_said_is_told_in_one_sentence() -> None:
    held = found("AF", "150", Gap.SAME)

    assert "pas été dit est compté comme « non »" in page_of(held, assumed=True, AF="150")
    assert "pas été dit" not in page_of(held, AF="150")


def test_an_aid_given_without_asking_is_not_to_be_asked_for() -> None:
    first, second = (replace(one, aid=replace(one.aid, automatic=False)) for one in _AIDS[:2])
    page = page_of(aids=[first, replace(second, aid=replace(second.aid, automatic=True))])

    asked, _, given = page.partition("sans rien demander")
    assert first.label.replace("'", "’") in asked
    assert second.label.replace("'", "’") in given


def test_what_could_not_be_computed_is_said_once_with_what_is_missing() -> None:
    page = page_of(found("AF", None, Gap.UNKNOWN, _WHY), found("PPA", None, Gap.UNKNOWN, _WHY))

    assert "il reste des droits à calculer" in page
    assert "Allocations familiales, Prime d’activité : Il manque les revenus" in page
    assert "semblez" not in page


def test_where_nothing_is_missing_it_says_so() -> None:
    page = page_of(found("AF", "150", Gap.SAME), AF="150")

    assert "ne trouve rien de plus que ce que vous recevez" in page


def test_of_the_fund_s_aids_only_possible_ones_are_told() -> None:
    first, second, third = _AIDS[:3]
    page = page_of(
        aids=[first, replace(second, state=AidState.UNKNOWN), replace(third, state=AidState.NO)]
    )

    assert "Aide aux vacances. Une aide pour partir en vacances en famille." in page
    assert second.label not in page
    assert third.label not in page


def _computed(kind: RightKind) -> Compared:
    return found(kind.code, "1234.56", Gap.LESS if kind.rhythm is Rhythm.MONTH else Gap.UNKNOWN)


def _not_computed(kind: RightKind) -> Compared:
    return found(kind.code, None, Gap.UNKNOWN, f"{_WHY} Pour : {kind.label}.")


@pytest.mark.parametrize("told", [_computed, _not_computed])
def test_all_rights_and_all_aids_are_one_page(told: Callable[[RightKind], Compared]) -> None:
    talk = replace(_TALK, family="Anne-Françoise de La Rochefoucauld-Montbel et " * 3)
    paid = {one.code: "1034.5" for one in RIGHTS}

    rights = [told(one) for one in RIGHTS if one.variables or told is _not_computed]
    page = page_of(*rights, aids=_AIDS, talk=talk, assumed=True, **paid)

    # What is before a hyphen: a line may end there.
    labels = (one.right.kind.label for one in rights)
    for label in (*labels, *(one.label for one in _AIDS)):
        assert label.replace("'", "’").partition("-")[0] in page


def test_the_same_words_give_the_same_file_and_a_name_that_tells_nothing() -> None:
    sheet = sheet_of(Found([], {}, []), _TALK, sender="Caf d'essai", contact=_CONTACT)

    assert render_claims(sheet, on=_DAY) == render_claims(sheet, on=_DAY)
    assert FILE_NAME == "feuille-caf.pdf"


def test_a_name_that_cannot_be_printed_is_refused() -> None:
    with pytest.raises(LetterRefusedError):
        page_of(talk=replace(_TALK, family="王小明"))


def test_every_right_is_told_in_one_short_sentence() -> None:
    for one in RIGHTS:
        assert one.plain.endswith(".")
        assert max(len(one.plain), len(one.ask)) <= 80
