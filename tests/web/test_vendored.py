"""What others wrote and we serve is listed, unaltered, and asks no other host for anything."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import jalon.web

WEB = Path(jalon.web.__file__).parent
VENDOR = WEB / "static" / "vendor"
LIST = VENDOR / "VENDORED.md"
_ROW = re.compile(
    r"^\| [^|]+ \| [^|]+ \| [^|]+ \| `([^`]+)` \| `([0-9a-f]{64})` \|$", re.MULTILINE
)


def test_every_vendored_file_is_listed_with_its_sum() -> None:
    listed = dict(_ROW.findall(LIST.read_text(encoding="utf-8")))
    found = {
        str(file.relative_to(VENDOR)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in VENDOR.rglob("*")
        if file.is_file() and file != LIST
    }
    assert found == listed


def test_every_name_has_its_licence() -> None:
    folders = {file.parent for file in VENDOR.rglob("*") if file.is_file() and file != LIST}
    assert all((folder / "LICENSE").is_file() for folder in folders)


def test_every_icon_that_pages_name_is_drawn() -> None:
    drawn = set(
        re.findall(r'<symbol id="([^"]+)"', (VENDOR / "bootstrap-icons/sprite.svg").read_text())
    )
    named = {
        name
        for file in WEB.parent.rglob("*.html")
        for name in re.findall(r'(?:{% icon |icon=)"([a-z0-9-]+)"', file.read_text("utf-8"))
    }
    assert named
    assert named <= drawn


def test_no_page_or_style_asks_another_host() -> None:
    ours = [*(WEB / "templates").rglob("*.html"), *(WEB / "static" / "web").rglob("*.*")]
    for file in ours:
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//[a-z0-9-]+\.[a-z]", text), file


def test_no_page_writes_script_or_style_into_itself() -> None:
    # The content policy allows files of ours alone; what is of type JSON is data, not script.
    inline = re.compile(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*(src=|application/json))")
    for file in (WEB / "templates").rglob("*.html"):
        assert not inline.search(file.read_text("utf-8")), file
