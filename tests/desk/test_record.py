"""The record of an adult: complete, compared with the pages, without what is another's."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import pypdfium2
import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, transaction
from django.db.models import CharField, DateField, Model, TextField
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from conftest import as_owner
from factories.agenda import AttendanceFactory
from factories.directory import StaffFactory, TeamFactory
from factories.families import (
    ContactPointFactory,
    FamilyFactory,
    HouseholdFactory,
    InvolvementFactory,
    PersonFactory,
    SnapshotFactory,
)
from factories.interventions import (
    DocumentFactory,
    FamilyOpinionFactory,
    HomeVisitFactory,
    InformationAdviceFactory,
    JournalEntryFactory,
    RecordExportFactory,
)
from factories.outreach import (
    AnswerFactory,
    ApproachFactory,
    MessageContentFactory,
    MessageFactory,
    ProposalFactory,
)
from families.test_merging import family_with_everything
from jalon.audit.actions import record_read
from jalon.audit.declaring import Kept
from jalon.audit.identity import acting
from jalon.audit.models import ExceptionalAccess, Read
from jalon.audit.personal import DECLARED
from jalon.desk.record.files import as_json, as_pdf
from jalon.desk.record.gathering import Part, Record, record_of
from jalon.desk.record.leaving import COLUMNS, TABLES, WHERE_OTHERS_LIVE
from jalon.desk.record.masking import free_texts, reading_of, struck_out
from jalon.desk.record.telling import STRUCK, Written, texts
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.enums import PersonRole
from jalon.families.models import Family, Household, Person, Snapshot
from jalon.interventions.enums import IdentityCheck
from jalon.interventions.errors import InterventionError
from jalon.interventions.exporting import export_record, settle_reading
from jalon.interventions.models import JournalEntry, RecordExport
from jalon.web.typography import joined

pytestmark = pytest.mark.django_db
# Codes of a short list that the column does not know: another word would mean nothing.
_CODES: Final = frozenset(
    {"outreach_proposal.event_kind", "outreach_proposal.offer", "interventions_supportevent.why"}
)

_READ: Final = {
    "persons": [{"role": "responsible", "monthly_net_pay": 1234}],
    "events": [{"kind": "separation", "date": "2026-09-03"}],
}
# What is told instead of a column that no reader would understand.
_IN_OTHER_WORDS: Final = {
    *("Quand", "Avec", "Texte", "Pourquoi", "Règle appliquée", "Comment elle l'a été"),
    "Nature du fait",
    *("Dossier", "Personnes", "Faits générateurs", "Mois", "Prise le"),
}


@pytest.fixture
def lead() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER, team=TeamFactory.create())
    return made


def _led(family: Family, lead: StaffMember) -> Family:
    InvolvementFactory.create(family=family, worker=lead, lead=True)
    return family


@pytest.fixture
def family(lead: StaffMember) -> Family:
    """A lone parent, of whom every table of a family has a row."""
    made = family_with_everything()
    with as_owner():
        extra = Person.objects.filter(family=made).order_by("pk")[1:]
        Person.objects.filter(pk__in=[one.pk for one in extra]).update(role=PersonRole.CHILD)
        parent = Person.objects.filter(family=made).earliest("pk")
        appointment = made.appointments.get()
        AttendanceFactory.create(appointment=appointment, person=parent)
        with connection.cursor() as cursor:
            # What hangs on another row is looked at now, and what nobody may change is changed.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for model, rows in _rows(made):
                table = model._meta.db_table  # noqa: SLF001 - Django's way of naming it
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                for row in rows:
                    _mark(model, row)
                if model is Snapshot:
                    Snapshot.objects.filter(family=made).update(**_READ)
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return _led(made, lead)


def _rows(family: Family) -> Iterator[tuple[type[Model], list[Model]]]:
    """Yield the rows of a family in each table that is kept as its own."""
    for model in apps.get_models():
        declared = DECLARED[model._meta.db_table]  # noqa: SLF001 - Django's way of naming it
        names = {field.name for field in model._meta.concrete_fields}  # noqa: SLF001 - likewise
        if declared.kept is Kept.FAMILY and "family" in names:
            yield model, list(model._default_manager.filter(family=family))  # noqa: SLF001


def _mark(model: type[Model], row: Model) -> None:
    """Fill a row's words with one that is nowhere else, and says where it stands."""
    table = model._meta.db_table  # noqa: SLF001 - Django's way of naming it
    personal = DECLARED[table].personal.split()
    for field in model._meta.concrete_fields:  # noqa: SLF001 - likewise
        text = isinstance(field, (CharField, TextField)) and not field.choices
        if text and field.name in personal and f"{table}.{field.name}" not in _CODES:
            word = f"Mot{abs(hash((table, field.name))) % 10**8}x{row.pk}"
            # Not where the database knows what such a word looks like: a digest, a link.
            with suppress(DatabaseError), transaction.atomic():
                model._default_manager.filter(pk=row.pk).update(**{field.name: word})  # noqa: SLF001


