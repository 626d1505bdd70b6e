"""A recovery sheet on paper: words and a QR code for each share, and what the sheet can open."""

import io
from collections.abc import Iterator
from typing import Final

import segno

from meldpunt.cli.keyfile.contents import HandlerContent
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.client import LineAddress

_COLUMNS: Final = 5
_LENGTH: Final = 9

ABOUT: Final = (
    "It opens: what was sealed to this handler from the day above on, and until the last of its",
    "keys, also what is erased meanwhile, in an old copy of the host's database. So its shares are",
    "kept apart, and destroyed when a new sheet replaces them. It can also write in the handler's",
    "name.",
    "It does not open: what was sealed to earlier keys (those are destroyed; what was still within",
    "its term moved to newer keys), nor to keys made after this sheet, nor other handlers' or the",
    "line's keys. A colleague who reads a report can pass on what the sheet does not open.",
)


def share_lines(
    content: HandlerContent, share: str, *, number: int, shares: int, threshold: int
) -> Iterator[str]:
    """Return one share as it is printed."""
    published = content.keys.published()
    oldest = min(chain.number for chain in content.keys.chains)
    held = [s for s in published if s.number >= oldest]
    yield f"Recovery sheet: share {number} of {shares}; it takes {threshold} of them."
    yield f"Handler: {safe_line(content.name)} ({safe_line(content.role)})"
    yield f"Line: {LineAddress(content.origin, content.line_id)}"
    yield f"Keys: {len(held)}, for {held[0].not_before} to {held[-1].not_after}"
    yield ""
    yield from word_lines(share)
    yield ""
    yield from ABOUT
    yield "Check it alone: meldpunt recovery check. Come back: meldpunt handler recover"


def word_lines(share: str) -> Iterator[str]:
    """Return the words of a share, numbered, in columns."""
    numbered = [f"{i:>3}. {word:<{_LENGTH}}" for i, word in enumerate(share.split(), 1)]
    for start in range(0, len(numbered), _COLUMNS):
        yield "".join(numbered[start : start + _COLUMNS]).rstrip()


def _code(share: str) -> segno.QRCode:
    return segno.make_qr(share.upper(), error="m")  # upper case: the dense alphanumeric mode


def share_picture(share: str) -> bytes:
    """Return the QR code of a share as an SVG picture."""
    found = io.BytesIO()
    _code(share).save(found, kind="svg", scale=4)
    return found.getvalue()


def share_blocks(share: str) -> str:
    """Return the QR code of a share for a terminal."""
    found = io.StringIO()
    _code(share).terminal(out=found, compact=True)
    return found.getvalue()
