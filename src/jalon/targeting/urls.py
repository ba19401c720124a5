"""The addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from jalon.targeting.views import comparing, deciding, reading, receiving, trying

app_name = "targeting"
_RUN = "<uuid:public_id>/"
urlpatterns = [
    path("", receiving.runs, name="runs"),
    path("recevoir/", receiving.receive, name="receive"),
    path("prendre/", receiving.take, name="take"),
    path("essais/", trying.drafts, name="drafts"),
    path("essais/<uuid:public_id>/", trying.trial, name="trial"),
    path("essais/<uuid:public_id>/garder/", trying.keep, name="keep"),
    path("essais/<uuid:public_id>/supprimer/", trying.delete, name="delete_trial"),
    path(_RUN, reading.run, name="run"),
    path(f"{_RUN}communes/", reading.communes, name="communes"),
    path(f"{_RUN}familles/<str:which>/", reading.lines, name="lines"),
    path(f"{_RUN}familles/<str:which>/telecharger/", reading.lines_file, name="lines_file"),
    path(f"{_RUN}ligne/<int:number>/", reading.line, name="line"),
    path(f"{_RUN}dossier/", reading.search, name="search"),
    path(f"{_RUN}rejets/", reading.rejects, name="rejects"),
    path(f"{_RUN}rejets/telecharger/", reading.rejects_file, name="rejects_file"),
    path(f"{_RUN}comparaison/", comparing.comparison, name="comparison"),
    path(f"{_RUN}liberation/", deciding.choose, name="choose"),
    path(f"{_RUN}liberation/confirmer/", deciding.release, name="release"),
    path(f"{_RUN}retrait/", deciding.withdraw, name="withdraw"),
    path(f"{_RUN}refaire/", deciding.again, name="again"),
    path(f"{_RUN}essai/<slug:offer>/", trying.what_if, name="what_if"),
]
