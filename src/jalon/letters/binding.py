"""Binds the files of a batch into the one that a printer takes, without laying out anew."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

import pikepdf


def bound(files: Iterable[bytes]) -> bytes:
    """Return one PDF of the pages of several, in their order; the same files give the same bytes.

    The pages are those of each file, untouched; its title and its marks for readers who hear a
    page are the first one's alone.
    """
    whole: pikepdf.Pdf | None = None
    opened = []
    for file in files:
        one = pikepdf.open(BytesIO(file))
        if whole is None:
            whole = one
        else:
            # Closed once the whole is written: pages are copied then.
            opened.append(one)
            whole.pages.extend(one.pages)
    if whole is None:
        raise ValueError("nothing to bind")
    out = BytesIO()
    whole.save(out, deterministic_id=True)
    for one in (whole, *opened):
        one.close()
    return out.getvalue()
