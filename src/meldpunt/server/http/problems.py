"""The table from refusals to problem documents (RFC 9457). Any other error becomes INTERNAL."""

import logging
import traceback
from functools import lru_cache
from typing import Final

from fastapi import Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.server import errors
from meldpunt.server.http.tus import with_tus_fields
from meldpunt.wire.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType

PROBLEM_OF: Final[dict[type[errors.MeldpuntError], ProblemType]] = {
    errors.NotFoundError: ProblemType.NOT_FOUND,
    errors.ConflictError: ProblemType.CONFLICT,
    errors.NotAllowedNowError: ProblemType.NOT_ALLOWED_NOW,
    errors.TooManyKeysError: ProblemType.TOO_MANY_KEYS,
    errors.MovedError: ProblemType.MOVED,
    errors.InviteInvalidError: ProblemType.INVITE_INVALID,
    errors.SignatureRequiredError: ProblemType.SIGNATURE_REQUIRED,
    errors.ChallengeExpiredError: ProblemType.CHALLENGE_EXPIRED,
    errors.BusyError: ProblemType.BUSY,
    errors.LineLimitedError: ProblemType.LINE_LIMITED,
    errors.ContentTooLargeError: ProblemType.CONTENT_TOO_LARGE,
    errors.UnsupportedMediaTypeError: ProblemType.UNSUPPORTED_MEDIA_TYPE,
    errors.NotAcceptableError: ProblemType.NOT_ACCEPTABLE,
    errors.UploadOffsetError: ProblemType.UPLOAD_OFFSET,
    errors.ChecksumError: ProblemType.CHECKSUM_MISMATCH,
    errors.TusVersionError: ProblemType.TUS_VERSION,
    errors.RangeError: ProblemType.RANGE_NOT_SATISFIABLE,
    errors.AttachmentUnavailableError: ProblemType.ATTACHMENT_UNAVAILABLE,
    errors.AttachmentLostError: ProblemType.ATTACHMENT_LOST,
    errors.ReportFullError: ProblemType.REPORT_FULL,
    errors.StorageFullError: ProblemType.STORAGE_FULL,
    errors.DatabaseFailedError: ProblemType.DATABASE_FAILED,
    errors.DatabaseReadOnlyError: ProblemType.DATABASE_READ_ONLY,
    errors.DatabaseDamagedError: ProblemType.DATABASE_DAMAGED,
    errors.StoredValueError: ProblemType.DATABASE_DAMAGED,
    errors.DatabaseReplacedError: ProblemType.DATABASE_REPLACED,
    errors.DatabaseFullError: ProblemType.DATABASE_FULL,
}
DATABASE_PROBLEMS: Final = tuple(
    dict.fromkeys(
        kind for error, kind in PROBLEM_OF.items() if issubclass(error, errors.DatabaseFailedError)
    )
)
"""Any operation can end with one of these."""
_PROBLEM_OF_STATUS: Final = {404: ProblemType.NOT_FOUND, 405: ProblemType.METHOD_NOT_ALLOWED}
_MALFORMED: Final = frozenset(
    reason for reason in Reason if reason.value.startswith(("json-", "base64url", "length"))
) | {Reason.FIELDS, Reason.LINE_ID}
_UNSIGNED: Final = frozenset(
    {Reason.REQUEST_SYNTAX, Reason.REQUEST_DIGEST, Reason.REQUEST_SIGNATURE}
)
_RETRY_AFTER_SECONDS: Final = {
    ProblemType.BUSY: "2",
    ProblemType.STORAGE_FULL: "600",
    **dict.fromkeys(DATABASE_PROBLEMS, "300"),
}

_log = logging.getLogger("meldpunt")


def problem_response(
    kind: ProblemType, reason: Reason | None = None, field: str | None = None
) -> Response:
    """Return a problem document as an answer."""
    headers = {}
    if kind in _RETRY_AFTER_SECONDS:
        headers["Retry-After"] = _RETRY_AFTER_SECONDS[kind]
    if kind.status == 401:  # noqa: PLR2004 (RFC 9110 section 15.5.2 asks for the field)
        headers["WWW-Authenticate"] = "Signature"
    return Response(
        _problem(kind, reason, field),
        status_code=kind.status,
        headers=headers,
        media_type=PROBLEM_MEDIA_TYPE,
    )


@lru_cache(512)
def _problem(kind: ProblemType, reason: Reason | None, field: str | None) -> bytes:
    return Problem.of(kind, reason, field).to_json()


def _refused_kind(reason: Reason) -> ProblemType:
    if reason in _UNSIGNED:
        return ProblemType.SIGNATURE_REQUIRED
    return ProblemType.MALFORMED_REQUEST if reason in _MALFORMED else ProblemType.REFUSED


async def on_refused(request: Request, error: Exception) -> Response:
    """Answer a refusal that comes from a rule of the protocol."""
    if not isinstance(error, RefusedError):
        raise error
    return with_tus_fields(
        request, problem_response(_refused_kind(error.reason), error.reason, error.field)
    )


async def on_meldpunt_error(request: Request, error: Exception) -> Response:
    """Answer any other refusal of the host."""
    if not isinstance(error, errors.MeldpuntError):
        raise error
    response = problem_response(PROBLEM_OF.get(type(error), ProblemType.INTERNAL))
    if isinstance(error, errors.RangeError):
        response.headers["content-range"] = f"bytes */{error.size}"
    if isinstance(error, errors.LineLimitedError):
        response.headers["retry-after"] = str(error.retry_after)
    return with_tus_fields(request, response)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Answer a refusal of the router: an unknown path or method."""
    if not isinstance(error, HTTPException):
        raise error
    kind = _PROBLEM_OF_STATUS.get(error.status_code, ProblemType.MALFORMED_REQUEST)
    response = problem_response(kind)
    if kind is ProblemType.METHOD_NOT_ALLOWED:
        response.headers["allow"] = ", ".join(sorted(_methods(request)))
    return response


def _methods(request: Request) -> set[str]:
    """Return every method of a path. Each route has only one."""
    scope = {"type": "http", "path": request.url.path, "root_path": "", "method": request.method}
    routes = (r for r in request.app.routes if r.matches(scope)[0] is not Match.NONE)
    return {method for route in routes for method in route.methods}


async def on_malformed(_request: Request, _error: Exception) -> Response:
    """Answer a request that FastAPI itself refuses. FastAPI's own answer would quote the input."""
    return problem_response(ProblemType.MALFORMED_REQUEST)


def log_failure(error: BaseException) -> None:
    """Log where the host failed: function names and line numbers, never a value."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    _log.error("internal failure: %s in %s", type(error).__name__, where)
