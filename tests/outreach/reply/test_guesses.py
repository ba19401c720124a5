"""Wrong, unknown and guessed codes: all told alike, counted, and stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from conftest import as_owner
from factories.directory import StaffFactory
from jalon.audit.models import Change
from jalon.directory.roles import Role
from jalon.outreach.codes import new_code
from jalon.outreach.models import Answer, AnswerCode, CodeClosing, WrongReply
from jalon.outreach.tasks import forget_wrong_replies
from outreach.reply.conftest import BORN, Telephone

pytestmark = pytest.mark.django_db
WRONG = "Ce code et cette date ne vont pas ensemble."
LOCKED = "Il y a eu trop d'essais."
_DAY = BORN + timedelta(days=1)
Write = Callable[..., AnswerCode]


def _from(address: str) -> Telephone:
    return Telephone(Client(REMOTE_ADDR=address))


def _guesses() -> int:
    with as_owner():
        return WrongReply.objects.count()


def _older(**age: int) -> None:
    """Have all guesses be so much older than they are."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outreach_wrongreply SET at = at - make_interval(secs => %s)",
            [timedelta(**age).total_seconds()],
        )


def test_a_wrong_birthday_and_an_unknown_code_are_told_alike(
    telephone: Telephone, code: AnswerCode
) -> None:
    wrong = telephone.enter(code.value, _DAY).replace(code.value, "")
    other = new_code()
    unknown = telephone.enter(other, _DAY).replace(other, "")

    assert WRONG in wrong
    assert wrong == unknown
    assert _guesses() == 2


def test_without_a_birthday_nobody_answers(telephone: Telephone, written: Write) -> None:
    code = written(born=None)

    page = telephone.enter(code.value)

    assert WRONG in page
    assert "nous n'avons peut-être pas la date de naissance" in page
    assert 'href="tel:' in page


def test_a_mistyped_code_is_told_at_once_and_not_counted(telephone: Telephone) -> None:
    right = new_code()
    mistyped = right[:-1] + next(one for one in "23456789" if one != right[-1])

    page = telephone.enter(mistyped)

    assert "Ce code n'est pas complet" in page
    assert f'value="{mistyped}"' in page
    assert _guesses() == 0


@pytest.mark.parametrize("whose", ["a family's", "nobody's"])
def test_five_wrong_guesses_close_a_code_for_a_day(code: AnswerCode, whose: str) -> None:
    known = whose == "a family's"
    value = code.value if known else new_code()
    for guess in range(5):
        assert WRONG in _from(f"192.0.2.{guess}").enter(value, _DAY)

    for born in (_DAY, BORN):
        assert LOCKED in _from("192.0.2.77").enter(value, born)
    assert _guesses() == 5
    _older(hours=24)
    page = _from("192.0.2.77").enter(value, BORN)
    assert LOCKED not in page
    assert ("Que souhaitez-vous" in page) is known


def _close(code: AnswerCode) -> None:
    for day in range(6):
        for guess in range(5):
            assert WRONG in _from(f"192.0.{day}.{guess}").enter(code.value, _DAY)
        _older(hours=24)
    page = _from("192.0.2.77").enter(code.value, BORN)
    assert LOCKED in page
    assert "Si elle reste fermée, appelez le" in page


def test_thirty_wrong_guesses_close_a_code_until_a_secretary_opens_it_again(
    client: Client, code: AnswerCode
) -> None:
    _close(code)
    forget_wrong_replies(0)
    assert LOCKED in _from("192.0.2.77").enter(code.value, BORN)
    address, opened = code.approach.family.get_absolute_url(), "Page de réponse fermée"
    for role, sees in ((Role.SOCIAL_WORKER, False), (Role.SECRETARY, True)):
        by = StaffFactory.create(role=role)
        client.force_login(by)
        assert (opened in client.get(address).content.decode()) is sees
        assert ("Pages de réponse fermées" in client.get("/").content.decode()) is sees
        found = client.get("/prises-de-contact/", {"attente": "fermee"})
        assert len(found.context["rows"]) == sees
        assert ("rouvrez la page de réponse" in found.content.decode()) is sees

    asked = client.post(f"/prises-de-contact/{code.approach.public_id}/rouvrir/", follow=True)

    assert opened not in asked.content.decode()
    assert "Que souhaitez-vous" in _from("192.0.2.77").enter(code.value, BORN)
    with as_owner():
        closing = CodeClosing.objects.get()
        told = Change.objects.filter(table_name="outreach_codeclosing", staff_id=by.pk)
        assert closing.opened_by == by
        assert told.count() == 1
    # It closes again, and two closings are two lines of what happened.
    _close(code)
    with as_owner():
        assert CodeClosing.objects.count() == 2


