"""CORS: which web frontends may call this host."""

from collections.abc import Iterable
from typing import Final

from fastapi import Response
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Receive, Scope, Send

from meldpunt.server.http.problems import problem_response
from meldpunt.wire.problems import ProblemType

_LOCALHOST: Final = "localhost"
_THIS_MACHINE: Final = r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?"
"""Any port of this machine, for who writes a frontend."""


def allowed_pattern(listed: Iterable[str]) -> str | None:
    """Return the pattern of further origins: those of this machine, if they are listed."""
    return _THIS_MACHINE if _LOCALHOST in listed else None


class CrossOriginMiddleware(CORSMiddleware):
    """Allow the frontends that the operator listed, and refuse others with a problem document."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer the request that a browser sends before a page may send its own."""
        response = super().preflight_response(request_headers)
        if response.status_code < 400:  # noqa: PLR2004 (RFC 9110: a status below 400 is no refusal)
            return response
        refusal = problem_response(ProblemType.MALFORMED_REQUEST)
        refusal.headers["vary"] = response.headers["vary"]
        return refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. If no web page asks, there is nothing to add."""
        is_of_page = scope["type"] == "http" and any(n == b"origin" for n, _ in scope["headers"])
        await (super().__call__ if is_of_page else self.app)(scope, receive, send)