def _export(family: Family, person: Person, by: StaffMember) -> RecordExport:
    return export_record(
        family=family,
        person=person,
        asked_on=timezone.localdate(),
        identity=IdentityCheck.PAPER,
        by=by,
    )


def _told(family: Family, by: StaffMember, person: Person | None = None) -> Any:
    with acting(by.pk):
        asked = person or Person.objects.filter(family=family).earliest("pk")
        return json.loads(as_json(record_of(_export(family, asked, by), at=timezone.now())))


def _rereading(export: RecordExport) -> str:
    return reverse("families:reread_record", args=[export.public_id])


def _reading(export: RecordExport) -> str:
    with acting(export.by_id):
        return reading_of(record_of(export, at=timezone.now()), export.public_id)


def _words(model: type[Model], row: Model) -> Iterator[tuple[str, str]]:
    table = model._meta.db_table  # noqa: SLF001 - Django's way of naming it
    for field in DECLARED[table].personal.split():
        value = vars(row).get(field)
        if isinstance(value, str) and value.startswith("Mot"):
            yield f"{table}.{field}", value


def test_every_table_of_a_family_is_told_or_said_to_be_left_out(
    family: Family, lead: StaffMember
) -> None:
    whole = json.dumps(_told(family, lead), ensure_ascii=False)
    with as_owner():
        rows = [(model, found) for model, found in _rows(family)]
    assert len(rows) > 25
    for model, found in rows:
        table = model._meta.db_table  # noqa: SLF001 - Django's way of naming it
        assert found, f"give {table} a row"
        for row in found:
            for column, word in _words(model, row):
                kept = table not in TABLES and column not in COLUMNS
                assert (word in whole) is kept, column


def _expected(row: Model, field: Any) -> Any:
    """What a field of a row is told as, worked out here; None where it holds nothing."""
    value = getattr(row, field.name)
    if value in (None, "", []):
        return None
    if isinstance(field, ArrayField) and field.base_field.choices:
        return [dict(field.base_field.flatchoices)[one] for one in value]
    if field.choices:
        return dict(field.flatchoices)[value]
    if isinstance(value, (bool, int, str, list, dict)):
        return value
    # Dates as in the file for machines, amounts and colleagues in words.
    return value.isoformat() if isinstance(value, date) else str(value)


