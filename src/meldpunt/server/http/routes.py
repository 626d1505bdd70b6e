"""The list of all routes, and how the host serves each.

FastAPI describes the routes: contract.py makes the contract from these descriptions. Starlette
serves them. FastAPI's own work around an endpoint (dependencies, validation, exit stacks) takes as
long as verifying a signature. No route needs it: parameters are text, and bodies are raw bytes.
"""

from collections.abc import Iterable, Iterator
from inspect import signature
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from meldpunt.server.http import (
    attachments,
    bulletins,
    challenges,
    inbox,
    lines,
    report,
    transfer,
)
from meldpunt.server.http.caller import check_accept

ROUTERS: Final = tuple(
    module.router for module in (challenges, bulletins, lines, transfer, report, inbox, attachments)
)
"""Every resource of the contract, in the order of the contract."""


def described_routes() -> Iterator[APIRoute]:
    """Yield every route as FastAPI describes it."""
    for router in ROUTERS:
        yield from (route for route in router.routes if isinstance(route, APIRoute))


_FREQUENT: Final = ("/v1/report/messages", "/v1/inbox", "/v1/challenges", "/v1/report")
"""What clients ask for most, the most frequent first: the router tries one after the other."""


def served_routes() -> list[Route]:
    """Return every route as Starlette serves it. Each parameter is the text of the request."""
    return sorted(map(_served, described_routes()), key=_turn)


def _turn(route: Route) -> int:
    return _FREQUENT.index(route.path) if route.path in _FREQUENT else len(_FREQUENT)


METHODS: Final = tuple(
    sorted({method for route in described_routes() for method in route.methods or ()})
)
"""Every HTTP method that at least one route has."""


class _Endpoint:
    """An endpoint as an ASGI application; refusals go to the application's own handlers.

    Around a plain function Starlette would catch exceptions once more, for every request.
    """

    def __init__(self, described: APIRoute) -> None:
        self._answer = described.endpoint
        in_path = described.param_convertors.keys()
        self._in_query = signature(self._answer).parameters.keys() - in_path - {"request"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive, send)
        check_accept(request)
        values = _in_query(scope, self._in_query) if self._in_query else {}
        response: Response = await self._answer(request, **request.path_params, **values)
        await response(scope, receive, send)


def _in_query(scope: Scope, names: Iterable[str]) -> dict[str, str | None]:
    """Return the last value of each parameter, as `Request.query_params` would."""
    asked = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    return {name: asked.get(name) for name in names}


def _served(described: APIRoute) -> Route:
    route = Route(described.path, _Endpoint(described))
    route.methods = described.methods  # without the HEAD that Starlette adds: nobody signs for it
    return route
