"""The addresses of information-advices."""

from __future__ import annotations

from django.urls import path

from jalon.interventions import advice_views as views

app_name = "advice"
urlpatterns = [
    path("", views.advices, name="list"),
    path("familles/<uuid:family>/", views.start, name="open"),
    path("entretiens/<uuid:public_id>/", views.meeting, name="meeting"),
    path("suites/<uuid:public_id>/", views.settle, name="settle"),
    path("<uuid:public_id>/", views.page, name="page"),
    path("<uuid:public_id>/entretien/", views.meet, name="meet"),
    path("<uuid:public_id>/suite/", views.follow_up, name="follow_up"),
    path("<uuid:public_id>/autre-service/", views.other_service, name="other_service"),
    path("<uuid:public_id>/clore/", views.close, name="close"),
]