def test_every_field_of_every_row_is_told_under_its_name(
    family: Family, lead: StaffMember
) -> None:
    """Dates, choices, numbers, yes or no and colleagues too, which no word can mark."""
    told = {
        (name, json.dumps(value, ensure_ascii=False))
        for part in _told(family, lead)["parties"]
        for row in [*part["lignes"], *_notices(part)]
        for name, value in row.items()
    }
    names = {name for name, value in told if value not in {'""', "[]", "{}"}}
    assert names >= _IN_OTHER_WORDS, "what a column says in codes is told in words"
    with as_owner():
        wanted = [
            (f"{table}.{field.name}", str(field.verbose_name), _expected(row, field))
            for model, rows in _rows(family)
            for table in [model._meta.db_table]  # noqa: SLF001 - Django's way of naming it
            for row in rows
            for field in model._meta.concrete_fields  # noqa: SLF001 - likewise
            if field.name in DECLARED[table].personal.split()
            and not {table, f"{table}.{field.name}"} & {*TABLES, *COLUMNS, "families_snapshot"}
        ]
    missing = [
        column
        for column, name, value in wanted
        if value is not None
        and (name[:1].upper() + name[1:], json.dumps(value, ensure_ascii=False)) not in told
    ]
    assert missing == []
    assert len([value for _, _, value in wanted if value is not None]) > 120


