"""The addresses of the pages of approaches: the list, what families say, who takes them."""

from __future__ import annotations

from django.urls import path

from jalon.outreach import approach_views as views
from jalon.outreach import list_views

app_name = "approaches"
urlpatterns = [
    path("", list_views.approaches, name="list"),
    path("telecharger/", list_views.approaches_file, name="list_file"),
    path("ensemble/", list_views.together, name="together"),
    path("a-attribuer/", list_views.to_assign, name="to_assign"),
    path("reponses/<uuid:public_id>/traitee/", views.dealt_with, name="dealt_with"),
    path("<uuid:public_id>/reponse/", views.answer, name="answer"),
    path("<uuid:public_id>/appel/", views.call, name="call"),
    path("<uuid:public_id>/rouvrir/", views.open_code, name="open_code"),
    path("<uuid:public_id>/clore/", views.end, name="end"),
]
