"""Adding a passkey to one's own account, in words that say what it is for."""

from __future__ import annotations

from allauth.mfa.webauthn.forms import AddWebAuthnForm


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """The sign-in library's form, whose own words are for those who know passkeys already."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        name, alone = self.fields["name"], self.fields["passwordless"]
        name.label = "Nom de la clé"
        name.help_text = "Pour la reconnaître : ordinateur du bureau, téléphone, clé USB."
        alone.label = "Me connecter avec cette clé seule, sans mot de passe"
        alone.help_text = "La clé demandera alors un doigt, un visage ou un code."
