"""GET of an attachment: return its whole ciphertext, or one range of it (RFC 9110)."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.server.http.caller import host_of
from meldpunt.server.http.ranges import read_range
from meldpunt.server.usecases.access.participants import FindParticipant
from meldpunt.server.usecases.attachments.downloads import find_fetchable, read_bytes

CONTENT_TYPE = "application/octet-stream"


async def fetch(request: Request, find: FindParticipant, attachment: ids.AttachmentId) -> Response:
    """Return an attachment, or the requested range of it.

    The host reads the first block before it answers. So it can still refuse if the store does not
    work.
    """
    host = host_of(request)
    found = await find_fetchable(host, find, attachment)
    tag = f'"{encode_base64url(attachment)}"'  # the content under an id never changes
    wanted = read_range(_range_field(request, tag), found.size)
    begin, end = wanted or (0, found.size)
    fields = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(end - begin),
        "ETag": tag,
        "Tus-Resumable": "1.0.0",
    }
    if wanted is not None:
        fields["Content-Range"] = f"bytes {begin}-{end - 1}/{found.size}"
    blocks = read_bytes(host, found, begin, end)
    first = await anext(blocks)
    return StreamingResponse(
        _all(first, blocks),
        status_code=200 if wanted is None else 206,
        headers=fields,
        media_type=CONTENT_TYPE,
    )


def _range_field(request: Request, tag: str) -> str | None:
    """Return the Range field, unless If-Range names another attachment."""
    condition = request.headers.get("if-range")
    return request.headers.get("range") if condition in {None, tag} else None


async def _all(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    async with aclosing(rest):
        yield first
        async for block in rest:
            yield block
