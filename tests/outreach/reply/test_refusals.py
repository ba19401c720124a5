"""What nobody sends by mistake: odd methods, long or broken bodies, forged states, sessions."""

from __future__ import annotations

import logging
import time
from io import BytesIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from conftest import as_owner
from factories.directory import StaffFactory
from jalon.audit.sealing import sealer
from jalon.config.logs import PlainFormatter
from jalon.directory.roles import Role
from jalon.outreach.models import Answer, AnswerCode
from jalon.outreach.reply.sealed import ClosedError, Credential
from outreach.reply.conftest import BORN, Telephone

pytestmark = pytest.mark.django_db
_FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("path", ["/r/", "/r/K7M29QXD4"])
def test_odd_methods_are_refused_in_a_sentence(client: Client, method: str, path: str) -> None:
    answer = getattr(client, method)(path)

    assert answer.status_code == 405
    assert "GET" in answer["Allow"]
    assert "Nous n’avons pas compris" in answer.content.decode()


def test_a_form_goes_to_the_bare_address_alone(client: Client) -> None:
    assert client.post("/r/K7M29QXD4", {}).status_code == 405


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"step=code&code=" + b"A" * 1024 * 1024, _FORM, 413),
        (b"&".join(b"a=1" for _ in range(2000)), _FORM, 400),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=", 400),
        (b"\xff\xfe=\x00&code=\xff", _FORM, 200),
        (b"code=%00&day=%00&month=%00&step=code", _FORM, 200),
        (b"", _FORM, 200),
        (b"{}", "application/json", 200),
        (b"step=code&code=x", f"{_FORM}; charset=utf-7", 400),
        (b"step=%3Cscript%3E&langue=xx&lang=yy&what=zz", _FORM, 200),
        (b"step=details&state=" + b"A" * 5000, _FORM, 200),
    ],
)
def test_what_cannot_be_read_is_answered_by_a_page(
    client: Client, body: bytes, kind: str, status: int
) -> None:
    answer = client.post("/r/", body, content_type=kind)

    assert answer.status_code == status
    assert "<h1>Répondre à notre lettre</h1>" in answer.content.decode()


_PART = b"--x\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n--x--\r\n"


@pytest.mark.parametrize(
    "charset",
    [
        *("hex", "rot13", "base64", "zlib", "idna", "undefined", "unicode_escape", "latin-1"),
        *("utf-16", "nonsense", "*=hex''61"),
    ],
)
@pytest.mark.parametrize("kind", [_FORM, "multipart/form-data; boundary=x"])
def test_no_other_encoding_is_read(client: Client, charset: str, kind: str) -> None:
    body = b"step=code&code=x" if kind == _FORM else _PART % (b'name="code"', rb"\ud800")
    named = f"charset{charset}" if charset.startswith("*") else f"charset={charset}"

    answer = client.generic("POST", "/r/", body, f"{kind}; {named}")

    assert answer.status_code == 400
    assert "<h1>Répondre à notre lettre</h1>" in answer.content.decode()


@pytest.mark.parametrize("name", [b"name*=hex''6162", b"name*=undefined''code", b"name*=utf-8''x"])
def test_a_part_named_in_an_odd_encoding_breaks_nothing(client: Client, name: bytes) -> None:
    answer = client.post(
        "/r/", _PART % (name, b"x"), content_type="multipart/form-data; boundary=x"
    )

    assert answer.status_code in {200, 400}
    assert "<h1>Répondre à notre lettre</h1>" in answer.content.decode()


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200b", "\x07", "\u2028"])
def test_what_hides_or_turns_a_text_round_is_not_given_back(
    client: Client, telephone: Telephone, hidden: str
) -> None:
    assert hidden not in client.get(f"/r/AB{hidden}CD").content.decode()
    telephone.open()
    for langue in ({}, {"langue": "en"}):
        page = telephone.send(**langue, code=f"AB{hidden}CD", phone=f"06{hidden}12")
        assert hidden not in page
        assert 'value="AB CD"' in page
        assert 'value="06 12"' in page


def test_no_file_is_kept(telephone: Telephone, code: AnswerCode) -> None:
    telephone.enter(code.value)
    answer = telephone.client.post("/r/", {**telephone.hidden, "phone": BytesIO(b"x" * 9000)})

    assert answer.status_code == 200
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"code": "K7M2 9QXD 4"},
        {"code": "<script>alert(1)</script>", "day": "1", "month": "1"},
        {"code": "' OR 1=1; --", "day": "1 OR 1=1", "month": "1"},
        {"code": "K7M29QXD4", "day": "32", "month": "13"},
        {"code": "K7M29QXD4", "day": "-1", "month": "1e1"},
        {"code": "K7M29QXD4", "day": "²", "month": "③"},
        {"code": "9" * 5000, "day": "9" * 5000, "month": "1"},
    ],
)
def test_what_is_missing_or_forged_is_shown_again_unharmed(
    telephone: Telephone, typed: dict[str, str]
) -> None:
    telephone.open()

    page = telephone.send(**typed)

    assert 'role="alert"' in page
    assert "<script" not in page
    assert telephone.title == "Répondre à notre lettre"


