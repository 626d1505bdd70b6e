"""The OpenAPI document of the contract, and a page that shows it without asking third parties."""

from functools import cache
from importlib.resources import files
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from pydantic.json_schema import models_json_schema

from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.server.errors import NotFoundError
from meldpunt.server.http.privacy import API_VERSION
from meldpunt.wire.lines import BoxKeysPut, LinePut
from meldpunt.wire.problems import Problem
from meldpunt.wire.reports import ReportPut, WrapsPut

_DESCRIPTION: Final = """\
Report lines whose host cannot read the reports.

Content is encrypted on the reporter's device to the handlers' keys; the host stores and relays
ciphertext. `openapi/protocol.md` specifies keys, messages and the signature of requests, and
`openapi/vectors` holds test vectors for clients in any language. Every refusal is a problem
document (RFC 9457); every PUT may be sent again with the same bytes.
"""
_RAW_BODIES: Final = (ReportPut, SealedMessage, WrapsPut, LinePut, BoxKeysPut, Problem)
_SIGNATURE: Final = "httpSignature"
_SCHEME: Final = {
    "type": "apiKey",
    "in": "header",
    "name": "Signature",
    "description": (
        "HTTP Message Signatures (RFC 9421) in one fixed profile, with a challenge from "
        "POST /v1/challenges as nonce: openapi/protocol.md section 10."
    ),
}
_ASSETS: Final = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}
_START: Final = """\
window.onload = () => SwaggerUIBundle({
  url: "/v1/openapi.json", dom_id: "#docs", validatorUrl: null, supportedSubmitMethods: [],
});
"""
_PAGE: Final = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Meldpunt API</title>
<link rel="icon" href="/v1/docs/favicon.png">
<link rel="stylesheet" href="/v1/docs/swagger-ui.css">
<div id="docs"></div>
<script src="/v1/docs/swagger-ui-bundle.js"></script>
<script src="/v1/docs/start.js"></script>
</html>
"""
_PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
)

router = APIRouter(include_in_schema=False)


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """Return the document of the public contract, version 1."""
    document = get_openapi(
        title="Meldpunt",
        version=API_VERSION,
        summary="Anonymous reports, encrypted end to end",
        description=_DESCRIPTION,
        routes=app.routes,
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    _, raw = models_json_schema(
        [(model, "validation") for model in _RAW_BODIES],
        ref_template="#/components/schemas/{model}",
    )
    schemas = {**raw["$defs"], **document["components"]["schemas"]}
    for assumed in ("HTTPValidationError", "ValidationError"):
        schemas.pop(assumed, None)
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    document["components"]["securitySchemes"] = {_SIGNATURE: _SCHEME}
    for path in document["paths"].values():
        for operation in path.values():
            _correct(operation)
    return document


def _correct(operation: dict[str, Any]) -> None:
    """Take out the answer that FastAPI assumes, and say which operations are signed."""
    responses = operation["responses"]
    responses.pop("422", None)
    if "401" in responses:
        operation["security"] = [{_SIGNATURE: []}]


@router.get("/v1/openapi.json")
async def get_openapi_json(request: Request) -> Response:
    """Return the contract, readable from any origin."""
    return JSONResponse(request.app.openapi(), headers={"Access-Control-Allow-Origin": "*"})


@router.get("/v1/docs")
async def get_docs() -> Response:
    """Return a page that shows the contract."""
    headers = {"Content-Security-Policy": _PAGE_POLICY}
    return Response(_PAGE, media_type="text/html", headers=headers)


@router.get("/v1/docs/{asset}")
async def get_asset(asset: str) -> Response:
    """Return a script, style or image of the page."""
    if asset == "start.js":
        return Response(_START, media_type="text/javascript")
    if asset not in _ASSETS:
        raise NotFoundError
    return Response(_read_asset(asset), media_type=_ASSETS[asset])


@cache
def _read_asset(asset: str) -> bytes:
    return (files("fastapi_offline") / "static" / asset).read_bytes()
