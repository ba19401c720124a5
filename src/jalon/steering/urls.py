"""The addresses of figures."""

from __future__ import annotations

from django.urls import path

from jalon.steering import figure_views, load_views

app_name = "steering"
urlpatterns = [
    path("", figure_views.department, name="department"),
    path("equipe/", load_views.team, name="team"),
    path("indicateurs/<slug:code>/", figure_views.indicator, name="indicator"),
    path("indicateurs/<slug:code>/telecharger/classeur/", figure_views.workbook, name="workbook"),
    path(
        "indicateurs/<slug:code>/telecharger/<slug:part>/csv/", figure_views.part_csv, name="csv"
    ),
    path(
        "indicateurs/<slug:code>/telecharger/<slug:part>/svg/",
        figure_views.part_svg,
        name="svg",
    ),
    path(
        "indicateurs/<slug:code>/<slug:part>/<slug:width>/",
        figure_views.drawing,
        name="drawing",
    ),
]
