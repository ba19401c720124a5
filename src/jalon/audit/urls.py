"""The addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from jalon.audit import access_views, retention_views, views

app_name = "audit"
urlpatterns = [
    path("", views.reads, name="reads"),
    path("modifications/", views.changes, name="changes"),
    path("connexions/", views.sign_ins, name="sign_ins"),
    path("acces-exceptionnels/", access_views.accesses, name="accesses"),
    path("acces-exceptionnels/<uuid:public_id>/", access_views.access, name="access"),
    path("conservation/", retention_views.retention, name="retention"),
    path("conservation/purger/", retention_views.purge, name="purge"),
    path("famille/", views.find, name="find"),
    path("famille/<uuid:public_id>/", views.family, name="family"),
]
