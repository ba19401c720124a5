"""Serves the pages, and keeps a worker at its jobs beside them."""

from __future__ import annotations

import errno
import gc
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from jalon.config.database import forget_owner
from jalon.config.leash import STARTED_BY
from jalon.rules.errors import ClearError, reason_of

_HEADERS_WITHIN: Final = 10_000  # milliseconds
_FIRST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 30.0
_END_WITHIN: Final = 20
_SEARCHED_AFTER: Final = (20_000, 20, 20)


class PortTakenError(ClearError):
    """The address cannot be listened to."""


def refuse_taken(address: str, port: int) -> None:
    """Refuse a port where something listens already: both would answer, in turn.

    The server's own processes share their port, so it alone would not be refused.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Of a server that just stopped, connections may linger: they take nothing.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            why = f"Le port {port} est déjà pris, par un autre Jalon peut-être"
            if error.errno != errno.EADDRINUSE:
                why = f"{address}, port {port}, ne peut pas être ouvert : {reason_of(error)}"
            raise PortTakenError(f"{why}. Choisissez-en un autre avec --port.") from error


def serve(*, address: str, port: int, processes: int, with_worker: bool) -> None:
    """Answer requests until told to stop."""
    from jalon.config.warming import load_pages  # noqa: PLC0415 - once Django is set up

    forget_owner()
    server = Granian(
        "jalon.config.wsgi:gateway",
        address=address,
        port=port,
        interface=Interfaces.RSGI,
        workers=processes,
        websockets=False,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_WITHIN),
        log_access=False,
        log_level=LogLevels.warning,
        # One told to stop while it loads may never hear it.
        workers_kill_timeout=_END_WITHIN,
    )
    # Its processes are forks of this one. What it loaded stays for good: searched for garbage in
    # each of them, it held up a page now and then.
    load_pages()
    gc.collect()
    gc.freeze()
    # A page makes thousands of objects that go with it: searched less often, it is sooner made.
    gc.set_threshold(*_SEARCHED_AFTER)
    if with_worker:
        with _worker_kept():
            server.serve()
    else:
        server.serve()


@contextmanager
def _worker_kept() -> Iterator[None]:
    """Keep a worker process alive: it ends by itself when the database goes away."""
    over = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(over,), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join(_END_WITHIN)


def _keep_worker(over: threading.Event) -> None:
    wait = _FIRST_WAIT
    while not over.is_set():
        worker = subprocess.Popen(
            [sys.executable, "-m", "jalon.cli", "worker"],
            env={**os.environ, STARTED_BY: str(os.getpid())},
        )
        while worker.poll() is None and not over.wait(0.2):
            pass
        if over.is_set():
            _end(worker)
        else:
            over.wait(wait)
            wait = min(2 * wait, _LONGEST_WAIT)


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    try:
        worker.wait(_END_WITHIN)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
