"""Parts come from children in order; a killed one is told, and none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from factories import letters as samples
from jalon.letters.content import Letter
from jalon.letters.errors import LetterRefusedError, RenderingFailedError
from jalon.letters.processes import render_parts
from jalon.letters.rendering import render_batch

DAY = date(2026, 11, 3)
CHILD = b"jalon.letters.child"


def children(of: int) -> list[int]:
    """Return the processes that render for another one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == of and CHILD in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except (OSError, ValueError):
            continue
    return found


def parts(count: int) -> list[list[Letter]]:
    return [
        [samples.shortest(code=f"P{part:02d}L {letter:04d} 1") for letter in range(3)]
        for part in range(count)
    ]


def test_parts_come_in_order_and_alike_wherever_they_are_made() -> None:
    asked = parts(5)

    made = list(render_parts(asked, on=DAY))

    assert made == [render_batch(one, on=DAY, for_paper=True) for one in asked]
    assert children(os.getpid()) == []


def test_parts_are_taken_as_they_are_needed() -> None:
    taken = []

    def coming() -> Iterator[Sequence[Letter]]:
        for number, one in enumerate(parts(12)):
            taken.append(number)
            yield one

    rendering = render_parts(coming(), on=DAY, processes=1)
    next(rendering)

    assert len(taken) == 2
    assert len(list(rendering)) == 11


def test_a_killed_child_is_told_and_leaves_nobody_behind() -> None:
    def coming() -> Iterator[Sequence[Letter]]:
        yield parts(1)[0]
        while not (found := children(os.getpid())):
            time.sleep(0.02)
        for one in found:
            os.kill(one, signal.SIGKILL)
        yield from parts(3)

    with pytest.raises(RenderingFailedError, match=r"ended \(-9\)"):
        list(render_parts(coming(), on=DAY))

    assert children(os.getpid()) == []


def test_a_letter_refused_in_a_child_is_refused_here() -> None:
    bad = samples.letter(recipient=("محمد", "94000 CRETEIL"))

    with pytest.raises(LetterRefusedError, match="L'adresse : nos caractères"):
        list(render_parts([[bad]], on=DAY))


def test_too_many_letters_fail_here() -> None:
    with pytest.raises(ValueError, match="501 letters"):
        list(render_parts([[samples.shortest()] * 501], on=DAY))


def test_whoever_stops_reading_leaves_nobody_behind() -> None:
    rendering = render_parts(parts(9), on=DAY)
    next(rendering)
    assert children(os.getpid())

    rendering.close()  # type: ignore[attr-defined]

    assert children(os.getpid()) == []


_PARENT = """
import sys
sys.path.insert(0, sys.argv[1])
from datetime import date
from factories import letters as samples
from jalon.letters.processes import render_parts
for _ in render_parts(([samples.shortest()] for _ in iter(int, 1)), on=date(2026, 11, 3)):
    print("one", flush=True)
"""


def test_children_end_with_a_parent_that_was_killed() -> None:
    tests = str(Path(__file__).parents[1])
    with subprocess.Popen(  # noqa: S603 - this Python
        [sys.executable, "-c", _PARENT, tests], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stderr is not None
        parent.stdout.readline()
        left = children(parent.pid)
        parent.kill()
        assert parent.stderr.read() == b"", "said by those left, until the last ends"
    assert left

    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and any(map(renders, left)):
        time.sleep(0.05)
    assert not any(map(renders, left))


def renders(process: int) -> bool:
    try:
        return CHILD in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def test_a_child_knows_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://jalon:secret@localhost/jalon")
    rendering = render_parts(parts(9), on=DAY)
    next(rendering)

    environments = [Path(f"/proc/{one}/environ").read_bytes() for one in children(os.getpid())]
    rendering.close()  # type: ignore[attr-defined]

    assert environments
    assert not any(b"secret" in one for one in environments)
