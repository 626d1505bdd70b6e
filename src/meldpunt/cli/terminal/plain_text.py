"""Make the texts of others safe to show: they control no terminal, and imitate no other message.

A text or a name comes from somebody who may want to deceive, through a host that may want to
deceive.
"""

import re
import shutil
import sys
import textwrap
from collections.abc import Iterator
from typing import Final

from rich.cells import chop_cells

from meldpunt.protocol.shown_text import shown_text

_FRAME: Final = "| "
_MIN_WIDTH: Final = 20
_MAX_WIDTH: Final = 90
"""Longer lines are hard to read."""
_BLANK: Final = re.compile(r"\s+")


def safe(text: str) -> str:
    """Return a text without characters that could control a terminal. Keep its line ends."""
    return shown_text(text)


def safe_line(text: str) -> str:
    """Return a name as part of one line: replace line ends, tabs and wide gaps by a space."""
    return safe(_BLANK.sub(" ", text)).strip()


def framed(text: str) -> Iterator[str]:
    """Give a text line by line, each with a mark, so that none looks like the program's own.

    On a terminal this breaks long lines itself: if the terminal broke them, the mark would be
    missing.
    """
    width = _width()
    for line in safe(text).replace("\t", "    ").split("\n"):
        for piece in chop_cells(line, width) if width and line else [line]:
            yield f"{_FRAME}{piece}".rstrip(" ")


def wrapped(text: str, *, indent: str = "") -> Iterator[str]:
    """Give a text of a line in lines that a terminal holds, broken between words."""
    width = min(shutil.get_terminal_size().columns, _MAX_WIDTH)
    for paragraph in safe(text).split("\n"):
        shown = textwrap.wrap(
            paragraph, max(width, _MIN_WIDTH), initial_indent=indent, subsequent_indent=indent
        )
        yield from shown or [""]


def _width() -> int | None:
    """Return how many cells a line may fill, or None without a terminal."""
    if not sys.stdout.isatty():
        return None
    return max(_MIN_WIDTH, shutil.get_terminal_size().columns - len(_FRAME))
