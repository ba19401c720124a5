"""The addresses of supports."""

from __future__ import annotations

from django.urls import path

from jalon.interventions import contract_views as contracts
from jalon.interventions import course_views as course
from jalon.interventions import support_views as views
from jalon.interventions import visit_views as visits

app_name = "supports"
urlpatterns = [
    path("", views.supports, name="list"),
    path("familles/<uuid:family>/", views.prepare, name="prepare"),
    path("objectifs/<uuid:public_id>/", views.objective, name="objective"),
    path("actions/<uuid:public_id>/", views.settle, name="settle"),
    path("contrats/<uuid:public_id>/", contracts.contract, name="contract"),
    path("contrats/<uuid:public_id>/signer/", contracts.sign, name="sign"),
    path("contrats/<uuid:public_id>/telecharger/", contracts.pdf, name="contract_pdf"),
    path("contrats/<uuid:public_id>/signe/telecharger/", contracts.scan, name="scan"),
    path("visites/<uuid:public_id>/", visits.visit, name="visit"),
    path("visites/<uuid:public_id>/declinee/", visits.decline_visit, name="decline_visit"),
    path("prolongations/<uuid:public_id>/", course.decide, name="decide"),
    path("<uuid:public_id>/", views.page, name="page"),
    path("<uuid:public_id>/diagnostic/<str:domain>/", views.appraise, name="appraise"),
    path("<uuid:public_id>/bilan/<str:kind>/", visits.review, name="review"),
    path("<uuid:public_id>/visite/", visits.ask_visit, name="ask_visit"),
    path("<uuid:public_id>/objectif/", views.add_objective, name="add_objective"),
    path("<uuid:public_id>/action/", views.plan_action, name="plan_action"),
    path("<uuid:public_id>/contrat/", contracts.write, name="write_contract"),
    path("<uuid:public_id>/suspendre/", course.suspend, name="suspend"),
    path("<uuid:public_id>/continuer/", course.resume, name="resume"),
    path("<uuid:public_id>/prolonger/", course.extend, name="extend"),
    path("<uuid:public_id>/relais/", course.hand_over, name="hand_over"),
    path("<uuid:public_id>/clore/", course.close, name="close"),
    path("<uuid:public_id>/reprendre/", course.reopen, name="reopen"),
]
