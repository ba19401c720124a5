"""What whoever is not signed in cannot have the server keep."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from factories.directory import StaffFactory
from jalon.audit.identity import acting
from jalon.directory import actions
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.directory.sessions import SmallBodiesFromStrangers

pytestmark = pytest.mark.django_db


def _read(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{len(request.FILES)} {request.POST.get('name', '')}")


def _sent(user: StaffMember | AnonymousUser, size: int) -> HttpResponse:
    sent = {"name": "Ada", "file": SimpleUploadedFile("file.csv", bytes(size))}
    request = RequestFactory().post("/", sent)
    request.user = user
    return SmallBodiesFromStrangers(_read)(request)


def test_a_file_is_kept_for_who_is_signed_in_alone() -> None:
    assert _sent(StaffFactory.create(), 200_000).content == b"1 Ada"
    assert _sent(AnonymousUser(), 1000).content == b"0 Ada"


def test_a_long_body_leads_to_sign_in() -> None:
    answer = _sent(AnonymousUser(), 200_000)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))


def test_a_link_followed_again_and_again_writes_no_session() -> None:
    administrator = StaffFactory.create(role=Role.TECHNICAL_ADMINISTRATOR)
    member = StaffFactory.create()
    with acting(administrator.pk):
        token = actions.invite(by=administrator, member=member)
    for _ in range(3):
        client = Client()
        page = client.get(reverse("directory:open_link", args=[token]), follow=True)
        assert "Choisir un mot de passe" in page.content.decode()
        assert token not in page.request["PATH_INFO"]

    assert client.cookies["invitation"]["httponly"]
    assert Session.objects.count() == 0
