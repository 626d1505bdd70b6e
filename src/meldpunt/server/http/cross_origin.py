"""Which web frontends may call this host (CORS)."""

from fastapi import Response
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware

from meldpunt.server.http.problems import problem_response
from meldpunt.wire.problems import ProblemType


class CrossOriginMiddleware(CORSMiddleware):
    """Lets in the frontends that the operator has listed; a refusal is a problem document."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer what a browser asks before it lets a page send a request."""
        response = super().preflight_response(request_headers)
        if response.status_code < 400:  # noqa: PLR2004 (RFC 9110: all below is no refusal)
            return response
        refusal = problem_response(ProblemType.MALFORMED_REQUEST)
        refusal.headers["vary"] = response.headers["vary"]
        return refusal
