"""What runs keep no longer than the extract that it comes from."""

from __future__ import annotations

from django.db import connection

from jalon.targeting import storage


def forget_others() -> None:
    """Delete what runs keep of the households outside their lists, once the extract is gone.

    For nobody in particular; a run that is being computed is left alone.
    """
    keeping = storage.runs_that_keep_others()
    with connection.cursor() as cursor:
        cursor.execute("SELECT run, source FROM wall.extracts_of(%s)", [list(keeping)])
        for run, extract in cursor.fetchall():
            if not (storage.extracts() / str(extract)).is_dir():
                storage.forget_others(keeping[run])
