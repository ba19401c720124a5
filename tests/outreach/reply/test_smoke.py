import pytest
from django.test import Client
from factories.outreach import ApproachFactory
from conftest import as_owner
pytestmark = pytest.mark.django_db
def test_it(client: Client) -> None:
    for lang in ("fr","ar"):
        r = client.get("/r/K7M29QXD4", headers={"accept-language": lang})
        assert r.status_code == 200
        print(len(r.content)); print(r.content.decode()[-3500:]); print(r.headers)
