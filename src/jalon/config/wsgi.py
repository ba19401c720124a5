"""The door through which a web server calls the application."""

from __future__ import annotations

import gc
import os
from multiprocessing import parent_process
from typing import cast

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from jalon.config.gateway import Application, Gateway
from jalon.config.leash import end_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jalon.config.settings")
application = get_wsgi_application()
# What is loaded stays for good: searched for garbage, it held up a page now and then.
get_resolver().url_patterns  # noqa: B018 - loads the pages
gc.collect()
gc.freeze()
gateway = Gateway(cast("Application", application))
if (parent := parent_process()) is not None and parent.pid is not None:
    end_with(parent.pid)
