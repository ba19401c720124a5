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


def forget_runs() -> None:
    """Delete the runs that were kept long enough: their files first, then what is known of them.

    For nobody in particular. Stopped between both, it is done again the night after.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.runs_to_forget()")
        (due,) = cursor.fetchone()
        for run in due:
            storage.forget_run(run)
        cursor.execute("SELECT wall.forget_runs(%s)", [due])
