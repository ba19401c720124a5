"""What is held while a time is taken, in one order for everybody.

Families and approaches first (decision 13), then diaries by their worker's number, then the rooms
of a place. Whoever takes a time holds all that its constraints compare, so that of two one waits,
sees what the other took, and is told; neither waits in a circle.
"""

from __future__ import annotations

from django.db import connection

from jalon.agenda.models import Appointment
from jalon.families.locks import locked_family

_HOLD = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def hold_diaries(*workers: int) -> None:
    """Wait for whoever takes a time of these workers."""
    with connection.cursor() as cursor:
        for worker in sorted(set(workers)):
            cursor.execute(_HOLD, [f"jalon.agenda.diary.{worker}"])


def hold_rooms(place: int) -> None:
    """Wait for whoever takes a room of a place."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [f"jalon.agenda.rooms.{place}"])


def locked_appointment(number: int) -> Appointment:
    """Return an appointment as it is now, its family held, whatever was merged."""
    one = Appointment.objects.get(pk=number)
    while True:
        family = locked_family(one.family_id)
        one = Appointment.objects.select_related("family").get(pk=number)
        if one.family_id == family.pk:
            held = Appointment.objects.select_for_update(of=("self",), no_key=True)
            return held.select_related("worker", "place").get(pk=number)
