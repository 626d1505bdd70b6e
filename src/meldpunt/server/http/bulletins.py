"""`/v1/bulletins`: files of tags that tell a reporter on which days something came.

Everybody gets the same bytes.
"""

from collections.abc import AsyncIterator
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from meldpunt.server.host import Host
from meldpunt.server.http.answers import answer, problems
from meldpunt.server.http.caller import host_of
from meldpunt.server.usecases import bulletins
from meldpunt.wire.bulletins import ServedBulletins
from meldpunt.wire.problems import ProblemType as P

router = APIRouter(tags=["bulletins"])

CONTENT_TYPE: Final = "application/octet-stream"
_OPEN: Final = {"access-control-allow-origin": "*"}
"""These requests have no cookie and no signature, so any web page may send them."""
_FOR_EVER: Final = _OPEN | {"cache-control": "public, max-age=31536000, immutable"}
_FOR_A_WHILE: Final = _OPEN | {"cache-control": "public, max-age=300"}


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
    found = answer(await bulletins.read_index(host_of(request)))
    found.headers.update(_FOR_A_WHILE)
    return found


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
    host = host_of(request)
    size, days = await bulletins.find_bulletin(host, name)
    if days == (name,):
        content = await bulletins.read_day(host, name)
        return Response(content, media_type=CONTENT_TYPE, headers=_FOR_EVER)
    fields = _FOR_EVER | {"content-length": str(size)}
    return StreamingResponse(_each(host, days), media_type=CONTENT_TYPE, headers=fields)


async def _each(host: Host, days: tuple[str, ...]) -> AsyncIterator[bytes]:
    for day in days:
        yield await bulletins.read_day(host, day)
