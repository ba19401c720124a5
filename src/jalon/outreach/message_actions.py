"""What people change in text messages and e-mails: call one off, send one again."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.enums import ContactKind
from jalon.families.models import ContactPoint
from jalon.outreach.enums import CARRIED, OF_APPOINTMENTS, Medium, MessageState, Purpose, Trouble
from jalon.outreach.locks import hold_approaches
from jalon.outreach.mailing import why_not
from jalon.outreach.message_queries import refuses_messages, with_way
from jalon.outreach.message_tasks import send_soon
from jalon.outreach.message_texts import LINK
from jalon.outreach.models import Approach, Message, MessageContent
from jalon.outreach.planning import link_before_code
from jalon.outreach.providers.choosing import providers
from jalon.outreach.wording import read_wording
from jalon.rules.errors import ClearError


class MessageError(ClearError):
    """A message that cannot be called off or sent again, or no longer."""


@transaction.atomic
def cancel_message(*, message: Message, by: StaffMember) -> None:
    """Call off a message that waits to leave; MessageError where it left, or is leaving.

    One of which nobody knows whether it left stays so.
    """
    _check_may(by)
    hold_approaches([message.approach_id])
    waiting = Message.objects.filter(pk=message.pk, state=MessageState.QUEUED, medium__in=CARRIED)
    now = timezone.now()
    done = waiting.filter(quiet=None).update(
        state=MessageState.CANCELLED, trouble=Trouble.WITHDRAWN, settled_at=now
    ) or waiting.update(state=MessageState.FAILED, trouble=Trouble.UNCERTAIN, settled_at=now)
    if not done:
        raise MessageError("Ce message n'attend plus : il est parti, ou part à l'instant.")


@transaction.atomic
def send_again(*, message: Message, by: StaffMember) -> Message:
    """Queue anew a message that failed, to where the family can be reached now; MessageError.

    One that perhaps left is another message: who asks for it knows that the family may get two.
    """
    _check_may(by)
    hold_approaches([message.approach_id])
    failed = (
        Message.objects.select_for_update(of=("self",))
        .select_related("approach", "family")
        .filter(pk=message.pk, state=MessageState.FAILED, medium__in=CARRIED)
        .first()
    )
    if failed is None:
        raise MessageError("Ce message n'a pas échoué : il n'est pas à renvoyer.")
    if failed.purpose in OF_APPOINTMENTS:
        raise MessageError("Ce message parlait d'un rendez-vous : appelez la famille.")
    later = Message.objects.filter(
        approach=failed.approach_id, medium__in=CARRIED, pk__gt=failed.pk
    )
    if later.exclude(state__in=[MessageState.FAILED, MessageState.CANCELLED]).exists():
        raise MessageError("Un autre message est parti depuis, ou va partir.")
    _check_safe(failed.approach)
    medium, destination = _way_to(failed)
    texts = read_wording(settings.PROFILE).messages
    perhaps = failed.trouble == Trouble.UNCERTAIN
    again = Message.objects.create(
        approach=failed.approach,
        family=failed.family,
        medium=medium,
        purpose=Purpose.RESENT if perhaps else failed.purpose,
        reminder=None if perhaps else failed.reminder,
        state=MessageState.QUEUED,
        due_at=texts.hours.next(timezone.now()),
        by=by,
    )
    link = f"{link_before_code()}{failed.approach.code.value}"
    body = {key: text.replace(LINK, link) for key, text in texts.bodies[medium].items()}
    MessageContent.objects.bulk_create(
        [MessageContent(message=again, family=again.family, destination=destination, body=body)]
    )
    transaction.on_commit(send_soon)
    return again


def _check_may(by: StaffMember) -> None:
    if not by.may(Permission.WRITE_TO_FAMILIES):
        raise PermissionDenied


def _check_safe(approach: Approach) -> None:
    today = timezone.localdate()
    why = Approach.objects.values_list(why_not(today), flat=True).get(pk=approach.pk)
    if why:
        label = str(Trouble(why).label)
        raise MessageError(f"On ne lui écrit plus : {label[:1].lower()}{label[1:]}.")
    if refuses_messages(approach.family):
        raise MessageError(f"{Trouble.NO_MESSAGES.label} : appelez-la, ou écrivez-lui.")


def _way_to(failed: Message) -> tuple[Medium, str]:
    """Return how the family of a message is reached now; MessageError if by nothing."""
    rows = with_way(Message.objects.filter(pk=failed.pk), providers())
    way = ContactPoint.objects.filter(pk__in=rows.values("way")).first()  # type: ignore[misc]
    if way is None:
        raise MessageError(
            "Aucun téléphone mobile ni adresse électronique où le message puisse arriver : "
            "corrigez ses coordonnées d'abord."
        )
    return (Medium.TEXT if way.kind == ContactKind.PHONE else Medium.EMAIL), way.value
