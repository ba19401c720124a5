"""The addresses of the pages of diaries."""

from __future__ import annotations

from django.urls import path

from jalon.agenda.views import appointments, booking, diaries, feeds, places, queues

app_name = "agenda"
urlpatterns = [
    path("", diaries.week, name="week"),
    path("equipe/", diaries.team, name="team"),
    path("jour/", diaries.day, name="day"),
    path("a-noter/", queues.to_note, name="to_note"),
    path("a-deplacer/", queues.to_move, name="to_move"),
    path("familles/<uuid:family>/", booking.book, name="book"),
    path("rendez-vous/<uuid:appointment>/", appointments.appointment, name="appointment"),
    path("rendez-vous/<uuid:appointment>/deplacer/", booking.move, name="move"),
    path("rendez-vous/<uuid:appointment>/confirmer/", appointments.confirm, name="confirm"),
    path("rendez-vous/<uuid:appointment>/annuler/", appointments.cancel, name="cancel"),
    path("rendez-vous/<uuid:appointment>/noter/", appointments.note, name="note"),
    path("lieux/", places.places, name="places"),
    path("lieux/fermer/", places.close_all, name="close_all"),
    path("lieux/<int:pk>/", places.place, name="place"),
    path("lieux/<int:pk>/ouvertures/", places.set_opening, name="set_opening"),
    path("lieux/<int:pk>/salles/", places.add_room, name="add_room"),
    path("lieux/<int:pk>/fermetures/", places.close, name="close"),
    path("ouvertures/<int:pk>/retirer/", places.remove_opening, name="remove_opening"),
    path("salles/<int:pk>/retirer/", places.remove_room, name="remove_room"),
    path("fermetures/<int:pk>/rouvrir/", places.reopen, name="reopen"),
    path("abonnement/", feeds.feed, name="feed"),
    path("abonnement/fermer/", feeds.revoke, name="revoke_feed"),
    path("ics/<str:token>/", feeds.calendar, name="calendar"),
    path("presences/<uuid:worker>/", places.presences, name="presences"),
]
