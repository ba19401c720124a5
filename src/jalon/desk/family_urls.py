"""The addresses of the pages of families, which put several rooms together."""

from __future__ import annotations

from django.urls import path

from jalon.desk.views import contacts, doubts, exceptional, family, record, safety, search

app_name = "families"
urlpatterns = [
    path("", search.search, name="search"),
    path("les-miennes/", search.mine, name="mine"),
    path("sans-referent/", search.without_lead, name="without_lead"),
    path("coordonnees-a-confirmer/", contacts.to_confirm, name="contacts_to_confirm"),
    path("doublons/", doubts.doubts, name="doubts"),
    path("doublons/<uuid:public_id>/", doubts.doubt, name="doubt"),
    path("doublons/<uuid:public_id>/separer/", doubts.keep_apart, name="keep_apart"),
    path("doublons/<uuid:public_id>/reunir/", doubts.merge, name="merge"),
    path("reunions/", doubts.merges, name="merges"),
    path("reunions/<uuid:public_id>/defaire/", doubts.undo_merge, name="undo_merge"),
    path("dossiers/<uuid:export>/", record.record, name="record"),
    path("dossiers/<uuid:export>/relire/", record.reread, name="reread_record"),
    path("dossiers/<uuid:export>/telecharger/<str:kind>/", record.file, name="record_file"),
    path("<uuid:public_id>/dossier/", record.ask, name="ask_record"),
    path("acces-exceptionnels/", exceptional.accesses, name="accesses"),
    path(
        "acces-exceptionnels/<uuid:access>/examiner/", exceptional.examine, name="examine_access"
    ),
    path("<uuid:public_id>/acces-exceptionnel/", exceptional.ask, name="exceptional"),
    path("<uuid:public_id>/acces-exceptionnel/lire/", exceptional.read, name="read_exceptionally"),
    path(
        "<uuid:public_id>/acces-exceptionnel/documents/<uuid:document>/telecharger/",
        exceptional.document,
        name="exceptional_document",
    ),
    path("<uuid:public_id>/", family.family, name="family"),
    path("<uuid:public_id>/intervenir/", family.declare, name="declare"),
    path("<uuid:public_id>/referent/", family.name_lead, name="name_lead"),
    path("<uuid:public_id>/coordonnees/", contacts.contacts, name="contacts"),
    path(
        "<uuid:public_id>/coordonnees/<uuid:given>/confirmer/",
        contacts.confirm,
        name="confirm_contact",
    ),
    path(
        "<uuid:public_id>/coordonnees/<uuid:given>/refuser/",
        contacts.refuse,
        name="refuse_contact",
    ),
    path("<uuid:public_id>/proteger/", safety.say, name="say"),
    path("<uuid:public_id>/protections/<str:which>/lever/", safety.lift, name="lift"),
    path(
        "<uuid:public_id>/interventions/<uuid:involvement>/terminer/",
        family.end,
        name="end_involvement",
    ),
]
