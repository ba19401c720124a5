"""The guide is a link away from every page, for everyone."""

from __future__ import annotations

import pytest
from django.test import Client

from factories.directory import StaffFactory
from jalon.directory.roles import Role


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_everyone_reads_the_guide(client: Client, role: Role) -> None:
    client.force_login(StaffFactory.create(role=role))

    day = client.get("/")
    guide = client.get("/aide/")

    assert 'href="/aide/"' in day.content.decode()
    assert "Ce que fait Jalon" in guide.content.decode()
