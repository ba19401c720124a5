"""What a fund steers by, as its profile has it: targets, hours of the model, when months freeze.

A target that no profile names is not there: figures then say so, and none is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final

from django.conf import settings

from jalon.rules.layers import nearest, number, said
from jalon.rules.profile import load_profile
from jalon.rules.toml_source import Node

FILE: Final = "steering.toml"
_MOST_DAYS: Final = 28  # a month is frozen before the next one is over
_MOST: Final = 10_000


class Target(StrEnum):
    """A target that a profile may set, by its key: a share in a hundred, or a number."""

    NATIONAL_BASE_SHARE = "national_base_share"
    ADVICE_SHARE = "advice_share"
    ADVICE_TIME_SHARE = "advice_time_share"
    INDIVIDUAL_TIME_SHARE = "individual_time_share"
    COLLECTIVE_TIME_SHARE = "collective_time_share"
    INSTITUTIONAL_TIME_SHARE = "institutional_time_share"
    FAMILIES_A_FULL_TIME = "families_a_full_time"
    FACE_TO_FACE_SHARE = "face_to_face_share"
    VISITS_A_SUPPORT = "visits_a_support"


class Model(StrEnum):
    """A number of the model of work by which hours are worked out."""

    HOURS_A_MEETING = "hours_a_meeting"
    HOURS_A_FULL_TIME = "hours_a_full_time"
    HOURS_A_DAY = "hours_a_day"
    MEETINGS_AN_ADVICE = "meetings_an_advice"
    MEETINGS_A_SUPPORT_MONTH = "meetings_a_support_month"


_FREEZE: Final = "freeze_after_days"


@dataclass(frozen=True)
class Practice:
    """Targets and numbers of the model, those that the profile names; days before a freeze.

    `freeze_after_days` count from the end of a month: what is written late is still in time.
    """

    freeze_after_days: int
    targets: dict[Target, Decimal]
    model: dict[Model, Decimal]


def practice() -> Practice:
    """Return how the fund's own profile steers."""
    return read_practice(settings.PROFILE)


@lru_cache(maxsize=8)
def read_practice(name: str) -> Practice:
    """Return how a profile steers, by name or folder; ProfileError if refused."""
    folder = load_profile(name).folder
    told = nearest(folder, FILE, _FREEZE, *Target, *Model)
    return Practice(
        number(said(told, _FREEZE, folder / FILE), 1, _MOST_DAYS),
        {one: _decimal(told[one]) for one in Target if one in told},
        {one: _decimal(told[one]) for one in Model if one in told},
    )


def _decimal(node: Node) -> Decimal:
    value = Decimal(str(node.expect(int, Decimal).value))
    if not 0 < value <= _MOST:
        raise node.refusal(
            f"« {node.path[-1]} » est hors de mesure.", f"Écrivez plus que 0, et {_MOST} au plus."
        )
    return value
