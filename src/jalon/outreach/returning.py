"""Letters that came back: found by their code, with the reason, and the address put right."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from jalon.audit.veils import VeiledText
from jalon.directory.models import StaffMember
from jalon.families.contacts import Corrected, put_contact
from jalon.families.enums import ContactKind
from jalon.families.locks import present_family
from jalon.families.models import ContactPoint, Family
from jalon.letters.address import address_lines
from jalon.letters.content import from_json
from jalon.letters.errors import LetterRefusedError
from jalon.outreach.codes import read_code
from jalon.outreach.enums import RETURN_REASONS, Medium, MessageState, Trouble
from jalon.outreach.errors import BatchError
from jalon.outreach.locks import hold_approaches
from jalon.outreach.mailing import letters_back
from jalon.outreach.models import AnswerCode, Message, MessageContent


def letter_of_code(typed: str) -> Message:
    """Return the last letter that carries a code, however it was typed or scanned.

    A scan gives the whole address of the answer page. BatchError where it is no code, or of no
    letter that was posted.
    """
    code = read_code(typed.strip().rpartition("/")[2])
    if code is None:
        raise BatchError(
            "Ce n'est pas un code : recopiez les neuf caractères imprimés sous le carré."
        )
    found = AnswerCode.objects.annotate(read=VeiledText("value")).filter(read=code).first()
    letters = Message.objects.filter(
        approach=found.approach_id if found else None,
        medium=Medium.LETTER,
        state__in=[MessageState.SENT, MessageState.DELIVERED, MessageState.RETURNED],
    )
    letter = letters.select_related("family", "approach").order_by("-pk").first()
    if letter is None:
        raise BatchError("Aucune lettre postée ne porte ce code.")
    return letter


def sent_to(letter: Message) -> list[str]:
    """Return the lines of the address on a letter's envelope, to whoever may see them."""
    content = MessageContent.objects.filter(message=letter).first()
    return list(from_json(content.body).recipient[1:]) if content else []


@transaction.atomic
def record_return(*, letter: Message, reason: Trouble) -> Message:
    """Say that a letter came back, and why; BatchError where it was said already."""
    if reason not in RETURN_REASONS:
        raise BatchError("Choisissez ce qui est écrit sur l'enveloppe.")
    hold_approaches([letter.approach_id])
    locked = Message.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if locked.state == MessageState.RETURNED:
        raise BatchError(
            f"C'est déjà noté : {locked.get_trouble_display().lower()}. Rien n'est changé."
        )
    locked.state, locked.trouble, locked.settled_at = MessageState.RETURNED, reason, timezone.now()
    locked.save(update_fields=["state", "trouble", "settled_at"])
    return locked


@transaction.atomic
def correct_address(  # noqa: PLR0913 - the lines of an address
    *, family: Family, line1: str, line2: str, postal_code: str, city: str, by: StaffMember
) -> None:
    """Give a family its right address from today on; the earlier one ends.

    The next batch writes again where a letter had come back from another. BatchError where the
    address cannot be printed, or is the one that a letter just came back from; FamilyError where
    the family was just merged.
    """
    town = f"{postal_code} {city}".strip()
    try:
        address_lines([line1, line2, town])
    except LetterRefusedError as error:
        raise BatchError(f"L'adresse ne peut pas être imprimée : {error.why}") from error
    present_family(family.pk)
    there = ContactPoint.objects.filter(family=family, kind=ContactKind.ADDRESS, until=None)
    wanted = {"line1": line1, "line2": line2, "postal_code": postal_code, "city": city}
    if there.filter(**wanted).exists():
        back = letters_back(timezone.localdate()).filter(family=family)
        if back.filter(readdressed=False).exists():
            raise BatchError("C'est l'adresse déjà notée, celle d'où la lettre est revenue.")
        return
    put_contact(family, Corrected(ContactKind.ADDRESS, **wanted), by=by)
