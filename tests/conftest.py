"""A real PostgreSQL for every test that asks for a database, seen as the application sees it."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from playwright.sync_api import Browser, sync_playwright
from psycopg.conninfo import conninfo_to_dict
from pytest_django import DjangoDbBlocker

from jalon.config.embedded import EmbeddedServer, running
from jalon.config.embedded.roles import SUPERUSER

# Playwright leaves an event loop in the thread of the tests that follow: none of ours is async.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Another folder lets several runs of the tests go on at once.
_FOLDER = Path(
    os.environ.get("JALON_TEST_SERVER", Path(__file__).parents[1] / ".pytest_cache" / "postgresql")
)
# The same engine. The first draws no window around pages: half of the time goes there.
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    # What V8 prepares for long-lived pages, in threads or not, costs more than ours live to use.
    "--js-flags=--single-threaded --no-opt --no-maglev",
]
# Files of few tests that take long, begun first: workers end together, none waits for the last.
_LONG = (
    *("config/test_commands.py", "targeting/test_same_digest.py", "outreach/test_killed.py"),
    *("outreach/test_take_up.py", "config/test_serving.py", "register/test_any_damage.py"),
    *("targeting/test_explaining.py", "rules/test_engines_agree.py", "config/test_dumping.py"),
    *("cli/test_damaged_files.py", "outreach/test_stopped.py", "targeting/test_keeping.py"),
    *("targeting/pages/test_killed_worker.py", "targeting/pages/test_changed_files.py"),
    *("config/embedded/test_kills.py", "register/test_against_plain_python.py"),
    *("targeting/test_remembered_query.py", "outreach/test_worker.py"),
)
_OWNER, _APPLICATION = "jalon_owner", "jalon_app"
# Nobody cuts the power of a test: it does not wait for the disk.
_OPTIONS = f"-c TimeZone=UTC -c role={_APPLICATION} -c synchronous_commit=off"
# The first database made, which the other processes that test copy.
_PATTERN = "jalon_pattern"
# What migrations write, and that no test changes.
_KEPT = (
    *("auth_permission", "directory_incompatiblerole", "directory_rolepermission"),
    *("django_content_type", "django_migrations"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long; each file's own order stays."""
    folder = Path(__file__).parent
    rank = {folder / name: place for place, name in enumerate(_LONG)}
    if gone := [str(path) for path in rank if not path.is_file()]:
        raise pytest.UsageError(f"listed as long in conftest.py, and gone: {gone}")
    items.sort(key=lambda item: rank.get(item.path, len(rank)))


def pytest_collection_finish() -> None:
    """Keep all that was loaded without asking again whether it may go: a sixth of the time."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let it go, or libraries say at the end that they leak."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """A running server of its own, kept from one run of the tests to the next."""
    with running(_FOLDER) as started:
        # For tests alone: the owner's login may work as the application, in its own transaction.
        with psycopg.connect(started.url(SUPERUSER), autocommit=True) as superuser:
            superuser.execute(f"GRANT {_APPLICATION} TO {_OWNER}")
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as the machine has it: one for all tests, for a process starts Playwright once."""
    path = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: .ci/run installs it")
        pytest.skip("Chromium is not installed: pages were not looked at")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=_CHROMIUM)
        yield started
        started.close()


@pytest.fixture(scope="session")
def making(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IO[str]]:
    """A file locked while the first database is made, empty until it is."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    common = tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent
    with (common / "database.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,  # noqa: ARG001 - pytest-django's own
    server: EmbeddedServer,
    making: IO[str],
) -> None:
    """Create the test database as its owner, for the application: a copy of the first if any."""
    if os.fstat(making.fileno()).st_size:
        connection.settings_dict["TEST"]["TEMPLATE"] = _PATTERN
        fcntl.flock(making, fcntl.LOCK_UN)
    told = conninfo_to_dict(server.owner_url)
    connection.settings_dict |= {"HOST": told["host"], "USER": told["user"], "NAME": "jalon"}
    settings.APPLICATION_ROLE = _APPLICATION


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,  # noqa: ARG001 - pytest-django's own
    django_db_blocker: DjangoDbBlocker,
    server: EmbeddedServer,
    making: IO[str],
) -> Iterator[None]:
    """Act as the application from then on, and as the owner again to destroy the database.

    The login stays the owner's, so that what a test needs can be made in its own transaction:
    `as_owner` does. Tests of the wall itself log in as the application.
    """
    connection.ops.execute_sql_flush = _flush  # type: ignore[method-assign]
    if "PYTEST_XDIST_WORKER" in os.environ and not os.fstat(making.fileno()).st_size:
        with django_db_blocker.unblock():
            connection.close()
        name = connection.settings_dict["NAME"]
        with psycopg.connect(server.owner_url, autocommit=True) as owner:
            owner.execute(f"DROP DATABASE IF EXISTS {_PATTERN}")
            owner.execute(f'CREATE DATABASE {_PATTERN} TEMPLATE "{name}"'.encode())
        making.write("made")
        making.flush()
        fcntl.flock(making, fcntl.LOCK_UN)
    with _reconnected(django_db_blocker, _OPTIONS):
        yield


@contextmanager
def _reconnected(blocker: DjangoDbBlocker, options: str) -> Iterator[None]:
    told = connection.settings_dict["OPTIONS"]
    before = told["options"]
    for value in (options, before):
        with blocker.unblock():
            connection.close()
            told["options"] = value
        if value == options:
            yield


def _flush(sql_list: Iterable[str]) -> None:
    """Empty the tables after a test that commits: the application may not."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(relname), ', ') FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
            "AND NOT relname = ANY(%s)",
            [list(_KEPT)],
        )
        (tables,) = cursor.fetchone()
        assert list(sql_list), "nothing to empty"
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


@contextmanager
def as_owner(database: BaseDatabaseWrapper = connection) -> Iterator[None]:
    """Make what a test needs without asking the wall."""
    with database.cursor() as cursor:
        cursor.execute(f"SET ROLE {_OWNER}")
    try:
        yield
    finally:
        with database.cursor() as cursor:
            cursor.execute("RESET ROLE")
