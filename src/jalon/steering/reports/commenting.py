"""What is said of a report's chapters: of the whole, and by each territory's manager of it."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from jalon.directory.models import StaffMember, Territory
from jalon.directory.queries import answers_for_territory
from jalon.steering.actions import SteeringError
from jalon.steering.models import Comment, Report
from jalon.steering.reports.content import TITLES
from jalon.steering.reports.reporting import held_draft

MOST_WORDS: Final = 4_000


class WrittenMeanwhileError(SteeringError):
    """Somebody else wrote the same text: `comment` is what stands now."""

    def __init__(self, comment: Comment) -> None:
        super().__init__("Ce texte a été écrit entre-temps : gardez ce qui va des deux.")
        self.comment = comment


def may_comment(report: Report, by: StaffMember, territory: Territory | None) -> bool:
    """Tell whether one writes of a report: of its whole, or of a territory within the department.

    The wall says the same (`wall.comments_on`).
    """
    if territory is None:
        return answers_for_territory(by, report.territory_id)
    return report.territory_id is None and answers_for_territory(by, territory.pk)


@transaction.atomic
def write_comment(  # noqa: PLR0913 - where the text stands is three of them
    *,
    report: Report,
    chapter: str,
    text: str,
    seen: int,
    by: StaffMember,
    territory: Territory | None = None,
) -> Comment:
    """Write what is said of a chapter, over the revision `seen`, 0 where nothing was said.

    WrittenMeanwhileError where another text stands there by now; SteeringError where the report is
    adopted, the chapter unknown, the text too long, or the place not one's own.
    """
    locked = held_draft(report)
    if chapter not in TITLES:
        raise SteeringError("Ce chapitre n'est pas du rapport.")
    if not may_comment(locked, by, territory):
        raise SteeringError("Ce texte est à qui répond de ce territoire, ou du département.")
    text = text.strip()
    if len(text) > MOST_WORDS:
        raise SteeringError(f"Ce texte dépasse {MOST_WORDS} signes : un rapport se lit.")
    there = locked.comments.filter(chapter=chapter, territory=territory).first()
    now = there or Comment(report=locked, chapter=chapter, territory=territory, revision=0)
    if now.text == text:
        return now
    if now.revision != seen:
        raise WrittenMeanwhileError(now)
    now.text, now.revision = text, seen + 1
    now.written_by, now.written_at = by, timezone.now()
    now.save()
    return now
