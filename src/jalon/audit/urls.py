"""The addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from jalon.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.reads, name="reads"),
    path("modifications/", views.changes, name="changes"),
    path("connexions/", views.sign_ins, name="sign_ins"),
    path("famille/", views.find, name="find"),
    path("famille/<uuid:public_id>/", views.family, name="family"),
]
