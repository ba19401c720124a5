"""The addresses of the application's pages, room by room."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("compte/", include("jalon.directory.account_urls")),
    path("", include("jalon.directory.urls")),
    path("familles/", include("jalon.desk.family_urls")),
    path("requetages/", include("jalon.targeting.urls")),
    path("offres/", include("jalon.targeting.offer_urls")),
    path("propositions/", include("jalon.outreach.urls")),
    path("prises-de-contact/", include("jalon.outreach.approach_urls")),
    path("agenda/", include("jalon.agenda.urls")),
    path("informations-conseils/", include("jalon.interventions.advice_urls")),
    path("accompagnements/", include("jalon.interventions.support_urls")),
    path("droits/", include("jalon.interventions.rights_urls")),
    path("suivi/", include("jalon.interventions.family_urls")),
    path("courriers/", include("jalon.outreach.mail_urls")),
    path("messages/", include("jalon.outreach.message_urls")),
    path("r/", include("jalon.outreach.reply.urls")),
    path("ma-charge/", include("jalon.steering.load.urls")),
    path("pilotage/", include("jalon.steering.urls")),
    path("controle/", include("jalon.audit.urls")),
    path("", include("jalon.desk.urls")),
]
handler500 = "jalon.config.failing.failed"
if settings.GALLERY:
    urlpatterns.append(path("composants/", include("jalon.web.urls")))
