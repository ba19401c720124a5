"""Columns that hold one of a short list of words: the database keeps to the list as well.

Pages give each word its meaning: one that none of them knows would break them for everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db.models import CheckConstraint, Field, Model, Q

_Model = TypeVar("_Model", bound=type[Model])


def closed(model: _Model) -> _Model:
    """Constrain each column of a model that has choices to them, as a class decorator."""
    meta = model._meta  # noqa: SLF001 - Django's way of naming it
    meta.constraints = [*meta.constraints, *_checks(model)]
    # What migrations are made from.
    meta.original_attrs["constraints"] = meta.constraints
    return model


def choices_of(field: Field[Any, Any]) -> set[str] | None:
    """Return the words that a column may hold, each of those of a list; None where any."""
    one = field.base_field if isinstance(field, ArrayField) else field
    if not one.choices:
        return None
    words = {str(value) for value, _ in one.flatchoices}
    return words | {""} if one.blank else words


def _checks(model: type[Model]) -> Iterator[CheckConstraint]:
    for field in model._meta.local_concrete_fields:  # noqa: SLF001 - likewise
        words = choices_of(field)
        if words is not None:
            lookup = "contained_by" if isinstance(field, ArrayField) else "in"
            yield CheckConstraint(
                condition=Q(**{f"{field.name}__{lookup}": sorted(words)}),
                name=f"{model._meta.model_name}_{field.name}_is_known",  # noqa: SLF001
            )
