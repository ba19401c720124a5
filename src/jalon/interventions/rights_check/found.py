"""What a computing found: kept as a column, and shown beside what is paid and side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from jalon.interventions.rights_check.of_file import file_kept
from jalon.interventions.rights_check.told import PAID, SOME, Told
from jalon.rights.aids import Aid, AidResult, AidState, OnFile
from jalon.rights.catalogue import BY_CODE, Rhythm, RightKind
from jalon.rights.comparing import Compared, Payment, Standing, compared, is_compared
from jalon.rights.right import Right
from jalon.rules.calendar import Month
from jalon.rules.criteria import AllOf
from jalon.web import french


def kept(
    labels: Sequence[str],
    rights: Sequence[Sequence[Right]],
    aids: Sequence[AidResult],
    file: OnFile,
) -> list[dict[str, Any]]:
    """Return the rights of each situation as a column keeps them, today's first, with its aids.

    `file` is what the aids read of it: it changes each month, and the result does not.
    """
    found = _kept(labels, rights)
    found[0]["file"] = file_kept(file)
    found[0]["aids"] = [
        {
            "code": one.aid.code,
            "label": one.aid.label,
            "plain": one.aid.plain,
            "automatic": one.aid.automatic,
            "source": one.aid.source,
            "state": one.state,
            "why": one.sentence,
        }
        for one in aids
    ]
    return found


def aids_kept(situation: Mapping[str, Any]) -> list[AidResult]:
    """Read the aids of a situation that was kept, without the rule that they were looked by."""
    return [
        AidResult(
            Aid(
                one["code"],
                one["label"],
                one["plain"],
                automatic=one["automatic"],
                events=(),
                rule=AllOf("", ()),
                source=one["source"],
                assumptions=(),
            ),
            AidState(one["state"]),
            one["why"],
        )
        for one in situation.get("aids", ())
    ]


def _kept(labels: Sequence[str], rights: Sequence[Sequence[Right]]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "rights": [
                {
                    "code": one.kind.code,
                    "euros": None if one.euros is None else str(one.euros),
                    "why": one.why,
                }
                for one in found
            ],
        }
        for label, found in zip(labels, rights, strict=True)
    ]


def withholding(rights: Sequence[Right], why: Mapping[str, str]) -> list[Right]:
    """Return rights without the amounts of those that depend on what nobody said."""
    return [
        Right(one.kind, None, why[one.kind.code])
        if one.kind.code in why and one.euros is not None
        else one
        for one in rights
    ]


def rights_of(situation: Mapping[str, Any]) -> list[Right]:
    """Read the rights of a situation that was kept."""
    return [
        Right(
            BY_CODE[one["code"]],
            None if one["euros"] is None else Decimal(one["euros"]),
            one["why"],
        )
        for one in situation["rights"]
    ]


@dataclass(frozen=True)
class Row:
    """A right as a page shows it: what it comes to, what is paid, for when, by which law."""

    kind: RightKind
    computed: str
    paid: str
    period: str
    ask: str


@dataclass(frozen=True)
class Group:
    """Rights that stand alike beside what is paid, under a title and the look of its badge."""

    title: str
    told: str
    state: str
    badge: str
    rows: list[Row]


_GROUPS: Final = (
    (
        Standing.DUE,
        "Ce qui semble manquer",
        "Le calcul trouve plus que ce qui est versé : à demander, ou à vérifier.",
        *("waiting", "Semble manquer"),
    ),
    (
        Standing.AT_RISK,
        "Ce qui peut être à risque",
        "Versé au-delà de ce que le calcul trouve : à vérifier ensemble, avant un trop-perçu.",
        *("danger", "À vérifier"),
    ),
    (
        Standing.TO_COMPARE,
        "Ce que la famille pourrait recevoir",
        "Le calcul le trouve ; personne n'a dit ce qui est versé.",
        *("todo", "À comparer"),
    ),
    (
        Standing.HELD,
        "Ce qui est déjà versé",
        "",
        *("done", "Versé"),
    ),
)


def payments_of(told: Told) -> dict[str, Payment]:
    """Return what is paid, by code of the right; what nobody said is not there."""
    found = {}
    for code in BY_CODE:
        value = told.value(PAID, code)
        if value:
            found[code] = Payment(None if value == SOME else Decimal(value))
    return found


def groups_of(rights: Sequence[Right], told: Told, month: Month) -> list[Group]:
    """Return the rights beside what is paid, by how they stand; those that are neither last."""
    rows = compared(rights, payments_of(told))
    found = []
    for standing, title, said, state, badge in _GROUPS:
        shown = [_row(one, month) for one in rows if one.standing is standing]
        if shown:
            found.append(Group(title, said, state, badge, shown))
    return found


def due(rights: Sequence[Right], told: Told) -> list[RightKind]:
    """Return what seems due and not paid, or for less: what there is to claim first."""
    rows = compared(rights, payments_of(told))
    return [one.right.kind for one in rows if one.standing is Standing.DUE]


def without_right(rights: Sequence[Right], told: Told) -> list[str]:
    """Return the labels of what is not due, and not paid."""
    rows = compared(rights, payments_of(told))
    return [one.right.kind.label for one in rows if one.right.euros == 0 and not _is_paid(one)]


def not_computed(rights: Sequence[Right], told: Told) -> list[tuple[str, str]]:
    """Return what was not computed, and why; that it is paid all the same, where it is."""
    rows = compared(rights, payments_of(told))
    return [
        (
            one.right.kind.label,
            f"{one.right.why}{f' Versé : {_paid(one)}.' if _is_paid(one) else ''}",
        )
        for one in rows
        if one.right.euros is None
    ]


def _is_paid(one: Compared) -> bool:
    return one.paid is not None and one.paid.euros != 0


def _row(one: Compared, month: Month) -> Row:
    kind = one.right.kind
    return Row(kind, _amount(one.right), _paid(one), period_of(kind, month), one.ask)


def computed_of(right: Right) -> str:
    """Say what a right comes to, and how often."""
    rhythm = "" if right.euros is None or right.kind.cover else f" {right.kind.rhythm.value}"
    return f"{_amount(right)}{rhythm}"


def _amount(right: Right) -> str:
    if right.euros is None:
        return "non calculé"
    if right.kind.cover:
        return "oui" if right.euros else "non"
    return french.euros(right.euros)


def _paid(one: Compared) -> str:
    """Say what is paid; nothing of what no month's payment can be set beside."""
    if not is_compared(one.right.kind):
        return ""
    if one.paid is None:
        return "non connu"
    return "oui, montant non connu" if one.paid.euros is None else french.euros(one.paid.euros)


