"""The door through which a web server calls the application."""

from __future__ import annotations

import os
from multiprocessing import parent_process
from typing import cast

from django.core.wsgi import get_wsgi_application

from jalon.config.gateway import Application, Gateway
from jalon.config.leash import end_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jalon.config.settings")
application = get_wsgi_application()
gateway = Gateway(cast("Application", application))
if (parent := parent_process()) is not None and parent.pid is not None:
    # Once Django is set up, and in this very process: an engine goes through no fork.
    from jalon.targeting.cohort_files import start_reading

    end_with(parent.pid)
    start_reading()
