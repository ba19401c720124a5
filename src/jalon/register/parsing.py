"""The SQL that reads one cell: its value, whether it is faulty and why, in plain French."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from jalon.register import sql
from jalon.register.schema import Column, Kind, Table
from jalon.register.source import Source
from jalon.rules.calendar import french_date

SQL_TYPES: Final[Mapping[Kind, str]] = {
    Kind.IDENTIFIER: "VARCHAR",
    Kind.COMMUNE: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.CODE: "VARCHAR",
    Kind.MONTH: "VARCHAR",
    Kind.DATE: "DATE",
    Kind.AMOUNT: "DECIMAL(18,4)",
    Kind.BOOLEAN: "BOOLEAN",
}
_TRUE: Final = ("true", "1", "oui", "o")
_FALSE: Final = ("false", "0", "non", "n")
_LATEST_DAY: Final = date(9999, 12, 31)
_SPACES: Final = " \u00a0\u202f"
_AMOUNT: Final = rf"-?(\d+|\d{{1,3}}([{_SPACES}]\d{{3}})+)([.,]\d{{1,4}}0*)?"
_LONG_AMOUNT: Final = rf"-?(\d+|\d{{1,3}}([{_SPACES}]\d{{3}})+)[.,]\d+"
_DECIMALS: Final = re.compile(r"DECIMAL\(\d+,(\d+)\)")
_KEPT_DECIMALS: Final = 4
_REQUIRED: Final = "'Cette information est obligatoire et la cellule est vide.'"
_UNPRINTABLE: Final = "'La cellule contient un caractère illisible.'"


@dataclass(frozen=True)
class Check:
    """One possible fault of a row, as SQL over the table's own relation.

    `reads` names the columns it needs, `text` is the cell as the officer sees it, `fault` is
    true for a faulty row (false or null otherwise) and `reason` says why.
    """

    reads: tuple[str, ...]
    position: int
    column: str
    text: str
    fault: str
    reason: str


@dataclass(frozen=True)
class Cell:
    """How one column present in a file is read: `value` is null when unknown or unreadable."""

    column: Column
    value: str
    check: Check


def read_cell(
    source: Source, column: Column, *, trim: bool, latest: date | None, codes: Mapping[str, str]
) -> Cell:
    """Return the SQL that reads a column; `latest` is the last day a date may have."""
    raw = sql.name(column.name)
    kind = source.types[column.name]
    seen = sql.trimmed(raw) if trim and kind == "VARCHAR" else raw
    text = _as_seen(column, kind, seen)
    value, fault, reason = _read(column, kind, _translated(seen, codes), sql.shown(text), latest)
    if codes:
        reason = _unknown_code(text, codes)
    if column.required:
        fault = f"({seen} IS NULL OR {fault})"
    reason = (
        f"CASE WHEN {seen} IS NULL THEN {_REQUIRED} "
        f"WHEN contains({text}, chr(0)) THEN {_UNPRINTABLE} ELSE {reason} END"
    )
    position = source.table.columns.index(column)
    name = source.header.names[column.name]
    return Cell(column, value, Check((column.name,), position, name, text, fault, reason))


def death_before_birth(source: Source, cells: Mapping[str, Cell]) -> Check | None:
    """Return the check that nobody dies before being born, where both dates are known."""
    if source.table.name != "persons" or "death_date" not in cells:
        return None
    death, birth = cells["death_date"], cells["birth_date"]
    return Check(
        ("birth_date", "death_date"),
        death.check.position,
        death.check.column,
        death.check.text,
        f"{death.value} < {birth.value}",
        sql.text("La date de décès est antérieure à la date de naissance."),
    )


def typed_columns(table: Table, cells: Mapping[str, Cell]) -> str:
    """Return the select list of every contract column, typed; null where the file lacks it."""
    return ", ".join(
        f"{cells[column.name].value if column.name in cells else _unknown(column)} "
        f"AS {sql.name(column.name)}"
        for column in table.columns
    )


def _unknown(column: Column) -> str:
    return f"CAST(NULL AS {SQL_TYPES[column.kind]})"


def _translated(text: str, codes: Mapping[str, str]) -> str:
    if not codes:
        return text
    cases = " ".join(f"WHEN {sql.text(own)} THEN {sql.text(to)}" for own, to in codes.items())
    return f"CASE {text} {cases} ELSE {text} END"


def _as_seen(column: Column, kind: str, cell: str) -> str:
    """Return a cell as text: a day without its hour, an amount without idle zeros."""
    if kind == "VARCHAR":
        return cell
    if column.kind is Kind.DATE:
        return f"CAST(CAST({cell} AS DATE) AS VARCHAR)"
    if column.kind is Kind.AMOUNT:
        return rf"regexp_replace(CAST({cell} AS VARCHAR), '(\.\d*[1-9])0+$|\.0+$', '\1')"
    return f"CAST({cell} AS VARCHAR)"


def _read(  # noqa: PLR0911 - one for each kind
    column: Column, kind: str, cell: str, shown: str, latest: date | None
) -> tuple[str, str, str]:
    """Return value, fault and reason for a cell that is not empty."""
    match column.kind:
        case Kind.DATE:
            return _read_date(kind, cell, shown, latest)
        case Kind.AMOUNT:
            return _read_amount(kind, cell, shown)
        case Kind.BOOLEAN:
            return _read_boolean(kind, cell, shown)
        case Kind.MONTH:
            return _read_month(cell, shown, latest)
        case Kind.CODE:
            fault = f"{cell} NOT IN {sql.texts(column.codes)}"
            return cell, fault, _unknown_code(cell, dict.fromkeys(column.codes, ""))
        case Kind.COMMUNE:
            fault = rf"NOT regexp_full_match({cell}, '\d{{5}}|2[AB]\d{{3}}')"
            sentence = " n''est pas un code commune : il en faut 5 caractères, comme 94028.'"
            return cell, fault, f"'« ' || {shown} || ' »{sentence}"
        case Kind.IDENTIFIER:
            fault = f"NOT regexp_full_match({cell}, '[A-Za-z0-9._/-]+')"
            sentence = (
                " n''est pas un identifiant : il n''y faut que des lettres sans accent, des "
                "chiffres et - _ . /'"
            )
            return cell, fault, f"'« ' || {shown} || ' »{sentence}"
        case Kind.TEXT:
            return cell, f"contains({cell}, chr(0))", _UNPRINTABLE


def _unknown_code(cell: str, codes: Mapping[str, str]) -> str:
    known = sql.text(" » est inconnu : les codes admis sont " + ", ".join(codes) + ".")
    return f"'Le code « ' || {sql.shown(cell)} || {known}"


def _read_date(kind: str, cell: str, shown: str, latest: date | None) -> tuple[str, str, str]:
    last = latest or _LATEST_DAY
    if kind == "VARCHAR":
        iso = rf"regexp_full_match({cell}, '\d{{4}}-\d{{2}}-\d{{2}}')"
        french = rf"regexp_full_match({cell}, '\d{{2}}/\d{{2}}/\d{{4}}')"
        turned = f"{cell}[7:10] || '-' || {cell}[4:5] || '-' || {cell}[1:2]"
        value = (
            f"CASE WHEN {iso} THEN TRY_CAST({cell} AS DATE) "
            f"WHEN {french} THEN TRY_CAST({turned} AS DATE) END"
        )
        unreadable = (
            f"WHEN {value} IS NULL AND ({iso} OR {french}) "
            f"THEN 'La date ' || {shown} || ' n''existe pas.' "
            f"WHEN {value} IS NULL THEN '« ' || {shown} || ' » n''est pas une date : "
            "écrivez-la comme 2026-10-31 ou 31/10/2026.' "
        )
        fault = f"({cell} IS NOT NULL AND {value} IS NULL)"
    else:
        value = cell if kind == "DATE" else f"CAST({cell} AS DATE)"
        unreadable, fault = "", "false"
    fault += f" OR {value} < DATE '1900-01-01' OR {value} > DATE '{last}'"
    after = sql.text(f" est trop tardive : le dernier jour admis est le {french_date(last)}.")
    reason = (
        f"CASE {unreadable}WHEN {value} < DATE '1900-01-01' "
        f"THEN 'La date ' || {shown} || ' est antérieure à 1900.' "
        f"ELSE 'La date ' || {shown} || {after} END"
    )
    return value, f"({fault})", reason


def _read_month(cell: str, shown: str, latest: date | None) -> tuple[str, str, str]:
    readable = rf"regexp_full_match({cell}, '\d{{4}}-(0[1-9]|1[0-2])')"
    last = sql.text(f"{latest or _LATEST_DAY:%Y-%m}")
    reason = (
        f"CASE WHEN NOT {readable} THEN '« ' || {shown} || ' » n''est pas un mois : écrivez "
        f"l''année et le mois, comme 2026-10.' WHEN {cell} < '1900' "
        f"THEN 'Le mois ' || {shown} || ' est antérieur à 1900.' "
        f"ELSE 'Le mois ' || {shown} || ' est trop tardif : le dernier admis est ' || "
        f"{last} || '.' END"
    )
    return cell, f"(NOT {readable} OR {cell} < '1900' OR {cell} > {last})", reason


def _read_amount(kind: str, cell: str, shown: str) -> tuple[str, str, str]:
    if kind == "VARCHAR":
        plain = f"replace(regexp_replace({cell}, '[{_SPACES}]', '', 'g'), ',', '.')"
        readable = f"regexp_full_match({cell}, '{_AMOUNT}')"
        value = f"CASE WHEN {readable} THEN TRY_CAST({plain} AS DECIMAL(18,4)) END"
        long = f"NOT {readable} AND regexp_full_match({cell}, '{_LONG_AMOUNT}')"
    else:
        rounded = f"TRY_CAST({cell} AS DECIMAL(18,4))"
        exact = _is_exact(kind, cell, rounded)
        value = f"CASE WHEN {exact} THEN {rounded} END" if exact else rounded
        long = f"{rounded} IS NOT NULL"
    fault = f"(({cell} IS NOT NULL AND {value} IS NULL) OR {value} < 0)"
    reason = (
        f"CASE WHEN {value} IS NULL AND {long} THEN 'Le montant ' || {shown} || "
        f"' a trop de décimales : il en faut {_KEPT_DECIMALS} au plus.' "
        f"WHEN {value} IS NULL THEN '« ' || {shown} || ' » n''est pas un montant : "
        f"écrivez-le comme 1234,50.' ELSE 'Le montant ' || {shown} || ' est négatif.' END"
    )
    return value, fault, reason


def _is_exact(kind: str, cell: str, rounded: str) -> str:
    """Return the condition that rounding a stored number loses nothing, empty if it cannot."""
    if kind == "DOUBLE":
        # 0.1 + 0.2 is not quite 0.3: what binary arithmetic adds is no decimal of the amount.
        noise = f"greatest(1e-9, 1e-14 * abs({cell}))"
        return f"abs({cell} - {rounded}::DOUBLE) < {noise}"
    decimals = _DECIMALS.fullmatch(kind)
    if decimals and int(decimals[1]) > _KEPT_DECIMALS:
        return f"{cell} = {rounded}"
    return ""


def _read_boolean(kind: str, cell: str, shown: str) -> tuple[str, str, str]:
    if kind == "BOOLEAN":
        return cell, "false", "''"
    value = (
        f"CASE WHEN lower({cell}) IN {sql.texts(_TRUE)} THEN true "
        f"WHEN lower({cell}) IN {sql.texts(_FALSE)} THEN false END"
    )
    fault = f"({cell} IS NOT NULL AND {value} IS NULL)"
    return value, fault, f"'« ' || {shown} || ' » n''est ni oui ni non.'"