def _notices(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for row in part["lignes"]:
        yield from row.get("Ce qui vous en a été dit", ())


def test_what_is_to_be_read_says_all_that_is_for_machines(
    family: Family, lead: StaffMember
) -> None:
    with as_owner():
        export = _of_adult(family, lead)
    with acting(lead.pk):
        record = record_of(export, at=timezone.now())
    pages = pypdfium2.PdfDocument(as_pdf(record))
    read = _letters("".join(page.get_textpage().get_text_range() for page in pages))
    missing = [
        (part.title, name, said)
        for part in record.parts
        if not part.for_machines
        for row in part.rows
        for name, value in row.items()
        for said in (name, *texts(value))
        for word in said.split()
        if _letters(word) not in read
    ]
    assert missing == []


def _letters(text: str) -> str:
    """Leave out what a page adds or changes: where a word is cut, how an apostrophe is drawn."""
    return "".join(one for one in text if one.isalnum())


def test_what_a_page_of_the_family_shows_is_in_its_record(
    client: Client, family: Family, lead: StaffMember
) -> None:
    """Every page that the lead reaches from the family's, and what each shows of its rows."""
    whole = json.dumps(_told(family, lead), ensure_ascii=False)
    client.force_login(lead)
    shown = " ".join(_pages(client, family))
    with as_owner():
        words = {
            word: column
            for model, rows in _rows(family)
            for row in rows
            for column, word in _words(model, row)
        }
    seen = {word for word in words if word in shown}
    assert len(seen) > 20, "pages show a good part of what is kept"
    missing = {
        words[word]
        for word in seen
        if word not in whole
        and words[word] not in COLUMNS
        and words[word].partition(".")[0] not in TABLES
    }
    assert missing == set()


def _pages(client: Client, family: Family) -> Iterator[str]:
    """Yield the pages that lead on from a family's, by links of pages that are about it."""
    left, seen = [family.get_absolute_url()], set[str]()
    while left:
        address = left.pop()
        if address in seen or len(seen) > 60:
            continue
        seen.add(address)
        answer = client.get(address)
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        text = answer.content.decode()
        yield text
        main = text.partition("<main")[2].partition("</main>")[0]
        for part in main.split('href="')[1:]:
            link = urlsplit(part.partition('"')[0]).path
            if link.startswith("/") and link.count("-") >= 4 and "telecharger" not in link:
                left.append(link)


def test_it_is_made_to_be_read(client: Client, family: Family, lead: StaffMember) -> None:
    with acting(lead.pk):
        person = Person.objects.filter(family=family).earliest("pk")
    client.force_login(lead)
    sent = {"person": person.pk, "asked_on": f"{timezone.localdate()}", "identity": "paper"}
    page = client.post(reverse("families:ask_record", args=[family.public_id]), sent)
    assert page.status_code == 302
    with acting(lead.pk):
        export = RecordExport.objects.filter(by=lead).latest("pk")
    read_again = client.post(page["Location"], {"reading": _reading(export)})
    assert "Avant de le remettre" in client.get(read_again["Location"]).content.decode()

    def given(kind: str) -> Any:
        return client.get(reverse("families:record_file", args=[export.public_id, kind]))

    pdf, data = given("pdf"), given("json")
    assert pdf["Content-Disposition"] == 'attachment; filename="dossier.pdf"'
    document = pypdfium2.PdfDocument(pdf.content)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    for part in json.loads(data.content)["parties"]:
        assert part["titre"].split()[0] in text
    for word in ("notes personnelles", "la Cnil", "deux ans après", "se demande à votre référent"):
        assert word in text.replace("\r\n", " "), word
    with as_owner():
        read = set(Read.objects.filter(family_id=family.pk).values_list("page", flat=True))
    assert {"dossier à remettre", "dossier remis (PDF)", "dossier remis (JSON)"} <= read
    assert given("exe").status_code == 404
    export = RecordExportFactory.create(
        family=family, person=person, by=lead, at=timezone.now() - timedelta(hours=25)
    )
    assert given("pdf").status_code == 302


def test_where_another_adult_lives_nothing_of_theirs_is_told(lead: StaffMember) -> None:
    parent = PersonFactory.create(birth_date=date(1990, 5, 1))
    family = _led(parent.family, lead)
    other = PersonFactory.create(
        household=parent.household, role=PersonRole.SPOUSE, birth_date=date(1981, 7, 19)
    )
    child = PersonFactory.create(
        household=parent.household, role=PersonRole.CHILD, birth_date=date(2020, 2, 3)
    )
    ContactPointFactory.create(family=family, value="+33611111111")
    FamilyOpinionFactory.create(support__family=family, person=other, helped="no")
    theirs = ApproachFactory.create(family=family, addressee=other)
    AnswerFactory.create(approach=theirs, kind="unsafe")
    own = ApproachFactory.create(family=family, addressee=parent)
    AnswerFactory.create(approach=own, kind="call")

    whole = json.dumps(_told(family, lead, parent), ensure_ascii=False)

    assert other.last_name in whole, "that they are of the family is known"
    assert child.birth_date.isoformat() in whole
    for word in (other.birth_date.isoformat(), "33611111111", "danger"):
        assert word not in whole
    told = json.loads(whole)
    titles = {part["titre"] for part in told["parties"]}
    assert "Vos réponses" in titles
    assert "Votre avis" not in titles
    assert any("autre personne" in why for why in told["laisse_de_cote"])


def test_a_former_partner_learns_nothing_of_a_flight(lead: StaffMember) -> None:
    """Two adults of two files, made one family; she says that she is in danger, on his letter."""
    him = PersonFactory.create(sex="M")
    family = _led(him.family, lead)
    hers = HouseholdFactory.create(family=family, number="0093111")
    her = PersonFactory.create(household=hers, last_name="Réfugiée", birth_date=date(1981, 7, 19))
    PersonFactory.create(household=hers, first_name="Nouvelle", role=PersonRole.CHILD)
    own = ApproachFactory.create(family=family, addressee=him, mailed_on=date(2026, 6, 1))
    AnswerFactory.create(approach=own, kind="unsafe")
    nobody = ApproachFactory.create(family=family, channel="in_person")
    MessageFactory.create(approach=own, state="cancelled", trouble="unsafe")
    told_her = MessageFactory.create(approach=own, purpose="fixed", reminder=None)
    MessageContentFactory.create(message=told_her, body={"text": "Mardi à Grigny"})
    for approach, file, number in ((own, him.household, 1), (nobody, hers, 2)):
        status = "married" if number == 1 else "divorced"
        household = {"family_status": status, "protected_address": True, "do_not_contact": True}
        snapshot = SnapshotFactory.create(
            file=file,
            household=household,
            persons=[{"role": "responsible", "monthly_net_pay": number}],
        )
        ProposalFactory.create(
            snapshot=snapshot, approach=approach, offer=f"o{number}", label=f"Offre {number}"
        )
    HomeVisitFactory.create(support__family=family, safety="Ne pas y aller seule, il boit")
    DocumentFactory.create(family=family, label="Plainte")
    RecordExportFactory.create(family=family, person=her, asked_on=date(2026, 11, 2))
    with acting(lead.pk):
        record_read(family_id=family.pk, page="retour sur une protection")

    whole = json.dumps(_told(family, lead, him), ensure_ascii=False)

    for word in (
        *("0093111", "Réfugiée", "Nouvelle", "1981", "Grigny", "divorced", "Offre 2"),
        *("danger", "En personne", "protected_address", "do_not_contact", "il boit", "Plainte"),
        *("2026-11-02", "retour sur une", str(family.commune), "seule, il"),
    ):
        assert word not in whole.partition('"laisse_de_cote"')[0], word
    for word in ("Offre 1", "married", him.household.number):
        assert word in whole, word
    hers_told = json.dumps(_told(family, lead, her), ensure_ascii=False)
    assert him.household.number not in hers_told
    for word in ("0093111", "Nouvelle", "divorced", "2026-11-02"):
        assert word in hers_told, word


def test_a_record_of_who_left_the_family_since_is_given_no_more(
    client: Client, family: Family, lead: StaffMember
) -> None:
    with acting(lead.pk):
        person = Person.objects.filter(family=family).earliest("pk")
    made = RecordExportFactory.create(family=family, person=person, by=lead)
    client.force_login(lead)
    client.post(_rereading(made), {"reading": _reading(made)})
    address = reverse("families:record_file", args=[made.public_id, "json"])
    assert client.get(address).status_code == 200
    with as_owner():
        Person.objects.filter(pk=person.pk).update(
            household=HouseholdFactory.create(), family=FamilyFactory.create()
        )
    assert client.get(address).status_code == 404


@pytest.fixture
def told_of_others(lead: StaffMember) -> RecordExport:
    """A record to be made of a lone parent, of whom a neighbour spoke in the journal."""
    parent = PersonFactory.create()
    text = "Elle cherche un logement. La voisine dit qu'il revient le soir !\nÀ rappeler lundi."
    JournalEntryFactory.create(family=_led(parent.family, lead), by=lead, text=text)
    made: RecordExport = RecordExportFactory.create(family=parent.family, person=parent, by=lead)
    return made


def _sentences(export: RecordExport) -> dict[str, str]:
    with acting(export.by_id):
        texts = free_texts(record_of(export, at=timezone.now()), export.public_id)
        return {one.text: one.key for text in texts for one in text.passages}


def test_a_sentence_that_is_struck_is_in_neither_file(
    client: Client, told_of_others: RecordExport, lead: StaffMember
) -> None:
    client.force_login(lead)
    sentences = _sentences(told_of_others)
    spoken = "La voisine dit qu'il revient le soir !"
    page = client.get(_rereading(told_of_others)).content.decode()
    for sentence in ("Elle cherche un logement.", spoken, "À rappeler lundi."):
        assert joined(escape(sentence).encode()).decode() in page, sentence
    sent = {"reading": _reading(told_of_others), "struck": [sentences[spoken]]}
    answer = client.post(_rereading(told_of_others), sent)
    assert "1 passage masqué" in client.get(answer["Location"]).content.decode()
    assert " checked" in client.get(_rereading(told_of_others)).content.decode(), "told again"

    def given(kind: str) -> bytes:
        return client.get(
            reverse("families:record_file", args=[told_of_others.public_id, kind])
        ).content

    whole = given("json").decode()
    (entry,) = next(
        part["lignes"] for part in json.loads(whole)["parties"] if part["titre"] == "Le journal"
    )
    assert f"Elle cherche un logement. {STRUCK}\nÀ rappeler lundi." in entry.values()
    assert any(STRUCK in why for why in json.loads(whole)["laisse_de_cote"])
    pages = pypdfium2.PdfDocument(given("pdf"))
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    assert STRUCK in text
    for told in (whole, text):
        assert "voisine" not in told
    with as_owner():
        told_of_others.refresh_from_db()
    assert "voisine" not in str(vars(told_of_others))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Une seule", ["Une seule"]),
        ("Elle dit : « J'ai peur. » Il rit.", ["Elle dit : « J'ai peur. »", "Il rit."]),
        ("« Non » et « oui »", ["« Non » et « oui »"]),
        ("Loyer : 612,50 € !\n\n- payé", ["Loyer : 612,50 € !", "- payé"]),
    ],
)
def test_a_text_is_read_sentence_by_sentence(text: str, sentences: list[str]) -> None:
    now = timezone.now()
    record = Record("A", now, "B", [Part("Journal", [{"Texte": Written(text), "Le": now}])], [])
    (found,) = free_texts(record, uuid.UUID(int=1))
    assert [one.text for one in found.passages] == sentences
    for gone in found.passages:
        (part,) = struck_out(record, uuid.UUID(int=1), [gone.key]).parts
        assert part.rows[0]["Texte"] == text.replace(gone.text, STRUCK)


