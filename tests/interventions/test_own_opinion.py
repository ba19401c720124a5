"""A family says by itself what it thinks of a support that is over, by its letter's code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError
from django.test import Client
from django.utils import timezone

from conftest import as_owner
from factories.families import InvolvementFactory
from factories.interventions import SupportFactory
from jalon.audit.identity import acting
from jalon.audit.models import Change
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.interventions.enums import Closing, ReviewKind, SupportState
from jalon.interventions.models import FamilyOpinion, Support
from jalon.outreach.enums import Language
from jalon.outreach.models import AnswerCode, Approach
from outreach.reply.conftest import Telephone, code, telephone, written

__all__ = ["code", "telephone", "written"]
pytestmark = pytest.mark.django_db
_ASKED = "Votre avis compte"


@pytest.fixture
def support(code: AnswerCode, lead: StaffMember) -> Support:
    """A support that closed yesterday, of the family that holds the letter."""
    return closed(code, lead)


def closed(code: AnswerCode, lead: StaffMember, *, days: int = 1) -> Support:
    today = timezone.localdate()
    InvolvementFactory.create(family=code.approach.family, worker=lead, lead=True)
    made: Support = SupportFactory.create(
        family=code.approach.family,
        worker=lead,
        state=SupportState.CLOSED,
        drafted_on=today - timedelta(days=300),
        started_on=today - timedelta(days=290),
        ends_on=today,
        limit_on=today + timedelta(days=60),
        closed_on=today - timedelta(days=days),
        closing=Closing.REACHED,
        news_on=today + timedelta(days=120 - days),
    )
    return made


def opinions() -> list[FamilyOpinion]:
    with as_owner():
        return list(FamilyOpinion.objects.select_related("person").order_by("pk"))


def test_a_family_says_what_it_thinks_once(
    telephone: Telephone,
    code: AnswerCode,
    support: Support,
    lead: StaffMember,
    client: Client,
) -> None:
    page = telephone.enter(code.value)
    assert telephone.title == _ASKED
    for hidden in ("accompagnement", "DUPONT", str(lead), lead.last_name):
        assert hidden not in page
    page = telephone.send(send="1")
    assert "Choisissez au moins une réponse." in page

    page = telephone.send(send="1", listened="yes", helped="rather_not", returns="")

    assert telephone.title == "Merci"
    (one,) = opinions()
    assert (one.support_id, one.kind, one.closed_on) == (
        support.pk,
        ReviewKind.CLOSING,
        support.closed_on,
    )
    assert (one.listened, one.helped, one.better, one.returns) == ("yes", "rather_not", "", "")
    assert one.person_id == code.approach.addressee_id
    with as_owner():
        told = Change.objects.get(table_name="interventions_familyopinion")
    assert told.staff_id is None
    telephone.enter(code.value)
    assert telephone.title == "Que souhaitez-vous ?"
    # Beside what the worker writes down, with who gave it.
    client.force_login(lead)
    shown = client.get(support.get_absolute_url()).content.decode()
    assert "l'avis de la famille" in shown
    assert "DUPONT-SECRET" in shown
    assert "Plutôt non" in shown


def test_sent_twice_it_is_said_once_and_another_changes_nothing(
    telephone: Telephone,
    code: AnswerCode,
    support: Support,
) -> None:
    telephone.enter(code.value)
    form = dict(telephone.hidden)
    for helped, said in [("yes", "est noté"), ("yes", "est noté"), ("no", "déjà parvenu")]:
        telephone.hidden = dict(form)
        assert said in telephone.send(send="1", helped=helped)
    (one,) = opinions()
    assert (one.support_id, one.helped) == (support.pk, "yes")


def test_the_code_opens_it_once_the_letter_is_not_answered_any_more(
    telephone: Telephone,
    written: Callable[..., AnswerCode],
    lead: StaffMember,
) -> None:
    """Some months after, for the news that are due; nothing else is open."""
    own = written(window_ends_on=date(2025, 1, 1))
    telephone.enter(own.value)
    assert telephone.title == "Vous pouvez nous appeler"
    support = closed(own, lead, days=125)

    telephone.enter(own.value)
    assert telephone.title == _ASKED
    assert "listened" not in telephone.page
    assert 'name="skip"' not in telephone.page
    telephone.send(send="1", better="rather")

    assert [(one.support_id, one.kind, one.better) for one in opinions()] == [
        (support.pk, ReviewKind.LATER, "rather")
    ]
    telephone.send(skip="1")
    assert telephone.title == "Merci"
    telephone.enter(own.value)
    assert telephone.title == "Vous pouvez nous appeler"


def test_a_letter_that_nobody_should_read_opens_nothing(
    telephone: Telephone, code: AnswerCode, support: Support, lead: StaffMember
) -> None:
    telephone.enter(code.value)
    assert telephone.title == _ASKED
    with as_owner():
        approach = Approach.objects.filter(pk=code.approach_id)
        approach.update(ended_on=timezone.localdate(), ending="mistake", ended_by=lead)
    telephone.send(send="1", helped="yes")
    assert telephone.title == "Vous pouvez nous appeler"
    telephone.enter(code.value)
    assert telephone.title == "Vous pouvez nous appeler"
    assert opinions() == []
    with as_owner():
        approach.update(ending="supported")
    telephone.enter(code.value)
    assert telephone.title == _ASKED
    assert support.is_over


@pytest.mark.parametrize(
    "facts",
    [
        {"closed_on": -61, "news_on": 59},
        {"closed_on": -200, "news_on": None},
        {"closed_on": -200, "news_on": -61},
    ],
)
def test_nothing_is_asked_out_of_its_time(
    telephone: Telephone,
    code: AnswerCode,
    support: Support,
    facts: dict[str, int | None],
) -> None:
    """Nor once the worker took the news by another way."""
    today = timezone.localdate()
    days = {
        name: None if one is None else today + timedelta(days=one) for name, one in facts.items()
    }
    with as_owner():
        Support.objects.filter(pk=support.pk).update(**days)
    telephone.enter(code.value)
    assert telephone.title == "Que souhaitez-vous ?"


def test_where_writing_is_dangerous_nothing_is_asked_or_written(
    telephone: Telephone,
    code: AnswerCode,
    support: Support,
) -> None:
    assert support
    telephone.enter(code.value)
    with as_owner():
        Family.objects.filter(pk=code.approach.family_id).update(protected_address_here=True)
    # As where none is waited for: whoever holds the letter does not learn what the family said.
    telephone.send(send="1", helped="yes")
    assert telephone.title == "Merci"
    telephone.enter(code.value)
    assert telephone.title == "Que souhaitez-vous ?"
    assert opinions() == []


@pytest.mark.parametrize("language", Language)
def test_in_every_language(
    telephone: Telephone,
    code: AnswerCode,
    support: Support,
    language: Language,
) -> None:
    assert support
    telephone.enter(code.value)
    telephone.send(langue=language.value, helped="yes")
    assert (telephone.title == _ASKED) is (language is Language.FRENCH)
    assert 'value="yes" checked' in telephone.page
    telephone.send(send="1", lang=language.value, helped="yes")
    telephone.send(langue=Language.FRENCH.value)
    assert telephone.title == "Merci"
    telephone.send(skip="1")
    assert telephone.title == "Que souhaitez-vous ?"


def test_staff_write_none_and_only_who_follows_reads_it(
    telephone: Telephone,
    code: AnswerCode,
    support: Support,
    lead: StaffMember,
    colleague: StaffMember,
) -> None:
    telephone.enter(code.value)
    telephone.send(send="1", helped="yes")
    with acting(colleague.pk):
        assert not FamilyOpinion.objects.exists()
    with acting(lead.pk):
        own = FamilyOpinion.objects.get()
        own.pk, own.kind = None, ReviewKind.LATER
        own.listened, own.better = "", "yes"
        with pytest.raises(ProgrammingError):
            own.save(force_insert=True)
    assert support
