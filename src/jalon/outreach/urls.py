"""The addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from jalon.outreach import views

app_name = "outreach"
urlpatterns = [
    path("", views.proposals, name="proposals"),
    path("telecharger/", views.proposals_file, name="proposals_file"),
    path("reprises/", views.left_behind, name="left_behind"),
    path("reprises/<uuid:public_id>/", views.take_over, name="take_over"),
]
