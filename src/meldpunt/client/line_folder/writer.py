"""Write nodes as YAML for people: blocks for long texts, one empty line between parts."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from meldpunt.client.line_folder.yaml_reader import Listed, Mapped, Node, Written

_WIDTH: Final = 100
_LONG: Final = 72
"""Characters from which a text gets a block of its own."""
_PART: Final = re.compile(r"^(?:[a-zA-Z]+:|  - )")


def write_yaml(node: Mapped, comments: Mapping[str, str], heading: str = "") -> str:
    """Return a file.

    Args:
        node: Its content.
        comments: What to write above a member of the root, by its name.
        heading: What to write above everything.
    """
    stream = io.StringIO()
    emitter = _Indented(stream, width=_WIDTH, allow_unicode=True)
    for event in (
        yaml.StreamStartEvent(),
        yaml.DocumentStartEvent(explicit=False),
        *_events(node),
        yaml.DocumentEndEvent(explicit=False),
        yaml.StreamEndEvent(),
    ):
        emitter.emit(event)
    return _laid_out(stream.getvalue(), comments, heading)


class _Indented(yaml.emitter.Emitter):  # type: ignore[misc] # the library has no types
    """Indents the items of a list, as the presets do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:  # noqa: ANN401, ARG002, FBT001, FBT002 (the library's own)
        return super().increase_indent(flow, False)  # noqa: FBT003 (the library's own)


def _events(node: Node) -> Iterator[Any]:
    if isinstance(node, Written):
        style = _style(node)
        yield yaml.ScalarEvent(None, None, (style is None, True), node.text, style=style)
    elif isinstance(node, Listed):
        # [[…]] means a placeholder to whoever reads the file.
        is_nested = any(isinstance(item, Listed) for item in node.items)
        is_short = node.is_flow and not is_nested and _width(node) <= _LONG
        is_flow = not node.items or is_short
        yield yaml.SequenceStartEvent(None, None, True, flow_style=is_flow)  # noqa: FBT003 (the library's own)
        for item in node.items:
            yield from _events(item)
        yield yaml.SequenceEndEvent()
    else:
        is_flow = not node.members or (node.is_flow and _width(node) <= _LONG)
        yield yaml.MappingStartEvent(None, None, True, flow_style=is_flow)  # noqa: FBT003 (the library's own)
        for name, member in node.members.items():
            yield yaml.ScalarEvent(None, None, (True, True), name)
            yield from _events(member)
        yield yaml.MappingEndEvent()


def _width(node: Node) -> int:
    """Return about how many characters a node takes in one line."""
    if isinstance(node, Written):
        return len(node.text)
    if isinstance(node, Listed):
        return sum(_width(item) + 2 for item in node.items)
    return sum(len(name) + _width(member) + 4 for name, member in node.members.items())


def _style(node: Written) -> str | None:
    text = node.text
    if "\n" in text.rstrip("\n"):
        return "|"
    if node.style in (">", "|") or len(text) > _LONG:
        return ">"
    return None if node.is_plain else node.style


def _laid_out(text: str, comments: Mapping[str, str], heading: str) -> str:
    """Put an empty line and a comment above each part, and an empty line above each item."""
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    previous = ""
    for line in text.splitlines():
        if _PART.match(line):
            name = line.partition(":")[0]
            is_item = line.startswith(" ")
            is_long = not is_item or ": " in line or previous.startswith("   ")
            if lines and is_long and not (is_item and _PART.match(previous) and previous[0] != " "):
                lines.append("")
            if not is_item and name in comments:
                lines += [f"# {each}" for each in comments[name].splitlines()]
        lines.append(line)
        previous = line
    return "\n".join(lines) + "\n"
