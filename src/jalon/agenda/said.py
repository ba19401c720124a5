"""What a room above adds to an appointment's page: where one writes what was said, and what was.

Diaries lead there without knowing it; whoever adds it does so once Django is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from jalon.agenda.models import Appointment
from jalon.directory.models import StaffMember


@dataclass(frozen=True)
class Link:
    """A page, and how it is called."""

    label: str
    url: str


@dataclass(frozen=True)
class Said:
    """What was written of an appointment, as far as one reads it, and where one may write."""

    written: Sequence[Link] = ()
    to_write: Sequence[Link] = ()


_Ask = Callable[[Appointment, StaffMember], Said]
_ADDED: Final[list[_Ask]] = []


def add(ask: _Ask) -> None:
    """Have an appointment's page show what a room above says of it."""
    if ask not in _ADDED:
        _ADDED.append(ask)


def said_at(appointment: Appointment, person: StaffMember) -> Said:
    """Return what all rooms above say of an appointment to a person."""
    told = [ask(appointment, person) for ask in _ADDED]
    return Said(
        [link for one in told for link in one.written],
        [link for one in told for link in one.to_write],
    )
