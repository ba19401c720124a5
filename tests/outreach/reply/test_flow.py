"""What a family does on the page, step by step, and what is written down of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from conftest import as_owner
from factories.directory import PlaceFactory, StaffFactory
from factories.families import ContactPointFactory, FamilyFactory
from jalon.audit.identity import acting
from jalon.audit.models import Change
from jalon.directory.roles import Role
from jalon.families.models import ContactPoint, Family, GivenContact, Person, SafetyWord
from jalon.outreach.codes import written as grouped
from jalon.outreach.enums import WEEKS, Channel, Ending
from jalon.outreach.mailing import to_mail
from jalon.outreach.models import Answer, AnswerCode, Approach
from outreach.reply.conftest import Telephone

pytestmark = pytest.mark.django_db


def answers() -> list[Answer]:
    with as_owner():
        return list(Answer.objects.order_by("number"))


def chosen(telephone: Telephone, code: AnswerCode, what: str) -> str:
    telephone.enter(code.value)
    assert telephone.title == "Que souhaitez-vous ?"
    return telephone.send(what=what)


def test_the_address_of_the_letter_fills_in_the_code(
    telephone: Telephone, code: AnswerCode
) -> None:
    page = telephone.open(f"/r/{code.value}")

    assert f'value="{grouped(code.value)}"' in page
    assert telephone.send(code=code.value, day="07", month="5")
    assert telephone.title == "Que souhaitez-vous ?"


def test_a_code_is_read_as_people_write_it(telephone: Telephone, code: AnswerCode) -> None:
    telephone.open()
    telephone.send(code=f" {grouped(code.value).lower()} ", day="٧", month=" 05 ")

    assert telephone.title == "Que souhaitez-vous ?"


def test_a_meeting(telephone: Telephone, code: AnswerCode) -> None:
    place = PlaceFactory.create(name="Relais social", commune__label="Valenton")
    page = chosen(telephone, code, "meeting")
    assert "Relais social, Valenton" in page

    telephone.send(place=place.pk, half_days=["thu_pm", "mon_am", "nonsense"])

    assert "pour fixer le rendez-vous" in telephone.page
    (answer,) = answers()
    assert (answer.kind, answer.via, answer.by, answer.number) == ("meeting", "web", None, 1)
    assert (answer.place_id, answer.half_days) == (place.pk, ["mon_am", "thu_pm"])
    assert (answer.language, answer.said_on) == ("fr", timezone.localdate())
    with as_owner():
        approach = Approach.objects.get()
    assert approach.answer == "meeting"
    assert approach.waits_since is not None


def test_a_call_with_a_new_number_that_waits_beside_what_is_known(
    telephone: Telephone, code: AnswerCode
) -> None:
    family = code.approach.family
    old = ContactPointFactory.create(family=family, value="+33611111111", since="2026-01-01")
    chosen(telephone, code, "call")

    telephone.send(moments=["evening", "morning"], phone="06 98 76 54 32")

    (answer,) = answers()
    assert (answer.kind, answer.moments) == ("call", ["morning", "evening"])
    with as_owner():
        old.refresh_from_db()
        assert ContactPoint.objects.get() == old
        new = GivenContact.objects.get()
    assert old.until is None
    assert (new.kind, new.value, new.family_id) == ("phone", "+33698765432", family.pk)
    assert (new.confirmed, new.safe) == (None, False)


def test_a_number_known_already_is_not_asked_again(telephone: Telephone, code: AnswerCode) -> None:
    """Browsers fill in the number that everybody knows."""
    ContactPointFactory.create(family=code.approach.family, value="+33611111111")
    chosen(telephone, code, "call")

    telephone.send(phone="06 11 11 11 11")

    with as_owner():
        assert not GivenContact.objects.exists()


def test_sixty_posts_make_one_contact_and_a_few_at_most_wait(
    telephone: Telephone, code: AnswerCode
) -> None:
    chosen(telephone, code, "contact")
    form = telephone.hidden
    for number in [0] * 8 + [*range(8)]:
        telephone.hidden = form
        telephone.send(phone=f"06 98 76 54 3{number}", email="a@example.org")

    assert "plusieurs attendent déjà d'être vérifiés" in telephone.page
    assert telephone.title == "Corriger mes coordonnées"
    with as_owner():
        assert GivenContact.objects.filter(kind="phone").count() == 5
        assert GivenContact.objects.filter(kind="email").count() == 1
    # Those said to be safe have places of their own; what it says besides is always heard.
    telephone.hidden = form | {"what": "call"}
    telephone.send(phone="06 98 76 54 39")
    assert "plusieurs attendent déjà" in telephone.page
    assert telephone.title == "Merci, c'est noté"
    assert answers()[-1].kind == "call"
    telephone.hidden = form | {"what": "unsafe"}
    telephone.send(phone="06 98 76 54 39")
    assert "plusieurs attendent" not in telephone.page
    with as_owner():
        assert GivenContact.objects.get(safe=True).value == "+33698765439"
    # As few, where those that wait already are said to be safe, and others come in their place.
    for number in range(5):
        telephone.hidden = form | {"what": "unsafe"}
        telephone.send(phone=f"06 98 76 54 3{number}")
    assert "plusieurs attendent déjà" in telephone.page
    for number in range(9):
        telephone.hidden = form
        telephone.send(phone=f"06 98 76 54 2{number}")
    with as_owner():
        waiting = GivenContact.objects.filter(kind="phone")
        assert (waiting.filter(safe=True).count(), waiting.filter(safe=False).count()) == (5, 5)


@pytest.mark.parametrize("weeks", WEEKS)
def test_not_now(telephone: Telephone, code: AnswerCode, weeks: int) -> None:
    chosen(telephone, code, "later")

    telephone.send(weeks=weeks)

    (answer,) = answers()
    assert answer.again_on == timezone.localdate() + timedelta(weeks=weeks)


def test_not_now_says_when(telephone: Telephone, code: AnswerCode) -> None:
    chosen(telephone, code, "later")

    page = telephone.send(weeks="5")

    assert "Choisissez dans combien de temps." in page
    assert answers() == []


@pytest.mark.parametrize(("refusal", "kept"), [("", ""), ("no_time", "no_time"), ("<b>", "")])
def test_no_with_or_without_a_reason(
    telephone: Telephone, code: AnswerCode, refusal: str, kept: str
) -> None:
    chosen(telephone, code, "no")

    telephone.send(refusal=refusal)

    (answer,) = answers()
    assert (answer.kind, answer.refusal) == ("no", kept)
    assert "Nous respectons votre choix" in telephone.page


def test_everything_corrected_at_once(telephone: Telephone, code: AnswerCode) -> None:
    chosen(telephone, code, "contact")

    telephone.send(
        phone="+32 470 12 34 56",
        email="camille@example.org",
        line1="3 rue des <b>Tilleuls</b>'; DROP TABLE x; --",
        line2="bât. A\u202e",
        postal_code="94000",
        city="Créteil",
    )

    (answer,) = answers()
    assert answer.kind == "contact"
    with as_owner():
        found = {one.kind: one for one in GivenContact.objects.all()}
    assert found["phone"].value == "+32470123456"
    assert found["email"].value == "camille@example.org"
    assert found["address"].lines == [
        "3 rue des <b>Tilleuls</b>'; DROP TABLE x; --",
        "bât. A",
        "94000 Créteil",
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Écrivez ce qui a changé"),
        ({"phone": "06 12"}, "Ce numéro de téléphone n'est pas complet"),
        ({"email": "camille@"}, "Cette adresse électronique n'est pas complète"),
        ({"line1": "3 rue des Tilleuls", "city": "Créteil"}, "Écrivez le code postal"),
        ({"line1": "x" * 101, "postal_code": "94000", "city": "Créteil"}, "trop longue"),
        ({"phone": "\x00\x00"}, "Écrivez ce qui a changé"),
        ({"email": "a@" + "b" * 60 + ("." + "c" * 60) * 3 + ".example.org"}, "trop longue"),
        ({"phone": "0612345678" * 30}, "Ce numéro de téléphone n'est pas complet"),
    ],
)
def test_what_cannot_be_read_is_said_and_shown_again(
    telephone: Telephone, code: AnswerCode, typed: dict[str, str], said: str
) -> None:
    chosen(telephone, code, "contact")

    page = telephone.send(**typed)

    assert said in page
    assert 'role="alert"' in page
    for value in typed.values():
        assert "\x00" in value or f'value="{value}"' in page
    assert answers() == []


def test_it_is_not_safe_to_write(telephone: Telephone, code: AnswerCode) -> None:
    family = code.approach.family
    page = chosen(telephone, code, "unsafe")
    assert "3919" in page

    telephone.send(phone="06 98 76 54 32", moments="noon")

    (answer,) = answers()
    assert (answer.kind, answer.moments) == ("unsafe", ["noon"])
    with as_owner():
        known = Family.objects.get(pk=family.pk)
        word = SafetyWord.objects.get()
        phone = GivenContact.objects.get()
        approach = Approach.objects.get()
    assert known.protected_address
    assert (word.flag, word.source, word.by) == ("protected_address", "family", None)
    assert phone.safe
    assert approach.channel == Channel.IN_PERSON


def test_the_family_s_page_says_that_it_said_so_itself(
    telephone: Telephone, code: AnswerCode, client: Client
) -> None:
    chosen(telephone, code, "unsafe")
    telephone.send()
    client.force_login(StaffFactory.create(role=Role.SOCIAL_WORKER))

    page = client.get(code.approach.family.get_absolute_url()).content.decode()

    assert "La famille l'a dit elle-même, sur la page de réponse" in page


def test_whatever_else_is_wrong_nobody_writes_any_more(
    telephone: Telephone, code: AnswerCode
) -> None:
    chosen(telephone, code, "unsafe")

    telephone.send(phone="06")

    with as_owner():
        assert Family.objects.get(pk=code.approach.family_id).protected_address


def test_no_more_messages(telephone: Telephone, code: AnswerCode, client: Client) -> None:
    """Letters stay, and nothing is refused by it; a colleague takes it back as the family asks."""
    page = chosen(telephone, code, "stop")
    assert "Une lettre reste possible" in page
    telephone.send()
    assert telephone.title == "Merci, c'est noté"
    family = code.approach.family
    by = StaffFactory.create(role=Role.SECRETARY)
    client.force_login(by)
    with acting(by.pk):
        assert list(to_mail(timezone.localdate())) == [code.approach]
    assert "Ni SMS ni courriel" in client.get(family.get_absolute_url()).content.decode()
    note = f"/prises-de-contact/{code.approach.public_id}/reponse/"
    page = client.get(note).content.decode()
    assert 'value="resume"' in page
    assert 'value="stop"' not in page

    told = {"kind": "resume", "via": "phone", "said_on": timezone.localdate(), "seen": "1"}
    page = client.post(note, told, follow=True).content.decode()

    assert "Ni SMS ni courriel" not in page
    assert 'value="stop"' in client.get(note).content.decode()


def test_nobody_takes_up_messages_again_from_the_page(
    telephone: Telephone, code: AnswerCode
) -> None:
    telephone.enter(code.value)
    telephone.send(step="details", what="resume", send="1")

    assert telephone.title == "Que souhaitez-vous ?"
    assert answers() == []


def test_the_rule(telephone: Telephone, code: AnswerCode) -> None:
    chosen(telephone, code, "rule")

    telephone.send()

    (answer,) = answers()
    assert answer.kind == "rule"


def test_the_last_answer_holds(telephone: Telephone, code: AnswerCode) -> None:
    chosen(telephone, code, "no")
    telephone.send()
    telephone.send(back="1")
    assert telephone.title == "Que souhaitez-vous ?"
    telephone.send(what="call")
    telephone.send()

    assert [(one.number, one.kind) for one in answers()] == [(1, "no"), (2, "call")]
    with as_owner():
        assert Approach.objects.get().answer == "call"


def test_sent_twice_by_an_impatient_finger_it_is_said_once(
    telephone: Telephone, code: AnswerCode
) -> None:
    chosen(telephone, code, "no")
    form = telephone.hidden
    telephone.send()
    telephone.hidden = form
    telephone.send()

    assert telephone.title == "Merci, c'est noté"
    assert [one.kind for one in answers()] == ["no"]
    # Of two different answers from one page, brought back by the « previous » key, both are said.
    telephone.hidden = form | {"what": "later"}
    telephone.send(weeks="4")
    telephone.hidden = form
    telephone.send()
    assert [one.kind for one in answers()] == ["no", "later", "no"]


def test_who_answers_endlessly_is_stopped(telephone: Telephone, code: AnswerCode) -> None:
    chosen(telephone, code, "no")
    form = telephone.hidden
    for turn in range(21):
        telephone.hidden = form | {"what": "no" if turn % 2 else "rule"}
        telephone.send()

    assert "trop d'essais" in telephone.page
    assert len(answers()) == 20


def test_it_is_written_down_as_nobodys(telephone: Telephone, code: AnswerCode) -> None:
    chosen(telephone, code, "call")
    telephone.send(phone="0698765432")

    with as_owner():
        told = {
            (one.table_name, one.staff_id)
            for one in Change.objects.filter(family_id=code.approach.family_id)
        }
    assert {("outreach_answer", None), ("families_givencontact", None)} <= told


def test_a_window_that_is_over(telephone: Telephone, written: Callable[..., AnswerCode]) -> None:
    today = timezone.localdate()
    over, last = (written(window_ends_on=today - timedelta(days=days)) for days in (1, 0))

    telephone.enter(over.value)
    assert telephone.title == "Vous pouvez nous appeler"
    telephone.enter(last.value)
    assert telephone.title == "Que souhaitez-vous ?"


def test_a_window_that_ends_meanwhile(telephone: Telephone, code: AnswerCode) -> None:
    chosen(telephone, code, "call")
    with as_owner():
        Approach.objects.update(window_ends_on=timezone.localdate() - timedelta(days=1))

    telephone.send()

    assert telephone.title == "Vous pouvez nous appeler"
    assert answers() == []


def test_an_approach_that_ended_hears_the_family_by_telephone(
    telephone: Telephone, written: Callable[..., AnswerCode]
) -> None:
    by = StaffFactory.create(role=Role.SOCIAL_WORKER)
    ended = written(ended_on=timezone.localdate(), ending=Ending.MISTAKE, ended_by=by)

    telephone.enter(ended.value)

    assert telephone.title == "Vous pouvez nous appeler"


def test_a_family_whose_addressee_died_since_is_heard(
    telephone: Telephone, code: AnswerCode
) -> None:
    with as_owner():
        person = code.approach.addressee
        assert person
        person.death_date = date(2026, 1, 1)
        person.save()

    chosen(telephone, code, "call")
    telephone.send()

    assert [one.kind for one in answers()] == ["call"]


def test_the_answer_follows_its_approach_when_families_are_merged(
    telephone: Telephone, code: AnswerCode
) -> None:
    kept = FamilyFactory.create()
    with as_owner():
        Family.objects.filter(pk=code.approach.family_id).update(merged_into=kept)
        Approach.objects.update(family=kept)
        Person.objects.update(family=kept)

    chosen(telephone, code, "unsafe")
    telephone.send(phone="0698765432")

    (answer,) = answers()
    assert answer.family_id == kept.pk
    with as_owner():
        assert Family.objects.get(pk=kept.pk).protected_address
        assert GivenContact.objects.get().family_id == kept.pk


def test_places_come_by_their_names_wherever_the_family_lives(
    telephone: Telephone, code: AnswerCode
) -> None:
    for commune in ("Villeneuve", "Alfortville", "Ivry"):
        place = PlaceFactory.create(name=f"Maison de {commune}", commune__label=commune)
        with as_owner():
            Approach.objects.update(commune=place.commune)

    page = chosen(telephone, code, "meeting")

    names = [page.index(f"Maison de {one}") for one in ("Alfortville", "Ivry", "Villeneuve")]
    assert names == sorted(names)
