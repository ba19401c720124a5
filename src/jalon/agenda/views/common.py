"""What the pages of diaries share: acting, and saying that it is done or why not."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages

from jalon.directory.access import SignedInRequest
from jalon.rules.errors import ClearError


def done(request: SignedInRequest, act: Callable[[], object], sentence: str) -> bool:
    """Act, and say that it is done or why not."""
    try:
        act()
    except ClearError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, sentence)
    return True
