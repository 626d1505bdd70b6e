"""Size classes of answers: the length of an answer tells little about a report or inbox.

TLS hides content but not length. So the host adds spaces to every JSON answer to a GET of a report
or an inbox, also to refusals. Head and body together then have the length of a size class
(openapi/annexes.md section 10.7). White space after JSON has no meaning.
"""

from http.client import responses
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SIZE_CLASSES: Final = (8192, 32768, 131_072)
"""Bytes of head and body. Longer answers get a multiple of the last class."""
_PADDED: Final = ("/v1/report", "/v1/inbox")
_LENGTH_FIELD: Final = b"content-length"


def padded_size(size: int) -> int:
    """Return the smallest class, in bytes, that has room for an answer of `size` bytes."""
    for room in SIZE_CLASSES:
        if size <= room:
            return room
    step = SIZE_CLASSES[-1]
    return -(-size // step) * step


class PaddingMiddleware:
    """Pad answers to their size class. As the outermost middleware it counts every field."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if not _is_padded(scope):
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                await send({**start, "headers": _fill(start, body)})
                await send({"type": "http.response.body", "body": bytes(body)})

        await self._app(scope, receive, collect)


def _is_padded(scope: Scope) -> bool:
    """Say whether a request reads a report or an inbox, but not an attachment."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path: str = scope["path"]
    known = any(path == root or path.startswith(f"{root}/") for root in _PADDED)
    return known and "attachments" not in path.split("/")


def _fill(start: Message, body: bytearray) -> list[tuple[bytes, bytes]]:
    """Add spaces to a body up to its class. Return the header fields of the answer."""
    fields = [field for field in start["headers"] if field[0] != _LENGTH_FIELD]
    longest = [*fields, (_LENGTH_FIELD, b"%d" % len(body))]
    size = padded_size(_head_size(start["status"], longest) + len(body))
    # The final Content-Length has as many digits as the class size, so the head keeps its length.
    filled = [*fields, (_LENGTH_FIELD, b"%d" % size)]
    body.extend(b" " * (size - _head_size(start["status"], filled) - len(body)))
    return [*fields, (_LENGTH_FIELD, b"%d" % len(body))]


def _head_size(status: int, fields: list[tuple[bytes, bytes]]) -> int:
    """Return the length of an HTTP/1.1 head in bytes."""
    line = f"HTTP/1.1 {status} {responses.get(status, '')}\r\n"
    return len(line) + sum(len(name) + len(value) + 4 for name, value in fields) + 2
