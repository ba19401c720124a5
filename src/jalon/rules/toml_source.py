"""A profile's TOML files, read with the line of every value so that a refusal can name it."""

from __future__ import annotations

import codecs
import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import tree_sitter
import tree_sitter_toml

from jalon.rules.errors import ClearError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

KeyPath: TypeAlias = tuple[str | int, ...]

_TYPE_NAMES: dict[type, str] = {
    str: "un texte entre guillemets",
    bool: "true ou false",
    int: "un nombre entier",
    Decimal: "un nombre",
    date: "une date, comme 2026-10-31",
    list: "une liste entre crochets",
    dict: "un tableau de clés",
}


class ProfileError(ClearError):
    """A profile that cannot be right: where, what is wrong, and what to do, in French."""


def nearest(word: str, words: Iterable[str]) -> str:
    """Return « Vouliez-vous dire X ? » where a known word resembles this one, else the list."""
    known = sorted(words)
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f"Vouliez-vous dire « {close[0]} » ?"
    return f"Possibles : {', '.join(known)}." if known else "Aucun n'est défini."


def read_toml(file: Path) -> Node:
    """Read a file; ProfileError where it is absent, not UTF-8 or not TOML."""
    try:
        source = file.read_bytes()
        # Some editors open a text with a mark of its encoding.
        source = source.removeprefix(codecs.BOM_UTF8)
        values = tomllib.loads(source.decode("utf-8"), parse_float=Decimal)
    except OSError as error:
        raise ProfileError(f"{file} : ce fichier ne peut pas être lu. Vérifiez-le.") from error
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise ProfileError(
            f"{file}, ligne {line} : ce fichier n'est pas en UTF-8. Réenregistrez-le en UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else source.count(b"\n") + 1
        written = source.decode("utf-8").splitlines()[line - 1 : line]
        raise ProfileError(
            f"{file}, ligne {line} : cette ligne n'est pas lisible. {_hint(''.join(written))}"
        ) from error
    return Node(file, (), values, dict(_positions(source)))


_HINTS = (
    (r"[“”«»]", 'Employez les guillemets droits : "…".'),
    (r"=\s*\d{1,2}/\d{1,2}/\d{4}", "Écrivez la date comme 2026-10-31."),
    (r"=\s*\d{4}-\d{2}-\d{2}", "Cette date n'existe pas, ou une clé est écrite deux fois."),
    (r"=\s*[\d ]+,\d", "Écrivez les décimales avec un point : 850.50."),
    (r"(?i)=\s*(oui|non|vrai|faux|true|false)\b", "Écrivez true ou false, en minuscules."),
    (r"^\s*\[criteria\]", "Écrivez [[criteria]], avec deux crochets."),
)


def _hint(line: str) -> str:
    """Say what to do about a line that is not TOML, from the mistakes people make most."""
    for pattern, hint in _HINTS:
        if re.search(pattern, line):
            return hint
    return (
        "Vérifiez les guillemets, les crochets, le signe = et qu'aucune clé n'est écrite deux "
        "fois."
    )


def _positions(source: bytes) -> Iterator[tuple[KeyPath, int]]:
    """Yield the line, counted from 1, of every key path and array item of a TOML text."""
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_toml.language()))
    sizes: dict[KeyPath, int] = {}
    for block in parser.parse(source).root_node.named_children:
        if block.type == "pair":
            yield from _pair_positions(block, ())
        if block.type in {"table", "table_array_element"}:
            header, *content = block.named_children
            path = _within_arrays(_keys(header), sizes, opens=block.type == "table_array_element")
            yield path, header.start_point.row + 1
            for pair in content:
                if pair.type == "pair":
                    yield from _pair_positions(pair, path)


def _within_arrays(keys: KeyPath, sizes: dict[KeyPath, int], *, opens: bool) -> KeyPath:
    """Return a header's full path: below the current item of each array of tables it crosses."""
    path: KeyPath = ()
    for position, key in enumerate(keys, 1):
        path = (*path, key)
        if opens and position == len(keys):
            sizes[path] = sizes.get(path, 0) + 1
        if path in sizes:
            path = (*path, sizes[path] - 1)
    return path


