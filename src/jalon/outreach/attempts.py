"""How often a take-up is tried, and why it is tried no more: told on the releases themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from django.db.models import F, QuerySet

from jalon.rules.errors import ClearError
from jalon.targeting.errors import RunError
from jalon.targeting.models import Release
from jalon.targeting.storage import without_paths

# A take-up that stopped its worker this often would stop it again: someone must look.
MOST_ATTEMPTS: Final = 5
INTERRUPTED: Final = (
    f"La reprise s'est interrompue {MOST_ATTEMPTS} fois (serveur arrêté, ou mémoire trop petite) "
    ": prévenez l'administrateur technique, puis relancez-la."
)
BROKEN: Final = (
    "La reprise s'est arrêtée sur une erreur imprévue, notée dans le journal du serveur : "
    "prévenez l'administrateur technique, puis relancez-la."
)


class BusyTakeUpError(RunError):
    """Another process is taking up this run already."""


@contextmanager
def attempt(releases: Sequence[Release]) -> Iterator[bool]:
    """Count one more attempt before it begins, so that a kill counts; yield whether it may.

    What cannot be done is written on the releases at once; what broke, once it broke too often.
    """
    rows = Release.objects.filter(pk__in=[one.pk for one in releases], taken_up_at=None)
    before = max(one.attempts for one in releases)
    if before >= MOST_ATTEMPTS:
        _stop(rows, INTERRUPTED)
        yield False
        return
    rows.update(attempts=F("attempts") + 1)
    try:
        yield True
    except ClearError as error:
        _stop(rows, without_paths(str(error), releases[0].run))
        raise
    except Exception:
        if before + 1 >= MOST_ATTEMPTS:
            _stop(rows, BROKEN)
        raise


def _stop(rows: QuerySet[Release], problem: str) -> None:
    rows.update(problem=problem)
