"""What others wrote, made fit to be shown: it steers no terminal, and imitates no other message.

A text and a name come from somebody who may want to deceive, and pass through a host that may.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from typing import Final

from rich.cells import chop_cells

from meldpunt.protocol.shown_text import shown_text

_FRAME: Final = "| "
_MIN_WIDTH: Final = 20
_BLANK: Final = re.compile(r"\s+")


def safe(text: str) -> str:
    """Return somebody's text without what could play tricks on a terminal; lines stay lines."""
    return shown_text(text)


def safe_line(text: str) -> str:
    """Return a name or the like as part of one line: line ends, tabs and wide gaps are a space."""
    return safe(_BLANK.sub(" ", text)).strip()


def framed(text: str) -> Iterator[str]:
    """Show somebody's text line by line, so that no line of it can pass for the program's own.

    On a terminal long lines are broken here: where the terminal breaks them, no mark follows.
    """
    width = _width()
    for line in safe(text).replace("\t", "    ").split("\n"):
        for piece in chop_cells(line, width) if width and line else [line]:
            yield f"{_FRAME}{piece}".rstrip(" ")


def _width() -> int | None:
    """Return how many cells a line may fill, None where there is no terminal."""
    if not sys.stdout.isatty():
        return None
    return max(_MIN_WIDTH, shutil.get_terminal_size().columns - len(_FRAME))
