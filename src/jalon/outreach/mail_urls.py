"""The addresses of the pages of letters."""

from __future__ import annotations

from django.urls import path

from jalon.outreach import mail_views, message_views, return_views

app_name = "mail"
urlpatterns = [
    path("", mail_views.batches, name="batches"),
    path("en-attente/", mail_views.held, name="held"),
    path("nouveau/", mail_views.start, name="start"),
    path("messages/", message_views.troubled, name="messages"),
    path("messages/<uuid:public_id>/renvoyer/", message_views.again, name="again"),
    path("messages/<uuid:public_id>/annuler/", message_views.cancel, name="cancel"),
    path("retours/", return_views.returns, name="returns"),
    path("retours/<uuid:public_id>/", return_views.returned, name="returned"),
    path("retours/<uuid:public_id>/adresse/", return_views.address, name="address"),
    path("lettres/<uuid:public_id>/telecharger/", mail_views.letter, name="letter"),
    path("<uuid:public_id>/", mail_views.batch, name="batch"),
    path("<uuid:public_id>/telecharger/lettres-<int:number>.pdf", mail_views.part, name="part"),
    path("<uuid:public_id>/telecharger/couverture.pdf", mail_views.cover, name="cover"),
    path("<uuid:public_id>/telecharger/bordereau.csv", mail_views.manifest, name="manifest"),
    path("<uuid:public_id>/poste/", mail_views.post, name="post"),
    path("<uuid:public_id>/abandon/", mail_views.withdraw, name="withdraw"),
    path("<uuid:public_id>/reprise/", mail_views.resume, name="resume"),
]