def test_an_address_is_shown_unharmed(client: Client) -> None:
    page = client.get("/r/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E").content.decode()

    assert "<script" not in page


def _sealed(code: str, *, age: int = 0, by: Fernet | None = None) -> str:
    content = f'{{"code": "{code}", "day": {BORN.day}, "month": {BORN.month}}}'
    sealed = (by or sealer("jalon.outreach.reply")).encrypt_at_time(
        content.encode(), int(time.time()) - age
    )
    return sealed.decode()


def test_a_sealed_state_holds_half_an_hour_and_is_nobody_elses(code: AnswerCode) -> None:
    assert Credential.opened(_sealed(code.value, age=29 * 60)).code == code.value
    with pytest.raises(ClosedError) as closed:
        Credential.opened(_sealed(code.value, age=31 * 60))
    assert closed.value.code == code.value
    for forged in (
        _sealed(code.value, by=sealer("jalon.audit.sessions")),
        _sealed(code.value, by=Fernet(Fernet.generate_key())),
        _sealed(code.value)[:-4] + "AAAA",
        "",
        "é",
        "x" * 100_000,
    ):
        with pytest.raises(ClosedError) as closed:
            Credential.opened(forged)
        assert closed.value.code == ""


def test_the_half_hour_counts_from_the_first_step(
    telephone: Telephone, code: AnswerCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    telephone.enter(code.value)
    for minutes, title in ((20, "Un appel"), (29, "Non, merci"), (31, "Répondre à notre lettre")):
        later = now + minutes * 60
        monkeypatch.setattr("jalon.outreach.reply.sealed.time.time", lambda at=later: at)
        telephone.send(step="choice", what="no" if minutes > 20 else "call")
        assert telephone.title == title


def test_a_sealed_state_says_nothing_to_who_looks_at_the_page(
    telephone: Telephone, code: AnswerCode
) -> None:
    page = telephone.enter(code.value)

    assert code.value not in page
    for told in ("DUPONT-SECRET", "07/05", str(code.approach.public_id), "Camille"):
        assert told not in page


def test_a_forged_state_writes_nothing(telephone: Telephone, code: AnswerCode) -> None:
    for state in (_sealed(code.value, by=Fernet(Fernet.generate_key())), "", "null"):
        telephone.open()
        page = telephone.send(step="details", what="call", state=state, code=code.value)
        assert telephone.title == "Répondre à notre lettre"
        assert 'role="alert"' in page
    with as_owner():
        assert not Answer.objects.exists()


def test_the_state_decides_not_the_code_beside_it(telephone: Telephone, code: AnswerCode) -> None:
    telephone.enter(code.value)
    telephone.send(what="call", code="K7M29QXD4")
    telephone.send(code="K7M29QXD4")

    with as_owner():
        assert Answer.objects.get().approach_id == code.approach_id


@pytest.mark.parametrize("role", [None, *Role])
def test_whoever_is_signed_in_answers_as_nobody_and_stays_signed_in(
    role: Role | None, code: AnswerCode
) -> None:
    telephone = Telephone(Client(enforce_csrf_checks=True))
    if role is not None:
        telephone.client.force_login(StaffFactory.create(role=role))
        session = telephone.client.session
        # Long enough ago for any page of theirs to note that they are there.
        session["seen_at"] -= 10 * 60
        session.save()
        before = Session.objects.values_list().get()
    telephone.enter(code.value)
    telephone.send(what="call")
    telephone.send()

    assert telephone.title == "Merci, c'est noté"
    assert telephone.last.cookies == {}
    with as_owner():
        assert Answer.objects.get().by_id is None
    if role is not None:
        assert Session.objects.values_list().get() == before
        assert settings.SESSION_COOKIE_NAME in telephone.client.cookies
        assert telephone.client.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/r/", "/r/K7M29QXD4"])
def test_the_page_is_whole_private_and_light(client: Client, path: str) -> None:
    for language in ("fr", "en", "ar", "pt", "tr"):
        answer = client.get(path, headers={"accept-language": language})
        page = answer.content.decode()

        policy = answer["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Frame-Options"] == "DENY"
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer.cookies == {}
        assert len(answer.content) < 15_000
        for drawn in ("<script", "<img", "src=", "@import", "url(", "style="):
            assert drawn not in page


def test_the_first_page_asks_nothing_of_the_database(
    client: Client, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        client.get("/r/K7M29QXD4")


def test_the_bare_word_leads_there(client: Client) -> None:
    answer = client.get("/r")
    assert (answer.status_code, answer["Location"]) == (301, "/r/")


def test_a_failure_writes_no_code_in_the_log(
    code: AnswerCode, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError(code.value)

    monkeypatch.setattr("jalon.outreach.reply.views.shown", fails)
    Client(raise_request_exception=False).get(f"/r/{code.value}")

    told: Any = settings.LOGGING["formatters"]["plain"]  # type: ignore[index]
    formatter = PlainFormatter(told["format"], style=told["style"])
    log = "\n".join(
        formatter.format(one) for one in caplog.records if one.levelno >= logging.WARNING
    )
    assert "500 GET /r/<str:code>" in log
    assert code.value not in log
