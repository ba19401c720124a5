"""The addresses of the room's pages."""

from __future__ import annotations

from django.urls import include, path

from jalon.directory.views import accounts, confirming, entry, staff, work

app_name = "directory"
_person = [
    path("", staff.person, name="person"),
    path("fiche/", accounts.change, name="change"),
    path("fermer/", accounts.close, name="close"),
    path("rouvrir/", accounts.reopen, name="reopen"),
    path("cles/", accounts.forget_factors, name="forget_factors"),
    path("lien/", accounts.invite, name="invite"),
    path("roles/", work.give_role, name="give_role"),
    path("roles/<int:grant>/", work.end_role, name="end_role"),
    path("roles/<int:grant>/confirmer/", confirming.confirm, name="confirm_role"),
    path("roles/<int:grant>/refuser/", confirming.decline, name="decline_role"),
    path("roles/<int:grant>/acces/", confirming.remove_ways_in, name="remove_ways_in"),
    path("communes/", work.sectors, name="sectors"),
    path("absences/", work.declare_absence, name="declare_absence"),
    path("absences/<int:absence>/", work.withdraw_absence, name="withdraw_absence"),
]
urlpatterns = [
    path("demo/", entry.demo, name="demo"),
    path("equipe/", staff.people, name="staff"),
    path("equipe/roles/", staff.roles, name="roles"),
    path("equipe/a-confirmer/", confirming.to_confirm, name="to_confirm"),
    path("equipe/ouvrir/", accounts.open_account, name="open_account"),
    path("equipe/invitation/", entry.choose_password, name="choose_password"),
    path("equipe/invitation/<str:token>/", entry.open_link, name="open_link"),
    path("equipe/<uuid:public_id>/", include(_person)),
]
