"""Clean GIF pictures: keep frames, their times and the number of rounds.

GIF89a: a header and a table of colours, then blocks. Data comes in sub-blocks of a length and as
many bytes, up to an empty one. `web/sdk/src/cleaning/gif.ts` does the same.
"""

from typing import Final

from meldpunt.cleaning.parts import Found, broken
from meldpunt.cleaning.results import Cleaned, Trace

_HEADER, _DESCRIPTOR = 13, 10
_FLAGS: Final = 10
_EXTENSION, _PICTURE, _END = 0x21, 0x2C, 0x3B
_TIMES, _COMMENT, _APPLICATION = 0xF9, 0xFE, 0xFF
_ROUNDS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_TIMES_SIZE: Final = 8
_ROUNDS_SIZE: Final = 19


def clean_gif(data: bytes) -> Cleaned:
    """Return a GIF picture without comments and further data.

    Raises:
        NotCleanedError: The data is not a sequence of blocks, or has no picture.
    """
    found, at = Found(), _after_colours(data, 0, _HEADER)
    kept, pictures = [data[:at]], 0
    while data[at : at + 1] != bytes((_END,)):
        block = data[at] if at < len(data) else broken()
        if block == _PICTURE:
            pixels = _after_colours(data, at, _DESCRIPTOR, flags=_DESCRIPTOR - 1)
            end = _after_blocks(data, pixels + 1)
            kept.append(data[at:end])
            pictures += 1
        elif block == _EXTENSION:
            end = _after_blocks(data, at + 2)
            extension = data[at:end]
            if _is_needed(extension):
                kept.append(extension)
            else:
                found.removed.add(_trace(extension[1]))
        else:
            broken()
        at = end
    if not pictures:
        broken()
    found.add_rest(data[at + 1 :])
    return found.cleaned(b"".join((*kept, bytes((_END,)))), "image/gif")


def _is_needed(extension: bytes) -> bool:
    """Say whether an extension holds the time of a frame or the number of rounds, and no more."""
    if extension[1] == _TIMES:
        return len(extension) == _TIMES_SIZE and extension[2] == _TIMES_SIZE - 4
    return (
        extension[1] == _APPLICATION
        and len(extension) == _ROUNDS_SIZE
        and extension[3:14] in _ROUNDS
        and extension[14:16] == b"\3\1"
    )


def _trace(label: int) -> Trace:
    return Trace.COMMENT if label == _COMMENT else Trace.FURTHER_DATA


def _after_colours(data: bytes, at: int, size: int, *, flags: int = _FLAGS) -> int:
    """Return the place after a descriptor and its table of colours."""
    if at + size > len(data):
        broken()
    bits = data[at + flags]
    return at + size + (3 << ((bits & 7) + 1) if bits & 0x80 else 0)


def _after_blocks(data: bytes, at: int) -> int:
    """Return the place after sub-blocks."""
    while at < len(data):
        size = data[at]
        at += 1 + size
        if size == 0:
            return at
    return broken()
