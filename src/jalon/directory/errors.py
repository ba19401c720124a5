"""What the directory refuses, in a sentence that the page shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from jalon.rules.errors import ClearError


class DirectoryError(ClearError):
    """What cannot be done to an account, a role, a sector or an absence, and why."""


@contextmanager
def refused_as(sentence: str) -> Iterator[None]:
    """Say in a sentence that the database refused, for what two people did at once."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise DirectoryError(sentence) from None
