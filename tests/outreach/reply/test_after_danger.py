"""What the page is told once writing is dangerous: thanked alike, and a person looks at it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import ContactPointFactory, InvolvementFactory
from jalon.audit.identity import acting
from jalon.directory.roles import Role
from jalon.families.models import ContactPoint, Family, GivenContact
from jalon.outreach import exchanges
from jalon.outreach.models import Answer, AnswerCode, Approach
from outreach.reply.conftest import Telephone

pytestmark = pytest.mark.django_db
_SAFE, _THEIRS = "06 98 76 54 32", "07 11 11 11 11"
_LATER = {"no": {}, "later": {"weeks": "4"}, "call": {"phone": _THEIRS}, "meeting": {}, "rule": {}}


def _say(telephone: Telephone, code: AnswerCode, what: str, **typed: object) -> str:
    telephone.enter(code.value)
    telephone.send(what=what)
    page = telephone.send(**typed)
    assert telephone.title == "Merci, c'est noté"
    return page


def _thanks(page: str) -> str:
    return page.split("<main>")[1].split("</main>", maxsplit=1)[0]


@pytest.mark.parametrize("said_by", ["the family", "the register"])
def test_whoever_holds_the_letter_takes_nothing_back(
    telephone: Telephone,
    written: Callable[..., AnswerCode],
    client: Client,
    said_by: str,
) -> None:
    code, other = written(), written()
    family = code.approach.family
    lead = StaffFactory.create(role=Role.SOCIAL_WORKER)
    InvolvementFactory.create(family=family, worker=lead, lead=True)
    known = ContactPointFactory.create(family=family, value="+33611111111")
    if said_by == "the family":
        _say(telephone, code, "unsafe", phone=_SAFE)
    else:
        with as_owner():
            Family.objects.filter(pk=family.pk).update(protected_address_in_register=True)

    for what, typed in (*_LATER.items(), ("contact", {"phone": _THEIRS})):
        # Thanked as any other family is.
        assert _thanks(_say(telephone, code, what, **typed)) == _thanks(
            _say(telephone, other, what, **typed)
        )

    with as_owner():
        approach = Approach.objects.get(pk=code.approach_id)
        answers = Answer.objects.filter(approach=approach).order_by("number")
        waiting = [(one.kind, one.to_check) for one in answers if one.waits]
        given = GivenContact.objects.filter(family=family, confirmed=None)
        assert {one.value: one.safe for one in given} == (
            {"+33698765432": True, "+33711111111": False}
            if said_by == "the family"
            else {"+33711111111": False}
        )
        assert ContactPoint.objects.filter(family=family, until=None).get() == known
        assert Approach.objects.get(pk=other.approach_id).answer == "meeting"
    assert (approach.answer, approach.answered_at, approach.again_on) == ("", None, None)
    unsafe = [("unsafe", False)] if said_by == "the family" else []
    assert waiting == [*unsafe, *((one, True) for one in (*_LATER, "contact"))]
    with acting(lead.pk):
        assert list(exchanges.in_danger(Approach.objects.all())) == [approach]
    client.force_login(lead)
    assert "Familles à mettre en sécurité" in client.get("/").content.decode()
    page = client.get(family.get_absolute_url()).content.decode()
    assert page.count("<h3>À vérifier, après un danger") == len(_LATER) + 1
    # The unsafe answer is seen to, and the others still wait for somebody to look at them.
    with as_owner():
        answers.filter(kind="unsafe").update(dealt_at=timezone.now(), dealt_by=lead)
    with acting(lead.pk):
        assert list(exchanges.in_danger(Approach.objects.all())) == [approach]


def test_once_a_colleague_lifted_the_danger_what_it_says_holds_again(
    telephone: Telephone, code: AnswerCode
) -> None:
    _say(telephone, code, "unsafe")
    with as_owner():
        Family.objects.filter(pk=code.approach.family_id).update(protected_address_here=False)
        by = StaffFactory.create(role=Role.TERRITORY_MANAGER)
        Answer.objects.update(dealt_at=timezone.now(), dealt_by=by)

    _say(telephone, code, "no")

    with as_owner():
        assert Approach.objects.get().answer == "no"
