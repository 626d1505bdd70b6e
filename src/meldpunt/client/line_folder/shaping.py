"""Turn nodes of YAML into the value of a shape, and keep where each part stands.

A translations list `[{"language","text"}]` is a mapping by language in YAML; `version` is left out.
All else has the names of the shape (openapi/texts).
"""

import copy
import re
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, Generic, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from meldpunt.client.line_folder.fault_kinds import FaultKind
from meldpunt.client.line_folder.faults import Fault, TextPlace
from meldpunt.client.line_folder.refusals import explain
from meldpunt.client.line_folder.yaml_reader import Listed, Mapped, Node, Written
from meldpunt.protocol.verify.days import Term, parse_day, parse_term
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.line_document import Text

Path = tuple[str | int, ...]
Value = dict[str, Any]
_Shape = TypeVar("_Shape", bound=BaseModel)

PLACEHOLDER: Final = re.compile(r"\[\[.{0,200}?\]\]", re.DOTALL)
"""What an office has to fill in."""
_VALUE: Final = re.compile(r"\{([a-z][a-zA-Z0-9-]{0,39})\}")
"""What stands once in `values` of line.yaml."""
_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]{0,8}", re.ASCII)
_STAND_INS: Final[Mapping[str, str]] = {
    "telephone": "000",
    "email": "x@x",
    "address": "https://x/v1/lines/" + "a" * 32,
}
"""Members with a form of their own, and what has that form: for a placeholder while checking."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a file takes from line.yaml."""

    languages: tuple[str, ...]
    values: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)
    apart: Mapping[type[BaseModel], tuple[str, ...]] = field(default_factory=dict)
    """Members that an office writes in a part, and that are shaped as a text of their own."""


@dataclass(slots=True)
class Shaped(Generic[_Shape]):
    """One file, shaped."""

    value: Value
    """As it will be signed; placeholders stand where they stood."""
    places: dict[Path, TextPlace]
    faults: list[Fault]
    found: _Shape | None
    """The value of the shape, with stand-ins for placeholders; None with faults."""

    def place(self, *path: str | int) -> TextPlace:
        """Return where a part stands, or the nearest part around it."""
        return place_of(self.places, path)


def place_of(places: Mapping[Path, TextPlace], path: Path) -> TextPlace:
    """Return where a part stands, or the nearest part around it."""
    while path not in places:
        path = path[:-1]
    return places[path]


def shape(node: Mapped, kind: type[_Shape], around: Surroundings) -> Shaped[_Shape]:
    """Turn a file into a value of its shape, with every fault that is found."""
    shaper = _Shaper(around)
    shaper.places[()] = TextPlace(node.place.file, 1, 1)
    value = shaper.model(node, kind, ())
    if "version" in kind.model_fields:
        value = {"version": 1, **value}
    found = None
    try:
        found = kind.model_validate(shaper.checkable(value), by_alias=True, by_name=False)
    except ValidationError as error:
        if not any(not fault.stops_only_publishing for fault in shaper.faults):
            shaper.explain(error)
    has_fault = any(not fault.stops_only_publishing for fault in shaper.faults)
    return Shaped(value, shaper.places, shaper.faults, None if has_fault else found)


