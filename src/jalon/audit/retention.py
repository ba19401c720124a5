"""How long each sort of thing is kept, what enforces it, and what is due today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from jalon.audit.declaring import Kept
from jalon.audit.models import STILL, Change, Purge

# Nothing here is kept for less, once a family is known.
_FIRST_DUE: Final = timedelta(days=2 * 365)
_SEASON: Final = timedelta(days=90)

# Nobody has the right to write there.
NO_RIGHT: Final = "no right"


@dataclass(frozen=True)
class Rule:
    """A length of time, what it is of, and the step that enforces it.

    `step` is a function of the database (`wall.…`) that the purge calls, a job asked for by the
    clock (`room.job`), the function of a module (`module:function`), or `NO_RIGHT`. `previewed`
    is the name that the preview gives it, where whoever answers for data decides when it goes.
    """

    kept: Kept
    what: str
    step: str
    previewed: str = ""


RULES: Final = (
    Rule(Kept.FAMILY, "Familles, et tout ce qui tient à elles", "wall.purge_family", "families"),
    Rule(Kept.ACCOUNT, "Comptes du personnel fermés", "wall.purge_accounts", "accounts"),
    Rule(
        Kept.READS,
        "Lectures, accès exceptionnels et registre des purges",
        "wall.purge_reads",
        "reads",
    ),
    Rule(
        Kept.HISTORY,
        "Histoire de ce qui n'existe plus, et connexions",
        "wall.purge_changes",
        "changes",
    ),
    Rule(Kept.RUN, "Requêtages, libérations", "targeting.forget_runs"),
    Rule(Kept.TRIAL, "Essais de règles", "targeting.forget_trials"),
    Rule(Kept.SESSION, "Sessions", "audit.forget_sessions"),
    Rule(Kept.JOB, "Travaux de fond", "audit.forget_jobs"),
    Rule(Kept.GUESS, "Essais manqués de la page de réponse", "outreach.forget_wrong_replies"),
    Rule(Kept.PRINTED, "Fichiers de lettres à imprimer", "outreach.forget_printed"),
    Rule(Kept.LINK, "Liens de mot de passe", "wall.accept_invitation"),
    Rule(Kept.FEED, "Abonnements à un agenda", "wall.feed_is_open"),
    Rule(Kept.DRAFT, "Brouillons", "jalon.interventions.drafting:forget_draft"),
    Rule(Kept.REPORT, "Rapports adoptés, et leurs textes", "wall.tell_report"),
    Rule(Kept.NEVER_FILLED, "Tables de connexion inutilisées", NO_RIGHT),
)


@dataclass(frozen=True)
class Due:
    """What is due under a rule: how many, and since when the oldest was last of use."""

    rule: Rule
    number: int
    oldest: datetime | None


def preview() -> list[Due]:
    """Return what a purge would take now, rule by rule: seconds at national size."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, due, oldest FROM wall.preview_purge()")
        found = {kind: (number, oldest) for kind, number, oldest in cursor.fetchall()}
    return [Due(one, *found[one.previewed]) for one in RULES if one.previewed]


def stopped_purges() -> QuerySet[Purge]:
    """Return the purge that stopped on the way, if any: as `Purge.stands_still` tells it."""
    return Purge.objects.filter(ended_at=None, moved_at__lt=timezone.now() - STILL)


def purged_lately() -> bool:
    """Tell whether a purge was made in a season, or nothing here is old enough for one."""
    now = timezone.now()
    if not Change.objects.filter(at__lt=now - _FIRST_DUE).exists():
        return True
    return Purge.objects.filter(ended_at__gte=now - _SEASON).exists()
