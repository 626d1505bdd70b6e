"""FastAPI describes the routes; these serve them.

What FastAPI does around an endpoint (dependencies, validation, exit stacks) takes as long as
verifying a signature, and nothing here uses it: parameters are text, and bodies are raw bytes.
"""

from inspect import signature

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.routing import Route

from meldpunt.server.http.caller import check_accept


def lean_routes(router: APIRouter) -> list[Route]:
    """Return the same endpoints at the same paths, with each parameter as the text it came as."""
    return [_lean(route) for route in router.routes if isinstance(route, APIRoute)]


def _lean(described: APIRoute) -> Route:
    endpoint = described.endpoint
    in_path = described.param_convertors.keys()
    in_query = signature(endpoint).parameters.keys() - in_path - {"request"}

    async def serve(request: Request) -> Response:
        check_accept(request)
        values = {name: request.query_params.get(name) for name in in_query}
        response: Response = await endpoint(request, **request.path_params, **values)
        return response

    route = Route(described.path, serve)
    route.methods = described.methods  # Starlette adds HEAD, which nobody can have signed for
    return route
