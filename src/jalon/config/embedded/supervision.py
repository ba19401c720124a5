"""Keep a server up while it has users, and stop it after the last one."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from jalon.config.embedded.cluster import ensure_cluster, prepare, start
from jalon.config.embedded.diagnosis import gave_up, refusal
from jalon.config.embedded.locks import try_whole
from jalon.config.embedded.place import (
    READY,
    SERVER,
    SHARES,
    Place,
    log_since,
    log_size,
    remove_socket_folder,
)
from jalon.config.embedded.postmaster import Postmaster, kill_stragglers, orphan

_TICK: Final = 0.25
_STARTING_TICK: Final = 0.03
_LONGEST_START: Final = 900.0  # users stop waiting earlier; recovery goes on for the next
_STRAGGLERS: Final = 10.0
_MOST_RESTARTS: Final = 5
_CALM: Final = 60.0  # a server that held this long is allowed as many restarts again
_NOT_YET: Final = (
    "No such file or directory",
    "Connection refused",
    "starting up",
    "not yet accepting connections",
    "in recovery mode",
    "shutting down",
    "server closed the connection",
)


@dataclass
class Supervision:
    """One guardian's work. `asked_to_stop` tells whether the system wants it to end."""

    place: Place
    asked_to_stop: Callable[[], bool]
    _restarts: int = field(default=0, init=False)
    _last_start: float = field(default=0.0, init=False)

    def bring_up(self) -> Postmaster:
        """Return a server that answers and is prepared; EmbeddedError where there can be none."""
        READY.unlink(missing_ok=True)
        while True:
            server, size = self._start_or_adopt(), log_size()
            if self._answers(server, size):
                READY.touch(mode=0o600)
                self._last_start = time.monotonic()
                return server

    def watch(self, server: Postmaster) -> None:
        """Return once the server has been stopped, for lack of users or on demand."""
        while not self._over():
            time.sleep(_TICK)
            if not server.alive():
                self._before_restart()
                server = self.bring_up()
        server.stop()
        READY.unlink(missing_ok=True)
        remove_socket_folder(self.place)

    def _over(self) -> bool:
        """Tell whether nobody is left. The lock then stays ours, so that newcomers wait."""
        return self.asked_to_stop() or try_whole(SHARES, self.place.account) is not None

    def _before_restart(self) -> None:
        if time.monotonic() - self._last_start > _CALM:
            self._restarts = 0
        self._restarts += 1
        if self._restarts > _MOST_RESTARTS:
            raise gave_up(self.place.folder, self.place.log)
        sys.stderr.write("jalon: le serveur s'est arrêté de lui-même, redémarrage\n")
        sys.stderr.flush()
        time.sleep(0.1 * 2**self._restarts)

    def _start_or_adopt(self) -> Postmaster:
        """Return a server that lives, though it may not answer yet."""
        deadline = time.monotonic() + _STRAGGLERS
        while True:
            lock = try_whole(SERVER, self.place.account)
            if lock is not None:
                break
            if left := orphan():
                return left
            if time.monotonic() > deadline:
                kill_stragglers()
            time.sleep(_STARTING_TICK)
        try:
            ensure_cluster(self.place, lock)
            child = start(self.place, lock)
        finally:
            os.close(lock)
        return Postmaster(child.pid, child)

    def _answers(self, server: Postmaster, size: int) -> bool:
        """Wait for the server to be prepared; False where one we did not start ended instead."""
        deadline = time.monotonic() + _LONGEST_START
        while True:
            done = prepare(self.place)
            if done.returncode == 0:
                return True
            if not server.alive():
                if server.child is None:
                    return False
                raise refusal(self.place.folder, self.place.log, log_since(size))
            if time.monotonic() > deadline or not any(sign in done.stderr for sign in _NOT_YET):
                sys.stderr.write(done.stderr)
                server.stop()
                raise refusal(self.place.folder, self.place.log, done.stderr)
            time.sleep(_STARTING_TICK)
