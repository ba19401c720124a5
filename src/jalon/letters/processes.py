"""Renders a batch's parts side by side, in processes of their own.

A child is a fresh Python that inherits nothing: no connection, no lock, no thread. It ends when
its standard input closes, hence with the process that started it, however that one ended.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import date
from typing import Any, Final

from jalon.letters.child import receive, send
from jalon.letters.content import Letter
from jalon.letters.errors import RenderingFailedError
from jalon.letters.layout import Placed, RenderedPart
from jalon.letters.rendering import made_ready

_COMMAND: Final = (sys.executable, "-P", "-m", "jalon.letters.child")
_ENDS_WITHIN: Final = 10.0  # seconds
# What a Python needs to start; no address or password of a database among them.
INHERITED: Final = ("HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR")
# Each has a core: threads of its own would only hand its work over to one another.
_ALONE: Final = {"RAYON_NUM_THREADS": "1"}


def render_parts(
    parts: Iterable[Sequence[Letter]], *, on: date, title: str = "Lettres", processes: int = 2
) -> Iterator[RenderedPart]:
    """Yield the parts rendered, in their order, each as soon as it and those before it are.

    At most two parts a process are taken from `parts` ahead, which may come by and by from a
    database. LetterRefusedError and RenderingFailedError as in `render_batch`, the latter as well
    where a child was killed. Whatever happens, no child is left behind.
    """
    with ExitStack() as stack:
        idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        for _ in range(processes):
            idle.put(stack.enter_context(closing(_Child())))
        # One more than there are children: a part is made ready while others are laid out.
        threads = processes + 1
        pool = stack.enter_context(ThreadPoolExecutor(threads, thread_name_prefix="letters"))
        waiting: deque[Future[RenderedPart]] = deque()
        try:
            for letters in parts:
                waiting.append(pool.submit(_rendered, idle, letters, on, title))
                if len(waiting) >= 2 * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


def _rendered(
    idle: queue.SimpleQueue[_Child], letters: Sequence[Letter], on: date, title: str
) -> RenderedPart:
    ready = made_ready(letters, title=title)
    asked = {"letters": ready.letters, "on": on.isoformat()}
    child = idle.get()
    try:
        told, pdf = child.ask(json.dumps(asked).encode(), ready.data)
    finally:
        idle.put(child)
    if "failed" in told:
        raise RenderingFailedError(told["failed"])
    return RenderedPart(pdf, tuple(Placed(*one) for one in told["placed"]))


class _Child:
    """A process that renders; it starts while its first letters are made ready."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = self._start()

    def ask(self, *question: bytes) -> tuple[dict[str, Any], bytes]:
        """Return what the child found, and the PDF; RenderingFailedError where it ended."""
        process = self._process = self._process or self._start()
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        try:
            send(process.stdin, *question)
            told, pdf = receive(process.stdout), receive(process.stdout)
        except OSError:
            told = pdf = None
        if told is None or pdf is None:
            self.close()
            raise RenderingFailedError(
                f"the process that renders letters ended ({process.returncode})"
            )
        return json.loads(told), pdf

    def close(self) -> None:
        """End the child, politely and then not."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.communicate(timeout=_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own module
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={name: os.environ[name] for name in INHERITED if name in os.environ} | _ALONE,
        )
