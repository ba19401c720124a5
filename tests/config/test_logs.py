"""What is written of a running installation: faults in full, refusals in a line, nothing else."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

from jalon.config.logs import PlainFormatter


def _refuse() -> None:
    raise PermissionDenied


def _written(status: int) -> str:
    try:
        _refuse()
    except PermissionDenied as error:
        told: Any = (type(error), error, error.__traceback__)
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "said", (), told)
    record.__dict__ |= {"request": RequestFactory().get("/nowhere/"), "status_code": status}
    return PlainFormatter("{name} {message}", style="{").format(record)


@pytest.mark.parametrize("status", [403, 404])
def test_a_page_refused_is_a_line(status: int) -> None:
    assert _written(status) == f"django.request {status} GET (no page of ours)"


@pytest.mark.parametrize("status", [400, 500])
def test_a_fault_is_told_with_where_it_happened(status: int) -> None:
    first, *frames = _written(status).splitlines()

    assert first == f"django.request {status} GET (no page of ours)"
    assert "test_logs.py" in frames[0]
    assert frames[-1] == "django.core.exceptions.PermissionDenied"


def test_static_files_are_found_without_a_folder_of_their_own() -> None:
    """Warnings are errors here: a folder that is looked for and missing would be one."""
    assert WhiteNoiseMiddleware(lambda _: HttpResponse()).static_root is None
