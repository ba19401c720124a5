"""What changes in the documents of a family: joined, opened, taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from django.db import connection, transaction

from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.documents import store
from jalon.documents.checking import CheckedFile
from jalon.families.locks import present_family
from jalon.families.models import Family
from jalon.families.queries import families_led
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import Document
from jalon.interventions.queries import follows


@transaction.atomic
def join_document(*, family: Family, label: str, file: CheckedFile, by: StaffMember) -> Document:
    """Keep a file with what is written of a family; InterventionError for who does not follow it.

    Where the transaction is given up, the file stays without a row, and goes in the night.
    """
    if not (by.may(Permission.WORK_WITH_FAMILIES) and follows(family, by)):
        raise InterventionError(
            "Les documents d'une famille sont joints par son référent et les collègues associés."
        )
    present_family(family.pk)
    return Document.objects.create(
        family=family,
        label=label,
        file=store.keep(file),
        kind=file.kind,
        size=len(file.content),
        sha256=file.sha256,
        by=by,
    )


def may_remove(documents: Iterable[Document], by: StaffMember) -> set[int]:
    """Return the numbers of those that one may take away: added by oneself, or of one's family."""
    found = list(documents)
    led = families_led(by, [one.family_id for one in found])
    return {one.pk for one in found if one.by_id == by.pk or one.family_id in led}


@transaction.atomic
def remove_document(*, document: Document, by: StaffMember) -> None:
    """Take a document away, and its file; InterventionError where one may not, or it is gone."""
    if document.pk not in may_remove([document], by):
        raise InterventionError("Qui l'a joint, ou le référent de la famille, le retire.")
    gone, _ = Document.objects.filter(pk=document.pk).delete()
    if not gone:
        raise InterventionError("Ce document n'est plus là.")
    file = document.file
    transaction.on_commit(lambda: store.remove([file]))


def removal_of_files(family_id: int) -> Callable[[], None]:
    """Return what deletes a family's files once its rows are gone: asked before, by who purges.

    What a process killed in between leaves goes in the night, as every file without a row.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.files_of_family(%s)", [family_id])
        files = [reference for (reference,) in cursor.fetchall()]
    return partial(store.remove, files)
