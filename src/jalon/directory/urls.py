"""The addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from jalon.directory.views import entry

app_name = "directory"
urlpatterns = [
    path("demo/", entry.demo, name="demo"),
    path("equipe/invitation/", entry.choose_password, name="choose_password"),
    path("equipe/invitation/<str:token>/", entry.open_link, name="open_link"),
]