def test_nothing_is_given_before_its_texts_are_read_as_they_stand(
    client: Client, told_of_others: RecordExport, lead: StaffMember
) -> None:
    client.force_login(lead)
    file = reverse("families:record_file", args=[told_of_others.public_id, "json"])
    assert client.get(file)["Location"] == _rereading(told_of_others)
    front = reverse("families:record", args=[told_of_others.public_id])
    assert client.get(front)["Location"] == _rereading(told_of_others)

    sentences = _sentences(told_of_others)
    before = {
        "reading": _reading(told_of_others),
        "struck": [sentences["À rappeler lundi."]],
    }
    client.post(_rereading(told_of_others), before)
    assert client.get(file).status_code == 200
    with acting(lead.pk):
        JournalEntry.objects.update(text="Elle cherche. À rappeler lundi.")
    assert client.get(file)["Location"] == _rereading(told_of_others)
    # The page was open before the text changed: it is shown anew, with what was ticked.
    late = client.post(_rereading(told_of_others), before).content.decode()
    assert "Un texte a changé" in late
    assert "Elle cherche." in late
    assert " checked" in late
    forged = {"reading": _reading(told_of_others), "struck": ["f" * 64]}
    assert client.post(_rereading(told_of_others), forged).status_code == 200
    assert client.get(file)["Location"] == _rereading(told_of_others)