class _Shaper:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.faults: list[Fault] = []
        self.places: dict[Path, TextPlace] = {}
        self._stand_ins: dict[Path, str] = {}

    def checkable(self, value: Value) -> Value:
        """Return the value with stand-ins, where a placeholder has not the form of its member."""
        made = copy.deepcopy(value)
        for path, text in self._stand_ins.items():
            part: Any = made
            for step in path[:-1]:
                part = part[step]
            part[path[-1]] = text
        return made

    def refuse(self, place: TextPlace, kind: FaultKind, **what: object) -> None:
        """Note a fault."""
        self.faults.append(Fault.at(place, kind, **what))

    def model(self, node: Node, kind: type[BaseModel], path: Path) -> Value:
        """Shape a mapping with fixed members."""
        if not isinstance(node, Mapped):
            self.refuse(node.place, FaultKind.WANTS_MAPPING)
            return {}
        fields = {
            field.alias or name: field
            for name, field in kind.model_fields.items()
            if path or name != "version"  # of a whole text; a publication has one of its own
        }
        value: Value = {}
        for name, member in node.members.items():
            at = node.keys[name]
            self.places[*path, name] = at
            if name not in fields:
                names = ", ".join((*fields, *self._around.apart.get(kind, ())))
                self.refuse(at, FaultKind.UNKNOWN, name=name, known=names)
            elif _is_empty(member):
                self.refuse(at, FaultKind.EMPTY, name=name)
            else:
                value[name] = self.part(member, fields[name].annotation, (*path, name))
        for name, each in fields.items():
            if each.is_required() and name not in node.members:
                self.refuse(place_of(self.places, path), FaultKind.MISSING, name=name)
        return value

    def part(self, node: Node, annotation: Any, path: Path) -> Any:  # noqa: ANN401 (any part of a text)
        """Shape any part by its annotation."""
        kind = _bare(annotation)
        self.places.setdefault(path, node.place)
        if get_origin(kind) is tuple:
            return self._list(node, get_args(kind)[0], path)
        if get_origin(kind) is dict:
            return self._texts_by_name(node, get_args(kind), path)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return self.model(node, kind, path)
        return self._single(node, kind, annotation, path)

    def _list(self, node: Node, item: Any, path: Path) -> list[Any]:  # noqa: ANN401 (an annotation)
        if _bare(item) is Text:
            return self._translations(node, path)
        if not isinstance(node, Listed):
            self.refuse(node.place, FaultKind.WANTS_LIST)
            return []
        return [self.part(each, item, (*path, n)) for n, each in enumerate(node.items)]

    def _translations(self, node: Node, path: Path) -> list[Value]:
        if not isinstance(node, Mapped):
            self.refuse(node.place, FaultKind.WANTS_LANGUAGES)
            return []
        languages = self._around.languages
        at = place_of(self.places, path)
        for language in languages:
            if language not in node.members:
                self.refuse(at, FaultKind.LANGUAGE_MISSING, language=language)
        for language in node.members.keys() - set(languages):
            known = ", ".join(languages)
            self.refuse(
                node.keys[language], FaultKind.LANGUAGE_EXTRA, language=language, known=known
            )
        found: list[Value] = []
        for language in languages:
            if language in node.members:
                member = node.members[language]
                here = (*path, len(found))
                self.places[here] = self.places[*here, "text"] = node.keys[language]
                if isinstance(member, Written) and not member.text.strip():
                    self.refuse(node.keys[language], FaultKind.EMPTY, name=language)
                found.append({"language": language, "text": self._text(member, language)})
        return found

    def _texts_by_name(self, node: Node, kinds: tuple[Any, ...], path: Path) -> Value:
        if not isinstance(node, Mapped):
            self.refuse(node.place, FaultKind.WANTS_MAPPING)
            return {}
        known = _choices(_bare(kinds[0]))
        value = {}
        for name, member in node.members.items():
            self.places[*path, name] = node.keys[name]
            if known and name not in known:
                self.refuse(node.keys[name], FaultKind.UNKNOWN, name=name, known=", ".join(known))
            value[name] = self._text(member)
        return value

    def _single(self, node: Node, kind: Any, annotation: Any, path: Path) -> Any:  # noqa: ANN401 (an annotation)
        text = self._text(node)
        if not isinstance(node, Written):
            return text
        if PLACEHOLDER.search(text):
            name = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
            if name in _STAND_INS:
                self._stand_ins[path] = _STAND_INS[name].removesuffix(
                    "" if "lines" in str(annotation) else "/v1/lines/" + "a" * 32
                )
            return text
        known = _choices(kind)
        if known and text not in known:
            self.refuse(node.place, FaultKind.WANTS_ONE_OF, known=", ".join(known))
        elif kind is bool:
            return self._flag(node)
        elif kind is int:
            return self._number(node)
        elif kind is Term:
            self._check(node, parse_term, FaultKind.WANTS_TERM)
        elif kind is date:
            self._check(node, parse_day, FaultKind.WANTS_DAY)
        return text

    def _flag(self, node: Written) -> bool:
        if not node.is_plain or node.text not in ("true", "false"):
            self.refuse(node.place, FaultKind.WANTS_FLAG)
        return node.text == "true"

    def _number(self, node: Written) -> int:
        if not node.is_plain or not _WHOLE.fullmatch(node.text):
            self.refuse(node.place, FaultKind.WANTS_NUMBER)
            return 0
        return int(node.text)

    def _check(self, node: Written, read: Any, kind: FaultKind) -> None:  # noqa: ANN401 (a parser)
        try:
            read(node.text)
        except RefusedError:
            self.refuse(node.place, kind)

    def _text(self, node: Node, language: str | None = None) -> str:
        """Return a text with its values filled in, and note what is still to fill in."""
        if not isinstance(node, Written):
            self.refuse(node.place, FaultKind.WANTS_TEXT)
            return ""
        text = node.text.strip("\n")
        for found in PLACEHOLDER.findall(text):
            self.refuse(node.place, FaultKind.PLACEHOLDER, name=found)

        def fill(match: re.Match[str]) -> str:
            value = self._around.values.get(match[1])
            if value is None:
                self.refuse(node.place, FaultKind.VALUE_UNKNOWN, name=match[1])
                return match[0]
            if isinstance(value, str):
                return value
            return value.get(language or self._around.languages[0], "")

        return _VALUE.sub(fill, text)

    def explain(self, error: ValidationError) -> None:
        """Say what a shape refused, where the walk did not see it."""
        details = error.errors(include_url=False)
        paths = [tuple(detail["loc"]) for detail in details]
        for detail, path in zip(details, paths, strict=True):
            if any(len(p) > len(path) and p[: len(path)] == path for p in paths):
                continue  # a list is "too short" for pydantic once an item of it is refused
            place = place_of(self.places, path)
            kind, what = explain(detail, path)
            self.refuse(place, kind, **what)


def _bare(annotation: Any) -> Any:  # noqa: ANN401 (an annotation)
    """Return a type without its constraints, and without None."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, types.UnionType):
            annotation = next(a for a in get_args(annotation) if a is not type(None))
        else:
            return annotation


def _choices(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 (a type)
    """Return the words that a type allows, if it is a list of words."""
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return tuple(str(each.value) for each in kind)
    if get_origin(kind) is Literal:
        return tuple(str(getattr(each, "value", each)) for each in get_args(kind))
    return ()


def _is_empty(node: Node) -> bool:
    return isinstance(node, Written) and node.is_plain and not node.text
