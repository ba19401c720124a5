"""Addresses of pages about one thing are those that Django gives."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, reverse

from jalon.web.addresses import address_of


@pytest.mark.parametrize(
    "view", ["families:family", "agenda:appointment", "supports:page", "advice:page"]
)
def test_an_address_is_the_one_that_django_gives(view: str) -> None:
    for public_id in (uuid4(), uuid4()):
        assert address_of(view, public_id) == reverse(view, args=[public_id])


def test_what_takes_no_reference_is_refused() -> None:
    with pytest.raises(NoReverseMatch):
        address_of("desk:day", uuid4())
