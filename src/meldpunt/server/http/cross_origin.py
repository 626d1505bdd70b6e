"""CORS: which web frontends may call this host."""

from fastapi import Response
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware

from meldpunt.server.http.problems import problem_response
from meldpunt.wire.problems import ProblemType


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
