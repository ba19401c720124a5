"""Renders a line of template as a page would."""

from __future__ import annotations

import re
from typing import Any

from django.template import engines
from django.test import RequestFactory


def render(source: str, address: str = "/liste/", **context: Any) -> str:
    request = RequestFactory().get(address)
    template = engines["django"].from_string("{% load jalon %}" + source)
    # A non-breaking space is not one that layout leaves: it stays.
    return re.sub(r"[ \n]+", " ", template.render(context, request)).strip()
