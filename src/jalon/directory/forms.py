"""What the directory asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.forms import SetPasswordForm

from jalon.directory.models import StaffMember

if TYPE_CHECKING:
    _SetPasswordForm = SetPasswordForm[StaffMember]
else:
    _SetPasswordForm = SetPasswordForm  # it takes no parameter when it runs


class NewPasswordForm(_SetPasswordForm):
    """Choose a password, twice the same."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["new_password1"].label = "Mot de passe"
        self.fields[
            "new_password1"
        ].help_text = (
            "Douze caractères au moins ; une phrase se retient mieux et protège davantage."
        )
        self.fields["new_password2"].label = "Le même, une deuxième fois"
