"""How often a server that dies is started again: so many times within so long, then no more."""

from __future__ import annotations

from collections import deque
from typing import Final

MOST: Final = 10
WITHIN: Final = 600.0  # seconds
_LONGEST_PAUSE: Final = 5.0


class Restarts:
    """The last restarts of a server, by a clock that never goes back, in seconds."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def pause(self, now: float) -> float | None:
        """Count a restart at `now`; return how long to wait before it, None where it is no use.

        A server that dies once a month is started for ever; one that dies each time it starts,
        a few times, slower and slower.
        """
        while self._times and now - self._times[0] >= WITHIN:
            self._times.popleft()
        if len(self._times) == MOST:
            return None
        self._times.append(now)
        return float(min(0.1 * 2 ** len(self._times), _LONGEST_PAUSE))
