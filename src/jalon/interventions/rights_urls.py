"""The addresses of rights checks."""

from __future__ import annotations

from django.urls import path

from jalon.interventions import rights_views as views

app_name = "rights"
urlpatterns = [
    path("familles/<uuid:family>/", views.checks, name="checks"),
    path("<uuid:public_id>/", views.check, name="check"),
    path("<uuid:public_id>/remplir/", views.fill, name="fill"),
    path("<uuid:public_id>/calculer/", views.compute, name="compute"),
    path("<uuid:public_id>/corriger/", views.withdraw, name="withdraw"),
    path("<uuid:public_id>/feuille/", views.sheet, name="sheet"),
    path("<uuid:public_id>/refaire/", views.again, name="again"),
    path("<uuid:public_id>/supprimer/", views.delete, name="delete"),
    path("<uuid:public_id>/demander/", views.claim, name="claim"),
    path("demandes/<uuid:public_id>/", views.settle, name="settle"),
]
