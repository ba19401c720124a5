"""An extract that cannot be read at all is refused in one sentence that names the file."""

from __future__ import annotations

import errno
import gzip
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extracts import write_extract
from jalon.register import csv_source
from jalon.register import extract as extract_module
from jalon.register.extract import ExtractError, open_extract

Break = Callable[[Path], None]


def refusal(folder: Path) -> str:
    """Return the sentence; whatever the damage, nothing else may come out."""
    with pytest.raises(ExtractError) as caught, open_extract(folder):
        pass
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def in_csv(change: Callable[[bytes], bytes]) -> Break:
    def break_it(folder: Path) -> None:
        path = folder / "persons.csv"
        path.write_bytes(change(path.read_bytes()))

    return break_it


def zipped(folder: Path) -> None:
    path = folder / "persons.csv"
    content = path.read_bytes()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("persons.csv", content)


def halved_gzip(folder: Path) -> None:
    path = folder / "persons.csv"
    packed = gzip.compress(path.read_bytes())
    path.unlink()
    (folder / "persons.csv.gz").write_bytes(packed[: len(packed) // 2])


def misnamed_gzip(folder: Path) -> None:
    path = folder / "persons.csv"
    path.write_bytes(gzip.compress(path.read_bytes()))


def doubled(folder: Path) -> None:
    (folder / "persons.parquet").write_bytes(b"PAR1")


def directory(folder: Path) -> None:
    (folder / "persons.csv").unlink()
    (folder / "persons.csv").mkdir()


def without_last_column_name(content: bytes) -> bytes:
    return content.replace(b"household_id", b"dossier", 1)


MIXED = "P2;H1;child;Lefèvre\n".encode("cp1252") + "P3;H1;child;Lefèvre\n".encode()


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (in_csv(lambda _: b""), "est vide"),
        (in_csv(lambda _: b"\n\n\n"), "est vide"),
        (zipped, "ZIP"),
        (in_csv(lambda _: b"PAR1\0\0"), "Parquet"),
        (misnamed_gzip, ".csv.gz"),
        (halved_gzip, "persons.csv.gz"),
        (doubled, "« persons.csv » et « persons.parquet »"),
        (directory, "n'est pas un fichier"),
        (in_csv(without_last_column_name), "Il manque la colonne « household_id »"),
        (in_csv(lambda c: c.replace(b"first_name", b"last_name", 1)), "2 fois"),
        (in_csv(lambda c: c.decode().encode("utf-16")), "UTF-16"),
        (in_csv(lambda c: c.decode().encode("utf-16-le")), "UTF-16"),
        (in_csv(lambda _: bytes(5000)), "n'est pas un texte"),
        (in_csv(lambda c: c.replace(b";", b"|")), "Il manque la colonne « person_id »"),
        (in_csv(lambda c: c + MIXED), "ligne 4 en UTF-8, ligne 3 en Windows-1252"),
        (in_csv(lambda c: c + b"P2;\x81;"), "ligne 3"),
        (in_csv(lambda c: c + b"P2;" + b"x" * 3_000_000 + b"\nP3;"), "ligne 3"),
        (in_csv(lambda c: c + b'P2;H1;child;"Lef\nP3;H1;child;Lef\n'), "ligne 3"),
        (
            in_csv(
                lambda c: (
                    c + b'P2;H1;child;"A;;;2020-01-01;;;;;\nP3;H1;child;B";;;2020-01-01;;;;;\n'
                )
            ),
            "ligne 3",
        ),
        (
            in_csv(
                lambda c: (
                    c + b'P2;H1;child;A;"B;;2020-01-01;;;;;\nP3;H1;child;C";D;;2020-01-01;;;;;\n'
                )
            ),
            "ligne 3",
        ),
        (lambda folder: (folder / "persons.csv").unlink(), "Il manque le fichier « persons »"),
    ],
)
def test_a_csv_that_cannot_be_read(tmp_path: Path, break_it: Break, words: str) -> None:
    break_it(write_extract(tmp_path))

    sentence = refusal(tmp_path)

    assert words in sentence
    assert "persons" in sentence


