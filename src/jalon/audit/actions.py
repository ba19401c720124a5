"""What is written of who looks."""

from __future__ import annotations

from django.db import connection


def record_read(*, page: str, family_id: int | None = None, household: str | None = None) -> None:
    """Write down that the person acting reads a page: of a family's file, a list, the control.

    `page` is what the page is called on screen, never what it shows. A file that is known by its
    number alone is told by `household`: the database finds whose it is, whatever the reader may
    see, and keeps the number where no family is known by it yet. Call it before showing: what
    cannot be written down is not shown. The database takes the person from the connection, and
    refuses nobody's reading (`django.db.ProgrammingError`).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.record_read(%s, %s, %s)", [family_id, page, household])
