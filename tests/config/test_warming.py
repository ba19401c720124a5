"""What the processes that answer find loaded when they begin."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from django.template import Template, engines
from django.template.loader import get_template
from pytest_django import Settings

from jalon.agenda.practice import read_practice
from jalon.config import warming
from jalon.rules.toml_source import ProfileError
from jalon.targeting import cohort_files


def test_no_page_has_a_template_to_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    names = set(warming.own_templates())
    assert {"desk/day.html", "web/base.html"} <= names
    (parts,) = engines["django"].engine.template_loaders  # type: ignore[attr-defined]
    for loader in parts.loaders:
        loader.reset()

    warming.load_pages()
    monkeypatch.setattr(Template, "compile_nodelist", lambda _: pytest.fail("compiled late"))

    for name in names:
        get_template(name)


def test_the_profile_is_read() -> None:
    read_practice.cache_clear()

    warming.load_pages()

    assert read_practice.cache_info().currsize == 1


def test_a_profile_that_cannot_be_read_is_refused(settings: Settings, tmp_path: Path) -> None:
    settings.PROFILE = str(tmp_path)

    with pytest.raises(ProfileError):
        warming.load_pages()


def test_the_engine_that_reads_files_is_started_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cohort_files.start_reading()
    monkeypatch.setattr(duckdb, "connect", lambda **_: pytest.fail("started late"))

    assert cohort_files.query("SELECT 1") == [(1,)]
