"""The address at which providers tell what became of messages."""

from __future__ import annotations

from django.urls import path

from jalon.outreach import delivery

app_name = "messages"
urlpatterns = [path("suivi/<slug:provider>/", delivery.report, name="report")]
