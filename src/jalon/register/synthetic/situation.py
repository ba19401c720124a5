"""All that has been drawn of one chunk's households."""

from __future__ import annotations

from dataclasses import dataclass

from jalon.register.synthetic.columns import Integers
from jalon.register.synthetic.families import Families
from jalon.register.synthetic.housing import Homes
from jalon.register.synthetic.life import Events, Status
from jalon.register.synthetic.means import Means
from jalon.register.synthetic.people import People


@dataclass(frozen=True)
class Situation:
    """Families, persons, means, homes and events; `pregnancy` is the day one was declared."""

    families: Families
    people: People
    status: Status
    pregnancy: Integers
    means: Means
    homes: Homes
    events: list[Events]
