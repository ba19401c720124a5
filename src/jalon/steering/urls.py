"""The addresses of figures."""

from __future__ import annotations

from django.urls import path

from jalon.steering.effects import views as effects_views
from jalon.steering.figures import views as figure_views
from jalon.steering.forecast import views as forecast_views
from jalon.steering.load import views as load_views
from jalon.steering.national import views as national_views
from jalon.steering.reports import views as report_views
from jalon.steering.rows import views as row_views

app_name = "steering"
urlpatterns = [
    path("", figure_views.department, name="department"),
    path("equipe/", load_views.team, name="team"),
    path("equipe/recues/", load_views.received_by_team, name="received"),
    path("indicateurs/<slug:code>/", figure_views.indicator, name="indicator"),
    path("indicateurs/<slug:code>/liste/", row_views.rows, name="rows"),
    path(
        "indicateurs/<slug:code>/telecharger/classeur/",
        figure_views.workbook,
        name="figure_workbook",
    ),
    path(
        "indicateurs/<slug:code>/telecharger/<slug:part>/csv/",
        figure_views.part_csv,
        name="figure_csv",
    ),
    path(
        "indicateurs/<slug:code>/telecharger/<slug:part>/svg/",
        figure_views.part_svg,
        name="figure_svg",
    ),
    path(
        "indicateurs/<slug:code>/<slug:part>/<slug:width>/",
        figure_views.drawing,
        name="figure_drawing",
    ),
    path("prevoir/", forecast_views.forecast, name="forecast"),
    path(
        "prevoir/telecharger/classeur/",
        forecast_views.forecast_workbook,
        name="forecast_workbook",
    ),
    path("prevoir/telecharger/<slug:part>/csv/", forecast_views.forecast_csv, name="forecast_csv"),
    path("prevoir/telecharger/<slug:part>/svg/", forecast_views.forecast_svg, name="forecast_svg"),
    path(
        "prevoir/<slug:part>/<slug:width>/",
        forecast_views.forecast_drawing,
        name="forecast_drawing",
    ),
    path("effets/", effects_views.effects, name="effects"),
    path("effets/telecharger/classeur/", effects_views.effects_workbook, name="effects_workbook"),
    path("effets/telecharger/<slug:part>/csv/", effects_views.effects_csv, name="effects_csv"),
    path("effets/telecharger/<slug:part>/svg/", effects_views.effects_svg, name="effects_svg"),
    path(
        "effets/<slug:part>/<slug:width>/", effects_views.effects_drawing, name="effects_drawing"
    ),
    path("outil-national/", national_views.national, name="national"),
    path(
        "outil-national/telecharger/classeur/",
        national_views.national_workbook,
        name="national_workbook",
    ),
    path(
        "outil-national/telecharger/<slug:part>/csv/",
        national_views.national_csv,
        name="national_csv",
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
        "rapports/<uuid:public_id>/<slug:part>/<slug:place>/",
        report_views.comment,
        name="comment_of_territory",
    ),
    path(
        "rapports/<uuid:public_id>/<slug:part>/<int:number>/<slug:width>/",
        report_views.drawing,
        name="report_drawing",
    ),
]
