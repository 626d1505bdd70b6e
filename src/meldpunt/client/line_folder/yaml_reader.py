"""Read YAML without surprises: texts, lists and mappings, each with its place.

Every plain scalar stays the text that stands there: `no`, `on`, `08` and `2026-11-29` are texts
until a shape asks for something else. Anchors, aliases, merge keys and tags are refused, so nothing
can expand, and nothing is made that is not written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from meldpunt.client.files.regular_file import open_regular
from meldpunt.client.line_folder.fault_kinds import FaultKind
from meldpunt.client.line_folder.faults import Fault, LineFolderError, TextPlace

MAX_SIZE: Final = 512 << 10
"""Bytes of one file: twice a text as it is signed, for layout and comments."""
MAX_DEPTH: Final = 16
_MAX_NODES: Final = 50_000
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The reader in C where the library was built with it; both read alike."""

_PROBLEMS: Final = (
    ("mapping values are not allowed", FaultKind.YAML_COLON),
    ("could not find expected ':'", FaultKind.YAML_NO_COLON),
    ("did not find expected", FaultKind.YAML_INDENTATION),
    ("unexpected end of stream", FaultKind.YAML_OPEN),
    ("cannot start any token", FaultKind.YAML_START),
    ("escape", FaultKind.YAML_ESCAPE),
)
"""What the library says, and what that means to a person."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text as it is written."""

    place: TextPlace
    text: str
    is_plain: bool = True
    """It stands without quotes, in one line."""
    style: str | None = None
    """`>` and `|` are blocks, quotes are quotes."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list."""

    place: TextPlace
    items: tuple["Node", ...]
    is_flow: bool = False
    """It stands in brackets."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping, in the order in which it is written."""

    place: TextPlace
    members: dict[str, "Node"]
    keys: dict[str, TextPlace] = field(default_factory=dict)
    is_flow: bool = False
    """It stands in braces."""


Node = Written | Listed | Mapped


def read_yaml_file(folder: Path, name: str) -> Mapped:
    """Read a file whose root is a mapping.

    Raises:
        LineFolderError: With everything that is wrong about it as YAML.
    """
    place = TextPlace(name, 1, 1)
    try:
        with open_regular(folder / name) as file:
            data = file.read(MAX_SIZE + 1)
    except FileNotFoundError:
        raise LineFolderError([Fault.at(place, FaultKind.FILE_MISSING)]) from None
    except OSError:
        raise LineFolderError([Fault.at(place, FaultKind.FILE_UNREADABLE)]) from None
    return read_yaml(data, name)


def read_yaml(data: bytes, name: str) -> Mapped:
    """Read YAML whose root is a mapping.

    Args:
        data: UTF-8, with or without a byte order mark.
        name: The file's name, for places.

    Raises:
        LineFolderError: With everything that is wrong about it as YAML.
    """
    if len(data) > MAX_SIZE:
        fault = Fault.at(TextPlace(name, 1, 1), FaultKind.FILE_SIZE, most=MAX_SIZE >> 10)
        raise LineFolderError([fault])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise LineFolderError(
            [Fault.at(TextPlace(name, line, column), FaultKind.FILE_ENCODING)]
        ) from None
    _check_characters(text, name)
    return _Reader(name).read(text)


def _check_characters(text: str, name: str) -> None:
    """Refuse tabs that indent, and characters that YAML does not have."""
    faults = []
    for number, line in enumerate(text.split("\n"), 1):
        indentation = line[: len(line) - len(line.lstrip(" \t"))]
        if "\t" in indentation and line.strip():
            place = TextPlace(name, number, indentation.index("\t") + 1)
            faults.append(Fault.at(place, FaultKind.YAML_TAB))
        control = next((i for i, c in enumerate(line) if _is_control(c)), None)
        if control is not None:
            faults.append(Fault.at(TextPlace(name, number, control + 1), FaultKind.YAML_CHARACTER))
    if faults:
        raise LineFolderError(faults)


def _is_control(character: str) -> bool:
    code = ord(character)
    return (code < 0x20 and character not in "\t\r") or 0x7F <= code < 0xA0 or code in _NEVER  # noqa: PLR2004 (Unicode's own)


_NEVER: Final = frozenset({0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF})
"""Line ends and marks that an editor does not show."""


