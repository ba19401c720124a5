"""Processes that compute badly, apart from tests: a child that is begun knows no database."""

from __future__ import annotations

from multiprocessing.connection import Connection

import numpy as np


def partly(asked: Connection) -> None:
    """Answer one right for one family, then die."""
    asked.send("ready")
    asked.recv()
    asked.send(("ASF", np.array([401.54])))


def dead(asked: Connection) -> None:
    """Die as soon as something is asked."""
    asked.send("ready")
    asked.recv()
