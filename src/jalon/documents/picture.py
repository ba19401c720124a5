"""Looks at a picture: that it opens, and how large it is once it does.

It runs in a child process alone, as `pdf`.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image

from jalon.documents.kinds import MOST_PIXELS, Flaw, Kind

_FORMATS: Final = {Kind.JPEG: "JPEG", Kind.PNG: "PNG"}


def flaw_of_picture(content: bytes, kind: Kind) -> Flaw | None:
    """Return why a picture may not be taken, or nothing."""
    Image.MAX_IMAGE_PIXELS = None  # counted here, before it is opened
    try:
        # A photo that holds others besides is another format to the library.
        with Image.open(BytesIO(content), formats=[_FORMATS[kind]]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return Flaw.TOO_MANY_PIXELS
            picture.load()
    except (OSError, SyntaxError, ValueError):  # as the library says what does not decode
        return Flaw.BROKEN_PICTURE
    return None