class _Reader:
    """Turns the library's events into nodes."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._faults: list[Fault] = []
        self._nodes = 0

    def read(self, text: str) -> Mapped:
        start = TextPlace(self._name, 1, 1)
        try:
            events = iter(yaml.parse(text, Loader=_LOADER))
            roots = [
                self._node(next(events), events, 1)
                for event in events
                if isinstance(event, yaml.DocumentStartEvent) and self._is_first(event)
            ]
        except yaml.YAMLError as error:
            self._faults.append(self._problem(error))
            raise LineFolderError(self._faults) from None
        if self._faults:
            raise LineFolderError(self._faults)
        if len(roots) != 1 or not isinstance(roots[0], Mapped):
            raise LineFolderError([Fault.at(start, FaultKind.YAML_ROOT)])
        return roots[0]

    def _is_first(self, event: Any) -> bool:  # noqa: ANN401 (the library has no types)
        """Refuse a second document, and directives such as %TAG."""
        place = self._place(event)
        is_first = self._nodes == 0
        if not is_first or event.version or event.tags:
            self._refuse(place, FaultKind.YAML_DOCUMENTS)
        return is_first

    def _refuse(self, place: TextPlace, kind: FaultKind, **what: object) -> None:
        self._faults.append(Fault.at(place, kind, **what))

    def _stop(self, place: TextPlace, kind: FaultKind, **what: object) -> LineFolderError:
        return LineFolderError([*self._faults, Fault.at(place, kind, **what)])

    def _place(self, event: Any) -> TextPlace:  # noqa: ANN401 (the library has no types)
        mark = event.start_mark
        return TextPlace(self._name, mark.line + 1, mark.column + 1)

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:  # noqa: ANN401 (the library has no types)
        place = self._place(event)
        self._nodes += 1
        if self._nodes > _MAX_NODES or depth > MAX_DEPTH:
            raise self._stop(place, FaultKind.YAML_TOO_MUCH)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse(place, FaultKind.YAML_ANCHOR)
        if isinstance(event, yaml.AliasEvent):
            return Written(place, "")
        if event.tag is not None:
            self._refuse(place, FaultKind.YAML_TAG)
        if isinstance(event, yaml.ScalarEvent):
            is_plain = event.style not in set("'\"|>")
            if any(map(_is_control, event.value.replace("\n", ""))):  # by an escape, such as "\\e"
                self._refuse(place, FaultKind.YAML_CHARACTER)
            return Written(place, event.value, is_plain, None if is_plain else event.style)
        if isinstance(event, yaml.SequenceStartEvent):
            return Listed(place, tuple(self._items(events, depth)), bool(event.flow_style))
        return self._mapping(place, events, depth, is_flow=bool(event.flow_style))

    def _items(self, events: Iterator[Any], depth: int) -> Iterator[Node]:
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, events, depth + 1)

    def _mapping(
        self, place: TextPlace, events: Iterator[Any], depth: int, *, is_flow: bool
    ) -> Mapped:
        members: dict[str, Node] = {}
        keys: dict[str, TextPlace] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not isinstance(key, Written):
                self._refuse(key.place, FaultKind.YAML_KEY)
            elif key.text == "<<" and key.is_plain:
                self._refuse(key.place, FaultKind.YAML_ANCHOR)
            elif key.text in members:
                self._refuse(
                    key.place, FaultKind.DUPLICATE_KEY, name=key.text, line=keys[key.text].line
                )
            else:
                members[key.text], keys[key.text] = value, key.place
        return Mapped(place, members, keys, is_flow)

    def _problem(self, error: Any) -> Fault:  # noqa: ANN401 (the library has no types)
        problem = getattr(error, "problem", None) or ""
        mark = getattr(error, "problem_mark", None)
        kind = next((kind for part, kind in _PROBLEMS if part in problem), FaultKind.YAML_SYNTAX)
        if kind is FaultKind.YAML_OPEN:  # where it began says more than the end of the file
            mark = getattr(error, "context_mark", None) or mark
        if mark is None:
            return Fault.at(TextPlace(self._name, 1, 1), kind)
        return Fault.at(TextPlace(self._name, mark.line + 1, mark.column + 1), kind)
