"""POST, HEAD, PATCH and DELETE of an attachment, for every author (tus 1.0.0)."""

from fastapi import Request, Response

from meldpunt.protocol.verify import ids
from meldpunt.server.http.caller import check_body_fields, host_of
from meldpunt.server.http.tus import (
    BODY_TYPE,
    VERSION,
    progress_fields,
    read_checksum,
    read_number,
)
from meldpunt.server.usecases.access.participants import FindParticipant
from meldpunt.server.usecases.attachments import uploads
from meldpunt.server.usecases.attachments.reception import receive
from meldpunt.server.usecases.attachments.upload_part import UploadPart


async def begin(request: Request, find: FindParticipant, attachment: ids.AttachmentId) -> Response:
    """Begin an upload: 201, or 200 with its offset if it exists already."""
    size = read_number(request, "upload-length")
    progress, is_new = await uploads.begin(host_of(request), find, attachment, size)
    fields = {"Location": request.scope["path"], **progress_fields(progress)}
    return Response(status_code=201 if is_new else 200, headers=fields)


async def tell(request: Request, find: FindParticipant, attachment: ids.AttachmentId) -> Response:
    """Return the offset and the length of an upload."""
    progress = await uploads.read_progress(host_of(request), find, attachment)
    fields = {"Upload-Length": str(progress.size), **progress_fields(progress)}
    return Response(status_code=200, headers=fields)


async def append(
    request: Request, find: FindParticipant, attachment: ids.AttachmentId, digest: str
) -> Response:
    """Append the body of the request to an upload."""
    host = host_of(request)
    announced = check_body_fields(request, media_type=BODY_TYPE, max_size=host.settings.patch_bytes)
    part = UploadPart(
        offset=read_number(request, "upload-offset"),
        announced=announced,
        digest=digest,
        checksum=read_checksum(request),
        body=request.stream(),
    )
    progress = await receive(host, find, attachment, part)
    return Response(status_code=204, headers=progress_fields(progress))


async def take_back(
    request: Request, find: FindParticipant, attachment: ids.AttachmentId
) -> Response:
    """Erase an upload."""
    await uploads.take_back(host_of(request), find, attachment)
    return Response(status_code=204, headers={"Tus-Resumable": VERSION})
