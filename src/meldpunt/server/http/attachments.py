"""`…/attachments/{attachmentId}`: uploads by tus 1.0.0, and downloads with ranges.

Who began an upload meets it by POST, HEAD, PATCH and DELETE until a message lists it; from then on
the readers of that message fetch it by GET. Reporters and handlers go the same ways.
"""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from meldpunt.server.http import downloads, parameters, uploads
from meldpunt.server.http.answers import problems
from meldpunt.server.http.caller import host_of, signed_before_body, signed_request
from meldpunt.server.http.downloads import CONTENT_TYPE
from meldpunt.server.http.tus import BODY_TYPE, capabilities, check_upload_fields
from meldpunt.server.usecases.access.participants import (
    FindParticipant,
    handlers_part,
    reporters_part,
)
from meldpunt.wire.problems import ProblemType as P

router = APIRouter(tags=["attachments"])

_REPORTERS: Final = "/v1/report/attachments/{attachmentId}"
_HANDLERS: Final = "/v1/inbox/{entry}/attachments/{attachmentId}"

_SIGNED: Final = (P.MALFORMED_REQUEST, P.SIGNATURE_REQUIRED, P.CHALLENGE_EXPIRED, P.NOT_FOUND)
_TUS: Final = (*_SIGNED, P.TUS_VERSION)
_BEGIN_PROBLEMS: Final = (
    *_TUS,
    P.REFUSED,
    P.CONFLICT,
    P.NOT_ALLOWED_NOW,
    P.MOVED,
    P.CONTENT_TOO_LARGE,
    P.REPORT_FULL,
)
_APPEND_PROBLEMS: Final = (
    *_TUS,
    P.UPLOAD_OFFSET,
    P.MOVED,
    P.CONTENT_TOO_LARGE,
    P.UNSUPPORTED_MEDIA_TYPE,
    P.CHECKSUM_MISMATCH,
    P.BUSY,
    P.STORAGE_FULL,
)


def _fields(*names: str) -> dict[str, Any]:
    """Describe header fields that a request brings; contract.py says their forms."""
    fields = ({"name": name, "in": "header", "required": name in _REQUIRED} for name in names)
    return {"parameters": list(fields)}


_REQUIRED: Final = frozenset({"Tus-Resumable", "Upload-Length", "Upload-Offset"})
_BODY: Final = {"requestBody": {"required": True, "content": {BODY_TYPE: {}}}}


def _told(*names: str) -> dict[str, Any]:
    return {"headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names}}


_BEGIN: Final[dict[str, Any]] = {
    "status_code": 201,
    "response_class": Response,
    "responses": {
        200: {"description": "It is there already.", **_told("Upload-Offset", "Upload-Expires")},
        201: {
            "description": "It may be uploaded now.",
            **_told("Location", "Upload-Offset", "Upload-Expires"),
        },
        **problems(*_BEGIN_PROBLEMS),
    },
    "openapi_extra": _fields("Tus-Resumable", "Upload-Length"),
}
_TELL: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {
        200: {
            "description": "How far it is.",
            **_told("Upload-Offset", "Upload-Length", "Upload-Expires"),
        },
        **problems(*_TUS),
    },
    "openapi_extra": _fields("Tus-Resumable"),
}
_APPEND: Final[dict[str, Any]] = {
    "status_code": 204,
    "response_class": Response,
    "responses": {
        204: {"description": "Stored durably.", **_told("Upload-Offset", "Upload-Expires")},
        **problems(*_APPEND_PROBLEMS),
    },
    "openapi_extra": _fields("Tus-Resumable", "Upload-Offset", "Upload-Checksum") | _BODY,
}
_TAKE_BACK: Final[dict[str, Any]] = {
    "status_code": 204,
    "response_class": Response,
    "responses": problems(*_TUS, P.MOVED),
    "openapi_extra": _fields("Tus-Resumable"),
}
_FETCH: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {
        200: {
            "description": "All of it.",
            "content": {CONTENT_TYPE: {}},
            **_told("Accept-Ranges", "ETag"),
        },
        206: {
            "description": "The range asked for.",
            "content": {CONTENT_TYPE: {}},
            **_told("Accept-Ranges", "Content-Range", "ETag"),
        },
        **problems(*_SIGNED, P.RANGE_NOT_SATISFIABLE, P.BUSY),
    },
    "openapi_extra": _fields("Range", "If-Range"),
}
_ASK: Final[dict[str, Any]] = {
    "status_code": 204,
    "response_class": Response,
    "responses": {
        204: {
            "description": "What this host can do.",
            **_told("Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm"),
        }
    },
}


