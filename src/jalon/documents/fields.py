"""The field of a form by which somebody hands in a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from jalon.documents.checking import CheckedFile, checked
from jalon.documents.errors import FileRefusedError
from jalon.documents.kinds import MOST_BYTES, Flaw

WHAT_IS_TAKEN = "PDF, JPEG ou PNG, huit mégaoctets et cent pages au plus."


class CheckedFileField(forms.FileField):
    """A file that is looked through as the form is read; its value is a `CheckedFile`."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's own
        super().__init__(allow_empty_file=True, **kwargs)
        self.widget.attrs["accept"] = ".pdf,.jpg,.jpeg,.png"

    def clean(self, data: UploadedFile[Any] | None, initial: None = None) -> CheckedFile | None:
        """Return the file, or nothing where none was handed in and none is needed."""
        given = super().clean(data, initial)
        if given is None:
            return None
        # Read no further than what may be taken.
        if (given.size or 0) > MOST_BYTES:
            raise forms.ValidationError(Flaw.TOO_LARGE.sentence)
        try:
            return checked(given.read())
        except FileRefusedError as error:
            raise forms.ValidationError(str(error)) from error
