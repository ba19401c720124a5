"""What somebody types on the public page to harm: through to staff's pages, letters and files."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.outreach import family_to_write
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import ContactPoint, GivenContact
from jalon.outreach.batch_tasks import prepare
from jalon.outreach.codes import new_code
from jalon.outreach.models import AnswerCode, Approach, Batch, BatchPart, Message
from outreach.reply.conftest import Telephone

pytestmark = pytest.mark.django_db
# What is typed as a street, and what of it the letter shows as it is.
_STREETS = {
    "<b>3</b> <script>alert(1)</script>": "<b>3</b> <script>alert(1)</script>",
    "=1+1": "=1+1",
    "@SUM(A1:A9)": "@SUM(A1:A9)",
    "3 rue\r\nBcc: x@example.org": "3 rue Bcc: x@example.org",
    "4 \u202eselit\u2066 rue": "4 selit rue",
    "5 rue\x00 des\u2028Lilas\x1b[31m": "5 rue des Lilas [31m",
    '6 #eval("1+1") $x$ \\u{1F4A9} [*b*]': '6 #eval("1+1") $x$ \\u{1F4A9} [*b*]',
    "7 " + "9" * 98: "7 " + "9" * 45,
    "{{ family }} {% debug %} ' OR 1=1 --": "{{ family }} {% debug %} ' OR 1=1 --",
}
_CITY = "<i>Créteil</i>\u202e"
_EMAIL = "=cmd|x+<b>@example.org"
_HIDDEN = "\u202e\u2066\x00\x1b"


def _family() -> tuple[Approach, AnswerCode]:
    approach = family_to_write()
    with as_owner():
        approach.addressee = approach.family.people.get()
        approach.save(update_fields=["addressee"])
        return approach, AnswerCode.objects.create(approach=approach, value=new_code())


def _typed(code: AnswerCode, street: str) -> None:
    telephone = Telephone(Client())
    telephone.enter(code.value, date(1990, 5, 1))
    for what in ("contact", "call"):
        telephone.send(what=what)
        telephone.send(
            line1=street, line2=_HIDDEN, postal_code="=94000", city=_CITY, phone="+33 612345678"
        )
        assert telephone.title == "Merci, c'est noté", telephone.page
        telephone.send(back="1")
    telephone.send(what="contact")
    for email in (_EMAIL, "a@example.org\r\nBcc: b@example.org", "<b>@example.org", "é@x.org"):
        assert "adresse électronique n'est pas complète" in telephone.send(email=email)
    telephone.send(email="=1+1@example.org")
    assert telephone.title == "Merci, c'est noté"


def _unharmed(client: Client, *addresses: str) -> str:
    pages = [client.get(address) for address in addresses]
    assert {one.status_code for one in pages} == {200}
    whole = "\n".join(one.content.decode() for one in pages)
    for harm in ("<b>3", "<script>alert", "<i>Cr", *_HIDDEN):
        assert harm not in whole
    return whole


def _cells(client: Client, address: str) -> list[str]:
    answer: Any = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    return [cell for row in rows for cell in row]


def _prepared(by: StaffMember, client: Client) -> Batch:
    client.post(reverse("mail:start"), {"dated": timezone.localdate().isoformat()})
    with acting(by.pk):
        batch = Batch.objects.latest("pk")
    prepare(batch.pk, by.pk)
    return batch


def test_what_is_typed_to_harm_is_a_text_wherever_it_is_shown(client: Client) -> None:
    secretary = StaffFactory.create(role=Role.SECRETARY)
    approaches = []
    for street in _STREETS:
        approach, code = _family()
        _typed(code, street)
        approaches.append(approach)
    with as_owner():
        # Asked to be called, none would be written to: only what was corrected is looked at.
        for approach in approaches:
            approach.answers.filter(kind="call").delete()
        Approach.objects.update(answer="", answered_at=None, waits_since=None)
    client.force_login(secretary)
    families = [one.family.get_absolute_url() for one in approaches]
    listed = reverse("families:contacts_to_confirm")
    assert "&lt;b&gt;3&lt;/b&gt;" in _unharmed(client, "/", listed, *families)

    with acting(secretary.pk):
        given = list(GivenContact.objects.select_related("family"))
    assert {one.kind for one in given} == {"address", "email", "phone"}
    for one in given:
        decided = reverse("families:confirm_contact", args=[one.family.public_id, one.public_id])
        client.post(decided)
    with acting(secretary.pk):
        assert ContactPoint.objects.filter(source="family", until=None).count() == len(given)
    corrected = [f"{address}coordonnees/" for address in families]
    others = (reverse("mail:held"), reverse("mail:batches"), reverse("approaches:list"))
    _unharmed(client, *families, *corrected, *others)

    batch = _prepared(secretary, client)
    with acting(secretary.pk):
        printed = "\n".join(
            page.get_textpage().get_text_range()
            for part in BatchPart.objects.all()
            for page in pypdfium2.PdfDocument(BytesIO(bytes(part.pdf)))
        )
        letters = [
            one.public_id for one in Message.objects.filter(batch=batch).order_by("position")
        ]
    words = " ".join(printed.translate({0xA0: " ", 0x202F: " ", 0x2019: "'"}).split())
    for shown in _STREETS.values():
        assert shown in words
    assert words.count("94000 I CRETEIL I") >= len(_STREETS) == len(letters)
    assert not set(_HIDDEN) & set(printed)
    for letter in letters[:2]:
        assert client.get(reverse("mail:letter", args=[letter])).content.startswith(b"%PDF")
    manifest = _cells(client, reverse("mail:manifest", args=[batch.public_id]))
    client.force_login(StaffFactory.create(role=Role.TERRITORY_MANAGER))
    cells = [*manifest, *_cells(client, reverse("approaches:list_file"))]
    assert len(cells) > len(_STREETS)
    for cell in cells:
        assert not cell.startswith(("=", "@", "+", "-"))
        assert not {*cell} & {*_HIDDEN, "<"}
        assert "SUM" not in cell
