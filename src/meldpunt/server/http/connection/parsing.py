"""The HTTP parser with a limit: it takes so many bytes, and no more, without getting anywhere."""

from collections.abc import Callable
from typing import Final

import httptools

from meldpunt.wire.problems import ProblemType

MOST_WITHOUT_PROGRESS: Final = 32 * 1024
"""Bytes of a request's line and header fields, of trailers, or of framing between two pieces."""


class BoundedParser:
    """Stands in for the parser of a connection.

    Args:
        parser: The parser, which calls the connection.
        refuse: Is told what is wrong with the bytes; nothing more is parsed afterwards.
    """

    def __init__(
        self, parser: httptools.HttpRequestParser, refuse: Callable[[ProblemType], None]
    ) -> None:
        self._parser: httptools.HttpRequestParser | None = parser
        self._refuse: Callable[[ProblemType], None] | None = refuse
        self._stalled = 0
        self.is_stopped = False

    def release(self) -> None:
        """Let go of the parser and the connection."""
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
        """Say whether the request asks for another protocol: then its body is not parsed."""
        return bool(self._held().should_upgrade())

    def progress(self) -> None:
        """Note that a head or a message is complete, or that a piece of a body has come."""
        self._stalled = 0

    def stop(self) -> None:
        """Parse nothing more: what comes is thrown away."""
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
            return  # the connection has refused it when its head was complete
        except httptools.HttpParserError:
            self._tell(ProblemType.MALFORMED_REQUEST)

    def _held(self) -> httptools.HttpRequestParser:
        if self._parser is None:
            raise RuntimeError("the connection has ended")
        return self._parser

    def _tell(self, kind: ProblemType) -> None:
        if self._refuse is not None:
            self._refuse(kind)
