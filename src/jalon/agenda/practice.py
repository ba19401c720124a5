"""How families are received, as a fund's profile says it: `practice.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from jalon.agenda.enums import Half, NoticeKind
from jalon.agenda.models.places import NOON
from jalon.agenda.notice_texts import NoticeTexts, read_notice
from jalon.rules.layers import nearest, number, said
from jalon.rules.profile import load_profile
from jalon.rules.toml_source import Node

FILE: Final = "practice.toml"
# Each number, with the least and the most that can be right.
_NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    "appointment_minutes": (15, 240),
    "every_minutes": (15, 240),
    "weeks_ahead": (1, 26),
    "cancel_hours": (0, 168),
    "reminder_days": (1, 14),
    "offered_times": (1, 12),
    "offered_at_each_place": (1, 12),
    "offered_weeks": (1, 26),
    "offered_after_days": (1, 30),
}
_HALVES: Final = {Half.MORNING: "morning", Half.AFTERNOON: "afternoon"}
_VIDEO: Final = "video"


@dataclass(frozen=True)
class OwnChoice:
    """How many times a family is offered to choose from by itself: from when, how far, where."""

    times: int
    at_each_place: int
    weeks: int
    after_days: int


@dataclass(frozen=True)
class Practice:
    """What a fund decides of its appointments.

    `every` is from the beginning of one to that of the next; `video` the address that rooms for
    video calls begin with, empty where the fund has none.
    """

    lasting: timedelta
    every: timedelta
    weeks_ahead: int
    cancel_before: timedelta
    reminder_days: int
    offered: OwnChoice
    notices: Mapping[NoticeKind, NoticeTexts]
    hours: Mapping[Half, tuple[time, time]]
    video: str


@lru_cache(maxsize=8)
def read_practice(name: str) -> Practice:
    """Return the practice of a fund's profile, by name or folder; ProfileError if refused."""
    folder = load_profile(name).folder
    values = nearest(folder, FILE, *_NUMBERS, *_HALVES.values(), _VIDEO, *NoticeKind.values)
    numbers = {
        key: number(said(values, key, folder / FILE), *bounds) for key, bounds in _NUMBERS.items()
    }
    if numbers["every_minutes"] < numbers["appointment_minutes"]:
        raise values["every_minutes"].refusal(
            "un rendez-vous commencerait avant la fin d'un autre.", "Écrivez davantage."
        )
    video = str(values[_VIDEO].expect(str).value) if _VIDEO in values else ""
    if video and not video.startswith("https://"):
        raise values[_VIDEO].refusal("ce n'est pas une adresse sûre.", "Commencez par https://.")
    return Practice(
        lasting=timedelta(minutes=numbers["appointment_minutes"]),
        every=timedelta(minutes=numbers["every_minutes"]),
        weeks_ahead=numbers["weeks_ahead"],
        cancel_before=timedelta(hours=numbers["cancel_hours"]),
        reminder_days=numbers["reminder_days"],
        offered=OwnChoice(
            times=numbers["offered_times"],
            at_each_place=numbers["offered_at_each_place"],
            weeks=numbers["offered_weeks"],
            after_days=numbers["offered_after_days"],
        ),
        notices={
            kind: read_notice(said(values, kind.value, folder / FILE).expect(dict))
            for kind in NoticeKind
        },
        hours={half: _hours(values, half, folder / FILE) for half in Half},
        video=video,
    )


def _hours(values: Mapping[str, Node], half: Half, own: Path) -> tuple[time, time]:
    node = said(values, _HALVES[half], own).expect(str)
    try:
        first, last = (time.fromisoformat(one) for one in str(node.value).split("-"))
    except ValueError as error:
        raise node.refusal("ces heures ne se lisent pas.", 'Écrivez "09:00-12:00".') from error
    within = last <= NOON if half is Half.MORNING else first >= NOON
    if first >= last or not within:
        raise node.refusal("ces heures sortent de leur demi-journée.", "Elle change à 13 h.")
    return first, last
