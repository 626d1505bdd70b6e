"""The project's documents as data: links, tables, and blocks that must run as they stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.architecture.tree import ROOT

README: Final = (ROOT / "README.md").read_text(encoding="utf-8")

_FENCE: Final = re.compile(
    r"(?:<!-- (?P<mark>[a-z: ]+) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_LINK: Final = re.compile(r"\[[^]\n]*(?:\n[^]\n]*)?\]\(([^)\s]+)\)")
_HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE: Final = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block under a comment `<!-- test: name -->`, and what it is said to print."""

    text: str
    prints: str


def _fences(document: str) -> list[tuple[str, str, str]]:
    return [(f["mark"] or "", f["language"], f["text"]) for f in _FENCE.finditer(document)]


def blocks(document: str, name: str) -> list[Block]:
    """Return the blocks of a name; a block marked `prints` belongs to the one marked before it."""
    found: list[tuple[str, Block]] = []
    for mark, _, text in _fences(document):
        if mark.startswith("test: "):
            found.append((mark.removeprefix("test: "), Block(text, "")))
        elif mark == "prints":
            owner, block = found[-1]
            found[-1] = (owner, Block(block.text, text))
    return [block for owner, block in found if owner == name]


def shell_lines(document: str) -> list[str]:
    """Return the lines of every block for a shell, marked or not."""
    return [
        line
        for _, language, text in _fences(document)
        if language in ("", "bash")
        for line in text.replace("\\\n", "").splitlines()
    ]


def prose(document: str) -> str:
    """Return a document without its fenced blocks."""
    return _FENCE.sub("", document)


def links(document: str) -> list[str]:
    """Return where the links of a document lead."""
    return _LINK.findall(prose(document))


def anchors(document: str) -> set[str]:
    """Return the names that a heading can be linked by."""
    titles = (title.lower() for title in _HEADING.findall(prose(document)))
    return {re.sub(r"[^\w -]", "", title).strip().replace(" ", "-") for title in titles}


def section(document: str, heading: str) -> str:
    """Return what stands under a heading, up to the next of the same or a higher level."""
    document = prose(document)
    start = re.search(rf"^(#+) {re.escape(heading)}$", document, re.MULTILINE)
    assert start is not None, f"no heading {heading}"
    end = re.search(rf"^#{{1,{len(start[1])}}} ", document[start.end() :], re.MULTILINE)
    return document[start.end() :][: end.start() if end else None]


def rows(text: str) -> Iterator[list[str]]:
    """Give the cells of each row of the tables in a text, without their heads."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and "`" in cells[0]:
            yield cells


def codes(cell: str) -> list[str]:
    """Return what a cell has in code type."""
    return _CODE.findall(cell)


def is_shown(expected: str, output: str) -> bool:
    """Say whether lines stand in an output in this order; `…` is any text.

    Spaces at the end of a line do not count: a host pads its answers with them.
    """
    waiting = [line.rstrip(" ") for line in output.splitlines()]
    for line in expected.splitlines():
        pattern = re.compile(".*".join(map(re.escape, line.split("…"))))
        while waiting and not pattern.fullmatch(waiting[0]):
            waiting.pop(0)
        if not waiting:
            return False
        waiting.pop(0)
    return True
