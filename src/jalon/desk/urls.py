"""The addresses of the day and of the guide."""

from __future__ import annotations

from django.urls import path

from jalon.desk.views import day, guide

app_name = "desk"
urlpatterns = [path("", day.day, name="day"), path("aide/", guide.guide, name="guide")]
