"""Fill in what a line's folder leaves open, in place: layout and comments stay as they are."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meldpunt.client.line_folder.faults import TextPlace
from meldpunt.client.line_folder.folder import LINE, read_tree
from meldpunt.client.line_folder.shaping import PLACEHOLDER
from meldpunt.client.line_folder.yaml_reader import Listed, Mapped, Node

_HANDLERS: Final = re.compile(r"^handlers:[ ]*(\[[ ]*\])?[ ]*(#.*)?$")


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """A placeholder, and where it stands."""

    name: tuple[str, ...]
    """The names on the way to it, such as `values`, `organisation`."""
    place: TextPlace
    placeholder: str
    """With its brackets."""
    style: str | None

    @property
    def asked(self) -> str:
        """What to fill in, in the words of the folder."""
        return self.placeholder[2:-2].strip()


def open_places(folder: Path) -> list[OpenPlace]:
    """Return the placeholders of a folder, those of line.yaml first.

    Raises:
        LineFolderError: A file is no YAML.
    """
    files = sorted(read_tree(folder).items(), key=lambda item: (item[0] != LINE, item[0]))
    return [found for _, node in files for found in _in_node(node, ())]


def _in_node(node: Node, name: tuple[str, ...]) -> Iterator[OpenPlace]:
    if isinstance(node, Mapped):
        for key, member in node.members.items():
            yield from _in_node(member, (*name, key))
    elif isinstance(node, Listed):
        for item in node.items:
            yield from _in_node(item, name)
    else:
        for placeholder in PLACEHOLDER.findall(node.text):
            yield OpenPlace(name, node.place, placeholder, node.style)


def fill_in(folder: Path, where: OpenPlace, text: str) -> None:
    """Put a text in the place of a placeholder.

    Raises:
        OSError: The file cannot be read or written.
    """
    path = folder / where.place.file
    lines = path.read_text(encoding="utf-8").split("\n")
    before = sum(len(line) + 1 for line in lines[: where.place.line - 1]) + where.place.column - 1
    whole = "\n".join(lines)
    start = whole.index(where.placeholder, max(before, 0))
    end = start + len(where.placeholder)
    path.write_text(whole[:start] + _escaped(text, where.style) + whole[end:], encoding="utf-8")


def _escaped(text: str, style: str | None) -> str:
    line = " ".join(text.split())
    if style == '"':
        return json.dumps(line, ensure_ascii=False)[1:-1]
    return line.replace("'", "''") if style == "'" else line


def add_handler(folder: Path, **members: str) -> None:
    """Add a handler to line.yaml.

    Raises:
        OSError: The file cannot be read or written.
    """
    path = folder / LINE
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    at = next((n for n, line in enumerate(lines) if _HANDLERS.match(line)), None)
    if at is None:
        lines += ["", "handlers:"]
        at = len(lines) - 1
    lines[at] = "handlers:"
    end = at + 1
    while end < len(lines) and lines[end].startswith((" ", "#  ")):
        end += 1
    item = [f"{name}: '{_escaped(text, chr(39))}'" for name, text in members.items()]
    lines[end:end] = [f"  - {item[0]}", *(f"    {each}" for each in item[1:])]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
