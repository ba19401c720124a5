"""Addresses of the gallery of components."""

from __future__ import annotations

from django.urls import path, re_path

from jalon.web import views

app_name = "web"

urlpatterns = [
    path("", views.gallery, name="gallery"),
    re_path(
        rf"^erreurs/(?P<code>{'|'.join(views.ERROR_PAGES)})/$",
        views.error_page,
        name="error_page",
    ),
]
