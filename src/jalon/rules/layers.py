"""Small files of a profile: each key as the nearest says it, of the profile and of those above.

A fund's file replaces what it names. What is missing, misspelt or out of measure is refused with
its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jalon.rules.profile import lineage
from jalon.rules.toml_source import Node, ProfileError, read_toml


def nearest(profile: Path, file: str, *keys: str) -> dict[str, Node]:
    """Return what the files of this name say, by key; ProfileError for a key that none has.

    Each names its source; assumptions are texts.
    """
    found: dict[str, Node] = {}
    for folder in lineage(profile):
        if not (folder / file).is_file():
            continue
        node = read_toml(folder / file)
        node.only("source", "assumptions", *keys)
        node.required("source", str)
        node.texts("assumptions")
        found = {**dict(node.items()), **found}
    return found


def said(values: Mapping[str, Node], key: str, own: Path) -> Node:
    """Return what a key says; ProfileError, of the profile's `own` file, where none has it."""
    if key not in values:
        raise ProfileError(
            f"{own} : « {key} » manque, ici comme dans le profil d'origine. Ajoutez-le."
        )
    return values[key]


def number(node: Node, least: int, most: int) -> int:
    """Return a whole number within bounds, both included; ProfileError for any other."""
    value: int = node.expect(int).value
    if not least <= value <= most:
        raise node.refusal(
            f"« {node.path[-1]} » est hors de mesure.", f"Écrivez de {least} à {most}."
        )
    return value
