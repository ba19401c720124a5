"""A threshold is tried on a run in the background: who would enter and leave, for how long."""

from __future__ import annotations

import html
import re
import shutil
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import duckdb
import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.db.utils import IntegrityError
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from conftest import as_owner
from factories.directory import StaffFactory
from factories.targeting import PROFILE, RuleTrialFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission, Role
from jalon.register.extract import open_extract
from jalon.rules.profile import load_profile
from jalon.targeting import storage, tasks
from jalon.targeting.actions import compute_trial, fail_trial, forget_trials
from jalon.targeting.engine.simulating import changed_offer, simulate
from jalon.targeting.models import TRIAL_LASTS, RuleTrial, TargetingRun
from jalon.targeting.trials import HOURS_A_DAY, HOURS_A_FAMILY
from targeting.pages.conftest import OCTOBER, Computed

pytestmark = pytest.mark.django_db
SignIn = Callable[[StaffMember], Client]
OLDEST = "âge de la personne responsable, au plus"


@pytest.fixture
def client(manager: StaffMember, as_person: SignIn) -> Client:
    return as_person(manager)


def plain(page: str) -> str:
    """Return a page's text with ordinary spaces."""
    return html.unescape(page).replace("\N{NO-BREAK SPACE}", " ")


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def address(run: TargetingRun, offer: str) -> str:
    return reverse("targeting:what_if", args=[run.public_id, offer])


def fields_of(client: Client, run: TargetingRun, offer: str) -> dict[str, Any]:
    fields: dict[str, Any] = client.get(address(run, offer)).context["form"].fields
    return fields


def name_of(client: Client, run: TargetingRun, label: str) -> str:
    fields = fields_of(client, run, "lone_parent")
    return next(name for name, field in fields.items() if label in field.label)


def ask(client: Client, run: TargetingRun, offer: str, **changes: Any) -> HttpResponse:
    """Send the form of an offer as it is, but for some changes."""
    fields = fields_of(client, run, offer)
    as_it_is = {name: field.initial for name, field in fields.items()}
    return client.post(address(run, offer), {**as_it_is, **changes})  # type: ignore[return-value]


def stands(trial: RuleTrial) -> RuleTrial:
    with as_owner():
        return RuleTrial.objects.get(pk=trial.pk)


def only_trial() -> RuleTrial:
    with as_owner():
        return RuleTrial.objects.select_related("author", "run").get()


def compute(trial: RuleTrial) -> RuleTrial:
    with acting(trial.author_id):
        compute_trial(trial_id=trial.pk)
    return stands(trial)


def shown(client: Client, trial: RuleTrial, name: str = "trial", **headers: str) -> HttpResponse:
    answer = client.get(reverse(f"targeting:{name}", args=[trial.public_id]), headers=headers)
    assert answer.status_code == 200
    return answer  # type: ignore[return-value]


@pytest.fixture
def asked(client: Client, october: TargetingRun) -> RuleTrial:
    """A trial that the manager asked for, and that nobody has computed."""
    answer = ask(client, october, "lone_parent", **{name_of(client, october, OLDEST): "45"})
    trial = only_trial()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("targeting:trial", args=[trial.public_id])
    return trial


def test_a_trial_says_who_would_enter_and_the_work(
    client: Client, asked: RuleTrial, october_files: Computed
) -> None:
    profile = load_profile(PROFILE)
    catalogue = profile.catalogue(OCTOBER)
    with open_extract(october_files.extract, month=OCTOBER) as extract:
        changed = changed_offer(catalogue, "lone_parent", ["responsible_age=18..45"])
        expected = simulate(extract, profile, catalogue, changed)
    entered = [move.household_id for move in expected.moves if move.entered]
    assert entered, "the change must move someone"

    compute(asked)
    page = plain(shown(client, asked).content.decode())

    assert "de 18 à 34 ans" in page
    assert "de 18 à 45 ans" in page
    assert f"Entreraient {len(entered)} " in words(page)
    assert all(f'value="{number}"' in page for number in entered[:20])
    assert all(number not in page for number in entered[20:])
    for area, (coming, going) in expected.by_territory().items():
        assert f"{area} {coming} {going}" in words(page)
    for outcome, before in expected.before.items():
        label = {"selected": "Retenu", "set_aside": "Écarté", "to_verify": "À vérifier"}[outcome]
        assert re.search(rf"{label}\w* {before} {expected.after[outcome]}\b", words(page)), outcome
    days = len(entered) * HOURS_A_FAMILY / HOURS_A_DAY
    assert f"+{days:.1f}".replace(".", ",") in page
    assert "35 % d'informations-conseils" in page
    assert "Rien n'est changé" in page


