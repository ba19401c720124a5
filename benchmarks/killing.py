"""Kill the preparation of a batch of letters at many moments: every family has one letter after.

Kills are aimed at each step in turn, at a moment drawn within it: while letters are written, while
they are printed, while they are bound; then the batch is let end.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from typing import Final

import results
from results import Figure, Section

from jalon.config.database import application

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from config.embedded.processes import wait_stopped
from killed import Aim, killed_until_done, of_the_application

LETTERS: Final = 5_000
A_PART: Final = 100
_SEED: Final = 20261122
# How often each step is aimed at, and how long after it began at most.
_AIMS: Final = (("write", 10, 6.0), ("print", 30, 1.2), ("bind", 10, 1.0))


def aims() -> Iterator[Aim]:
    """Yield where to kill, then time enough to end."""
    for step, times, within in _AIMS:
        yield from repeat(Aim(within, step), times)
    yield from repeat(Aim(600.0), 5)


def fill(many: int) -> None:
    """Make so many families that wait for a letter, as the owner of the schema."""
    from django.db import transaction  # noqa: PLC0415 - Django is set up

    from factories.outreach import (  # noqa: PLC0415
        AppliedRuleFactory,
        RunFactory,
        family_to_write,
    )
    from jalon.config.maintenance import as_owner  # noqa: PLC0415
    from jalon.directory.models import Commune  # noqa: PLC0415

    with as_owner(), transaction.atomic():
        commune = Commune.objects.earliest("pk")
        run = RunFactory.create()
        rule = AppliedRuleFactory.create(run=run)
        for _ in range(many):
            family_to_write(family__commune=commune, made={"run": run, "rule": rule})


def killed(data: Path) -> tuple[Counter[str], float]:
    """Begin a batch of all that waits, killed until it is done; return the kills, and how long."""
    from django.utils import timezone  # noqa: PLC0415 - Django is set up

    from jalon.audit.identity import acting  # noqa: PLC0415
    from jalon.directory.models import StaffMember  # noqa: PLC0415
    from jalon.directory.roles import Role  # noqa: PLC0415
    from jalon.outreach.batches import start_batch, try_again  # noqa: PLC0415
    from jalon.outreach.models import Batch  # noqa: PLC0415
    from outreach.killed_batches import copies_printed, letters_by_family, preparing  # noqa: PLC0415

    by = StaffMember.objects.get(grants__role=Role.SECRETARY)
    with acting(by.pk):
        batch = start_batch(by=by, dated=timezone.localdate())

    def goes_on() -> bool:
        """Tell whether it is still to be prepared; whoever stopped it asks for it again."""
        with acting(by.pk):
            try_again(batch=batch)
            return Batch.objects.filter(prepared_at=None).exists()

    started = time.perf_counter()
    kills = killed_until_done(
        preparing(batch, part=A_PART),
        of_the_application(os.environ["DATABASE_URL"], data),
        aims(),
        goes_on=goes_on,
        chance=random.Random(_SEED),  # noqa: S311 - moments to kill at
    )
    lasted = time.perf_counter() - started
    with acting(by.pk):
        done = Batch.objects.get(pk=batch.pk)
        written, printed = letters_by_family(), copies_printed(done)
    for what, found in (("written", written), ("printed", printed)):
        if set(found.values()) != {1} or len(found) != done.letters:
            how_often = Counter(found.values())
            raise RuntimeError(
                f"of {done.letters} letters, families by letters {what}: {how_often}"
            )
    kills["letters"] = done.letters
    return kills, lasted


def main() -> None:
    """Fill a database, kill, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=LETTERS)
    asked = parser.parse_args()
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = Path(folder, "data")
        os.environ |= {"JALON_MODE": "demo", "JALON_DATA": str(data)}
        with application(owner=True):
            from jalon.config.demonstration import set_up  # noqa: PLC0415 - Django is set up

            set_up()
            fill(asked.letters)
            kills, lasted = killed(data)
        wait_stopped(data / "postgresql")
    letters = kills.pop("letters")
    figures = [
        Figure(
            "families with exactly one letter, printed once",
            letters,
            "families",
            asked.letters,
            "at least",
            f"of {asked.letters:,}, parts of {A_PART}, kills included in {lasted:.0f} s",
        ),
        *(
            Figure(f"kills while it was to {step}", kills[step], "kills", 1, "at least")
            for step, _, _ in _AIMS
        ),
        Figure("kills in all", kills.total(), "kills", 30, "at least"),
    ]
    section = Section("Letters killed", figures, {"kills": dict(kills), "seconds": lasted})
    results.keep("killing", section, load_before)
    results.show(section)


if __name__ == "__main__":
    main()
