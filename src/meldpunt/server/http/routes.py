"""The list of all routes, and how the host serves each.

FastAPI describes the routes: contract.py makes the contract from these descriptions. Starlette
serves them. FastAPI's own work around an endpoint (dependencies, validation, exit stacks) takes as
long as verifying a signature. No route needs it: parameters are text, and bodies are raw bytes.
"""

from collections.abc import Iterator
from inspect import signature
from typing import Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.routing import Route

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


def served_routes() -> list[Route]:
    """Return every route as Starlette serves it. Each parameter is the text of the request."""
    return [_served(route) for route in described_routes()]


METHODS: Final = tuple(
    sorted({method for route in described_routes() for method in route.methods or ()})
)
"""Every HTTP method that at least one route has."""


def _served(described: APIRoute) -> Route:
    endpoint = described.endpoint
    in_path = described.param_convertors.keys()
    in_query = signature(endpoint).parameters.keys() - in_path - {"request"}

    async def serve(request: Request) -> Response:
        check_accept(request)
        values = {name: request.query_params.get(name) for name in in_query}
        response: Response = await endpoint(request, **request.path_params, **values)
        return response

    route = Route(described.path, serve)
    route.methods = described.methods  # without the HEAD that Starlette adds: nobody signs for it
    return route
