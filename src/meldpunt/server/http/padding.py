"""Size classes of answers: the length of an answer tells little about a report or inbox.

TLS hides content but not length. So the host adds spaces to every JSON answer to a GET of a report
or an inbox, also to refusals. Head and body together then have the length of a size class
(openapi/annexes.md section 10.7). White space after JSON has no meaning.
"""

from http.client import responses
from itertools import chain
from typing import Final

from starlette.types import Message, Scope

SIZE_CLASSES: Final = (8192, 32768, 131_072)
"""Bytes of head and body. Longer answers get a multiple of the last class."""
_PADDED: Final = ("/v1/report", "/v1/inbox")
_INSIDE: Final = tuple(f"{root}/" for root in _PADDED)
_LENGTH_FIELD: Final = b"content-length"


def padded_size(size: int) -> int:
    """Return the smallest class, in bytes, that has room for an answer of `size` bytes."""
    for room in SIZE_CLASSES:
        if size <= room:
            return room
    step = SIZE_CLASSES[-1]
    return -(-size // step) * step


def is_padded(scope: Scope) -> bool:
    """Say whether a request reads a report or an inbox, but not an attachment."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path: str = scope["path"]
    known = path in _PADDED or path.startswith(_INSIDE)
    return known and "attachments" not in path.split("/")


def fill(start: Message, body: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Add spaces to a body up to its class. Return the answer's header fields, and the body."""
    fields = [field for field in start["headers"] if field[0] != _LENGTH_FIELD]
    head = _head_size(start["status"], [*fields, (_LENGTH_FIELD, b"")])
    size = padded_size(head + len(str(len(body))) + len(body))
    # The final Content-Length has as many digits as the class size, so the head keeps its length.
    filled = body.ljust(size - head - len(str(size)))
    return [*fields, (_LENGTH_FIELD, b"%d" % len(filled))], filled


def _head_size(status: int, fields: list[tuple[bytes, bytes]]) -> int:
    """Return the length of an HTTP/1.1 head in bytes."""
    line = f"HTTP/1.1 {status} {responses.get(status, '')}\r\n"
    return len(line) + sum(map(len, chain.from_iterable(fields))) + 4 * len(fields) + 2
