"""The addresses of the answer page: the bare one, and the one that a letter's square holds."""

from __future__ import annotations

from django.urls import path

from jalon.outreach.reply import views

app_name = "reply"
urlpatterns = [
    path("", views.answer, name="answer"),
    path("<str:code>", views.answer, name="answer_with_code"),
]