def test_a_code_that_others_guess_at_does_not_close_mine(
    telephone: Telephone, code: AnswerCode, written: Write
) -> None:
    other = written()
    for guess in range(5):
        _from(f"192.0.2.{guess}").enter(other.value, _DAY)

    telephone.enter(code.value)
    assert telephone.title == "Que souhaitez-vous ?"


def test_twenty_wrong_guesses_close_a_place_for_an_hour(code: AnswerCode) -> None:
    there = _from("192.0.2.5")
    for _ in range(20):
        assert WRONG in there.enter(new_code())

    assert LOCKED in there.enter(code.value)
    assert "Que souhaitez-vous" in _from("192.0.2.6").enter(code.value)
    _older(minutes=60)
    assert "Que souhaitez-vous" in there.enter(code.value)


def test_the_addresses_of_one_household_count_together(code: AnswerCode) -> None:
    for number in range(20):
        _from(f"2001:db8:1:2:{number:x}::1").enter(new_code())

    assert LOCKED in _from("2001:db8:1:2:ffff::9").enter(code.value)
    assert "Que souhaitez-vous" in _from("2001:db8:1:3::1").enter(code.value)


def test_behind_a_server_the_visitor_is_who_it_says(code: AnswerCode, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def through(address: str) -> Telephone:
        return Telephone(Client(REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": address}))

    for number in range(20):
        # What the visitor wrote itself comes before what the server added.
        through(f"198.51.100.{number}, 192.0.2.5").enter(new_code())

    assert LOCKED in through("192.0.2.5").enter(code.value)
    assert "Que souhaitez-vous" in through("192.0.2.6").enter(code.value)


def test_only_digests_are_kept_and_for_two_days(telephone: Telephone, code: AnswerCode) -> None:
    telephone.enter(code.value, _DAY)
    with as_owner():
        one = WrongReply.objects.get()
    for kept in (bytes(one.code), bytes(one.origin)):
        assert len(kept) == 32
        assert code.value.encode() not in kept

    _older(hours=47)
    forget_wrong_replies(0)
    assert _guesses() == 1
    _older(hours=2)
    forget_wrong_replies(0)
    assert _guesses() == 0


def test_locked_while_answering_nothing_is_written_down(
    telephone: Telephone, code: AnswerCode
) -> None:
    telephone.enter(code.value)
    telephone.send(what="call")
    for guess in range(5):
        _from(f"192.0.2.{guess}").enter(code.value, _DAY)

    page = telephone.send(phone="0612345678")

    assert LOCKED in page
    assert 'value="0612345678"' in page
    with as_owner():
        assert not Answer.objects.exists()


def test_the_step_where_one_was_is_found_again(
    telephone: Telephone, code: AnswerCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing typed is lost by who goes to look for their letter again."""
    telephone.enter(code.value)
    telephone.send(what="call")
    later = timezone.now().timestamp() + 30 * 60 + 1
    with monkeypatch.context() as patched:
        patched.setattr("jalon.outreach.reply.sealed.time.time", lambda: later)
        page = telephone.send(moments="noon", phone="06 12")

    assert "Cette page est restée ouverte longtemps" in page
    assert f'value="{code.value}"' in page
    page = telephone.send(code=code.value, day=BORN.day, month=BORN.month)
    assert telephone.title == "Un appel"
    assert 'value="06 12"' in page
    assert 'value="noon" checked' in page