async def _reporter(request: Request) -> FindParticipant:
    check_upload_fields(request)
    return reporters_part((await signed_request(request)).key)


async def _handler(request: Request, entry: str) -> FindParticipant:
    check_upload_fields(request)
    key = (await signed_request(request)).key
    return await handlers_part(host_of(request), key, parameters.entry_id(entry))


@router.post(_REPORTERS, operation_id="beginReportUpload", **_BEGIN)
async def post_reporters(request: Request, attachmentId: str) -> Response:
    """Begin an upload of the reporter; the id is the client's, so that it may be sent again."""
    find = await _reporter(request)
    return await uploads.begin(request, find, parameters.attachment_id(attachmentId))


@router.head(_REPORTERS, operation_id="readReportUpload", **_TELL)
async def head_reporters(request: Request, attachmentId: str) -> Response:
    """Say how far an upload of the reporter is."""
    find = await _reporter(request)
    return await uploads.tell(request, find, parameters.attachment_id(attachmentId))


@router.patch(_REPORTERS, operation_id="continueReportUpload", **_APPEND)
async def patch_reporters(request: Request, attachmentId: str) -> Response:
    """Add the next part to an upload of the reporter: all of it is kept, or nothing."""
    check_upload_fields(request)
    key, digest = signed_before_body(request)
    attachment = parameters.attachment_id(attachmentId)
    return await uploads.append(request, reporters_part(key), attachment, digest)


@router.delete(_REPORTERS, operation_id="deleteReportUpload", **_TAKE_BACK)
async def delete_reporters(request: Request, attachmentId: str) -> Response:
    """Erase an upload of the reporter that no message lists."""
    find = await _reporter(request)
    return await uploads.take_back(request, find, parameters.attachment_id(attachmentId))


@router.get(_REPORTERS, operation_id="readReportAttachment", **_FETCH)
async def get_reporters(request: Request, attachmentId: str) -> Response:
    """Return an attachment that a handler has sent to the reporter."""
    find = reporters_part((await signed_request(request)).key)
    return await downloads.fetch(request, find, parameters.attachment_id(attachmentId))


@router.options(_REPORTERS, operation_id="describeReportUploads", **_ASK)
async def options_reporters(request: Request, attachmentId: str) -> Response:  # noqa: ARG001 (of the path)
    """Say what a reporter's client may ask of uploads."""
    return capabilities(host_of(request).settings.attachment_bytes)


@router.post(_HANDLERS, operation_id="beginInboxUpload", **_BEGIN)
async def post_handlers(request: Request, entry: str, attachmentId: str) -> Response:
    """Begin an upload of the handler; the id is the client's, so that it may be sent again."""
    find = await _handler(request, entry)
    return await uploads.begin(request, find, parameters.attachment_id(attachmentId))


@router.head(_HANDLERS, operation_id="readInboxUpload", **_TELL)
async def head_handlers(request: Request, entry: str, attachmentId: str) -> Response:
    """Say how far an upload of the handler is."""
    find = await _handler(request, entry)
    return await uploads.tell(request, find, parameters.attachment_id(attachmentId))


@router.patch(_HANDLERS, operation_id="continueInboxUpload", **_APPEND)
async def patch_handlers(request: Request, entry: str, attachmentId: str) -> Response:
    """Add the next part to an upload of the handler: all of it is kept, or nothing."""
    check_upload_fields(request)
    key, digest = signed_before_body(request)
    find = await handlers_part(host_of(request), key, parameters.entry_id(entry))
    return await uploads.append(request, find, parameters.attachment_id(attachmentId), digest)


@router.delete(_HANDLERS, operation_id="deleteInboxUpload", **_TAKE_BACK)
async def delete_handlers(request: Request, entry: str, attachmentId: str) -> Response:
    """Erase an upload of the handler that no message lists."""
    find = await _handler(request, entry)
    return await uploads.take_back(request, find, parameters.attachment_id(attachmentId))


@router.get(_HANDLERS, operation_id="readInboxAttachment", **_FETCH)
async def get_handlers(request: Request, entry: str, attachmentId: str) -> Response:
    """Return an attachment of a message that the handler may read."""
    key = (await signed_request(request)).key
    find = await handlers_part(host_of(request), key, parameters.entry_id(entry))
    return await downloads.fetch(request, find, parameters.attachment_id(attachmentId))


@router.options(_HANDLERS, operation_id="describeInboxUploads", **_ASK)
async def options_handlers(request: Request, entry: str, attachmentId: str) -> Response:  # noqa: ARG001 (of the path)
    """Say what a handler's client may ask of uploads."""
    return capabilities(host_of(request).settings.attachment_bytes)
