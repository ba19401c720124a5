"""A record as the two files that are handed over: one to read, one for machines."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import orjson
from django.conf import settings
from django.utils import timezone

from jalon.audit.declaring import Kept
from jalon.desk.record.gathering import Part, Record
from jalon.desk.record.telling import Row, texts
from jalon.letters.record import Chapter, Dossier, Line, render_dossier
from jalon.outreach.wording import read_wording
from jalon.web import french

_TITLE: Final = "Ce que nous gardons à votre sujet"
_LEFT_OUT: Final = "Ce qui n'est pas dans ce dossier, et pourquoi"
_VERSION: Final = 1
_LEAD: Final = (
    "{person}, vous avez demandé à voir ce que notre service garde à votre sujet. Le voici, au "
    "{day}."
)
_IN_THE_OTHER: Final = "Ces données sont dans le fichier pour logiciel, remis avec celui-ci."
_WHY: Final = (
    "Notre service s'en sert pour vous proposer un rendez-vous et, si vous le voulez, vous "
    f"accompagner. Il les garde {Kept.FAMILY}. Qui les voit dans notre service est dit plus bas."
)
_MAY: Final = (
    "Vous pouvez demander que ce qui est faux soit corrigé, et que ce qui n'est plus utile soit "
    "effacé, au même service ou au délégué à la protection des données. Si la réponse ne vous "
    "convient pas, vous pouvez saisir la Cnil (www.cnil.fr)."
)


def as_json(record: Record) -> bytes:
    """Return the record as data: dates as ISO 8601, amounts as text."""
    told = {
        "version": _VERSION,
        "personne": record.person,
        "fait_le": record.made_at,
        "fait_par": record.made_by,
        "a_savoir": [_WHY, _MAY],
        "parties": [{"titre": part.title, "lignes": part.rows} for part in record.parts],
        "laisse_de_cote": record.left_out,
    }
    return orjson.dumps(told, default=_plain, option=orjson.OPT_INDENT_2)


def as_pdf(record: Record) -> bytes:
    """Return the record to read; RenderingFailedError where its pages cannot be made."""
    day = timezone.localdate(record.made_at)
    dossier = Dossier(
        sender=read_wording(settings.PROFILE).sender.name,
        title=_TITLE,
        lead=(_LEAD.format(person=record.person, day=french.long_date(day)), _WHY, _MAY),
        chapters=[_chapter(part) for part in record.parts],
        left_out_title=_LEFT_OUT,
        left_out=record.left_out,
    )
    return render_dossier(dossier, on=day)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value))


def _chapter(part: Part) -> Chapter:
    if part.for_machines:
        return Chapter(part.title, [[Line("", [_IN_THE_OTHER])]])
    return Chapter(part.title, [[*_lines(row)] for row in part.rows])


def _lines(row: Row) -> Iterator[Line]:
    for name, value in row.items():
        yield Line(name, [*texts(value)])
