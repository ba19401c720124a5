"""Tells a row as anybody may read it: each personal field under its French name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Field, ForeignKey, Model, TextField

from jalon.audit.declaring import Audience
from jalon.audit.personal import DECLARED
from jalon.families.models import Person
from jalon.web import french

Value = str | int | bool | Decimal | date | datetime | list[Any] | dict[str, Any]
Row = dict[str, Value]
SOMEBODY_ELSE = "une autre personne"
STRUCK = "[passage masqué]"
_WRITTEN: Final[tuple[tuple[Any, Callable[[Any], str]], ...]] = (
    (bool, lambda told: "oui" if told else "non"),
    (datetime, french.long_moment),
    (date, french.long_date),
    ((int, Decimal), french.number),
)
# Who writes of a family in words of their own: the rest is names, addresses, words of the fund.
_WRITERS: Final = frozenset({Audience.PRACTICE, Audience.INTERVENTIONS})


class Written(str):
    """Words that somebody wrote freely: nobody knows of whom they speak but who reads them."""

    __slots__ = ()


def told(row: Model, but: Collection[str], named: Callable[[Person], str]) -> Row:
    """Return what a row says of somebody: its personal fields and its dates, the empty ones not.

    `but` are columns left out, as `table.column`; `named` says who a person is.
    """
    meta = row._meta  # noqa: SLF001 - Django's way of naming it
    personal = DECLARED[meta.db_table].personal.split()
    found: Row = {}
    for field in meta.concrete_fields:
        own = field.name in personal
        if f"{meta.db_table}.{field.name}" in but or (field.is_relation and not own):
            continue
        value = _value(row, field, named)
        if value not in (None, "", []) and (own or isinstance(value, date)):
            found[_label(field)] = value
    return found


def _label(field: Field[Any, Any]) -> str:
    name = str(field.verbose_name)
    return name[:1].upper() + name[1:]


def _value(row: Model, field: Field[Any, Any], named: Callable[[Person], str]) -> Any:  # noqa: ANN401
    if isinstance(field, ForeignKey):
        other = getattr(row, field.name)
        return named(other) if isinstance(other, Person) else other and str(other)
    value = getattr(row, field.attname)
    if isinstance(field, ArrayField) and field.base_field.choices:
        labels = dict(field.base_field.flatchoices)
        return [str(labels.get(one, one)) for one in value]
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    free = DECLARED[row._meta.db_table].audience in _WRITERS  # noqa: SLF001 - likewise
    if free and isinstance(field, (CharField, TextField)):
        return Written(value)
    return value


def texts(value: Value) -> Iterator[str]:
    """Yield what a value says, a paragraph each."""
    if isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, dict):
        yield ", ".join(f"{name} : {_said(one)}" for name, one in value.items())
    else:
        yield from (line for line in _said(value).splitlines() if line.strip())


def _said(value: Value) -> str:
    write = next((write for kind, write in _WRITTEN if isinstance(value, kind)), str)
    return write(value)
