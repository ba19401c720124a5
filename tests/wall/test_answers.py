"""What answers, cookies, error pages and logs let out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from factories.directory import StaffFactory
from factories.families import HouseholdFactory
from jalon.audit.sessions import SessionStore, digest
from jalon.config.logs import PlainFormatter
from jalon.directory.access import for_everyone
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role

pytestmark = pytest.mark.django_db
_NAME = "DUPONT-DURAND"


@for_everyone
def _well(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("well")


@for_everyone
def _fails(_request: HttpRequest, name: str) -> HttpResponse:
    raise ValueError(f"no such family: {name}")


@for_everyone
def _breaks_a_constraint(_request: HttpRequest, name: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE families_household SET family_id = 0 WHERE number = %s", [name])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return HttpResponse("")


@for_everyone
def _wrong_query(_request: HttpRequest, name: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::integer", [name])
    return HttpResponse("")


@for_everyone
def _refuses(_request: HttpRequest, name: str) -> HttpResponse:
    raise PermissionDenied(name)


@for_everyone
def _suspects(_request: HttpRequest, name: str) -> HttpResponse:
    raise SuspiciousOperation(name)


urlpatterns = [
    path("well/", _well, name="well"),
    *(
        path(f"{view.__name__}/<str:name>/", view)
        for view in (_fails, _breaks_a_constraint, _wrong_query, _refuses, _suspects)
    ),
]


@pytest.fixture
def person() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.SECRETARY)
    return made


@pytest.fixture
def pages(person: StaffMember, settings: Any) -> Client:
    settings.ROOT_URLCONF = __name__
    settings.LOGIN_URL = "/sign-in/"
    settings.TEMPLATES = [
        {**one, "OPTIONS": {"context_processors": []}} for one in settings.TEMPLATES
    ]
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


@pytest.fixture
def written() -> Iterator[StringIO]:
    """Everything that our own formatter writes of all loggers, down to the least."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    told: Any = settings.LOGGING["formatters"]["plain"]  # type: ignore[index]
    handler.setFormatter(PlainFormatter(told["format"], style=told["style"]))
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def test_answers_draw_nothing_from_elsewhere_and_are_not_kept(pages: Client) -> None:
    headers = pages.get("/well/").headers

    policy = headers["Content-Security-Policy"].split("; ")
    assert policy[0] == "default-src 'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert {"frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"} <= set(policy)
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    # Never "no-referrer": forms would arrive from "null", and be refused.
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_error_pages_carry_the_same_headers(pages: Client) -> None:
    for address in ("/nowhere/", f"/_fails/{_NAME}/", f"/_refuses/{_NAME}/"):
        headers = pages.get(address).headers
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'self'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("view", "status"),
    [
        ("_fails", 500),
        ("_breaks_a_constraint", 500),
        ("_wrong_query", 500),
        ("_refuses", 403),
        ("_suspects", 400),
    ],
)
def test_neither_page_nor_log_tells_what_was_asked(
    pages: Client, written: StringIO, view: str, status: int
) -> None:
    HouseholdFactory.create(number=_NAME)

    answer = pages.get(f"/{view}/{_NAME}/?nom={_NAME}")

    page = answer.content.decode()
    assert answer.status_code == status
    for told in (_NAME, "Traceback", "ValueError", "psycopg", "families_household", "SELECT"):
        assert told not in page
    log = written.getvalue()
    assert _NAME not in log
    assert f"{status} GET /{view}/<str:name>/" in log


def test_a_log_says_what_failed_and_where(pages: Client, written: StringIO) -> None:
    pages.get(f"/_fails/{_NAME}/")
    pages.get(f"/_wrong_query/{_NAME}/")

    log = written.getvalue()
    assert "builtins.ValueError" in log
    assert "in _fails" in log
    assert "psycopg.errors.InvalidTextRepresentation (22P02)" in log


def test_an_unknown_address_is_not_written(pages: Client, written: StringIO) -> None:
    pages.get(f"/familles/{_NAME}/")

    assert _NAME not in written.getvalue()
    assert "404 GET (no page of ours)" in written.getvalue()


def test_nothing_is_mailed_to_anybody() -> None:
    kinds = {type(one).__name__ for one in logging.getLogger("django").handlers}
    assert "AdminEmailHandler" not in kinds


def test_a_session_read_in_the_database_opens_nothing(pages: Client) -> None:
    kept = Session.objects.get().session_key
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept

    assert pages.get("/well/").status_code == 200
    assert kept == digest(pages.cookies[settings.SESSION_COOKIE_NAME].value)
    assert thief.get("/well/").status_code == 302


def test_a_session_copied_under_another_key_opens_nothing(pages: Client) -> None:
    mine = SessionStore()
    mine["anything"] = 1
    mine.save()
    theirs = Session.objects.get(session_key=digest(str(pages.session.session_key)))
    Session.objects.filter(session_key=digest(str(mine.session_key))).update(
        session_data=theirs.session_data
    )
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = str(mine.session_key)

    assert thief.get("/well/").status_code == 302


def test_a_session_ends_in_the_database_too(pages: Client) -> None:
    assert Session.objects.count() == 1
    pages.logout()
    assert Session.objects.count() == 0
