"""Reads what a family says in a form: short lists alone, and how to reach it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.http import QueryDict

from jalon.directory.models import Place
from jalon.families.enums import ContactKind
from jalon.families.phones import canonical_phone
from jalon.outreach.enums import WEEKS, AnswerKind, HalfDay, Moment, Refusal

# The fields of an address, and the most that each holds.
ADDRESS: Final = {"line1": 100, "line2": 100, "postal_code": 10, "city": 100}
_LONGEST: Final = 254
# Everything that a form of details may hold.
FIELDS: Final = ("place", "half_days", "moments", "weeks", "refusal", "phone", "email", *ADDRESS)
Problems = Mapping[str, str]
Contact = Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What a family says, as the database takes it; `weeks` from today, `contacts` by kind."""

    kind: AnswerKind
    place: int | None = None
    half_days: Sequence[str] = ()
    moments: Sequence[str] = ()
    weeks: int | None = None
    refusal: str = ""
    contacts: Sequence[Contact] = ()

    def told(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class UnclearError(Exception):
    """Something is missing, or cannot be read; `problems` maps fields to the texts that say so."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


def read_reply(kind: AnswerKind, posted: QueryDict) -> Reply:
    """Return what a form says; UnclearError."""
    said, problems = _READERS[kind](posted)
    if problems:
        raise UnclearError(problems)
    return said


_Read = tuple[Reply, dict[str, str]]


def _meeting(posted: QueryDict) -> _Read:
    phone, problems = _phone(posted)
    place = posted.get("place", "")
    known = place.isascii() and place.isdigit() and Place.objects.filter(pk=place[:9]).exists()
    said = Reply(
        AnswerKind.MEETING,
        place=int(place[:9]) if known else None,
        half_days=_ticked(posted, "half_days", HalfDay),
        contacts=phone,
    )
    return said, problems


def _call(posted: QueryDict) -> _Read:
    phone, problems = _phone(posted)
    moments = _ticked(posted, "moments", Moment)
    return Reply(AnswerKind.CALL, moments=moments, contacts=phone), problems


def _later(posted: QueryDict) -> _Read:
    weeks = posted.get("weeks", "")
    if weeks not in map(str, WEEKS):
        return Reply(AnswerKind.LATER), {"weeks": "missing_weeks"}
    return Reply(AnswerKind.LATER, weeks=int(weeks)), {}


def _no(posted: QueryDict) -> _Read:
    refusal = posted.get("refusal", "")
    return Reply(AnswerKind.NO, refusal=refusal if refusal in Refusal else ""), {}


def _rule(_posted: QueryDict) -> _Read:
    return Reply(AnswerKind.RULE), {}


def _stop(_posted: QueryDict) -> _Read:
    return Reply(AnswerKind.STOP), {}


def _unsafe(posted: QueryDict) -> _Read:
    # Whatever else is wrong, nobody writes any more: what cannot be read is left out.
    phone, _ = _phone(posted)
    moments = _ticked(posted, "moments", Moment)
    return Reply(AnswerKind.UNSAFE, moments=moments, contacts=phone), {}


def _contact(posted: QueryDict) -> _Read:
    phone, problems = _phone(posted)
    email, wrong_email = _email(posted)
    address, wrong_address = _address(posted)
    problems |= wrong_email | wrong_address
    contacts = [*phone, *email, *address]
    if not contacts and not problems:
        problems = {"phone": "missing_contact"}
    return Reply(AnswerKind.CONTACT, contacts=contacts), problems


_READERS: Final[Mapping[AnswerKind, Callable[[QueryDict], _Read]]] = {
    AnswerKind.MEETING: _meeting,
    AnswerKind.CALL: _call,
    AnswerKind.LATER: _later,
    AnswerKind.NO: _no,
    AnswerKind.CONTACT: _contact,
    AnswerKind.STOP: _stop,
    AnswerKind.UNSAFE: _unsafe,
    AnswerKind.RULE: _rule,
}


def _ticked(posted: QueryDict, name: str, choices: type[TextChoices]) -> list[str]:
    return [one for one in choices.values if one in posted.getlist(name)]


def plain(posted: QueryDict) -> QueryDict:
    """Return what was sent without any character that moves the cursor, hides or ends a text."""
    kept = QueryDict(mutable=True)
    for name, values in posted.lists():
        kept.setlist(name, [in_sight(one) for one in values])
    return kept


def in_sight(text: str) -> str:
    """Return a text where whatever does not print is a space."""
    return "".join(one if one.isprintable() else " " for one in text)


def _typed(posted: QueryDict, name: str) -> str:
    return " ".join(posted.get(name, "").split())


def _phone(posted: QueryDict) -> tuple[list[Contact], dict[str, str]]:
    typed = _typed(posted, "phone")
    if not typed:
        return [], {}
    number = canonical_phone(typed[:_LONGEST])
    if not number:
        return [], {"phone": "wrong_phone"}
    return [{"kind": ContactKind.PHONE, "value": number}], {}


def _email(posted: QueryDict) -> tuple[list[Contact], dict[str, str]]:
    typed = _typed(posted, "email")
    if not typed:
        return [], {}
    try:
        validate_email(typed)
    except ValidationError:
        return [], {"email": "wrong_email"}
    if len(typed) > _LONGEST:
        return [], {"email": "too_long_line"}
    return [{"kind": ContactKind.EMAIL, "value": typed}], {}


def _address(posted: QueryDict) -> tuple[list[Contact], dict[str, str]]:
    lines = {name: _typed(posted, name) for name in ADDRESS}
    if not any(lines.values()):
        return [], {}
    problems = {
        name: "too_long_line" for name, line in lines.items() if len(line) > ADDRESS[name]
    } | dict(_missing(lines))
    return [{"kind": ContactKind.ADDRESS, **lines}], problems


def _missing(lines: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return (
        (name, f"missing_{name}") for name in ("line1", "postal_code", "city") if not lines[name]
    )