def test_a_trial_is_followed_then_shown_whole(client: Client, asked: RuleTrial) -> None:
    link = reverse("targeting:trial", args=[asked.public_id])
    following = shown(client, asked, **{"HX-Request": "true"})
    page = plain(following.content.decode())
    assert f'hx-get="{link}"' in page
    assert f'href="{link}"' in page, "without JavaScript, a link to ask again"
    assert "En attente de calcul" in page
    assert "de 18 à 45 ans" in page
    assert "HX-Refresh" not in following

    with as_owner():
        RuleTrial.objects.update(step="Lecture de l'extraction")
    assert "Lecture de l'extraction" in plain(shown(client, asked).content.decode())
    compute(asked)

    whole = shown(client, asked, **{"HX-Request": "true"})
    assert whole["HX-Refresh"] == "true"
    assert "hx-get" not in whole.content.decode()
    assert "HX-Refresh" not in shown(client, asked)


def test_no_page_computes_anything(
    client: Client, october: TargetingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = name_of(client, october, OLDEST)

    def refuse(*_: Any, **__: Any) -> None:
        pytest.fail("a request reads an extract")

    with monkeypatch.context() as patched:
        patched.setattr(duckdb, "connect", refuse)
        ask(client, october, "lone_parent", **{name: "45"})
        trial = only_trial()
        shown(client, trial)
    compute(trial)
    monkeypatch.setattr(duckdb, "connect", refuse)
    with CaptureQueriesContext(connection) as captured:
        page = shown(client, trial)
    shown(client, trial, "delete_trial")
    client.get(reverse("targeting:drafts"))

    assert "Entreraient" in page.content.decode()
    assert len(captured) <= 15
    assert len(page.content) < 60_000


def test_the_form_shows_what_was_tried_and_what_the_rule_is(
    client: Client, october: TargetingRun, asked: RuleTrial
) -> None:
    name = name_of(client, october, OLDEST)
    compute(asked)

    form = shown(client, asked).context["form"]  # type: ignore[attr-defined]

    assert form[name].value() == "45"
    assert "de 18 à 34 ans" in plain(form[name].help_text)
    again = {one.name: one.value() for one in form} | {name: "50"}
    answer = client.post(address(october, "lone_parent"), again)
    assert answer.status_code == 302
    with as_owner():
        last = RuleTrial.objects.get(~Q(pk=asked.pk))
    assert last.settings["set"] == ["age=18..50"]


@pytest.mark.parametrize("offer", ["separation", "lone_parent", "rent_arrears", "aid_leisure"])
def test_each_offer_tried_shows_its_form_again(
    client: Client, october: TargetingRun, manager: StaffMember, offer: str
) -> None:
    """What is tried is read back from what simulations read, whatever the kind of criterion."""
    for name, field in fields_of(client, october, offer).items():
        changed = _another(field)
        if changed is None or name.endswith("_min"):
            continue
        assert ask(client, october, offer, **{name: changed}).status_code == 302, name
        with as_owner():
            trial = RuleTrial.objects.latest("pk")
        with acting(manager.pk):
            fail_trial(trial_id=trial.pk, problem="Arrêté.")
        form = shown(client, trial).context["form"]  # type: ignore[attr-defined]
        assert form[name].value() == changed, name


def _another(field: Any) -> Any:
    """Return another value of a field than the one that it has; None where there is none."""
    if hasattr(field, "choices"):
        others = [code for code, _ in field.choices if code not in field.initial]
        if not others:
            return None
        return [*field.initial, others[0]] if isinstance(field.initial, list) else others[0]
    return str(int(float(field.initial)) + 1)


def test_hours_a_family_are_the_source_s() -> None:
    assert HOURS_A_FAMILY == 17


@pytest.mark.parametrize("offer", ["separation", "lone_parent", "rent_arrears", "aid_leisure"])
def test_an_offer_tried_as_it_is_changes_nothing(
    client: Client, october: TargetingRun, offer: str
) -> None:
    page = ask(client, october, offer).content.decode()

    assert "Aucun critère n'a changé" in page
    with as_owner():
        assert not RuleTrial.objects.exists()


@pytest.mark.parametrize("value", ["", "abc", "-1", "999", "12.5", "1e999", "45; DROP TABLE"])
def test_a_value_that_cannot_be_is_said_beside_its_field(
    client: Client, october: TargetingRun, value: str
) -> None:
    name = name_of(client, october, OLDEST)

    page = ask(client, october, "lone_parent", **{name: value}).content.decode()

    assert "À corriger" in page
    assert f'href="#id_{name}"' in page
    assert "--set" not in page
    with as_owner():
        assert not RuleTrial.objects.exists()


def test_a_range_upside_down_is_said(client: Client, october: TargetingRun) -> None:
    name = name_of(client, october, OLDEST)

    page = ask(client, october, "lone_parent", **{name: "10"}).content.decode()

    assert "Le minimum dépasse le maximum." in page


def test_an_offer_the_run_does_not_apply_is_said(client: Client, october: TargetingRun) -> None:
    answer = client.get(address(october, "overcrowding"), follow=True)

    assert "applique pas cette offre" in answer.content.decode()


def test_what_was_asked_already_is_not_computed_again(
    client: Client, october: TargetingRun, asked: RuleTrial, as_person: SignIn
) -> None:
    """A form sent twice, or a page come back to; somebody else's trial is their own."""
    change = {name_of(client, october, OLDEST): "45"}

    again = ask(client, october, "lone_parent", **change)
    other = as_person(StaffFactory.create(role=Role.TARGETING_ANALYST))
    elsewhere = ask(other, october, "lone_parent", **change)

    assert again["Location"] == reverse("targeting:trial", args=[asked.public_id])
    assert elsewhere["Location"] != again["Location"]
    with as_owner():
        assert RuleTrial.objects.count() == 2
        assert ProcrastinateJob.objects.filter(task_name="targeting.try").count() == 2


def test_what_could_not_be_computed_may_be_asked_again(
    client: Client, october: TargetingRun, asked: RuleTrial, manager: StaffMember
) -> None:
    with acting(manager.pk):
        fail_trial(trial_id=asked.pk, problem="Plus de place.")

    ask(client, october, "lone_parent", **{name_of(client, october, OLDEST): "45"})

    with as_owner():
        assert RuleTrial.objects.count() == 2


def test_two_people_try_at_once(
    client: Client, october: TargetingRun, asked: RuleTrial, as_person: SignIn
) -> None:
    other = as_person(StaffFactory.create(role=Role.TARGETING_ANALYST))
    ask(other, october, "lone_parent", **{name_of(client, october, OLDEST): "30"})
    with as_owner():
        second = RuleTrial.objects.get(~Q(pk=asked.pk))
        locks = set(ProcrastinateJob.objects.filter(task_name="targeting.try").values_list("lock"))
    assert len(locks) == 2, "neither waits for the other"

    first, second = compute(asked), compute(second)

    assert [moved(first, "entered") > 0, moved(first, "left")] == [True, 0]
    assert [moved(second, "left") > 0, moved(second, "entered")] == [True, 0]
    assert "Sortiraient" in shown(other, second).content.decode()


def moved(trial: RuleTrial, which: str) -> int:
    assert trial.result
    number: int = trial.result[which]
    return number


def test_an_extract_that_is_gone_is_said_when_asked(client: Client, october: TargetingRun) -> None:
    name = name_of(client, october, OLDEST)
    shutil.rmtree(storage.extract_folder(october))

    page = plain(ask(client, october, "lone_parent", **{name: "45"}).content.decode())

    assert "L'extraction de ce requêtage n'est plus gardée" in page
    with as_owner():
        assert not RuleTrial.objects.exists()


def test_an_extract_that_goes_meanwhile_is_said_on_the_trials_page(
    client: Client, asked: RuleTrial
) -> None:
    shutil.rmtree(storage.extract_folder(asked.run))

    compute(asked)
    page = plain(shown(client, asked).content.decode())

    assert "L'essai n'a pas pu être calculé" in page
    assert "L'extraction de ce requêtage n'est plus gardée" in page
    assert "Garder cet essai" not in page
    assert "hx-get" not in page


def test_a_refusal_names_no_folder_of_the_server(client: Client, asked: RuleTrial) -> None:
    (storage.run_folder(asked.run) / "run.json").unlink()

    compute(asked)
    page = plain(shown(client, asked).content.decode())

    assert "n'est pas le relevé" in page
    assert str(storage.run_folder(asked.run)) not in page


def test_a_run_that_is_not_computed_is_not_tried(client: Client, october: TargetingRun) -> None:
    name = name_of(client, october, OLDEST)
    with as_owner():
        TargetingRun.objects.update(state="withdrawn", computed_at=None, **_withdrawal(october))

    page = plain(ask(client, october, "lone_parent", **{name: "45"}).content.decode())

    assert "Ce requêtage n'est pas calculé" in page


def _withdrawal(run: TargetingRun) -> dict[str, Any]:
    return {"withdrawn_by": run.made_by_id, "withdrawn_at": timezone.now()}


def job(attempts: int) -> JobContext:
    """Return what a job is told, tried that often already."""
    return _Attempted(attempts)  # type: ignore[return-value]


class _Attempted:
    def __init__(self, attempts: int) -> None:
        self.job = self
        self.attempts = attempts


def test_a_trial_that_stops_its_worker_each_time_is_given_up(
    client: Client, asked: RuleTrial
) -> None:
    task = app.tasks["targeting.try"]

    task.func(job(tasks.MOST_ATTEMPTS), trial_id=asked.pk, by_id=asked.author_id)

    page = plain(shown(client, asked).content.decode())
    assert "interrompu 5 fois" in page
    assert "puis refaites cet essai." in page


def test_a_trial_that_breaks_is_tried_again_then_given_up(
    client: Client, asked: RuleTrial, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("jalon.targeting.actions.trying.find", break_down)
    task = app.tasks["targeting.try"]
    for attempt in range(tasks.MOST_ATTEMPTS):
        assert stands(asked).problem == ""
        with pytest.raises(MemoryError):
            task.func(job(attempt), trial_id=asked.pk, by_id=asked.author_id)

    assert "erreur imprévue" in plain(shown(client, asked).content.decode())


def test_a_trial_ends_once(asked: RuleTrial, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker taken for dead ends after the one that took its place."""
    first = compute(asked)
    assert first.result

    with acting(asked.author_id):
        fail_trial(trial_id=asked.pk, problem="Trop tard.")
    monkeypatch.setattr(duckdb, "connect", lambda *_, **__: pytest.fail("computed twice"))
    second = compute(asked)

    assert (second.result, second.problem) == (first.result, "")


def test_a_trial_deleted_while_it_is_computed_stays_so(
    client: Client, asked: RuleTrial, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete_then_open(*_: Any, **__: Any) -> None:
        client.post(reverse("targeting:delete_trial", args=[asked.public_id]))

    monkeypatch.setattr("jalon.targeting.trials.load_profile", delete_then_open)
    with acting(asked.author_id):
        compute_trial(trial_id=asked.pk)

    with as_owner():
        assert not RuleTrial.objects.exists()


def keep(client: Client, trial: RuleTrial, note: str = "Pour le comité.") -> HttpResponse:
    link = reverse("targeting:keep", args=[trial.public_id])
    return client.post(link, {"note": note}, follow=True)  # type: ignore[return-value]


def test_a_trial_is_kept_with_its_author_and_note(
    client: Client, asked: RuleTrial, manager: StaffMember, analyst: StaffMember, as_person: SignIn
) -> None:
    compute(asked)
    assert "Sans cela, il sera oublié" in shown(client, asked).content.decode()

    page = plain(keep(client, asked).content.decode())

    trial = stands(asked)
    assert (trial.author_id, trial.note, trial.offer) == (
        *(manager.pk, "Pour le comité.", "lone_parent"),
    )
    assert trial.kept_at
    assert trial.settings["set"] == ["age=18..45"]
    assert str(manager) in page
    assert "Pour le comité." in page
    others = as_person(analyst)
    assert "Pour le comité." in plain(others.get(reverse("targeting:drafts")).content.decode())
    seen = plain(shown(others, asked).content.decode())
    assert "Pour le comité." in seen
    assert "oublié" not in seen


def test_a_note_too_long_is_said_beside_it(client: Client, asked: RuleTrial) -> None:
    compute(asked)

    page = keep(client, asked, "x" * 2001).content.decode()

    assert "À corriger" in page
    assert stands(asked).kept_at is None


@pytest.mark.parametrize("problem", ["", "Plus de place."])
def test_what_has_no_result_is_not_kept(client: Client, asked: RuleTrial, problem: str) -> None:
    with acting(asked.author_id):
        fail_trial(trial_id=asked.pk, problem=problem)

    page = plain(keep(client, asked).content.decode())

    assert "pas encore de résultat" in page
    assert stands(asked).kept_at is None
    with as_owner(), pytest.raises(IntegrityError), transaction.atomic():
        RuleTrial.objects.update(kept_at=timezone.now())


def test_one_keeps_and_deletes_one_s_own_trials_only(
    client: Client, manager: StaffMember, as_person: SignIn
) -> None:
    trial = RuleTrialFactory.create(author=manager, kept_at=None)
    other = as_person(StaffFactory.create(role=Role.TERRITORY_MANAGER))
    link = reverse("targeting:delete_trial", args=[trial.public_id])

    assert other.post(link).status_code == 404
    assert keep(other, trial).status_code == 404
    assert stands(trial).kept_at is None
    assert "Garder cet essai" not in shown(other, trial).content.decode()
    assert "Supprimer cet essai\u202f?" in client.get(link).content.decode()
    client.post(link)
    with as_owner():
        assert not RuleTrial.objects.exists()


def test_the_list_has_what_is_kept_and_one_s_own(client: Client, manager: StaffMember) -> None:
    RuleTrialFactory.create(author=manager, kept_at=None, note="à moi")
    RuleTrialFactory.create(author=manager, kept_at=None, result=None, note="en route")
    RuleTrialFactory.create(note="gardé par un autre")
    RuleTrialFactory.create(kept_at=None, note="d'un autre")

    page = plain(client.get(reverse("targeting:drafts")).content.decode())

    assert all(note in page for note in ("à moi", "en route", "gardé par un autre"))
    assert "d'un autre" not in page
    assert "Non gardé" in page
    assert "Calcul en cours" in page


def test_what_nobody_keeps_is_forgotten_after_a_day(
    client: Client, manager: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(since: timedelta, **fields: Any) -> RuleTrial:
        then = timezone.now() - since
        with monkeypatch.context() as patched:
            patched.setattr(timezone, "now", lambda: then)
            trial: RuleTrial = RuleTrialFactory.create(author=manager, **fields)
        return trial

    minute = timedelta(minutes=1)
    kept = made(TRIAL_LASTS + minute)
    old = made(TRIAL_LASTS + minute, kept_at=None)
    young = made(TRIAL_LASTS - minute, kept_at=None)

    # Its time has come, whether or not the clock has struck.
    assert client.get(reverse("targeting:trial", args=[old.public_id])).status_code == 404
    with acting(None):
        forget_trials()

    with as_owner():
        assert set(RuleTrial.objects.values_list("pk", flat=True)) == {kept.pk, young.pk}


@pytest.mark.parametrize("role", Role)
def test_a_trial_opens_to_those_who_may_try(role: Role, as_person: SignIn) -> None:
    trial = RuleTrialFactory.create()
    link = reverse("targeting:trial", args=[trial.public_id])

    status = as_person(StaffFactory.create(role=role)).get(link).status_code

    assert status == (200 if Permission.TRY_RULES in role.permissions else 403)
    assert Client().get(link).status_code == 302


def test_a_trial_that_does_not_exist_is_not_found(client: Client) -> None:
    for name in ("trial", "delete_trial"):
        assert client.get(reverse(f"targeting:{name}", args=[uuid.uuid4()])).status_code == 404
    assert client.post(reverse("targeting:keep", args=[uuid.uuid4()])).status_code == 404


def test_a_kept_trial_outlives_the_files_of_its_run(client: Client) -> None:
    trial = RuleTrialFactory.create()

    page = plain(shown(client, trial).content.decode())

    assert "Entreraient 12 " in words(page)
    assert "9400012" in page
    assert "expliquer ce dossier" not in page, "nothing is left to explain it by"
