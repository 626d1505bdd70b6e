"""`/v1/report`: a reporter's own report. The signing key selects it; no URL names it."""

from typing import Any

from fastapi import APIRouter, Request, Response

from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.server.errors import NotFoundError
from meldpunt.server.http import parameters
from meldpunt.server.http.answers import answer, answer_text, body_of, problems, stored
from meldpunt.server.http.caller import MAX_MESSAGE, host_of, signed_request
from meldpunt.server.http.problems import problem_response
from meldpunt.server.usecases.reports import report
from meldpunt.server.usecases.reports.submission import submit_report
from meldpunt.wire.problems import ProblemType as P
from meldpunt.wire.reports import (
    Accepted,
    BulletinKeyPut,
    BulletinsSince,
    MessagesPage,
    ReportPut,
    ReportStatus,
)

router = APIRouter(tags=["report"])

READ_PROBLEMS = (P.MALFORMED_REQUEST, P.SIGNATURE_REQUIRED, P.CHALLENGE_EXPIRED, P.NOT_FOUND)
WRITE_PROBLEMS = (
    P.MALFORMED_REQUEST,
    P.REFUSED,
    P.SIGNATURE_REQUIRED,
    P.CHALLENGE_EXPIRED,
    P.CONFLICT,
    P.MOVED,
    P.CONTENT_TOO_LARGE,
    P.UNSUPPORTED_MEDIA_TYPE,
    P.BUSY,
)
_KEEP_PROBLEMS = tuple(kind for kind in WRITE_PROBLEMS if kind is not P.MOVED)
STORED: dict[int | str, dict[str, Any]] = {
    200: {"model": Accepted, "description": "The same bytes were there already."},
    201: {"model": Accepted, "description": "Stored durably."},
}


@router.put(
    "/v1/report",
    operation_id="submitReport",
    responses={**STORED, **problems(*WRITE_PROBLEMS, P.LINE_LIMITED)},
    openapi_extra=body_of(ReportPut),
)
async def put_report(request: Request) -> Response:
    """Send a new report: the reporter's public keys and the sealed first message.

    The signing key of the request becomes the key of the report. 201 means that the report is on
    disk; the answer carries the host's signed proof of receipt.
    """
    signed = await signed_request(request, max_size=MAX_MESSAGE)
    accepted, is_new = await submit_report(host_of(request), signed.key, signed.parse(ReportPut))
    return stored(accepted, is_new=is_new)


@router.get(
    "/v1/report",
    operation_id="readReport",
    responses={200: {"model": ReportStatus}, **problems(*READ_PROBLEMS)},
)
async def get_report(request: Request) -> Response:
    """Return the state of the report, and when an answer is due.

    The host computes state and clocks from headers alone. A client computes them again from the
    verified messages and tells the reporter about differences.
    """
    signed = await signed_request(request)
    return answer(await report.read_status(host_of(request), signed.key))


@router.put(
    "/v1/report/bulletin-key",
    operation_id="keepBulletinKey",
    responses={
        200: {"model": BulletinsSince, "description": "The same key was there already."},
        201: {"model": BulletinsSince, "description": "Kept."},
        **problems(*_KEEP_PROBLEMS, P.NOT_FOUND, P.NOT_ALLOWED_NOW),
    },
    openapi_extra=body_of(BulletinKeyPut),
)
async def put_bulletin_key(request: Request) -> Response:
    """Store the key with which bulletins announce news, for a report that has no such key yet.

    Takes the place of the key in `submitReport` for reports that began without one. From the day
    after, bulletins can tell their reporter.
    """
    signed = await signed_request(request, max_size=MAX_MESSAGE)
    put = signed.parse(BulletinKeyPut)
    kept, is_new = await report.keep_bulletin_key(host_of(request), signed.key, put.bulletin_key)
    return stored(kept, is_new=is_new)


@router.get(
    "/v1/report/messages",
    operation_id="readReportMessages",
    responses={
        200: {"model": MessagesPage},
        **problems(*READ_PROBLEMS),
    },
)
async def get_messages(request: Request, after: str | None = None) -> Response:
    """Return the messages after a cursor: all headers, and the bodies the reporter may read.

    Follow `cursor` while `more` is true. An empty page with `more` false is good. Verify the whole
    log (section 9) before showing a word.
    """
    signed = await signed_request(request)
    position = parameters.position(after)
    try:
        page = await report.read_messages(host_of(request), signed.key, after=position)
    except NotFoundError:  # on its way through the framework it would take longer than an answer
        return problem_response(P.NOT_FOUND)
    return _nothing_after(position) if page is None else answer(page)


def _nothing_after(position: int) -> Response:
    """Return an empty `MessagesPage`, without building one: no other answer is so frequent."""
    return answer_text(b'{"messages":[],"cursor":%d,"more":false}' % position)


@router.put(
    "/v1/report/messages/{messageId}",
    operation_id="sendReportMessage",
    responses={**STORED, **problems(*WRITE_PROBLEMS, P.NOT_FOUND, P.NOT_ALLOWED_NOW)},
    openapi_extra=body_of(SealedMessage),
)
async def put_message(request: Request, messageId: str) -> Response:
    """Add a message of the reporter.

    The message id in the path is the hash of the header. Sending the same bytes again adds
    nothing.
    """
    signed = await signed_request(request, max_size=MAX_MESSAGE)
    accepted, is_new = await report.send_message(
        host_of(request),
        signed.key,
        parameters.message_id(messageId),
        signed.parse(SealedMessage),
    )
    return stored(accepted, is_new=is_new)