def test_a_header_alone_is_an_empty_table_but_for_households(tmp_path: Path) -> None:
    write_extract(tmp_path / "no-event", events=[])
    with open_extract(tmp_path / "no-event") as extract:
        assert extract.counts["events"].read == 0

    write_extract(tmp_path / "nobody", households=[])
    assert "aucun dossier" in refusal(tmp_path / "nobody")

    write_extract(tmp_path / "parquet", households=[], format="parquet")
    assert "aucun dossier" in refusal(tmp_path / "parquet")


def test_not_a_folder(tmp_path: Path) -> None:
    assert "n'existe pas" in refusal(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    assert "n'est pas un dossier" in refusal(tmp_path / "file")


@pytest.mark.parametrize("kept", [3, 8, 100, 0.5, 0.99])
def test_a_truncated_parquet(tmp_path: Path, kept: float) -> None:
    path = write_extract(tmp_path, format="parquet") / "events.parquet"
    content = path.read_bytes()
    path.write_bytes(content[: int(kept if kept > 1 else kept * len(content))])

    assert "events.parquet" in refusal(tmp_path)


def test_a_parquet_damaged_in_the_middle(tmp_path: Path) -> None:
    """Its footer is whole: only reading the pages shows the damage."""
    persons = [{"person_id": f"P{n}", "role": "child", "last_name": f"N{n}"} for n in range(5000)]
    folder = write_extract(tmp_path, persons=persons, format="parquet")
    path = folder / "persons.parquet"
    content = bytearray(path.read_bytes())
    content[2000:9000] = b"\xff" * 7000
    path.write_bytes(content)

    assert "persons.parquet" in refusal(tmp_path)


def rewrite_parquet(folder: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    path = folder / "households.parquet"
    pq.write_table(change(pq.read_table(path)), path)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("household_id", pa.array([1])),
        ("commune", pa.array([94028])),
        ("postal_code", pa.array([94000.0])),
        ("phone", pa.array([b"06"])),
        ("rsa", pa.array([True])),
        ("city", pa.array([["Créteil"]])),
        ("family_status_since", pa.array([20261031])),
        ("rent_gross", pa.array([True])),
    ],
)
def test_a_parquet_column_of_the_wrong_type(tmp_path: Path, column: str, values: pa.Array) -> None:
    write_extract(tmp_path, format="parquet")
    rewrite_parquet(
        tmp_path, lambda rows: rows.set_column(rows.column_names.index(column), column, values)
    )

    sentence = refusal(tmp_path)

    assert f"« {column} »" in sentence
    assert "households.parquet" in sentence


def test_a_parquet_with_a_column_twice(tmp_path: Path) -> None:
    write_extract(tmp_path, format="parquet")
    rewrite_parquet(tmp_path, lambda rows: rows.append_column("commune", rows["commune"]))

    assert "« commune » est 2 fois" in refusal(tmp_path)


def test_a_folder_whose_name_is_a_pattern(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "mois=10 [brouillon]*?'", format="parquet")

    with open_extract(folder) as extract:
        assert extract.counts["households"].accepted == 1


def test_a_full_disk_or_memory_is_not_the_extract_s_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_extract(tmp_path)
    for error, words in (
        (duckdb.OutOfMemoryException("set by 'max_temp_directory_size'"), "La place manque dans"),
        (duckdb.IOException("write: No space left on device"), "La place manque dans"),
        (OSError(errno.ENOSPC, "full"), "La place manque dans"),
        (duckdb.OutOfMemoryException("could not allocate"), "La mémoire manque"),
        (MemoryError(), "La mémoire manque"),
        (duckdb.IOException("read: unexpected end"), "abîmé ou tronqué"),
    ):

        def fail(*_: object, failure: Exception = error, **__: object) -> None:
            raise failure

        monkeypatch.setattr(extract_module, "read_rows", fail)
        assert words in refusal(folder)


def test_a_csv_that_stops_short_is_not_read_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only quotes left open on a line call for the slower reading."""
    folder = write_extract(tmp_path)

    def fail(_shape: object, _odd: object) -> Iterator[pa.RecordBatch]:
        raise EOFError
        yield

    monkeypatch.setattr(csv_source, "_read_plain", fail)
    monkeypatch.setattr(csv_source, "_read_quoted", None)

    assert "jusqu'au bout" in refusal(folder)
