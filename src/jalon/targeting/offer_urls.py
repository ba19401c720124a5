"""The addresses of the catalogue's pages."""

from __future__ import annotations

from django.urls import path

from jalon.targeting.views import offers

app_name = "offers"
urlpatterns = [
    path("", offers.offers, name="offers"),
    path("<slug:code>/", offers.sheet, name="sheet"),
]
