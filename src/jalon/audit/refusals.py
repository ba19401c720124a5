"""What the database refuses, said as whoever asked understands it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from django.db import IntegrityError, transaction


@contextmanager
def refused_as(errors: Mapping[str, Exception]) -> Iterator[None]:
    """Raise the error that is told for a constraint, by the beginning of its name.

    The database's own words quote rows: they are left out. Any other refusal is a fault of ours,
    and goes on as it is.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = _constraint(error)
        for begins, told in errors.items():
            if name.startswith(begins):
                raise told from None
        raise


def _constraint(error: IntegrityError) -> str:
    cause = error.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, psycopg.Error) else ""
