"""A line from a preset, with examples for what only an office knows."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from meldpunt.client import LinePlan
from meldpunt.client.line_folder.folder import LINE, check_tree
from meldpunt.client.line_folder.plan import plan_of_folder
from meldpunt.client.line_folder.preset import PRESETS_FOLDER, read_preset
from meldpunt.client.line_folder.yaml_reader import Mapped, Node, Written

_VALUES: Final = "values"
_TELEPHONE: Final = "0800-0000"
_ADDRESS: Final = "https://example.org/"
_HOURS: Final = {"nl": "werkdagen van 9 tot 17 uur", "en": "working days from 9 to 17"}


def plan_from_preset(preset: str, organisation: str) -> LinePlan:
    """Return the plan of a preset, without handlers, for an organisation that does not exist.

    Raises:
        LineFolderError: The preset has a fault.
    """
    tree = read_preset(preset, "je")
    line = tree[LINE]
    values = line.members[_VALUES]
    filled = dict(line.members) | {_VALUES: _filled(values, organisation, _VALUES)}
    files = dict(tree) | {LINE: replace(line, members=filled)}
    return plan_of_folder(check_tree(files, Path(PRESETS_FOLDER, preset)), ())


def _filled(node: Node, organisation: str, name: str) -> Node:
    if isinstance(node, Mapped):
        members = {
            key: _filled(member, organisation, key if name == _VALUES else f"{name}/{key}")
            for key, member in node.members.items()
        }
        return replace(node, members=members)
    if isinstance(node, Written) and node.text.startswith("[["):
        return replace(node, text=_example(name, organisation))
    return node


def _example(name: str, organisation: str) -> str:
    value, _, language = name.partition("/")
    if value.endswith("-hours"):
        return _HOURS.get(language, _HOURS["nl"])
    kinds = {"-telephone": _TELEPHONE, "-email": "help@example.org", "-address": _ADDRESS}
    for ending, example in kinds.items():
        if value.endswith(ending):
            return example
    return organisation if value == "organisation" else f"{organisation} (voorbeeld)"
