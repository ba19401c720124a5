"""The addresses of one's own load."""

from __future__ import annotations

from django.urls import path

from jalon.steering.load import views as load_views

app_name = "load"
urlpatterns = [
    path("", load_views.mine, name="mine"),
    path("recues/", load_views.received_by_me, name="received"),
]
