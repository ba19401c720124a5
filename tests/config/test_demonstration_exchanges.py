"""In the demonstration, families, the post and colleagues do all that they do in life."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from conftest import as_owner
from factories.directory import AreaFactory, CommuneFactory, PlaceFactory, StaffFactory
from factories.families import ContactPointFactory
from factories.outreach import family_to_write
from jalon.config import demonstration_exchanges as exchanges
from jalon.config import demonstration_messages as messages
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.days import moment_of
from jalon.families.models import ContactPoint, GivenContact, SafetyWord
from jalon.outreach.enums import AnswerKind, MessageState, Trouble
from jalon.outreach.models import Answer, AnswerCode, Approach, Message
from jalon.rules.calendar import Month, add_months

pytestmark = pytest.mark.django_db
_FAMILIES = 90
# Long enough ago for all of it to have happened.
_MONTH = Month.of(add_months(timezone.localdate().replace(day=1), -10))


@pytest.fixture
def secretary(monkeypatch: pytest.MonkeyPatch) -> StaffMember:
    """Whoever posts the letters, where everything happens more often than in life."""
    monkeypatch.setattr(exchanges, "as_owner", as_owner)
    for module, name, value in (
        (exchanges, "_ANSWERS", 0.6),
        (exchanges, "_BACK", 0.2),
        (exchanges, "_KINDS", dict.fromkeys(exchanges._KINDS, 1)),  # noqa: SLF001
        (messages, "_CALLED", 0.5),
        (messages, "_BECOMES", dict.fromkeys(messages._BECOMES, 1)),  # noqa: SLF001
    ):
        monkeypatch.setattr(module, name, value)
    # As take-ups of the past have it.
    monkeypatch.setattr(Approach._meta.get_field("made_at"), "auto_now_add", False)  # noqa: SLF001
    PlaceFactory.create()
    made_at = moment_of(_MONTH.last_day)
    commune = CommuneFactory.create(area=AreaFactory.create())
    for number in range(_FAMILIES):
        approach = family_to_write(family__commune=commune, approach={"made_at": made_at})
        family = approach.family
        if number % 3:
            ContactPointFactory.create(family=family, value=f"+3360000{number:04}")
        else:
            email = f"famille{number}@example.org"
            ContactPointFactory.create(family=family, kind="email", value=email)
    member: StaffMember = StaffFactory.create(role=Role.SECRETARY)
    return member


def _counted(model: Any) -> int:
    return int(model.objects.count())


def test_all_of_it_happens_once(secretary: StaffMember) -> None:
    exchanges.add_exchanges(_MONTH, secretary)
    with as_owner():
        before = [_counted(one) for one in (Message, Answer, ContactPoint, GivenContact)]
    exchanges.add_exchanges(_MONTH, secretary)

    with as_owner():
        assert [_counted(one) for one in (Message, Answer, ContactPoint, GivenContact)] == before
        done = set(Message.objects.values_list("medium", "purpose", "state", "reminder"))
        troubles = set(Message.objects.values_list("trouble", flat=True))
        kinds = set(Answer.objects.filter(number=1).values_list("kind", flat=True))
        assert Answer.objects.filter(number=2).exists()
        assert GivenContact.objects.exists()
        assert SafetyWord.objects.exists()
        assert ContactPoint.objects.filter(kind="address").count() > _FAMILIES
    assert {(medium, reminder) for medium, what, _, reminder in done if what == "reminder"} == {
        (medium, number) for medium in ("text", "email") for number in (1, 2)
    }
    assert {("letter", "offer", "returned", None), ("phone", "call", "delivered", None)} <= done
    assert ("phone", "call", "failed", None) in done
    assert {
        Trouble.WRONG_NUMBER,
        Trouble.PROVIDER,
        Trouble.UNCERTAIN,
        Trouble.NO_REPLY,
    } <= troubles
    assert kinds == set(exchanges._KINDS) - {AnswerKind.STOP, AnswerKind.RESUME}  # noqa: SLF001


def test_nobody_is_reminded_who_answered_nor_in_other_words_than_the_funds(
    secretary: StaffMember,
) -> None:
    exchanges.add_exchanges(_MONTH, secretary)

    with as_owner():
        said = dict(Answer.objects.filter(number=1).values_list("approach", "said_on"))
        codes = dict(AnswerCode.objects.values_list("approach", "value"))
        letters = Message.objects.filter(medium="letter", state=MessageState.RETURNED)
        back = {one.approach_id: _day(one.settled_at) for one in letters}
        reminders = list(Message.objects.filter(purpose="reminder").select_related("content"))
    assert {one.approach_id for one in reminders} & set(back), "one came back after a reminder"
    for one in reminders:
        assert _day(one.sent_at or one.settled_at) < said.get(one.approach_id, date.max)
        assert _day(one.sent_at or one.settled_at) < back.get(one.approach_id, date.max)
        text = str(one.content.body["text"])
        assert text.startswith(("Votre Caf : un courrier", "Bonjour"))
        assert f"/r/{codes[one.approach_id]}" in text


def test_what_came_back_is_sent_again_and_its_reminders_go_on(secretary: StaffMember) -> None:
    exchanges.add_exchanges(_MONTH, secretary)
    exchanges.add_exchanges(Month.of(add_months(_MONTH.first_day, 1)), secretary)

    with as_owner():
        again = Message.objects.filter(purpose="resent").values("approach")
        assert Message.objects.filter(approach__in=again, purpose="reminder").exists()


def _day(moment: Any) -> date:
    return timezone.localtime(moment).date()
