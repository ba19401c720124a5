"""The address of the day."""

from __future__ import annotations

from django.urls import path

from jalon.desk.views import day

app_name = "desk"
urlpatterns = [path("", day.day, name="day")]
