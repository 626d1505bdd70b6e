"""The HTTP parser with a limit on the bytes that a client may send without progress."""

from collections.abc import Callable
from typing import Final

import httptools

from meldpunt.wire.problems import ProblemType

MOST_WITHOUT_PROGRESS: Final = 32 * 1024
"""Most bytes of a request's head, of its trailers, or of framing between two pieces of a body."""


class BoundedParser:
    """A stand-in for the parser of a connection.

    Args:
        parser: The real parser, which calls the connection.
        refuse: Called with the problem when the bytes are wrong or too many.
    """

    def __init__(
        self, parser: httptools.HttpRequestParser, refuse: Callable[[ProblemType], None]
    ) -> None:
        self._parser: httptools.HttpRequestParser | None = parser
        self._refuse: Callable[[ProblemType], None] | None = refuse
        self._stalled = 0
        self.is_stopped = False

    def release(self) -> None:
        """Drop the references to the parser and the connection."""
        self._parser = self._refuse = None

    def get_http_version(self) -> str:
        """Return the version of the request, such as 1.1."""
        return str(self._held().get_http_version())

    def get_method(self) -> bytes:
        """Return the method of the request."""
        return bytes(self._held().get_method())

    def should_keep_alive(self) -> bool:
        """Say whether the connection may serve another request."""
        return bool(self._held().should_keep_alive())

    def should_upgrade(self) -> bool:
        """Say whether the request asks for another protocol. Then its body is not parsed."""
        return bool(self._held().should_upgrade())

    def progress(self) -> None:
        """Note progress: a head or a message is complete, or a piece of a body has arrived."""
        self._stalled = 0

    def stop(self) -> None:
        """Stop parsing, and ignore all further bytes."""
        self.is_stopped = True

    def feed_data(self, data: bytes) -> None:
        """Parse bytes as far as the limit allows."""
        rest = memoryview(data)
        while rest and not self.is_stopped:
            piece = rest[: MOST_WITHOUT_PROGRESS - self._stalled]
            if not piece:
                self._tell(ProblemType.HEADER_TOO_LARGE)
                return
            self._stalled += len(piece)
            rest = rest[len(piece) :]
            self._feed(piece)

    def _feed(self, piece: memoryview) -> None:
        try:
            self._held().feed_data(piece)
        except httptools.HttpParserUpgrade:
            return  # the connection has refused this request already, when its head was complete
        except httptools.HttpParserError:
            self._tell(ProblemType.MALFORMED_REQUEST)

    def _held(self) -> httptools.HttpRequestParser:
        if self._parser is None:
            raise RuntimeError("the connection has ended")
        return self._parser

    def _tell(self, kind: ProblemType) -> None:
        if self._refuse is not None:
            self._refuse(kind)
