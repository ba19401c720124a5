"""What the demonstration draws from, when it plays what families, the post and colleagues do."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone

from jalon.directory.models import Place, StaffMember
from jalon.outreach.message_texts import MessageTexts
from jalon.outreach.models import Approach

_OFFICE_OPENS: Final = time(9)
_OFFICE_MINUTES: Final = 8 * 60


@dataclass(frozen=True)
class Drawn:
    """Chance, the same each time, until today."""

    chance: random.Random
    today: date

    def moment(self, day: date) -> datetime:
        """Return a moment of a day's office hours; now at the latest."""
        minutes = timedelta(minutes=self.chance.randrange(_OFFICE_MINUTES))
        at = timezone.make_aware(datetime.combine(day, _OFFICE_OPENS)) + minutes
        return min(at, timezone.now())

    def draw(self, weights: dict[Any, int]) -> Any:  # noqa: ANN401 - a key of what is given
        """Return one of the keys, as often as its weight says."""
        return self.chance.choices(list(weights), list(weights.values()))[0]


@dataclass(frozen=True)
class Play(Drawn):
    """Besides: who writes down, what reminders say, where families are met, who works where."""

    secretary: StaffMember
    texts: MessageTexts
    places: list[Place]
    workers: dict[str, list[int]]

    def worker(self, approach: Approach) -> int | None:
        """Return whoever works where a family lives, if anybody does."""
        found = self.workers.get(approach.commune_id or "", [])
        return self.chance.choice(found) if found else None
