"""A scan of many households: part after part, in a memory that does not grow."""

from __future__ import annotations

import gc

import numpy as np
from openfisca_core.simulations import Simulation

from jalon.rights.columns import columns_of
from jalon.rights.scanning import SCANNED, scan
from rights.families import MONTH, adult, child, family


def test_nothing_of_a_part_stays_in_memory_once_it_is_computed() -> None:
    nobody = {kind.code: np.zeros(1, np.bool_) for kind in SCANNED}
    gc.collect()
    gc.disable()
    try:
        (asf, *_) = scan(
            columns_of([family(adult(), child(8))]),
            MONTH,
            paid=nobody,
            unknown=nobody,
            on_progress=lambda *_: None,
        )
        left = [one for one in gc.get_objects() if isinstance(one, Simulation)]
    finally:
        gc.enable()

    assert asf.euros[0] > 0
    assert left == []
