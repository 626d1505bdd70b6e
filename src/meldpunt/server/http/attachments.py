"""`…/attachments/{attachmentId}`: uploads by tus 1.0.0, and downloads with ranges.

The author of an upload uses POST, HEAD, PATCH and DELETE until a message lists the attachment.
Afterwards the readers of that message fetch it by GET. One table describes the operations, for the
reporter and for handlers.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from fastapi import APIRouter, Request, Response

from meldpunt.server.http import downloads, parameters, uploads
from meldpunt.server.http.answers import problems
from meldpunt.server.http.caller import host_of, signed_before_body, signed_request
from meldpunt.server.http.downloads import CONTENT_TYPE
from meldpunt.server.http.tus import BODY_TYPE, capabilities, check_upload_fields
from meldpunt.server.usecases.access.participants import (
    FindParticipant,
    handler_finder,
    reporter_finder,
)
from meldpunt.wire.problems import ProblemType as P

router = APIRouter(tags=["attachments"])

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
    """Describe the header fields of a request. contract.py gives their forms."""
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
        **problems(*_SIGNED, P.ATTACHMENT_LOST, P.RANGE_NOT_SATISFIABLE, P.BUSY),
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


_Find = Callable[[bytes], Awaitable[FindParticipant]]
"""Takes a signing key and returns how to find the report of its owner."""
_Act = Callable[[Request, _Find, str], Awaitable[Response]]
"""Answers a request about the attachment with this id."""


async def _begin(request: Request, find: _Find, attachment: str) -> Response:
    participant = await _uploader(request, find)
    return await uploads.begin(request, participant, parameters.attachment_id(attachment))


async def _tell(request: Request, find: _Find, attachment: str) -> Response:
    participant = await _uploader(request, find)
    return await uploads.tell(request, participant, parameters.attachment_id(attachment))


async def _append(request: Request, find: _Find, attachment: str) -> Response:
    check_upload_fields(request)
    key, digest = signed_before_body(request)
    participant = await find(key)
    return await uploads.append(request, participant, parameters.attachment_id(attachment), digest)


async def _take_back(request: Request, find: _Find, attachment: str) -> Response:
    participant = await _uploader(request, find)
    return await uploads.take_back(request, participant, parameters.attachment_id(attachment))


async def _fetch(request: Request, find: _Find, attachment: str) -> Response:
    participant = await find((await signed_request(request)).key)
    return await downloads.fetch(request, participant, parameters.attachment_id(attachment))


async def _ask(request: Request, _find: _Find, _attachment: str) -> Response:
    return capabilities(host_of(request).settings.attachment_bytes)


async def _uploader(request: Request, find: _Find) -> FindParticipant:
    check_upload_fields(request)
    return await find((await signed_request(request)).key)


class _Operation(NamedTuple):
    """An operation on an attachment. `id` and `summary` have a gap for the role's words."""

    method: str
    act: _Act
    id: str
    summary: str
    details: str
    described: dict[str, Any]


_OPERATIONS: Final = (
    _Operation(
        "POST",
        _begin,
        "begin{}Upload",
        "Begin an upload of the {}; the id is the client's, so that it may be sent again.",
        "The host refuses a length that is too long for it or the report, before any byte comes.",
        _BEGIN,
    ),
    _Operation(
        "HEAD",
        _tell,
        "read{}Upload",
        "Say how far an upload of the {} is.",
        "A client asks this after a broken connection, and goes on from `Upload-Offset`.",
        _TELL,
    ),
    _Operation(
        "PATCH",
        _append,
        "continue{}Upload",
        "Add the next part to an upload of the {}: all of it is kept, or nothing.",
        "Each part is on disk when the host answers. A part that was stored already gets 409.",
        _APPEND,
    ),
    _Operation(
        "DELETE",
        _take_back,
        "delete{}Upload",
        "Erase an upload of the {} that no message lists.",
        "A message lists its attachments. From then on they live and go with the message.",
        _TAKE_BACK,
    ),
    _Operation(
        "GET",
        _fetch,
        "read{}Attachment",
        "Return an attachment {}.",
        "The answer is ciphertext. Check the digest that the message names before using it.",
        _FETCH,
    ),
    _Operation(
        "OPTIONS",
        _ask,
        "describe{}Uploads",
        "Say what a {}'s client may ask of uploads.",
        "Version, extensions, the largest size and the checksums, as tus describes them.",
        _ASK,
    ),
)


def _of_reporter(act: _Act) -> Callable[..., Awaitable[Response]]:
    async def find(key: bytes) -> FindParticipant:
        return reporter_finder(key)

    async def endpoint(request: Request, attachmentId: str) -> Response:
        return await act(request, find, attachmentId)

    return endpoint


def _of_handler(act: _Act) -> Callable[..., Awaitable[Response]]:
    async def endpoint(request: Request, entry: str, attachmentId: str) -> Response:
        async def find(key: bytes) -> FindParticipant:
            return await handler_finder(host_of(request), key, parameters.entry_id(entry))

        return await act(request, find, attachmentId)

    return endpoint


class _Role(NamedTuple):
    """Who sends the requests. The two roles differ in path, in words and in finding the report."""

    path: str
    resource: str
    author: str
    downloads: str
    endpoint: Callable[[_Act], Callable[..., Awaitable[Response]]]


_ROLES: Final = (
    _Role(
        "/v1/report/attachments/{attachmentId}",
        "Report",
        "reporter",
        "that a handler has sent to the reporter",
        _of_reporter,
    ),
    _Role(
        "/v1/inbox/{entry}/attachments/{attachmentId}",
        "Inbox",
        "handler",
        "of a message that the handler may read",
        _of_handler,
    ),
)


def _add_routes(role: _Role) -> None:
    for operation in _OPERATIONS:
        words = role.downloads if operation.method == "GET" else role.author
        router.add_api_route(
            role.path,
            role.endpoint(operation.act),
            methods=[operation.method],
            operation_id=operation.id.format(role.resource),
            description=f"{operation.summary.format(words)}\n\n{operation.details}",
            **operation.described,
        )


for _role in _ROLES:
    _add_routes(_role)
