"""What was found of a family's rights, as the page that it takes home: in few, plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from jalon.letters.claims import Claim, ClaimSheet, List, Note
from jalon.rights.aids import AidResult, AidState
from jalon.rights.catalogue import Rhythm
from jalon.rights.comparing import Compared, Standing
from jalon.rights.right import NOT_LOOKED_AT, TO_CONFIRM
from jalon.rules.calendar import Month, french_date
from jalon.web import french

# What the file is called: whoever finds it on a telephone learns nothing of whose it is.
FILE_NAME: Final = "feuille-caf.pdf"
_ROUNDED: Final = "Les montants sont arrondis."
_NOTHING: Final = "Ce mois-ci, le calcul ne trouve rien de plus que ce que vous recevez."
_NOTHING_YET: Final = "Rien pour le moment : il reste des droits à calculer."
_CAUTION: Final = (
    f"Rien n'est encore décidé : chaque droit est {TO_CONFIRM}. "
    f"{NOT_LOOKED_AT} Une question ? Parlez-en avec nous."
)
# Which things, the talk told: a pregnancy is not brought up by a paper.
_ASSUMED: Final = (
    "Ce qui n'a pas été dit est compté comme « non », ou comme rien : dites-nous si c'est faux."
)
_UNLESS_HELD: Final = "Si vous n'avez pas déjà ce droit :"


@dataclass(frozen=True)
class Talk:
    """Who met whom, when, and for which month rights were computed."""

    family: str
    worker: str
    on: date
    month: Month


@dataclass(frozen=True)
class Found:
    """What was found: rights beside what is paid, euros a month by code of right, and aids.

    A right that is paid without anybody knowing how much is not among `paid`. `assumed` where
    something that nobody told was counted as no, or as nothing.
    """

    rights: Sequence[Compared]
    paid: Mapping[str, Decimal]
    aids: Sequence[AidResult]
    assumed: bool = False


def sheet_of(found: Found, talk: Talk, *, sender: str, contact: Sequence[str]) -> ClaimSheet:
    """Return the page of what a family could claim.

    Aids are on it where they seem possible: of the others, the talk is the place to speak.
    """
    # What nobody knows whether the family has: the page says so beside what to do.
    due = [one for one in found.rights if one.standing in {Standing.DUE, Standing.TO_COMPARE}]
    unknown = list(_unknown(found.rights))
    return ClaimSheet(
        sender=sender,
        title="Vos droits, vus ensemble",
        lead=(
            f"Pour : {talk.family}.",
            f"Vus le {french_date(talk.on)}, avec {talk.worker}.",
            f"Le calcul est celui du mois {talk.month.of_french}.",
        ),
        claims_title="Vous semblez avoir droit à :" if due else "Vos droits",
        claims_note=_ROUNDED if due else _NOTHING_YET if unknown else _NOTHING,
        claims=[_claim(one, found.paid) for one in due],
        lists=(
            List("Vous recevez déjà :", list(_held(found))),
            List("À regarder avec nous :", list(_changing(found))),
            List(
                "La Caf peut aussi vous aider. À demander avec nous :",
                list(_aids(found, automatic=False)),
            ),
            List(
                "La Caf peut aussi vous aider, sans rien demander :",
                list(_aids(found, automatic=True)),
            ),
            List("Nous n'avons pas pu calculer :", unknown),
        ),
        caution=f"{_CAUTION} {_ASSUMED}" if found.assumed else _CAUTION,
        contact=contact,
    )


def _aids(found: Found, *, automatic: bool) -> Iterator[Note]:
    for one in found.aids:
        if one.state is AidState.POSSIBLE and one.aid.automatic is automatic:
            yield Note(f"{one.label}.", one.aid.plain)


def _claim(one: Compared, paid: Mapping[str, Decimal]) -> Claim:
    kind, euros = one.right.kind, one.right.euros or Decimal(0)
    today = f"Aujourd'hui, vous recevez {_euros(now)}." if (now := paid.get(kind.code)) else ""
    # What is asked of a yearly right says it already.
    if one.standing is Standing.TO_COMPARE and kind.rhythm is Rhythm.MONTH:
        today = _UNLESS_HELD
    return Claim(
        amount="Gratuit" if kind.cover else _euros(euros),
        rhythm="" if kind.cover else kind.rhythm.value,
        name=kind.label,
        plain=kind.plain,
        paid=today,
        ask=one.ask,
        law=f"{kind.law}.",
    )


def _held(found: Found) -> Iterator[Note]:
    for one in found.rights:
        if one.standing is Standing.HELD:
            yield Note(_named([one]), f"{_paid(one, found.paid)}.")


def _changing(found: Found) -> Iterator[Note]:
    for one in found.rights:
        if one.standing is Standing.AT_RISK:
            today = f"vous recevez {_paid(one, found.paid)}."
            yield Note(_named([one]), f"{today} Cela peut changer : parlez-en avec nous.")


def _unknown(rights: Iterable[Compared]) -> Iterator[Note]:
    """Yield what could not be computed; what lacks the same thing, together."""
    whys: dict[str, list[Compared]] = {}
    for one in rights:
        if one.right.euros is None:
            whys.setdefault(one.right.why, []).append(one)
    for why, several in whys.items():
        yield Note(_named(several), why)


def _named(several: Sequence[Compared]) -> str:
    return f"{', '.join(one.right.kind.label for one in several)} :"


def _paid(one: Compared, paid: Mapping[str, Decimal]) -> str:
    euros = paid.get(one.right.kind.code)
    return "ce droit" if euros is None else f"{_euros(euros)} {one.right.kind.rhythm.value}"


def _euros(euros: Decimal) -> str:
    return french.euros(euros, decimals=0)
