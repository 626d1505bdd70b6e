"""Header fields of the tus protocol, version 1.0.0.

The host supports the core and the extensions creation, expiration, termination and checksum. It
refuses `Upload-Metadata`, because file names belong inside the encryption. It also refuses an
upload whose length is not known before the first byte.
"""

import base64
import re
from datetime import UTC, datetime, time
from email.utils import format_datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.server.errors import ChecksumError, TusVersionError
from meldpunt.server.usecases.attachments.upload_part import CHECKSUM_ALGORITHMS
from meldpunt.server.usecases.attachments.uploads import UploadProgress

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,expiration,termination,checksum"
BODY_TYPE: Final = "application/offset+octet-stream"

UPLOAD_FIELDS: Final = ("tus-resumable", "upload-length", "upload-offset", "upload-checksum")
"""Fields that a client sends, besides its signature."""
TUS_FIELDS: Final = (
    *("tus-resumable", "tus-version", "tus-extension", "tus-max-size", "tus-checksum-algorithm"),
    *("upload-offset", "upload-length", "upload-expires", "accept-ranges", "content-range"),
)
"""Fields that a client may read in an answer."""
_REFUSED: Final = ("upload-metadata", "upload-defer-length", "upload-concat")
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)


def is_of_attachment(request: Request) -> bool:
    """Say whether the path of a request names an attachment, whether or not it exists."""
    path: str = request.scope["path"]
    return "attachments" in path.split("/")[3:-1]


def with_tus_fields(request: Request, response: Response) -> Response:
    """Add the fields that tus requires on every answer about an attachment, also on refusals."""
    if is_of_attachment(request):
        response.headers["tus-resumable"] = VERSION
        if response.status_code == 412:  # noqa: PLR2004 (section "Tus-Version" of tus 1.0.0)
            response.headers["tus-version"] = VERSION
    return response


def check_upload_fields(request: Request) -> None:
    """Check that a request uses this tus version and no extension that the host refuses.

    Raises:
        TusVersionError: The request names another version, or none.
        RefusedError: FIELDS for metadata, a deferred length, or a concatenation.
    """
    if request.headers.get("tus-resumable") != VERSION:
        raise TusVersionError
    if any(name in request.headers for name in _REFUSED):
        raise RefusedError(Reason.FIELDS)


def read_number(request: Request, name: str) -> int:
    """Read `Upload-Length` or `Upload-Offset`.

    Raises:
        RefusedError: FIELDS.
    """
    text = request.headers.get(name, "")
    if not _NUMBER.fullmatch(text):
        raise RefusedError(Reason.FIELDS)
    return int(text)


def read_checksum(request: Request) -> tuple[str, bytes] | None:
    """Read `Upload-Checksum`, an algorithm and a value in base64; None if the field is missing.

    Raises:
        RefusedError: FIELDS, also for an algorithm that this host does not know.
        ChecksumError: The value does not have the length of this algorithm's checksums.
    """
    text = request.headers.get("upload-checksum")
    if text is None:
        return None
    algorithm, _, value = text.partition(" ")
    if algorithm not in CHECKSUM_ALGORITHMS:
        raise RefusedError(Reason.FIELDS)
    try:
        checksum = base64.b64decode(value, validate=True)
    except ValueError:
        raise RefusedError(Reason.FIELDS) from None
    if len(checksum) != CHECKSUM_ALGORITHMS[algorithm]:
        raise ChecksumError
    return algorithm, checksum


def progress_fields(progress: UploadProgress) -> dict[str, str]:
    """Return the header fields about an upload. They give the day of expiry, not the time."""
    fields = {"Tus-Resumable": VERSION, "Upload-Offset": str(progress.arrived)}
    if progress.erase_on is not None:
        midnight = datetime.combine(progress.erase_on, time(), UTC)
        fields["Upload-Expires"] = format_datetime(midnight, usegmt=True)
    return fields


def capabilities(max_size: int) -> Response:
    """Return the answer that tells anybody what this host supports of tus."""
    return Response(
        status_code=204,
        headers={
            "Tus-Resumable": VERSION,
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(max_size),
            "Tus-Checksum-Algorithm": ",".join(CHECKSUM_ALGORITHMS),
        },
    )
