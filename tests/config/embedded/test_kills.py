"""Kill -9 at any point: nothing committed is lost, nothing is stuck, nothing is left running."""

from __future__ import annotations

import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from config.embedded.processes import (
    answers,
    facts,
    guardians,
    kill,
    kill_everything,
    kill_guardian,
    postmaster,
    server_processes,
    user_of,
    wait_for,
    wait_stopped,
    write_fact,
)
from jalon.config.embedded import EmbeddedServer, hold, running
from jalon.config.embedded.layout import CLUSTER, FRESH
from jalon.config.embedded.roles import SUPERUSER


def test_a_killed_server_comes_back_with_what_was_committed(made: Path) -> None:
    with running(made) as server:
        write_fact(server, "avant")
        for fact in ("un", "deux"):
            killed = postmaster(made)
            write_fact(server, fact)
            kill(killed)
            wait_for(lambda: answers(server.app_url), "le serveur revient")
            assert postmaster(made) != killed
        assert facts(server.owner_url) == ["avant", "deux", "un"]
        assert len(guardians(made)) == 1


def test_a_busy_session_of_a_killed_server_does_not_hinder_the_next(made: Path) -> None:
    """A session that computes does not see for a long time that its server is gone."""
    endless = "SELECT count(*) FROM generate_series(1, 3000) a, generate_series(1, 10000000) b"
    active = "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE %s"
    with running(made) as server, ThreadPoolExecutor(1) as pool:
        write_fact(server, "dit")
        busy = psycopg.connect(server.owner_url)
        done = pool.submit(busy.execute, endless)
        with psycopg.connect(server.url(SUPERUSER), autocommit=True) as watcher:
            wait_for(
                lambda: watcher.execute(active, [f"{endless[:30]}%"]).fetchone(), "il calcule"
            )
            kill(postmaster(made))
        wait_for(lambda: answers(server.app_url), "le serveur revient")
        assert facts(server.owner_url) == ["dit"]
        with pytest.raises(psycopg.OperationalError):
            done.result(timeout=5)
        busy.close()


def test_the_server_of_a_killed_guardian_is_adopted(made: Path) -> None:
    with running(made) as server:
        write_fact(server, "dit")
        kill_guardian(made)
        assert answers(server.app_url)
        kept = postmaster(made)
        with running(made) as again:
            assert postmaster(made) == kept
            assert len(guardians(made)) == 1
            assert facts(again.owner_url) == ["dit"]
    wait_stopped(made)


def test_the_server_of_a_killed_guardian_is_stopped_after_its_user(made: Path) -> None:
    with running(made):
        kill_guardian(made)
    wait_stopped(made)


def test_an_adopted_server_that_dies_comes_back(made: Path) -> None:
    with running(made) as server:
        kill_guardian(made)
        with running(made):
            kill(postmaster(made))
            wait_for(lambda: answers(server.app_url), "le serveur revient")


def test_guardian_and_server_killed_leave_what_was_committed(made: Path) -> None:
    with user_of(made) as user:
        with psycopg.connect(user.answer()) as connection:
            connection.execute("CREATE TABLE fact (said text)")
        writer = psycopg.connect(user.answer())
        writer.execute("INSERT INTO fact VALUES ('committed')")
        writer.commit()
        writer.execute("INSERT INTO fact VALUES ('not committed')")
        kill_everything(made)
        user.kill()
        writer.close()
    with running(made) as server:
        assert facts(server.owner_url) == ["committed"]
        assert "not properly shut down" in server.log.read_text()


def test_a_share_outlives_guardian_and_server(made: Path) -> None:
    with running(made) as first:
        kill_everything(made)
        with running(made) as again:
            assert answers(first.app_url)
            assert answers(again.app_url)


def test_a_starter_killed_in_the_middle_of_the_first_start(folder: Path) -> None:
    with user_of(folder) as user:
        wait_for((folder / FRESH).exists, "la création commence")
        user.kill()
    with running(folder) as server:
        assert answers(server.app_url)
    wait_stopped(folder)


@pytest.mark.parametrize("moment", [0.0, 0.3])
def test_a_guardian_killed_in_the_middle_of_the_first_start(folder: Path, moment: float) -> None:
    with user_of(folder) as user:
        wait_for((folder / FRESH).exists, "la création commence")
        time.sleep(moment)
        kill(*guardians(folder))
        assert user.answer().startswith(("postgresql:", "La base embarquée s'est arrêtée"))
        with running(folder) as server:
            assert answers(server.app_url)
            assert not (folder / FRESH).exists()


def test_initdb_killed_is_said_and_started_again(folder: Path) -> None:
    with user_of(folder) as user:
        wait_for(lambda: server_processes(folder), "la création commence")
        kill(*server_processes(folder))
        assert "ne démarre pas" in user.answer()
        assert not (folder / CLUSTER).exists()
    with running(folder) as server:
        assert answers(server.app_url)


def test_half_of_a_cluster_is_made_anew(folder: Path) -> None:
    with running(folder):
        kill_everything(folder)
    (folder / CLUSTER).rename(folder / FRESH)
    with running(folder) as server:
        assert answers(server.app_url)


def test_a_stale_pid_file_that_names_a_living_process(made: Path, server: EmbeddedServer) -> None:
    """PostgreSQL takes such a process for its server, and would never start."""
    with running(made) as first:
        write_fact(first, "dit")
        kill_everything(made)
    owner = made.stat()
    sleeper = subprocess.Popen(["/bin/sleep", "60"], user=owner.st_uid, group=owner.st_gid)
    try:
        for foreign in (sleeper.pid, postmaster(server.folder), 1):
            stale = made / CLUSTER / "postmaster.pid"
            lines = stale.read_text().split("\n")
            stale.write_text("\n".join([str(foreign), *lines[1:]]))
            with running(made) as again:
                assert facts(again.owner_url) == ["dit"]
                kill_everything(made)
        assert sleeper.poll() is None  # nobody killed those
        assert answers(server.app_url)
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_folder_that_vanishes_leaves_no_process(made: Path) -> None:
    server = hold(made)
    (guardian,), pids = guardians(made), server_processes(made)
    made.rename(made.with_name("moved"))
    made.with_name("moved").rename(made)
    assert answers(server.app_url)
    shutil.rmtree(made, ignore_errors=True)  # the server still writes in it
    server.release()
    wait_for(
        lambda: not any(Path(f"/proc/{pid}").exists() for pid in (guardian, *pids)), "tout s'en va"
    )
