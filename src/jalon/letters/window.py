"""Where the window of a French DL envelope is, on the paper folded inside it.

The envelope is 110 mm high and 220 mm wide (ISO 269, DL). Its window is 35 mm high, or 45 mm, and
100 mm wide, 20 mm from the right edge and 20 mm from the bottom, as sold in France. An A4 page
folded in three is 99 mm high and 210 mm wide: it may slide by 11 mm down and 10 mm across, which
is what moves the address behind the window. Six lines of 38 characters, NF Z 10-011.

All lengths are millimetres, from the page's top left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_ENVELOPE_WIDTH, _ENVELOPE_HEIGHT = 220, 110
_WINDOW_WIDTH, _LOW_WINDOW, _TALL_WINDOW = 100, 35, 45
_FROM_RIGHT, _FROM_BOTTOM = 20, 20
_PAPER_WIDTH, _PAPER_HEIGHT = 210, 297
FOLDED_HEIGHT: Final = _PAPER_HEIGHT // 3


@dataclass(frozen=True)
class Zone:
    """A rectangle of the page, in millimetres."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    def holds(self, other: Zone) -> bool:
        """Tell whether another zone lies within this one."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def touches(self, other: Zone) -> bool:
        """Tell whether another zone shares any of this one."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def window(*, across: float, down: float, height: float = _LOW_WINDOW) -> Zone:
    """Return what the window shows of a page that lies so far from the envelope's top left."""
    left = _ENVELOPE_WIDTH - _FROM_RIGHT - _WINDOW_WIDTH - across
    bottom = _ENVELOPE_HEIGHT - _FROM_BOTTOM - down
    return Zone(left, bottom - height, left + _WINDOW_WIDTH, bottom)


PLAY_ACROSS: Final = _ENVELOPE_WIDTH - _PAPER_WIDTH
PLAY_DOWN: Final = _ENVELOPE_HEIGHT - FOLDED_HEIGHT
_FIRST, _LAST = window(across=0, down=0), window(across=PLAY_ACROSS, down=PLAY_DOWN)
_HIGHEST: Final = window(across=PLAY_ACROSS, down=PLAY_DOWN, height=_TALL_WINDOW)

# Whatever the play, the low window shows this: the address stays within.
ALWAYS_SEEN: Final = Zone(_FIRST.left, _FIRST.top, _LAST.right, _LAST.bottom)
# Whatever the play, no window shows more than this: nothing but the address may stand there.
EVER_SEEN: Final = Zone(_HIGHEST.left, _HIGHEST.top, _FIRST.right, _FIRST.bottom)
# Where the machine that folds may read marks of its own: left empty along every edge.
FREE_MARGIN: Final = 5
ADDRESS: Final = Zone(
    ALWAYS_SEEN.left + 2, ALWAYS_SEEN.top, ALWAYS_SEEN.right - 1, ALWAYS_SEEN.bottom
)
