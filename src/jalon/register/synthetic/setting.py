"""What every draw of a chunk shares: the generator of numbers, the figures, the months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jalon.register.synthetic.period import Period
from jalon.register.synthetic.population import Population


@dataclass(frozen=True)
class Setting:
    """The seeded generator of one chunk, the fund's figures and the twelve months."""

    generator: np.random.Generator
    population: Population
    period: Period
