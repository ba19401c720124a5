"""A browser that opens our pages without a server: every answer comes from this process."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Page, Route

_HOST = "http://localhost"
# The strictest policy: whatever a page would draw from elsewhere, or from within, is refused.
_POLICY = "default-src 'self'"


@pytest.fixture(params=[360, 1280], ids=["narrow", "wide"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(
        viewport={"width": request.param, "height": 800}, base_url=_HOST, reduced_motion="reduce"
    )
    opened.route("**/*", _answer)
    yield opened
    opened.close()


def _answer(route: Route) -> None:
    address = urlsplit(route.request.url)
    if address.path.startswith("/static/"):
        file = finders.find(unquote(address.path.removeprefix("/static/")))
        if not isinstance(file, str):
            route.fulfill(status=404)
            return
        kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
        route.fulfill(body=Path(file).read_bytes(), content_type=kind)
        return
    answer = Client(raise_request_exception=False).get(f"{address.path}?{address.query}")
    headers = {"Content-Security-Policy": _POLICY}
    kind = answer.headers["Content-Type"]
    route.fulfill(
        status=answer.status_code, body=answer.content, content_type=kind, headers=headers
    )
