"""The ASGI application of a host: its routes, refusals and middleware."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.server.errors import MeldpuntError
from meldpunt.server.host import Host
from meldpunt.server.http import openapi, problems
from meldpunt.server.http.bulletins import BulletinMiddleware
from meldpunt.server.http.contract import served_contract
from meldpunt.server.http.cross_origin import CrossOriginMiddleware, allowed_pattern
from meldpunt.server.http.privacy import FailureMiddleware, PrivacyMiddleware
from meldpunt.server.http.routes import METHODS, served_routes
from meldpunt.server.http.tus import TUS_FIELDS, UPLOAD_FIELDS
from meldpunt.server.usecases.identity import check_identity
from meldpunt.server.usecases.upkeep import keep_terms

_SIGNED_FIELDS = ["content-type", "content-digest", "signature", "signature-input"]
_SENT_FIELDS = [*_SIGNED_FIELDS, "range", "if-range", *UPLOAD_FIELDS]
_READABLE_FIELDS = ["api-version", "retry-after", "etag", "location", *TUS_FIELDS]

Api = FastAPI
"""The type of the application, so that only this package names the framework."""


def make_api(host: Host) -> Api:
    """Return the ASGI application of a host."""

    @asynccontextmanager
    async def lifespan(_api: FastAPI) -> AsyncIterator[None]:
        await check_identity(host)
        upkeep = asyncio.create_task(keep_terms(host))
        yield
        upkeep.cancel()
        await asyncio.gather(upkeep, return_exceptions=True)
        await host.close()

    api = FastAPI(
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Otherwise an environment variable could make FastAPI send out what the host serves.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        middleware=[
            Middleware(BulletinMiddleware, host=host),
            Middleware(PrivacyMiddleware),
            Middleware(
                CrossOriginMiddleware,
                allow_origins=host.settings.frontend_origins,
                allow_origin_regex=allowed_pattern(host.settings.frontend_origins),
                allow_methods=METHODS,
                allow_headers=_SENT_FIELDS,
                expose_headers=_READABLE_FIELDS,
            ),
            Middleware(FailureMiddleware),  # innermost, so a listed frontend can read a failure
        ],
        exception_handlers={
            RefusedError: problems.on_refused,
            MeldpuntError: problems.on_meldpunt_error,
            HTTPException: problems.on_http_exception,
            RequestValidationError: problems.on_malformed,
        },
    )
    api.state.host = host
    api.router.routes.extend(served_routes())
    api.include_router(openapi.router)
    api.openapi = partial(served_contract, host.settings.contact)  # type: ignore[method-assign]  # as FastAPI's docs show
    return api
