"""The addresses of figures."""

from __future__ import annotations

from django.urls import path

from jalon.steering import figure_views, load_views, report_views

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
    path("rapports/", report_views.report_list, name="reports"),
    path("rapports/preparer/", report_views.prepare, name="prepare_report"),
    path("rapports/<uuid:public_id>/", report_views.report, name="report"),
    path("rapports/<uuid:public_id>/adopter/", report_views.adopt, name="adopt_report"),
    path("rapports/<uuid:public_id>/supprimer/", report_views.discard, name="discard_report"),
    path("rapports/<uuid:public_id>/chiffres/", report_views.take_figures, name="take_figures"),
    path("rapports/<uuid:public_id>/telecharger/pdf/", report_views.pdf, name="report_pdf"),
    path(
        "rapports/<uuid:public_id>/telecharger/classeur/",
        report_views.workbook,
        name="report_workbook",
    ),
    path("rapports/<uuid:public_id>/<slug:part>/", report_views.comment, name="comment"),
    path(
        "rapports/<uuid:public_id>/<slug:part>/<int:number>/<slug:width>/",
        report_views.drawing,
        name="report_drawing",
    ),
]
