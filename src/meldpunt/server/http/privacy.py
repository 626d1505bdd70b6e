"""Security fields on every answer, lengths that tell little, and failures that show nothing."""

from collections.abc import MutableMapping
from typing import Any, Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from meldpunt.server.errors import MeldpuntError
from meldpunt.server.http.padding import fill, is_padded
from meldpunt.server.http.problems import log_failure, problem_response
from meldpunt.wire.problems import ProblemType

API_VERSION: Final = "1.0.0"

PRIVACY_FIELDS: Final = (
    (b"api-version", API_VERSION.encode()),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=63072000"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
"""The fields in the form of ASGI, with names in lower case."""


_ADDED: Final = ((b"vary", b"Origin"), *PRIVACY_FIELDS)
"""Whether a page may read an answer depends on its origin. So no cache may mix up two of them."""

BREAK_OFF: Final = "meldpunt.break_off"
"""Key in the scope of a request: a function that ends the connection (connection/limited.py)."""


class PrivacyMiddleware:
    """Add security fields to every answer, and pad the answers whose length would tell something.

    It is outside the middleware for other origins, because a length counts every field.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await self._app(scope, receive, _padding(send) if is_padded(scope) else _adding(send))


def _adding(send: Send) -> Send:
    async def send_with_fields(message: Message) -> None:
        if message["type"] == "http.response.start":
            _add_fields(message)
        await send(message)

    return send_with_fields


def _padding(send: Send) -> Send:
    start: Message = {}
    parts: list[bytes] = []

    async def collect(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            _add_fields(message)
            start = message
            return
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            fields, body = fill(start, b"".join(parts))
            await send({**start, "headers": fields})
            await send({"type": "http.response.body", "body": body})

    return collect


def _add_fields(message: MutableMapping[str, Any]) -> None:
    fields = message["headers"]
    present = {name for name, _ in fields}
    message["headers"] = fields + [field for field in _ADDED if field[0] not in present]


class FailureMiddleware:
    """Turn any unexpected exception into a 500 that says nothing about it.

    After an answer has begun, only the connection can tell the client: it ends too early. A store
    that fails has logged its cause itself. Starlette wraps its error, because it is too late for a
    problem document.
    """

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
            return  # the client has gone, and nothing has failed
        except Exception as error:  # noqa: BLE001 (a traceback in a log would quote the request)
            if not (started and isinstance(error.__cause__, MeldpuntError)):
                log_failure(error)
            if started:
                scope.get(BREAK_OFF, _ignore)()
            else:
                await problem_response(ProblemType.INTERNAL)(scope, receive, send)


def _ignore() -> None:
    """Do nothing: no connection of this server is behind the request."""
