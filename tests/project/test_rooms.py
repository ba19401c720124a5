"""What import-linter cannot see: a room that reaches the files of another by their path."""

from __future__ import annotations

import re
from pathlib import Path

import jalon

_SOURCES = Path(jalon.__file__).parent
_ROOMS = {folder.name for folder in _SOURCES.iterdir() if (folder / "__init__.py").is_file()}
_OF_A_PACKAGE = re.compile(r"""\bfiles\(["'](jalon[\w.]*)["']\)""")
_CLIMBS = re.compile(r"__file__\)\.(?:resolve\(\)\.)?parents\[\d\][^\n]*")


def _reached(file: Path) -> set[str]:
    """Return the rooms whose files a source names by path, its own left out."""
    text, own = file.read_text(encoding="utf-8"), file.relative_to(_SOURCES).parts[0]
    named = {
        # The whole package is every room.
        package.partition(".")[2].partition(".")[0] or "jalon"
        for package in _OF_A_PACKAGE.findall(text)
    }
    climbs = " ".join(_CLIMBS.findall(text))
    named |= {room for room in _ROOMS if re.search(rf'"{room}["/]', climbs)}
    return named - {own}


def test_a_room_opens_its_own_files_alone() -> None:
    assert len(_ROOMS) > 10
    reaching = {
        str(file.relative_to(_SOURCES)): rooms
        for file in sorted(_SOURCES.rglob("*.py"))
        if (rooms := _reached(file))
    }
    assert reaching == {}
