"""The outermost layer: fields every answer carries, and failures that tell nothing."""

from collections.abc import MutableMapping
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from meldpunt.server.http.problems import log_failure, problem_response
from meldpunt.wire.problems import ProblemType

API_VERSION: Final = "1.0.0"

_FIELDS: Final = {
    "API-Version": API_VERSION,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class PrivacyMiddleware:
    """Adds security fields to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def send_with_fields(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_fields(message)
            await send(message)

        await self._app(scope, receive, send_with_fields)


def _add_fields(message: MutableMapping[str, Any]) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in _FIELDS.items():
        headers.setdefault(name, value)


class FailureMiddleware:
    """Turns any failure into a bare 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        except ClientDisconnect:
            return  # nobody is there to be told, and nothing has failed
        except Exception as error:  # noqa: BLE001 (a traceback in a log would quote the request)
            log_failure(error)
            if not started:
                await problem_response(ProblemType.INTERNAL)(scope, receive, send)
