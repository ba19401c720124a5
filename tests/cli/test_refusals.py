"""What cannot be done ends in status 2, one sentence, and nothing written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli.running import jalon, small_extract, small_profile

PROFILE, MONTH = ("--profile", "herault"), ("--month", "2026-10")
RUN = ("target", "{extract}", *PROFILE, *MONTH, "--out", "{out}")
AGAIN = ("target", "{extract}", *PROFILE, "--out", "{out}", "--again")
EXPLAIN = ("explain", "{extract}", *PROFILE, *MONTH, "--household", "H3")
SIMULATE = ("simulate", "{extract}", *PROFILE, *MONTH)
CHANGE = ("--offer", "separation", "--set", "family_quotient=900")
GENERATE = ("register", "generate", *PROFILE, *MONTH, "--out", "{out}")

WRONG: list[tuple[tuple[str, ...], str]] = [
    (("targets",), "target"),
    (("register", "verify", "{extract}"), "check"),
    (("target",), "DOSSIER"),
    (RUN[:2], "--out"),
    (("target", "{extract}", *MONTH, "--out", "{out}"), "--profile"),
    (("target", "{extract}", *PROFILE, "--out", "{out}"), "--month"),
    (("target", "{extract}", *PROFILE, *MONTH), "--out"),
    ((*RUN, "--engin", "spark"), "--engine"),
    ((*RUN, "--engine", "pandas"), "duckdb, spark"),
    ((*RUN, "extra"), "de trop"),
    ((*RUN, "--profile"), "--profile"),
    (("target", "{missing}", *RUN[2:]), "{missing}"),
    (("target", "{file}", *RUN[2:]), "{file}"),
    ((*RUN, "--month", "2026-13"), "2026-13"),
    ((*RUN, "--month", "octobre"), "2026-10"),
    ((*RUN, "--month", ""), "2026-10"),
    ((*RUN, "--profile", "heraut"), "herault"),
    ((*RUN, "--profile", "national"), "base"),
    ((*RUN, "--profile", "{extract}"), "profile.toml"),
    ((*RUN, "--profile", ""), "profil"),
    ((*AGAIN, "{missing}"), "{missing}"),
    ((*AGAIN, "{file}"), "{file}"),
    (EXPLAIN[:-2], "--household"),
    ((*EXPLAIN[:-1], "H99"), "H99"),
    ((*EXPLAIN[:-1], "é' OR 1=1 --"), "OR 1=1"),
    ((*EXPLAIN, "--offer", "separations"), "separation »"),
    ((*EXPLAIN, "--format", "xml"), "text, json"),
    ((*SIMULATE, "--offer", "separation"), "--set"),
    ((*SIMULATE, *CHANGE[2:]), "--offer"),
    ((*SIMULATE, *CHANGE[:2], "--set", "family_quotient"), "critère=valeur"),
    ((*SIMULATE, *CHANGE[:2], "--set", "quotient=900"), "quotient"),
    ((*SIMULATE, *CHANGE[:2], "--set", "family_quotient=beaucoup"), "beaucoup"),
    ((*SIMULATE, *CHANGE[:2], "--set", "family_quotient="), "nombre"),
    ((*SIMULATE, *CHANGE[:2], "--set", "family_quotient=nan"), "nan"),
    ((*SIMULATE, *CHANGE[:2], "--set", "family_quotient=1e30"), "1e30"),
    ((*SIMULATE, *CHANGE[:2], "--set", "rsa=nothing"), "none"),
    ((*SIMULATE, *CHANGE[:2], "--set", "rsa=none,standard"), "rsa"),
    ((*SIMULATE, *CHANGE[:2], "--set", "dependent_children=1,5"), "entier"),
    ((*SIMULATE, *CHANGE[:2], "--set", "event=divorce"), "événement"),
    ((*SIMULATE, "--offer", "young_lone_parent", "--set", "responsible_age=18"), "18..34"),
    ((*SIMULATE, "--offer", "young_lone_parent", "--set", "responsible_age=40..18"), "minimum"),
    ((*SIMULATE, "--offer", "young_lone_parent", "--set", "responsible_age=18..5000"), "5000"),
    ((*SIMULATE, "--offer", "young_lone_parent", "--set", "has_spouse=peut-être"), "oui ou non"),
    ((*SIMULATE, "--offer", "mediation", *CHANGE[2:]), "mediation"),
    (("offers", "show", "separatio", *PROFILE), "separation »"),
    (("offers", "list"), "--profile"),
    (("offers", "list", *PROFILE, "--on", "31/10/2026"), "2026-10-31"),
    (("offers", "list", *PROFILE, "--on", "2026-02-30"), "2026-02-30"),
    (("register", "check", "{missing}"), "{missing}"),
    (("register", "check", "{extract}", "--rejects", "{missing}/r.csv"), "{missing}"),
    (("register", "check", "{extract}", "--rejects", "{extract}"), "{extract}"),
    (("register", "check", "{extract}", "--month", "2026-13"), "2026-13"),
    ((*GENERATE, "--households", "0"), "--households"),
    ((*GENERATE, "--households", "beaucoup"), "--households"),
    ((*GENERATE, "--seed", "x"), "--seed"),
    ((*GENERATE, "--format", "xls"), "parquet, csv"),
    (("register", "generate", *PROFILE, *MONTH, "--out", "{file}"), "{file}"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_command_gets_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    places = {
        "extract": str(small_extract(tmp_path / "extract")),
        "out": str(tmp_path / "out"),
        "missing": str(tmp_path / "missing"),
        "file": str(tmp_path / "file"),
    }
    Path(places["file"]).write_text("{}")
    there = sorted(tmp_path.rglob("*"))

    answer = jalon(*(argument.format(**places) for argument in arguments))

    assert words.format(**places) in answer.sentence
    assert answer.status == 2
    assert answer.out == ""
    assert sorted(tmp_path.rglob("*")) == there


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("register",),
        ("register", "generate"),
        ("register", "check"),
        ("target",),
        ("explain",),
        ("simulate",),
        ("offers",),
        ("offers", "list"),
        ("offers", "show"),
        ("demo",),
    ],
    ids=" ".join,
)
def test_each_command_teaches_itself(command: tuple[str, ...]) -> None:
    answer = jalon(*command, "--help")

    assert answer.status == 0
    assert answer.err == ""
    assert "Utilisation : jalon" in answer.out
    for english in ("Usage", "Show this message", "Commands:", "required", "default"):
        assert english not in answer.out
    if command and command not in {("register",), ("offers",), ("demo",)}:
        assert "Exemple" in answer.out


@pytest.mark.parametrize("group", [(), ("register",), ("offers",)], ids=" ".join)
def test_a_group_alone_shows_its_commands(group: tuple[str, ...]) -> None:
    answer = jalon(*group)

    assert answer.status == 2
    assert "Commandes" in answer.out + answer.err


def test_a_profile_s_mistake_reaches_the_screen_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "profile.toml").write_text('name = "x"\nlabell = "y"\n')

    sentence = jalon("offers", "list", "--profile", tmp_path).sentence

    assert sentence.startswith(f"{tmp_path / 'profile.toml'}, ligne 2 : ")


EMPTY_CATALOGUE = (
    '{"catalogue": {"profile": "x", "day": "2026-10-31", "window": "letter", "offers": [], '
    '"parameters": %s}}'
)
ODD_PARAMETER = (
    '{"a": {"label": "a", "unit": "euros", "value": "b", "source": "c", "assumption": null}}'
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '"run"',
        "\x00",
        "[" * 100_000,
        '{"catalogue": []}',
        '{"catalogue": {"profile": "x"}}',
        EMPTY_CATALOGUE % "[]",
        EMPTY_CATALOGUE % ODD_PARAMETER,
    ],
    ids=range(10),
)
def test_what_is_no_run_s_record_is_refused(tmp_path: Path, text: str) -> None:
    extract = small_extract(tmp_path / "extract")
    record = tmp_path / "run.json"
    record.write_text(text)

    command = ("target", extract, "--profile", small_profile(), "--out", tmp_path / "out")
    answer = jalon(*command, "--again", record)

    assert str(record) in answer.sentence
    assert not (tmp_path / "out").exists()


def test_the_console_script_itself_keeps_the_screen_clean(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("jalon")
    arguments = ["register", "check", str(tmp_path / "nowhere")]

    answer = subprocess.run([script, *arguments], capture_output=True, text=True, check=False)  # noqa: S603

    assert (answer.returncode, answer.stdout) == (2, "")
    assert len(answer.stderr.splitlines()) == 1
