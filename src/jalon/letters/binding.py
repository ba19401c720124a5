"""Binds the files of a batch into the one that a printer takes, without laying out anew."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Final

import pikepdf

# What a reader or an archive is told of a file as a whole.
_OF_THE_WHOLE: Final = ("/Lang", "/Metadata", "/OutputIntents", "/ViewerPreferences")


def bound(files: Iterable[bytes]) -> bytes:
    """Return one PDF of the pages of several, in their order; the same files give the same bytes.

    The pages are those of each file, made for paper; what is told of the whole is the first one's.
    """
    whole, pages, opened = pikepdf.new(), [], []
    for file in files:
        one = pikepdf.open(BytesIO(file))
        # Its pages are read when the whole is written.
        opened.append(one)
        pages += [whole.copy_foreign(page.obj) for page in one.pages]
    if not pages:
        raise ValueError("nothing to bind")
    first = opened[0].Root
    for name in _OF_THE_WHOLE:
        if name in first:
            whole.Root[name] = whole.copy_foreign(_indirect(first[name], opened[0]))
    # One by one, the library counts all the pages before each: a thousand times longer.
    tree = whole.Root.Pages
    for page in pages:
        page.Parent = tree
    tree.Kids, tree.Count = pikepdf.Array(pages), len(pages)
    out = BytesIO()
    whole.save(out, deterministic_id=True)
    for one in opened:
        one.close()
    return out.getvalue()


def _indirect(value: pikepdf.Object, owner: pikepdf.Pdf) -> pikepdf.Object:
    """Return a value as an object of its file: only these are taken into another."""
    return value if value.is_indirect else owner.make_indirect(value)
