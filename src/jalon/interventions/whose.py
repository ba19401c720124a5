"""Lists kept to one's own rows, or to those of a colleague whom the address names."""

from __future__ import annotations

import uuid
from typing import Final, TypeVar

from django import forms
from django.db.models import Model, QuerySet

from jalon.directory.models import StaffMember

MINE: Final = "moi"
_Row = TypeVar("_Row", bound=Model)


def with_worker_asked(form: forms.Form, name: str) -> None:
    """Add to the choices of a field the colleague whom the address asks for, if there is one.

    Nobody else: a department has more workers than one chooses among.
    """
    asked = form.data.get(name, "")
    try:
        found = StaffMember.objects.filter(public_id=uuid.UUID(asked)).first()
    except ValueError:
        return
    if found:
        field = form.fields[name]
        field.choices = [*field.choices, (asked, str(found))]  # type: ignore[attr-defined]


def of_worker(rows: QuerySet[_Row], asked: str, by: StaffMember) -> QuerySet[_Row]:
    """Keep the rows of oneself, or of the worker of a reference; all where nobody is asked for."""
    if not asked:
        return rows
    return rows.filter(worker=by) if asked == MINE else rows.filter(worker__public_id=asked)