def test_only_its_maker_says_what_goes(
    client: Client, told_of_others: RecordExport, lead: StaffMember
) -> None:
    colleague = StaffFactory.create(role=Role.SOCIAL_WORKER, team=lead.team)
    client.force_login(colleague)
    assert client.get(_rereading(told_of_others)).status_code == 404
    with acting(colleague.pk):
        with pytest.raises(InterventionError, match="relit"):
            settle_reading(export=told_of_others, reading="a", struck=[], by=colleague)
        assert RecordExport.objects.update(reading="b") == 0
    old = RecordExportFactory.create(
        family=told_of_others.family,
        person=told_of_others.person,
        by=lead,
        at=timezone.now() - timedelta(hours=25),
    )
    client.force_login(lead)
    answer = client.get(_rereading(old))
    assert answer["Location"] == reverse("families:ask_record", args=[old.family.public_id])


def test_who_referred_the_family_is_left_out(family: Family, lead: StaffMember) -> None:
    InformationAdviceFactory.create(family=family, origin="referral", referrer="school")
    assert "école" not in json.dumps(_told(family, lead), ensure_ascii=False)


def test_only_the_lead_makes_it_and_of_an_adult_of_the_family(
    client: Client, family: Family, lead: StaffMember
) -> None:
    with acting(lead.pk):
        person = Person.objects.filter(family=family).earliest("pk")
    elsewhere = PersonFactory.create()
    team = {"team": lead.team}
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, **team)
    colleague = StaffFactory.create(role=Role.SOCIAL_WORKER, **team)
    made = RecordExportFactory.create(family=family, person=person, by=lead)
    for someone in (manager, colleague):
        with acting(someone.pk):
            with pytest.raises(InterventionError, match="référent"):
                _export(family, person, someone)
            with (
                pytest.raises(DatabaseError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute("SELECT * FROM wall.reads_told(%s)", [family.pk])
        client.force_login(someone)
        for name, one in (("ask_record", family.public_id), ("record", made.public_id)):
            answer = client.get(reverse(f"families:{name}", args=[one]))
            assert answer.status_code in {403, 404}
    with acting(lead.pk):
        with pytest.raises(InterventionError, match="adulte de cette famille"):
            _export(family, elsewhere, lead)
        with pytest.raises(DatabaseError), transaction.atomic():
            RecordExport.objects.create(
                family=family,
                person=elsewhere,
                asked_on=timezone.localdate(),
                identity="paper",
                by=lead,
            )


def test_who_saw_it_is_told_by_day_page_and_service_never_by_name(
    client: Client, family: Family, lead: StaffMember
) -> None:
    client.force_login(lead)
    client.get(family.get_absolute_url())
    told = _told(family, lead)
    (reads,) = (part for part in told["parties"] if part["titre"].startswith("Qui a consulté"))
    assert {"Page": "famille", "Service": "Travail social"}.items() <= reads["lignes"][0].items()
    assert str(lead) not in json.dumps(reads, ensure_ascii=False)


def _opened(family: Family, ground: str, reason: str) -> ExceptionalAccess:
    """An access of a colleague's, questioned since, and cleared up."""
    reader, other = (
        StaffFactory.create(role=Role.SOCIAL_WORKER, team=TeamFactory.create(), last_name=name)
        for name in ("Lectrice", "Examinatrice")
    )
    with as_owner():
        return ExceptionalAccess.objects.create(
            staff_id=reader.pk,
            family_id=family.pk,
            ground=ground,
            reason=reason,
            finding="questioned",
            examiner_id=other.pk,
            examined_at=timezone.now(),
            cleared="Rien ne le demandait",
            clearer_id=other.pk,
            cleared_at=timezone.now(),
        )


def _part_of_accesses(told: Any) -> Any:
    return next((one["lignes"] for one in told["parties"] if "exceptionnel" in one["titre"]), [])


def test_why_it_was_opened_exceptionally_is_told_and_not_by_whom(
    family: Family, lead: StaffMember
) -> None:
    absorbed = FamilyFactory.create()
    for one, reason in ((family, "Appel de l'école."), (absorbed, "Avant la réunion.")):
        _opened(one, "child", reason)
    with as_owner():
        Family.objects.filter(pk=absorbed.pk).update(merged_into=family)
        export = _of_adult(family, lead)
    with acting(lead.pk):
        record = record_of(export, at=timezone.now())
    rows = _part_of_accesses(json.loads(as_json(record)))

    assert [one["Ce qui se passe"] for one in rows] == ["Appel de l'école.", "Avant la réunion."]
    for one in rows:
        assert one["Motif"] == ExceptionalAccess.Ground.CHILD.label
        assert one["Service"] == "Travail social"
        assert {"Ouvert le"} == one.keys() - {"Motif", "Ce qui se passe", "Service"}
    whole = as_json(record).decode()
    for word in ("Lectrice", "Examinatrice", "Rien ne le demandait"):
        assert word not in whole
    read_again = {one.name for one in free_texts(record, export.public_id)}
    assert {"Motif", "Ce qui se passe"} <= read_again, "its lead may strike them"
    pages = pypdfium2.PdfDocument(as_pdf(record))
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    assert "Avant la réunion." in text


def _of_adult(family: Family, lead: StaffMember) -> RecordExport:
    person = Person.objects.filter(family=family).earliest("pk")
    made: RecordExport = RecordExportFactory.create(family=family, person=person, by=lead)
    return made


def test_what_a_judge_asks_for_is_struck_already(family: Family, lead: StaffMember) -> None:
    _opened(family, "justice", "Le parquet enquête sur le père")

    told = _told(family, lead)

    (row,) = _part_of_accesses(told)
    assert row["Motif"] == row["Ce qui se passe"] == STRUCK
    assert "parquet" not in json.dumps(told["parties"], ensure_ascii=False)
    assert any(
        f"accès exceptionnel, remplacé par « {STRUCK} »" in one for one in told["laisse_de_cote"]
    )


def test_where_another_adult_lives_why_it_was_opened_is_not_told(lead: StaffMember) -> None:
    parent = PersonFactory.create()
    family = _led(parent.family, lead)
    PersonFactory.create(household=parent.household, role=PersonRole.SPOUSE)
    _opened(family, "person", "Elle dit qu'il la frappe")

    (row,) = _part_of_accesses(_told(family, lead, parent))

    assert row.keys() == {"Ouvert le", "Service"}


def test_what_was_read_of_its_files_before_and_of_what_it_took_in_is_told(
    family: Family, lead: StaffMember
) -> None:
    absorbed = FamilyFactory.create()
    with as_owner():
        Family.objects.filter(pk=absorbed.pk).update(merged_into=family)
        number = Household.objects.filter(family=family).values_list("number", flat=True)[0]
    with acting(StaffFactory.create(role=Role.DATA_PROTECTION_OFFICER).pk):
        record_read(household=number, page="avant d'être connue")
        record_read(household="9400000", page="une autre que la sienne")
    with acting(lead.pk):
        record_read(family_id=absorbed.pk, page="avant la réunion")

    whole = json.dumps(_told(family, lead), ensure_ascii=False)

    assert "avant d'être connue" in whole
    assert "avant la réunion" in whole
    assert "une autre que la sienne" not in whole


def test_every_table_that_names_a_family_is_told_or_said_to_be_left_out() -> None:
    """Those that outlive families too: the test above reads what is kept with them."""
    names = {"family", "family_id"}
    outlive = {
        one.table
        for one in DECLARED.values()
        if names & {*one.fields()} and one.kept is not Kept.FAMILY and one.table not in TABLES
    }
    assert outlive == {"audit_exceptionalaccess", "audit_read"}, "tell it, or say why not"
    told = {
        name
        for name in DECLARED["audit_exceptionalaccess"].personal.split()
        if f"audit_exceptionalaccess.{name}" not in COLUMNS
    }
    assert told == {"ground", "reason"}


def test_what_is_declared_to_be_left_out_exists() -> None:
    columns = {
        f"{model._meta.db_table}.{field.name}"  # noqa: SLF001 - Django's way of naming it
        for model in apps.get_models()
        for field in model._meta.concrete_fields  # noqa: SLF001 - likewise
    }
    tables = {one.partition(".")[0] for one in columns}
    assert set(COLUMNS) <= columns
    assert set(TABLES) <= tables
    assert set(WHERE_OTHERS_LIVE) <= columns | tables


def test_no_two_columns_of_a_row_are_told_under_one_name() -> None:
    for model in apps.get_models():
        meta = model._meta  # noqa: SLF001 - Django's way of naming it
        declared = DECLARED[meta.db_table]
        if declared.kept is Kept.FAMILY and meta.db_table not in TABLES:
            told = [
                str(field.verbose_name)
                for field in meta.concrete_fields
                if f"{meta.db_table}.{field.name}" not in COLUMNS
                and (field.name in declared.personal.split() or isinstance(field, DateField))
            ]
            assert len(told) == len(set(told)), meta.db_table
