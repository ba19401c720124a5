"""A server that dies is started again for ever, unless it dies again and again in no time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import cast

import pytest

from jalon.config.embedded import EmbeddedError, supervision
from jalon.config.embedded.account import server_account
from jalon.config.embedded.binaries import find_binaries
from jalon.config.embedded.place import Place
from jalon.config.embedded.postmaster import Postmaster
from jalon.config.embedded.restarts import MOST, WITHIN, Restarts
from jalon.config.embedded.supervision import Supervision

_MONTH = 30 * 24 * 3600.0
_STOP_AT = 200


@dataclass
class _Dying:
    """A server that is dead whenever one looks, so often; the clock then goes on by `every`."""

    every: float
    now: float = 0.0
    deaths: Iterator[int] = field(default_factory=count)
    died: int = 0

    def alive(self) -> bool:
        self.died = next(self.deaths) + 1
        self.now += self.every
        return False

    def stop(self) -> None:
        """Nothing runs."""


def _watched(monkeypatch: pytest.MonkeyPatch, place: Place, every: float) -> _Dying:
    """Watch a server that dies every so many seconds, until it was restarted often enough."""
    server = _Dying(every)
    monkeypatch.setattr(supervision, "time", _Clock(server))
    monkeypatch.setattr(supervision, "remove_socket_folder", lambda _place: None)
    guarded = Supervision(place, lambda: server.died >= _STOP_AT)
    monkeypatch.setattr(guarded, "bring_up", lambda: server)
    monkeypatch.setattr(supervision, "try_whole", lambda *_: None)
    guarded.watch(cast("Postmaster", server))
    return server


@dataclass
class _Clock:
    server: _Dying

    def monotonic(self) -> float:
        return self.server.now

    def sleep(self, seconds: float) -> None:
        self.server.now += seconds


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Place:
    folder = tmp_path_factory.mktemp("base")
    monkeypatch.chdir(folder)
    account = server_account()
    return Place(folder, account, (), find_binaries(account))


@pytest.mark.parametrize("every", [_MONTH, WITHIN / MOST], ids=["once a month", "now and then"])
def test_a_server_that_dies_now_and_then_is_restarted_for_ever(
    monkeypatch: pytest.MonkeyPatch, place: Place, every: float
) -> None:
    assert _watched(monkeypatch, place, every).died == _STOP_AT


@pytest.mark.parametrize("every", [0.0, 1.0, 50.0])
def test_a_server_that_keeps_dying_is_given_up_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, place: Place, every: float
) -> None:
    with pytest.raises(EmbeddedError, match="s'arrête sans cesse"):
        _watched(monkeypatch, place, every)


def test_pauses_grow_and_shrink_again_after_a_calm() -> None:
    restarts = Restarts()
    first = [restarts.pause(0.0) for _ in range(MOST)]

    assert first[:3] == pytest.approx([0.2, 0.4, 0.8])
    assert first == sorted(first, key=float)  # type: ignore[arg-type]
    assert first[-1] == pytest.approx(5.0)
    assert restarts.pause(WITHIN - 1) is None
    assert restarts.pause(WITHIN) == pytest.approx(0.2)
