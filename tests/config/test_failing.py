"""A database that went away is told as such, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from jalon.config import urls
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import SUPERUSER

pytestmark = pytest.mark.django_db(transaction=True)
_ENDING = "SELECT pg_terminate_backend(%s)"
_kill: list[str] = []


@login_not_required
def _loses_its_connection(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
        with psycopg.connect(_kill[0]) as superuser:
            superuser.execute(_ENDING, [backend])
        cursor.execute("SELECT 1")
    return HttpResponse("")


@login_not_required
def _takes_too_long(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '50ms'")
        try:
            cursor.execute("SELECT pg_sleep(5)")
        finally:
            cursor.execute("RESET statement_timeout")
    return HttpResponse("")


@login_not_required
def _well(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("well")


urlpatterns = [
    path("loses/", _loses_its_connection),
    path("long/", _takes_too_long),
    path("well/", _well),
]
handler500 = urls.handler500


@pytest.fixture
def client(server: EmbeddedServer, settings: Settings) -> Iterator[Client]:
    settings.ROOT_URLCONF = __name__
    _kill.append(server.url(SUPERUSER, str(connection.settings_dict["NAME"])))
    yield Client(raise_request_exception=False)
    _kill.clear()


def test_a_lost_connection_is_told_as_a_database_away_and_the_next_page_answers(
    client: Client,
) -> None:
    answer = client.get("/loses/")

    assert answer.status_code == 503
    assert "La base de données ne répond pas" in answer.content.decode()
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Cache-Control"] == "no-store"
    close_old_connections()  # as a server does between requests, and the test's client does not
    assert client.get("/well/").content == b"well"


def test_a_database_that_nothing_answers_for_is_told_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "HOST", "/nowhere")
        assert client.get("/well/").status_code == 503
    close_old_connections()
    assert client.get("/well/").content == b"well"


def test_a_query_that_takes_too_long_is_an_error_like_any_other(client: Client) -> None:
    answer = client.get("/long/")

    assert answer.status_code == 500
    assert "Jalon n'a pas pu faire cela" in answer.content.decode().replace("&#x27;", "'")
