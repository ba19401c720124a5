"""Where the worker finds what goes on in the background of interventions."""

from __future__ import annotations

from jalon.interventions import (
    document_tasks,  # noqa: F401 - its tasks are found from here
    rights_tasks,  # noqa: F401 - likewise
)