def period_of(kind: RightKind, month: Month) -> str:
    """Say when a right is for."""
    if kind.rhythm is Rhythm.YEAR:
        return f"une fois, en {month.year}"
    if kind.rhythm is Rhythm.ONCE:
        return "une fois, deux mois avant la naissance ou à l'adoption"
    return f"en {month.in_french}" if kind.cover else f"par mois, en {month.in_french}"


@dataclass(frozen=True)
class Cell:
    """What a right comes to in a situation, and what changes from today."""

    situation: str
    euros: str
    change: str


@dataclass(frozen=True)
class Beside:
    """A right, or the total, in each situation: how often it comes, and by which law."""

    label: str
    cells: list[Cell]
    rhythm: str = ""
    law: str = ""


def side_by_side(result: Sequence[Mapping[str, Any]]) -> tuple[list[Beside], Beside | None]:
    """Return each right in each situation, those that are nought everywhere not; and the total.

    The total is of what is paid by the month and was computed in every situation; none where
    that comes to nothing, and the rest might not.
    """
    labels = [one["label"] for one in result]
    all_rights = [rights_of(one) for one in result]
    rows, sums, whole = [], [Decimal(0)] * len(labels), True
    for alike in zip(*all_rights, strict=True):
        if any(one.euros != 0 for one in alike):
            rows.append(_beside(labels, alike))
        if not is_compared(alike[0].kind):
            continue
        if any(one.euros is None for one in alike):
            whole = False
        else:
            sums = [total + (one.euros or 0) for total, one in zip(sums, alike, strict=True)]
    cells = [
        Cell(label, french.euros(one), _change(one - sums[0]))
        for label, one in zip(labels, sums, strict=True)
    ]
    if not whole and not any(sums):
        return rows, None
    return rows, Beside("Total par mois" if whole else "Total par mois, en partie", cells)


def _beside(labels: Sequence[str], alike: Sequence[Right]) -> Beside:
    cells = [
        Cell(label, _amount(one), _changed(one, alike[0]))
        for label, one in zip(labels, alike, strict=True)
    ]
    kind = alike[0].kind
    return Beside(kind.label, cells, "" if kind.cover else kind.rhythm.value, kind.law)


def _changed(one: Right, first: Right) -> str:
    if one.euros is None or first.euros is None:
        return ""
    if one.kind.cover:
        return "" if one.euros == first.euros else "changerait"
    return _change(one.euros - first.euros)


def _change(euros: Decimal) -> str:
    if not euros:
        return ""
    return f"{'+' if euros > 0 else '−'} {french.euros(abs(euros))}"
