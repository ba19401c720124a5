"""What goes on in the night for documents: files and rows are compared."""

from __future__ import annotations

import logging
from typing import Final

from procrastinate.contrib.django import app

from jalon.interventions.sweeping import sweep

_LOG: Final = logging.getLogger(__name__)


@app.periodic(cron="20 3 * * *")
@app.task(name="interventions.sweep_documents", pass_context=False)
def sweep_documents(timestamp: int) -> None:  # noqa: ARG001 - said by the scheduler
    """Delete the files that no row knows; say in the log what else is amiss, without a name."""
    found = sweep()
    if found.missing:
        _LOG.error("%s documents are without their file: restore them", found.missing)
