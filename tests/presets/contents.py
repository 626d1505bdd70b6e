"""What the presets say, as their files have it: every text with its languages, and filled in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from meldpunt.client.line_folder.folder import LINE, LineFolder, check_tree
from meldpunt.client.line_folder.preset import COMMON, PRESETS_FOLDER, preset_names, read_preset
from meldpunt.client.line_folder.yaml_reader import (
    Listed,
    Mapped,
    Node,
    Written,
    read_yaml_file,
)

NAMES: Final = preset_names()
LANGUAGES: Final = ("nl", "en", "nl-simple")
ADDRESS_FORMS: Final = ("je", "u")
_KEYS: Final = {*LANGUAGES, "nl-u", "nl-simple-u"}
_STAND_INS: Final[Mapping[str, str]] = {
    "telephone": "030 555 00 00",
    "email": "meldpunt@universiteit.test",
    "address": "https://universiteit.test/regels",
    "version": "2026",
    "name": "Ombudspersoon Voorbeeld",
    "organisation": "Voorbeeld",
    "hours": "maandag tot en met vrijdag, 9 tot 17 uur",
}
"""What an office would fill in, by the last part of a value's name."""


@dataclass(frozen=True)
class Said:
    """One text of a preset, by language."""

    where: str
    texts: Mapping[str, str]


@cache
def files() -> tuple[tuple[str, Mapped], ...]:
    """Return every file of the presets, with what they share, as written."""
    own = [file for name in NAMES for file in sorted((PRESETS_FOLDER / name).glob("*.yaml"))]
    return (
        (COMMON, read_yaml_file(PRESETS_FOLDER, COMMON)),
        *(
            (f"{file.parent.name}/{file.name}", read_yaml_file(file.parent, file.name))
            for file in own
        ),
    )


def said() -> Iterator[Said]:
    """Yield every text of the presets that people read, without the values."""
    for name, root in files():
        yield from _said(_without_values(root), name)


def _without_values(root: Mapped) -> Mapped:
    return replace(root, members={k: v for k, v in root.members.items() if k != "values"})


def _said(node: Node, file: str) -> Iterator[Said]:
    if isinstance(node, Listed):
        for item in node.items:
            yield from _said(item, file)
    elif isinstance(node, Mapped) and node.members and _KEYS.issuperset(node.members):
        where = f"{file}:{node.place.line}"
        yield Said(where, {k: v.text for k, v in node.members.items() if isinstance(v, Written)})
    elif isinstance(node, Mapped):
        for member in node.members.values():
            yield from _said(member, file)


def written(node: Node) -> Iterator[Written]:
    """Yield every text in a node."""
    if isinstance(node, Written):
        yield node
    else:
        inside = node.items if isinstance(node, Listed) else tuple(node.members.values())
        for each in inside:
            yield from written(each)


@cache
def filled_in(name: str, address_form: str) -> LineFolder:
    """Return a preset as an office has it that has filled in its own name, contacts and hours."""
    tree = dict(read_preset(name, address_form))
    values = tree[LINE].members["values"]
    assert isinstance(values, Mapped)
    filled: dict[str, Node] = {key: _filled(key, node) for key, node in values.members.items()}
    members = tree[LINE].members | {"values": replace(values, members=filled)}
    tree[LINE] = replace(tree[LINE], members=members)
    return check_tree(tree, Path(name))


def _filled(name: str, node: Node) -> Node:
    if isinstance(node, Mapped):
        members = {language: _filled(name, each) for language, each in node.members.items()}
        return replace(node, members=members)
    if isinstance(node, Written) and "[[" in node.text:
        return replace(node, text=stand_in(name))
    return node


def stand_in(name: str) -> str:
    """Return what an office fills in for a value."""
    return _STAND_INS[name.rpartition("-")[2]]
