"""What a worked example is: a household, said in French, and what a run must find for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jalon.rules.outcome import Channel, Outcome
from spec.households import Home


@dataclass(frozen=True)
class Expected:
    """What a run must find: the columns of the cohort that the rules decide.

    The window's end is left out where it is as usual: a year to the day after the event was
    registered, or empty for a stock offer, a lost event or a profile that counts from the
    letter.
    """

    outcome: Outcome
    reason: str | None = None
    channel: Channel | None = None
    window_ends_on: date | None = None


selected = Expected(Outcome.SELECTED, channel=Channel.LETTER)
in_person = Expected(Outcome.SELECTED, channel=Channel.IN_PERSON)
not_concerned = Expected(Outcome.NOT_CONCERNED)


def to_verify(*facts: str) -> Expected:
    """Unknown because of these facts."""
    return Expected(Outcome.TO_VERIFY, ",".join(facts))


def set_aside(*reasons: str) -> Expected:
    """Concerned, but not to be written to, for these reasons."""
    return Expected(Outcome.SET_ASIDE, ",".join(reasons))


@dataclass(frozen=True)
class Case:
    """One household, and what a run must find for it."""

    said: str
    home: Home
    expected: Expected


@dataclass(frozen=True)
class Examples:
    """A table of households for one offer of a profile.

    `about` is the path of the criterion looked at, empty in general sections; `given` says
    what all the households share. `never_unknown` says why a criterion cannot be unknown.
    """

    profile: str
    offer: str
    cases: tuple[Case, ...]
    about: str = ""
    given: str = ""
    never_unknown: str = ""


@dataclass(frozen=True)
class Sheet:
    """An offer's examples: a household that is selected, then a table for each criterion."""

    profile: str
    offer: str
    base: Home
    starting_point: str
    tables: tuple[Examples, ...]


@dataclass(frozen=True)
class Topic:
    """A rule that all offers share, with its examples."""

    title: str
    text: str
    tables: tuple[Examples, ...]


def sheet(
    profile: str,
    offer: str,
    base: Home,
    starting_point: str,
    tables: dict[str, tuple[Case, ...] | Examples],
) -> Sheet:
    """Gather an offer's examples, criterion by criterion, by their paths."""
    described = [
        table if isinstance(table, Examples) else Examples(profile, offer, table, about)
        for about, table in tables.items()
    ]
    return Sheet(profile, offer, base, starting_point, tuple(described))
