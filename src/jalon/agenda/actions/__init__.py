"""What changes in diaries."""

from jalon.agenda.actions.booking import book, cancel, confirm, move
from jalon.agenda.actions.feeds import make_feed, revoke_feed
from jalon.agenda.actions.outcomes import note_outcomes
from jalon.agenda.actions.places import (
    add_room,
    close_place,
    remove_opening,
    remove_room,
    reopen_place,
    set_opening,
)
from jalon.agenda.actions.presences import set_week

__all__ = [
    "add_room",
    "book",
    "cancel",
    "close_place",
    "confirm",
    "make_feed",
    "move",
    "note_outcomes",
    "remove_opening",
    "remove_room",
    "reopen_place",
    "revoke_feed",
    "set_opening",
    "set_week",
]
