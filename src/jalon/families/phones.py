"""Writes telephone numbers in one way, however they were given."""

from __future__ import annotations

from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

_HERE: Final = "FR"
# Fewer digits are the beginning of a number, or a file's number.
_FEWEST_DIGITS: Final = 9


def canonical_phone(text: str) -> str:
    """Return a number as `+33612345678`; nothing for what cannot be a number."""
    if sum(one.isdigit() for one in text) < _FEWEST_DIGITS:
        return ""
    try:
        number = phonenumbers.parse(text, _HERE)
    except NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def phone_in_french(canonical: str) -> str:
    """Write a number as it is read here: 06 12 34 56 78, or +32 470 12 34 56."""
    if not canonical.startswith("+"):
        return canonical  # What the register gave could not be read as a number.
    try:
        number = phonenumbers.parse(canonical)
    except NumberParseException:
        return canonical
    national = phonenumbers.region_code_for_number(number) == _HERE
    style = PhoneNumberFormat.NATIONAL if national else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)
