"""Serve the contract, and a page that shows it without files from third parties."""

from functools import cache
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from meldpunt.server.errors import NotFoundError

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


@router.get("/v1/openapi.json")
async def get_openapi_json(request: Request) -> Response:
    """Return the contract. A web page of any origin may read it."""
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
