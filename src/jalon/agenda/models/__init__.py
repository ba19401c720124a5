"""Openings, rooms, closures and presences; appointments and who was expected there."""

from jalon.agenda.models.appointments import Appointment, Attendance
from jalon.agenda.models.feeds import Feed
from jalon.agenda.models.places import Closure, Opening, Presence, Room

__all__ = ["Appointment", "Attendance", "Closure", "Feed", "Opening", "Presence", "Room"]
