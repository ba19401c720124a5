"""A server is up while anyone needs it, and no longer."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psycopg
import pytest

from config.embedded.processes import (
    answers,
    guardians,
    postmaster,
    start_user,
    user_of,
    wait_for,
    wait_stopped,
)
from jalon.config.embedded import EmbeddedServer, hold, running


def test_it_is_quick(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "base"  # on a disk

    def seconds() -> tuple[float, EmbeddedServer]:
        began = time.perf_counter()
        server = hold(folder)
        return time.perf_counter() - began, server

    first, server = seconds()
    attach, other = seconds()
    other.release()
    server.release()
    wait_stopped(folder)
    warm, server = seconds()
    server.release()
    with capsys.disabled():
        print(  # noqa: T201
            f"\npremier démarrage {first:.2f} s, suivant {warm:.2f} s, partage {attach:.3f} s"
        )
    assert attach < 0.2
    assert warm < first < 20


def test_it_stops_after_the_last_user(made: Path) -> None:
    with running(made) as first:
        with running(made) as second:
            assert second.app_url == first.app_url
            only = postmaster(made)
        time.sleep(0.4)  # longer than a guardian takes to see that nobody is left
        assert answers(first.app_url)
        assert postmaster(made) == only
    wait_stopped(made)
    assert not answers(first.app_url)


def test_it_stops_after_an_error_in_the_block(made: Path) -> None:
    with pytest.raises(ZeroDivisionError), running(made):
        raise ZeroDivisionError
    wait_stopped(made)


def test_a_share_may_be_given_back_twice(made: Path) -> None:
    kept = hold(made)
    server = hold(made)
    server.release()
    server.release()
    time.sleep(0.4)
    assert answers(kept.app_url)
    kept.release()


def test_a_killed_user_gives_its_share_back(made: Path) -> None:
    with user_of(made) as user:
        assert answers(user.answer())
        user.kill()
    wait_stopped(made)


def test_a_killed_user_does_not_take_the_server_from_another(made: Path) -> None:
    with user_of(made) as user, running(made) as server:
        assert user.answer() == server.owner_url
        user.kill()
        time.sleep(0.4)
        assert answers(server.app_url)


def test_a_session_that_is_open_is_ended(made: Path) -> None:
    with running(made) as server:
        connection = psycopg.connect(server.app_url)
    wait_stopped(made)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()


def test_a_forked_process_keeps_the_share(made: Path) -> None:
    server = hold(made)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        os.read(reading, 1)  # until our parent closes its end
        os._exit(0)
    os.close(reading)
    server.release()
    time.sleep(0.4)
    assert answers(server.app_url)
    os.close(writing)
    os.waitpid(child, 0)
    wait_stopped(made)


def test_a_newcomer_waits_for_a_server_that_stops(made: Path) -> None:
    for moment in (0.0, 0.2, 0.3):
        server = hold(made)
        server.release()
        time.sleep(moment)
        with running(made) as again:
            assert answers(again.app_url)


def test_many_start_at_once_and_one_server_is_made(folder: Path) -> None:
    users = [start_user(folder) for _ in range(6)]
    try:
        urls = {user.answer() for user in users}
        assert len(urls) == 1
        assert answers(urls.pop())
        assert len(guardians(folder)) == 1
        log = (folder / "server.log").read_text()
        assert log.count("starting PostgreSQL") == 1
    finally:
        assert [user.leave() for user in users] == [0] * 6


def test_nothing_of_ours_is_in_the_environment(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JALON_SECRET_KEY", "secret")
    with running(made):
        (guardian,) = guardians(made)
        for pid in (guardian, postmaster(made)):
            assert "secret" not in Path(f"/proc/{pid}/environ").read_text()


def test_the_guardian_is_small_and_on_its_own(made: Path) -> None:
    with running(made):
        (guardian,) = guardians(made)
        status = Path(f"/proc/{guardian}/status").read_text().split()
        assert int(status[status.index("VmRSS:") + 1]) < 40_000  # kB
        assert os.getsid(guardian) != os.getsid(0)
        assert int(status[status.index("PPid:") + 1]) != os.getpid()
        assert not [
            link
            for link in Path(f"/proc/{guardian}/fd").iterdir()
            if str(link.readlink()).startswith("pipe:")
        ]


def test_a_guardian_told_to_end_stops_the_server_cleanly(made: Path) -> None:
    with running(made) as server:
        (guardian,) = guardians(made)
        os.kill(guardian, 15)
        wait_for(lambda: not answers(server.app_url), "le serveur s'arrête")
        wait_for(lambda: not guardians(made), "le gardien s'en va")
        with running(made):
            assert "not properly shut down" not in (made / "server.log").read_text()
            assert answers(server.app_url)