def _keys(node: tree_sitter.Node) -> KeyPath:
    if node.type == "dotted_key":
        return tuple(key for child in node.named_children for key in _keys(child))
    return ((node.text or b"").decode().strip("\"'"),)


def _pair_positions(pair: tree_sitter.Node, above: KeyPath) -> Iterator[tuple[KeyPath, int]]:
    key, *value = pair.named_children
    path = (*above, *_keys(key))
    yield path, key.start_point.row + 1
    if value:
        yield from _value_positions(value[0], path)


def _value_positions(value: tree_sitter.Node, path: KeyPath) -> Iterator[tuple[KeyPath, int]]:
    if value.type == "array":
        items = [item for item in value.named_children if item.type != "comment"]
        for index, item in enumerate(items):
            yield (*path, index), item.start_point.row + 1
            yield from _value_positions(item, (*path, index))
    if value.type == "inline_table":
        for pair in value.named_children:
            if pair.type == "pair":
                yield from _pair_positions(pair, path)


@dataclass(frozen=True)
class Node:
    """A value of a TOML file that knows where it stands.

    Tables and lists put together from several places hold nodes, which keep their own place.
    """

    file: Path
    path: KeyPath
    value: Any
    lines: Mapping[KeyPath, int]

    @property
    def line(self) -> int:
        """The value's line, or that of the nearest value around it."""
        path = self.path
        while path:
            # A table may be known only by what it holds: [a.b] alone opens a.
            below = [line for key, line in self.lines.items() if key[: len(path)] == path]
            if below:
                return self.lines.get(path, min(below))
            path = path[:-1]
        return 1

    def refusal(self, problem: str, mend: str) -> ProfileError:
        """Return the error that names this place, what is wrong and what to do."""
        return ProfileError(f"{self.file}, ligne {self.line} : {problem} {mend}")

    def __contains__(self, key: str) -> bool:
        return key in self.value

    def __getitem__(self, key: str | int) -> Node:
        value = self.value[key]
        if isinstance(value, Node):
            return value
        return Node(self.file, (*self.path, key), value, self.lines)

    def items(self) -> Iterator[tuple[str, Node]]:
        """Yield each key of a table with its value."""
        for key in self.expect(dict).value:
            yield key, self[key]

    def entries(self) -> Iterator[Node]:
        """Yield each item of a list."""
        for index in range(len(self.expect(list).value)):
            yield self[index]

    def expect(self, *types: type) -> Node:
        """Return this node if its value is of one of these types; ProfileError otherwise."""
        # A bool is an int, and a datetime a date, in Python; not in a profile.
        matches = isinstance(self.value, types) and not (
            (isinstance(self.value, bool) and bool not in types)
            or isinstance(self.value, datetime)
        )
        if not matches:
            wanted = " ou ".join(_TYPE_NAMES[kind] for kind in types)
            subject = f"« {self.path[-1]} »" if self.path else "ce fichier"
            raise self.refusal(f"{subject} n'a pas la bonne forme.", f"Écrivez {wanted}.")
        return self

    def only(self, *keys: str) -> None:
        """Refuse any key that is not one of these."""
        for key, node in self.items():
            if key not in keys:
                raise node.refusal(f"la clé « {key} » n'existe pas ici.", nearest(key, keys))

    def required(self, key: str, *types: type) -> Any:  # noqa: ANN401
        """Return a required key's value."""
        if key not in self.expect(dict):
            raise self.refusal(f"la clé « {key} » manque.", f"Ajoutez « {key} = … ».")
        value = self[key].expect(*types).value
        if isinstance(value, str) and not value.strip():
            raise self[key].refusal(f"« {key} » est vide.", "Remplissez cette valeur.")
        return value

    def optional(self, key: str, *types: type) -> Any:  # noqa: ANN401
        """Return a key's value, None where the key is absent."""
        return self.required(key, *types) if key in self.expect(dict) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where the key is absent."""
        if key not in self:
            return ()
        return tuple(item.expect(str).value for item in self[key].entries())

    def choice(self, key: str, choices: Iterable[str]) -> str:
        """Return a required key's text, which must be one of the choices."""
        value: str = self.required(key, str)
        if value not in (known := list(choices)):
            raise self[key].refusal(f"« {value} » n'est pas possible ici.", nearest(value, known))
        return value
