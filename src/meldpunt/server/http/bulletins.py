"""`/v1/bulletins`: files of tags that tell a reporter on which days something came.

Everybody gets the same bytes, whatever the request's header fields say. So a proxy can serve the
same files from a folder (docs/operations/install.md). These answers go past the other middleware:
they are the most frequent ones, and must not depend on who asks.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from meldpunt.server.host import Host
from meldpunt.server.http.answers import JSON, problems
from meldpunt.server.http.caller import host_of
from meldpunt.server.http.privacy import PRIVACY_FIELDS
from meldpunt.server.http.problems import log_failure
from meldpunt.server.usecases import bulletins
from meldpunt.wire.bulletins import ServedBulletins
from meldpunt.wire.problems import ProblemType as P

router = APIRouter(tags=["bulletins"])

CONTENT_TYPE: Final = "application/octet-stream"
_INDEX: Final = "/v1/bulletins"
_FILES: Final = f"{_INDEX}/"
_OWN: Final = frozenset((b"cache-control",))

Fields = tuple[tuple[bytes, bytes], ...]


def _fields(content_type: str, cache: bytes) -> Fields:
    """Return the header fields of an answer, without its length."""
    return (
        (b"content-type", content_type.encode()),
        # These requests have no cookie and no signature, so any web page may send them.
        (b"access-control-allow-origin", b"*"),
        (b"cache-control", cache),
        *(field for field in PRIVACY_FIELDS if field[0] not in _OWN),
    )


_INDEX_FIELDS: Final = _fields(JSON, b"public, max-age=300")
_FILE_FIELDS: Final = _fields(CONTENT_TYPE, b"public, max-age=31536000, immutable")


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer to everybody."""

    fields: Fields
    size: int
    content: bytes | AsyncIterator[bytes]


async def _find(host: Host, path: str) -> _Found:
    """Return what is under a path that begins with `/v1/bulletins`.

    Raises:
        NotFoundError: Nothing is there.
    """
    if path == _INDEX:
        index = await bulletins.read_index(host)
        return _Found(_INDEX_FIELDS, len(index), index)
    name = path.removeprefix(_FILES)
    file = await bulletins.find_bulletin(host, name)
    if file.days == (name,):
        return _Found(_FILE_FIELDS, file.size, await bulletins.read_day(host, name))
    return _Found(_FILE_FIELDS, file.size, _each(host, file.days))


async def _each(host: Host, days: tuple[str, ...]) -> AsyncIterator[bytes]:
    for day in days:
        yield await bulletins.read_day(host, day)


class BulletinMiddleware:
    """Answer a request for a bulletin that is there; all others go on to the routes."""

    def __init__(self, app: ASGIApp, host: Host) -> None:
        self._app = app
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _is_here(scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            found = await _find(self._host, scope["path"])
        except Exception:  # noqa: BLE001 (the route meets it again, and answers with a problem)
            await self._app(scope, receive, send)
            return
        await _send(found, send)


def _is_here(path: str) -> bool:
    return path == _INDEX or path.startswith(_FILES)


async def _send(found: _Found, send: Send) -> None:
    fields = [*found.fields, (b"content-length", b"%d" % found.size)]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    if isinstance(found.content, bytes):
        await send({"type": "http.response.body", "body": found.content})
        return
    try:
        async for part in found.content:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    except Exception as error:  # noqa: BLE001 (a traceback in a log would quote the request)
        log_failure(error)
        return
    await send({"type": "http.response.body", "body": b""})


@router.get(
    "/v1/bulletins",
    operation_id="readBulletins",
    responses={200: {"model": ServedBulletins}, **problems(P.NOT_FOUND)},
)
async def get_index(request: Request) -> Response:
    """Return the signed index of the files and their hashes.

    A client fetches the index first and compares it with what it remembers: an index only grows.
    Section 10.6 gives the fixed window of files that every client fetches.
    """
    return _response(await _find(host_of(request), _INDEX))


@router.get(
    "/v1/bulletins/{name}",
    operation_id="readBulletin",
    response_class=Response,
    responses={
        200: {"description": "Tags of 6 bytes.", "content": {CONTENT_TYPE: {}}},
        **problems(P.NOT_FOUND),
    },
)
async def get_bulletin(request: Request, name: str) -> Response:
    """Return the whole file of a day, a month or a year. The host ignores ranges and conditions.

    The file holds sorted tags of 6 bytes. Whoever has a receipt code computes the tag of a day and
    looks for it on the own device. So the host does not learn who asks (section 10.6).
    """
    return _response(await _find(host_of(request), _FILES + name))


def _response(found: _Found) -> Response:
    """Return an answer that the routes give, if a file appeared after the middleware looked."""
    fields = {name.decode(): value.decode() for name, value in found.fields}
    if isinstance(found.content, bytes):
        return Response(found.content, headers=fields)
    return StreamingResponse(found.content, headers=fields | {"content-length": str(found.size)})
