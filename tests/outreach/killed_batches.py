"""The preparation of a batch of letters, killed again and again, and what it printed."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from typing import Any, Final

import pypdfium2

from jalon.letters.content import from_json
from jalon.outreach.batch_printing import WHOLE
from jalon.outreach.models import AnswerCode, Batch, Message, MessageContent

WRITE, PRINT, BIND = STEPS = ("write", "print", "bind")
_WORK: Final = """
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.outreach import batch_printing, batches
from jalon.outreach.models import Batch
batch_printing.PART = {part}
def telling(step, done):
    def step_told(*given):
        told(step)
        done(*given)
        told("after " + step)
    return step_told
batches.write = telling("write", batches.write)
batches.print_missing = telling("print", batches.print_missing)
batches.bind = telling("bind", batches.bind)
def work():
    with acting({by}):
        batches.prepare(Batch.objects.get(pk={batch}), StaffMember.objects.get(pk={by}))
"""


def preparing(batch: Batch, *, part: int) -> str:
    """Return the work that prepares a batch in parts of so many letters, and tells its steps."""
    return _WORK.format(by=batch.made_by_id, batch=batch.pk, part=part)


def letters_by_family() -> Counter[int]:
    """Return how many letters each family was written, each whole."""
    assert Message.objects.count() == MessageContent.objects.count() == AnswerCode.objects.count()
    return Counter(Message.objects.values_list("family", flat=True))


def copies_printed(batch: Batch) -> Counter[str]:
    """Return how often the code of each letter is printed in the one file of a batch."""
    bodies: list[Any] = list(MessageContent.objects.values_list("body", flat=True))
    with pypdfium2.PdfDocument(BytesIO(bytes(batch.parts.get(number=WHOLE).pdf))) as whole:
        pages = "".join(page.get_textpage().get_text_range() for page in whole)
    found = {from_json(body).answer.code for body in bodies}
    return Counter({code: pages.count(code) for code in found})
