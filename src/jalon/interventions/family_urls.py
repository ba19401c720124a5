"""The addresses of what goes with a family's interventions: drafts, and who shares them."""

from __future__ import annotations

from django.urls import path

from jalon.interventions import document_views as documents
from jalon.interventions import family_views as views
from jalon.interventions import journal_views as journal
from jalon.interventions import relay_views as relays

app_name = "followed"
urlpatterns = [
    path("a-faire/", views.to_do, name="to_do"),
    path("chercher/", journal.find, name="find"),
    path("journal/<uuid:public_id>/", journal.entry, name="entry"),
    path("notes/<uuid:public_id>/", journal.own_note, name="own_note"),
    path("notes/<uuid:public_id>/effacer/", journal.erase, name="erase_note"),
    path("<uuid:family>/journal/", journal.journal, name="journal"),
    path("<uuid:family>/journal/ecrire/", journal.write, name="write_entry"),
    path("<uuid:family>/note/", journal.note, name="note"),
    path("<uuid:family>/relais/", relays.note, name="hand_over_note"),
    path("<uuid:family>/documents/", documents.documents, name="documents"),
    path("<uuid:family>/documents/joindre/", documents.join, name="join_document"),
    path("documents/<uuid:public_id>/telecharger/", documents.download, name="document"),
    path("documents/<uuid:public_id>/retirer/", documents.remove, name="remove_document"),
    path("relais/<uuid:public_id>/lue/", relays.acknowledge, name="acknowledge"),
    path("brouillons/", views.drafts, name="drafts"),
    path("<uuid:family>/brouillon/", views.keep, name="keep_draft"),
    path("<uuid:family>/brouillon/effacer/", views.forget, name="forget_draft"),
    path("<uuid:family>/partager/", views.share, name="share"),
    path("<uuid:family>/partager/<int:number>/terminer/", views.unshare, name="unshare"),
]
