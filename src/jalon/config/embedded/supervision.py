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
from jalon.config.embedded.errors import EmbeddedError
from jalon.config.embedded.locks import try_whole
from jalon.config.embedded.place import (
    READY,
    SERVER,
    SHARES,
    Place,
    log_since,
    log_size,
    make_socket_folder,
    remove_socket_folder,
)
from jalon.config.embedded.postmaster import Postmaster, kill_stragglers, orphan
from jalon.config.embedded.restarts import Restarts

_TICK: Final = 0.1
_STARTING_TICK: Final = 0.03
_LONGEST_SILENCE: Final = 20.0
_LONGEST_START: Final = 900.0  # users stop waiting earlier; recovery goes on for the next
_STRAGGLERS: Final = 2.0  # for sessions to see that their server was killed
# What psql says of a server that starts, recovers or stops, and of one that is not there.
_WORKING: Final = (
    "starting up",
    "not yet accepting connections",
    "in recovery mode",
    "shutting down",
    "server closed the connection",
)
_SILENT: Final = ("No such file or directory", "Connection refused", "timeout expired")


@dataclass
class Supervision:
    """One guardian's work. `asked_to_stop` tells whether the system wants it to end."""

    place: Place
    asked_to_stop: Callable[[], bool]
    _restarts: Restarts = field(default_factory=Restarts, init=False)

    def bring_up(self) -> Postmaster:
        """Return a server that answers and is prepared; EmbeddedError where there can be none."""
        READY.unlink(missing_ok=True)
        while True:
            size, server = log_size(), self._start_or_adopt()
            try:
                if self._answers(server, size):
                    READY.touch(mode=0o600)
                    return server
            except BaseException:
                server.stop()
                raise
            server.stop()

    def watch(self, server: Postmaster) -> None:
        """Return once the server has been stopped, for lack of users or on demand."""
        try:
            while not self._over():
                time.sleep(_TICK)
                if not server.alive():
                    server = self._revive(server)
        finally:
            server.stop()
        READY.unlink(missing_ok=True)
        remove_socket_folder(self.place)

    def _over(self) -> bool:
        """Tell whether nobody is left. The lock then stays ours, so that newcomers wait."""
        return self.asked_to_stop() or try_whole(SHARES, self.place.account) is not None

    def _revive(self, server: Postmaster) -> Postmaster:
        """Return a server in the stead of one that died, or the dead one, to be tried again.

        EmbeddedError where that is no use.
        """
        pause = self._restarts.pause(time.monotonic())
        if pause is None:
            raise gave_up(self.place.folder, self.place.log)
        _note("le serveur s'est arrêté de lui-même, redémarrage")
        time.sleep(pause)
        try:
            return self.bring_up()
        except (EmbeddedError, OSError) as error:  # a full disk may be emptied
            _note(str(error))
            return server

    def _start_or_adopt(self) -> Postmaster:
        """Return a server that lives, though it may not answer yet."""
        deadline = time.monotonic() + _STRAGGLERS
        while True:
            lock = try_whole(SERVER, self.place.account)
            if lock is not None:
                return self._start(lock)
            if left := orphan():
                return left
            if time.monotonic() > deadline:
                kill_stragglers()
            time.sleep(_STARTING_TICK)

    def _start(self, lock: int) -> Postmaster:
        try:
            make_socket_folder(self.place)
            ensure_cluster(self.place, lock)
            child = start(self.place, lock)
        finally:
            os.close(lock)
        return Postmaster(child.pid, child)

    def _answers(self, server: Postmaster, size: int) -> bool:
        """Wait until the server is prepared; False for one that we did not start and that won't.

        EmbeddedError where it is ours, and ended or refuses us.
        """
        began = heard = time.monotonic()
        while (done := prepare(self.place)).returncode != 0:
            now = time.monotonic()
            working = any(sign in done.stderr for sign in _WORKING)
            heard = now if working else heard
            silent = any(sign in done.stderr for sign in _SILENT)
            patient = now - began < _LONGEST_START and now - heard < _LONGEST_SILENCE
            if not server.alive() or not ((working or silent) and patient):
                if server.child is None:
                    return False
                said = "" if silent else done.stderr
                sys.stderr.write(said)
                raise refusal(self.place.folder, self.place.log, log_since(size) + said)
            time.sleep(_STARTING_TICK)
        return True


def _note(sentence: str) -> None:
    sys.stderr.write(f"jalon: {sentence}\n")
    sys.stderr.flush()
