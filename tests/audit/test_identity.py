"""One person a request, a job and a connection, and nobody between two."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from factories.directory import StaffFactory
from jalon.audit.identity import NobodyMiddleware, acting, is_vouched_for, seal
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import SUPERUSER
from jalon.directory.access import for_everyone
from jalon.directory.models import StaffMember

pytestmark = pytest.mark.django_db(transaction=True)


def _person() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.person()")
        (found,) = cursor.fetchone()
        return None if found is None else int(found)


@for_everyone
def _who(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(_person()))


@for_everyone
def _broken(_request: HttpRequest) -> HttpResponse:
    assert _person()
    raise RuntimeError("on purpose")


@for_everyone
def _broken_inside(_request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        assert _person()
        raise RuntimeError("on purpose")


@for_everyone
def _left_open(_request: HttpRequest) -> HttpResponse:
    transaction.set_autocommit(False)
    _person()
    return HttpResponse("")


@for_everyone
def _streamed(_request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[str]:
        yield str(_person())

    return StreamingHttpResponse(parts())


@for_everyone
def _lost(_request: HttpRequest) -> HttpResponse:
    before = _person()
    connection.close()
    return HttpResponse(f"{before} {_person()}")


urlpatterns = [
    path(view.__name__, view)
    for view in (_who, _broken, _broken_inside, _left_open, _streamed, _lost)
]


@pytest.fixture
def pages(settings: Any) -> Iterator[Callable[[str], bytes]]:
    """Ask for a page of this module, on the connection that the last one left."""
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)

    def ask(view: str, person: StaffMember | None = None) -> bytes:
        if person is None:
            client.logout()
        else:
            client.force_login(person)
        answer: Any = client.get(f"/{view}")
        return b"".join(answer) if answer.streaming else answer.content

    yield ask
    connection.set_autocommit(True)


@pytest.fixture
def one() -> StaffMember:
    made: StaffMember = StaffFactory.create()
    return made


@pytest.fixture
def other() -> StaffMember:
    made: StaffMember = StaffFactory.create()
    return made


def test_each_request_is_its_own_persons(
    pages: Callable[..., bytes], one: StaffMember, other: StaffMember
) -> None:
    assert settings.DATABASES["default"]["CONN_MAX_AGE"] is None
    assert pages("_who", one) == str(one.pk).encode()
    assert pages("_who", other) == str(other.pk).encode()
    assert _person() is None


@pytest.mark.parametrize("view", ["_broken", "_broken_inside", "_left_open"])
def test_nothing_is_left_after_a_page_that_fails(
    pages: Callable[..., bytes], one: StaffMember, other: StaffMember, view: str
) -> None:
    pages(view, one)

    if connection.connection is not None:
        connection.set_autocommit(True)
        assert _person() is None
    assert pages("_who", other) == str(other.pk).encode()


def test_a_streamed_answer_is_nobodys(pages: Callable[..., bytes], one: StaffMember) -> None:
    """It is written after the middlewares: it sees nothing rather than too much."""
    assert pages("_streamed", one) == b"None"


def test_a_connection_opened_anew_is_told(pages: Callable[..., bytes], one: StaffMember) -> None:
    assert pages("_lost", one).decode() == f"{one.pk} {one.pk}"


def test_inside_a_transaction_nobody_changes(one: StaffMember) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="cannot change"), acting(one.pk):
        pass


def test_inside_a_transaction_by_hand_nobody_changes(one: StaffMember) -> None:
    transaction.set_autocommit(False)
    try:
        _person()
        with pytest.raises(RuntimeError, match="cannot change"), acting(one.pk):
            pass
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)
    assert _person() is None


def test_a_rolled_back_savepoint_keeps_the_person(one: StaffMember) -> None:
    with acting(one.pk), transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            raise RuntimeError
        assert _person() == one.pk


def test_one_within_another(one: StaffMember, other: StaffMember) -> None:
    with acting(one.pk):
        with acting(other.pk):
            assert _person() == other.pk
        assert _person() == one.pk
        with acting(None):
            assert _person() is None
    assert _person() is None


def test_two_threads_are_two_people(one: StaffMember, other: StaffMember) -> None:
    together = threading.Barrier(2, timeout=30)
    found: dict[int, list[int | None]] = {}

    def work(staff_id: int) -> None:
        seen = [_person()]
        with acting(staff_id):
            for _ in range(20):
                together.wait()
                seen.append(_person())
        seen.append(_person())
        connection.close()
        found[staff_id] = seen

    threads = [threading.Thread(target=work, args=(person.pk,)) for person in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {person.pk: [None, *[person.pk] * 20, None] for person in (one, other)}


def test_a_connection_that_died_is_opened_anew_for_the_same_person(
    one: StaffMember, server: EmbeddedServer
) -> None:
    with acting(one.pk):
        assert _person() == one.pk
        backend = connection.connection.info.backend_pid
        name = str(connection.settings_dict["NAME"])
        with psycopg.connect(server.url(SUPERUSER, name)) as killer:
            killer.execute("SELECT pg_terminate_backend(%s)", [backend])
        with pytest.raises(Exception, match=r"terminat|closed|connection"):
            _person()
        connection.close()
        assert _person() == one.pk
    assert _person() is None


def test_leaving_on_a_dead_connection_does_not_raise(one: StaffMember) -> None:
    with acting(one.pk):
        _person()
        connection.connection.close()
    connection.close()
    assert _person() is None


def test_a_changed_key_is_noticed(settings: Any) -> None:
    assert is_vouched_for()
    settings.SECRET_KEY = "one that the database was never given"  # noqa: S105
    assert not is_vouched_for()


def test_the_nobody_middleware_stands_first() -> None:
    first, *others = settings.MIDDLEWARE
    assert first == "jalon.audit.identity.NobodyMiddleware"
    person = others.index("jalon.audit.identity.PersonMiddleware")
    assert others.index("django.contrib.auth.middleware.AuthenticationMiddleware") < person


def test_whoever_acted_before_a_request_does_not_act_in_it(one: StaffMember) -> None:
    def answer(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(_person()))

    with acting(one.pk):
        response: HttpResponseBase = NobodyMiddleware(answer)(RequestFactory().get("/"))
    assert isinstance(response, HttpResponse)
    assert response.content == b"None"


def test_tokens_of_one_person_differ_by_connection(one: StaffMember) -> None:
    assert len({seal(one.pk, 1, 1), seal(one.pk, 2, 1), seal(one.pk, 1, 2)}) == 3


def test_a_connection_that_forgot_everything_is_told_again(
    one: StaffMember, other: StaffMember
) -> None:
    with acting(one.pk):
        assert _person() == one.pk
        with connection.cursor() as cursor:
            cursor.execute("DISCARD ALL")
        backend = connection.connection.info.backend_pid
    with acting(other.pk):
        assert _person() == other.pk
        assert connection.connection.info.backend_pid == backend
