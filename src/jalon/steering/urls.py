"""The addresses of figures."""

from __future__ import annotations

from django.urls import path

from jalon.steering import load_views

app_name = "steering"
urlpatterns = [
    path("equipe/", load_views.team, name="team"),
]
