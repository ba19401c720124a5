"""Looks at how an installation fares now: the worker and its jobs, the room left on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from jalon.config.checking import Finding, findings
from jalon.config.environment import Environment
from jalon.desk.jobs import failed_jobs, late_jobs
from jalon.interventions.sweeping import missing_files
from jalon.web import french

_SILENT: Final = timedelta(minutes=1)  # a worker gives a sign of life every ten seconds
_GIGABYTE: Final = 1024**3
_LEAST_ROOM: Final = _GIGABYTE  # several months of a large department
_HEARTBEAT: Final = "SELECT max(last_heartbeat) FROM procrastinate_workers"


def look_over(environment: Environment) -> list[Finding]:
    """Return every point looked at; how it fares, where nothing keeps it from starting."""
    found = findings(environment)
    if not any(one.everywhere and not one.ok for one in found):
        found += [*_of_jobs(), _of_documents(), _of_room()]
    return found


def _of_jobs() -> Iterator[Finding]:
    """Look at the worker: none is a fault where something waits for it."""
    late, failed = late_jobs().count(), failed_jobs().count()
    if _worker_lives():
        yield Finding(ok=True, sentence="Un travailleur de fond est en marche.")
    elif late:
        yield Finding(ok=False, sentence="Aucun travailleur de fond ne tourne : « jalon worker ».")
    else:
        yield Finding(ok=True, sentence="Aucun travailleur de fond ne tourne, et rien n'attend.")
    if late:
        yield Finding(
            ok=False,
            sentence=f"Travaux qui attendent depuis plus d'un quart d'heure : {late}.",
        )
    if failed:
        yield Finding(
            ok=False,
            sentence=f"Travaux échoués depuis sept jours : {failed} ; le journal du travailleur "
            "dit lesquels.",
        )
    if not late and not failed:
        yield Finding(
            ok=True, sentence="Aucun travail n'est en retard, ni échoué depuis sept jours."
        )


def _worker_lives() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_HEARTBEAT)
        (last,) = cursor.fetchone()
    return last is not None and timezone.now() - last < _SILENT


def _of_documents() -> Finding:
    """Say whether each file that the database knows is there."""
    if missing := missing_files():
        counted = french.counted(missing, "document joint manque,documents joints manquent")
        return Finding(
            ok=False,
            sentence=f"{counted} dans {settings.DATA_FOLDER} : reprenez ce dossier d'une "
            "sauvegarde.",
        )
    return Finding(ok=True, sentence="Les documents joints sont tous là.")


def _of_room() -> Finding:
    free = shutil.disk_usage(settings.DATA_FOLDER).free
    room = f"{french.number(free / _GIGABYTE, 1)} Go libres dans {settings.DATA_FOLDER}"
    if free < _LEAST_ROOM:
        return Finding(
            ok=False, sentence=f"{room} : faites de la place avant le prochain requêtage."
        )
    return Finding(ok=True, sentence=f"{room}.")
