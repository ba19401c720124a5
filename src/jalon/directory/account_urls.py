"""The addresses of one's own account: of the sign-in library, only what we use.

Nobody signs up, changes their address or links an account by themselves: those pages of the
library are not there. The names are the library's, which looks for them.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.socialaccount import views as provider
from django.urls import include, path
from django.views.generic import RedirectView

from jalon.directory import openid
from jalon.directory.views import entry

urlpatterns = [
    path("connexion/", account.login, name="account_login"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("ferme/", account.account_inactive, name="account_inactive"),
    path("inscription/", account.signup, name="account_signup"),
    path("confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path("mot-de-passe/", account.password_change, name="account_change_password"),
    path("mot-de-passe-oublie/", entry.ask_for_link, name="account_reset_password"),
    path("sans-mot-de-passe/", entry.ask_for_link, name="account_set_password"),
    path("adresse/", RedirectView.as_view(pattern_name="mfa_index"), name="account_email"),
    path("verification/", include("allauth.mfa.urls")),
    path("fournisseur/<slug:provider_id>/", openid.sign_in, name="openid_connect_login"),
    path(
        "fournisseur/<slug:provider_id>/retour/",
        openid.come_back,
        name="openid_connect_callback",
    ),
    path("fournisseur-annule/", provider.login_cancelled, name="socialaccount_login_cancelled"),
    path("fournisseur-erreur/", provider.login_error, name="socialaccount_login_error"),
]
