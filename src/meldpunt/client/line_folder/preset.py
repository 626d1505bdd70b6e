"""Presets: lines to start from, with all their texts (client/lines/presets).

A preset says "je" and "u": beside `nl` a text may have `nl-u`. What presets share stands in
common.yaml, and `use: NAME` takes it from there. An office's folder has everything in full.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from meldpunt.client.line_folder.fault_kinds import FaultKind
from meldpunt.client.line_folder.faults import Fault, LineFolderError
from meldpunt.client.line_folder.folder import LINE, Tree, read_tree
from meldpunt.client.line_folder.yaml_reader import Listed, Mapped, Node, Written, read_yaml_file

PRESETS_FOLDER: Final = Path(__file__).parent.parent / "lines" / "presets"
COMMON: Final = "common.yaml"
OPEN: Final = "open"
"""What stands in a checklist for what is not settled."""
_USE: Final = "use"
_FORMAL: Final = "-u"
"""The ending of a language for the text that says "u"."""


def preset_names() -> tuple[str, ...]:
    """Return the names of all presets."""
    return tuple(sorted(each.parent.name for each in PRESETS_FOLDER.glob(f"*/{LINE}")))


def read_preset(name: str, address_form: str) -> Tree:
    """Return the files of a preset as an office gets them.

    Args:
        name: One of `preset_names`.
        address_form: `je` or `u`: how the Dutch texts address their reader.

    Raises:
        LineFolderError: The preset has a fault.
    """
    common = read_yaml_file(PRESETS_FOLDER, COMMON).members
    files = read_tree(PRESETS_FOLDER / name)
    maker = _Maker(common, is_formal=address_form == "u")
    made = {file: maker.mapping(node) for file, node in files.items()}
    if maker.faults:
        raise LineFolderError(maker.faults)
    made[LINE] = _as_office(made[LINE], address_form)
    return made


class _Maker:
    """Fills common pieces in, and keeps one form of address."""

    def __init__(self, common: Mapping[str, Node], *, is_formal: bool) -> None:
        self._common = common
        self._is_formal = is_formal
        self.faults: list[Fault] = []

    def mapping(self, node: Mapped) -> Mapped:
        """Return a mapping in one form of address, with every piece in full."""
        members = dict[str, Node]()
        for name, member in node.members.items():
            base = name.removesuffix(_FORMAL)
            if base != name and base in node.members:
                continue
            formal = node.members.get(name + _FORMAL)
            members[name] = self._node(member if formal is None or not self._is_formal else formal)
        return Mapped(node.place, members, node.keys, node.is_flow)

    def _node(self, node: Node) -> Node:
        if isinstance(node, Listed):
            return Listed(node.place, tuple(self._items(node)), node.is_flow)
        if isinstance(node, Written):
            return node
        piece = self._piece(node)
        return self.mapping(node) if piece is None else piece

    def _items(self, node: Listed) -> Iterator[Node]:
        for item in node.items:
            piece = self._piece(item)
            if isinstance(piece, Listed):
                yield from piece.items
            else:
                yield self._node(item) if piece is None else piece

    def _piece(self, node: Node) -> Node | None:
        """Return the piece that a node names, or None if it names none.

        Members beside `use` are added to those of the piece, or replace them.
        """
        if not isinstance(node, Mapped) or _USE not in node.members:
            return None
        named = node.members[_USE]
        name = named.text if isinstance(named, Written) else ""
        if name not in self._common:
            self.faults.append(Fault.at(node.place, FaultKind.PIECE_UNKNOWN, name=name))
            return node
        piece = self._node(self._common[name])
        own = self.mapping(node).members
        del own[_USE]
        if not own or not isinstance(piece, Mapped):
            return piece
        return Mapped(node.place, piece.members | own, piece.keys | node.keys, piece.is_flow)


def _as_office(line: Mapped, address_form: str) -> Mapped:
    """Return line.yaml with what only an office's folder has."""
    at = line.place
    members = dict[str, Node]()
    for name, node in line.members.items():
        members[name] = node
        if name == "languages":
            members["addressForm"] = Written(at, address_form)
    checklist = line.members.get("checklist")
    if isinstance(checklist, Listed):
        items = [each.text for each in checklist.items if isinstance(each, Written)]
        members["checklist"] = Mapped(at, {item: Written(at, OPEN) for item in items})
    members.setdefault("handlers", Listed(at, (), is_flow=True))
    keys = dict.fromkeys(members, at) | line.keys
    return Mapped(at, _with_keys(members), keys, line.is_flow)


def _with_keys(members: Mapping[str, Node]) -> dict[str, Node]:
    """Give mappings that were made here the places of their keys."""
    return {
        name: Mapped(n.place, n.members, dict.fromkeys(n.members, n.place) | n.keys, n.is_flow)
        if isinstance(n, Mapped)
        else n
        for name, n in members.items()
    }
