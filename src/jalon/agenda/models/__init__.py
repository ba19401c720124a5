"""Openings, rooms, closures and presences; appointments, who was expected, what is told."""

from jalon.agenda.models.appointments import Appointment, Attendance
from jalon.agenda.models.feeds import Feed
from jalon.agenda.models.notices import Notice
from jalon.agenda.models.places import Closure, Opening, Presence, Room

__all__ = ["Appointment", "Attendance", "Closure", "Feed", "Notice", "Opening", "Presence", "Room"]
