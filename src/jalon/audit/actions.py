"""What is written of who looks."""

from __future__ import annotations

from django.db import connection


def record_read(*, family_id: int | None, page: str) -> None:
    """Write down that the person acting reads a page, of a family's file or of the control.

    `page` is what the page is called on screen, never what it shows. Call it before showing:
    what cannot be written down is not shown. The database takes the person from the connection,
    and refuses nobody's reading (`django.db.ProgrammingError`).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.record_read(%s, %s)", [family_id, page])
