"""What depends on a rejected row is rejected too, until nothing dangles."""

from __future__ import annotations

from pathlib import Path

from extracts import open_and_close, write_extract
from jalon.register.extract import open_extract


def test_a_rejected_household_takes_its_rows_along(tmp_path: Path) -> None:
    folder = write_extract(
        tmp_path,
        households=[{"commune": "?"}],
        persons=[{}, {"person_id": "P2", "role": "child"}],
        events=[{}],
        benefits=[{}],
    )

    opened = open_and_close(folder)

    followers = [r for r in opened.rejects if r.kind == "follower"]
    assert {r.reason for r in followers} == {"Son dossier a été rejeté."}
    assert [(r.table, r.line) for r in followers] == [
        ("persons", 2),
        ("persons", 3),
        ("events", 2),
        ("benefits", 2),
    ]
    assert opened.counts["persons"].rejected == 2
    assert opened.counts["persons"].faulty == 0


def test_a_chain_is_followed_from_a_person_to_another_household(tmp_path: Path) -> None:
    """P1 is unreadable: H1 falls, so P2 of H1 falls, so H2's event about P2 falls; H2 stays."""
    folder = write_extract(
        tmp_path,
        households=[{}, {"household_id": "H2", "responsible_person_id": "P3"}],
        persons=[
            {"birth_date": "30/02/1990"},
            {"person_id": "P2", "role": "child"},
            {"person_id": "P3", "household_id": "H2"},
        ],
        events=[
            {"event_id": "E1", "household_id": "H2", "person_id": "P2", "kind": "child_death"},
            {"event_id": "E2", "household_id": "H2"},
        ],
        benefits=[{}, {"household_id": "H2"}],
    )

    opened = open_and_close(folder)

    assert opened.ids("households") == {"H2"}
    assert opened.ids("persons") == {"P3"}
    assert opened.ids("events") == {"E2"}
    assert [row["household_id"] for row in opened.rows["benefits"]] == ["H2"]
    assert opened.rows["households"][0]["lost_events"] == 1
    assert opened.rows["households"][0]["lost_persons"] == 0
    assert {r.reason for r in opened.rejects if r.table == "households"} == {
        "La ligne de la personne responsable du dossier a été rejetée."
    }


def test_losses_are_counted_by_household_and_by_table(tmp_path: Path) -> None:
    folder = write_extract(
        tmp_path,
        persons=[{}, {"person_id": "P2", "role": "?"}, {"person_id": "P3", "role": "?"}],
        events=[{"kind": "?"}],
        benefits=[{"amount": "?"}, {"code": "RSA"}],
    )

    [household] = open_and_close(folder).rows["households"]

    assert household["lost_persons"] == 2
    assert household["lost_events"] == 1
    assert household["lost_benefits"] == 1


def test_a_rejected_household_tells_why(tmp_path: Path) -> None:
    folder = write_extract(
        tmp_path,
        households=[{"rsa": "?", "commune": ""}, {"household_id": "H2"}],
        persons=[{}, {"person_id": "P2", "role": "child"}],
    )

    with open_extract(folder) as extract:
        assert extract.why_rejected("H1") == (
            "Cette information est obligatoire et la cellule est vide.",
            "Le code « ? » est inconnu : les codes admis sont none, standard, increased.",
        )
        assert extract.why_rejected("H2") == ("Cette personne responsable n'est pas du dossier.",)
        assert extract.why_rejected("H3") == ()


def test_copies_of_a_household_take_along_what_names_it(tmp_path: Path) -> None:
    folder = write_extract(tmp_path, households=[{}, {}], events=[{}])

    opened = open_and_close(folder)

    assert [(r.table, r.kind) for r in opened.rejects] == [
        ("households", "fault"),
        ("households", "fault"),
        ("persons", "follower"),
        ("events", "follower"),
    ]


def test_a_copy_of_a_household_that_names_somebody_else_is_found(tmp_path: Path) -> None:
    folder = write_extract(
        tmp_path,
        households=[{}, {"responsible_person_id": "P2"}],
        persons=[{}, {"person_id": "P2", "role": "child"}],
    )

    opened = open_and_close(folder)

    faults = [(r.line, r.column) for r in opened.rejects if r.kind == "fault"]
    assert faults == [(2, "household_id"), (3, "household_id"), (3, "responsible_person_id")]
    assert opened.counts["households"].accepted == 0
