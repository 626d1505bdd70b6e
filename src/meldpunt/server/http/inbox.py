"""`/v1/inbox`: the reports of the calling handler. The answers show no other reports."""

from fastapi import APIRouter, Request, Response

from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.server.http import parameters
from meldpunt.server.http.answers import answer, answer_text, body_of, problems, stored
from meldpunt.server.http.caller import MAX_MESSAGE, host_of, signed_request
from meldpunt.server.http.report import READ_PROBLEMS, STORED, WRITE_PROBLEMS
from meldpunt.server.usecases.reports import inbox, inbox_page
from meldpunt.wire.problems import ProblemType as P
from meldpunt.wire.reports import EntryStatus, InboxPage, MessagesPage, WrapsPut

router = APIRouter(tags=["inbox"])


@router.get(
    "/v1/inbox",
    operation_id="readInbox",
    responses={200: {"model": InboxPage}, **problems(*READ_PROBLEMS)},
)
async def get_inbox(
    request: Request, line: str, state: str | None = None, cursor: str | None = None
) -> Response:
    """Return a page of a handler's inbox on one line. The order of entries does not show time.

    An entry id is this handler's own name for a report: two handlers cannot compare theirs.
    """
    signed = await signed_request(request)
    page = await inbox_page.list_inbox(
        host_of(request),
        signed.key,
        line=parameters.wanted_line(line),
        state=parameters.state(state),
        after=parameters.cursor(cursor),
    )
    return answer_text(page)


@router.get(
    "/v1/inbox/{entry}",
    operation_id="readInboxEntry",
    responses={200: {"model": EntryStatus}, **problems(*READ_PROBLEMS)},
)
async def get_entry(request: Request, entry: str) -> Response:
    """Return the state of a report, and when an answer is due.

    The answer is the one of the inbox page, for one report.
    """
    signed = await signed_request(request)
    found = await inbox.read_entry(host_of(request), signed.key, parameters.entry_id(entry))
    return answer(found)


@router.get(
    "/v1/inbox/{entry}/messages",
    operation_id="readInboxMessages",
    responses={
        200: {"model": MessagesPage},
        **problems(*READ_PROBLEMS),
    },
)
async def get_messages(request: Request, entry: str, after: str | None = None) -> Response:
    """Return the messages after a cursor: all headers, and the bodies that the handler may read.

    Follow `cursor` while `more` is true. An empty page with `more` false is good. Verify the whole
    log (section 9) before showing a word.
    """
    signed = await signed_request(request)
    page = await inbox.read_messages(
        host_of(request),
        signed.key,
        parameters.entry_id(entry),
        after=parameters.position(after),
    )
    return answer(page)


@router.put(
    "/v1/inbox/{entry}/messages/{messageId}",
    operation_id="sendInboxMessage",
    responses={**STORED, **problems(*WRITE_PROBLEMS, P.NOT_FOUND, P.NOT_ALLOWED_NOW)},
    openapi_extra=body_of(SealedMessage),
)
async def put_message(request: Request, entry: str, messageId: str) -> Response:
    """Add a message of the handler.

    The header's tag decides what the message does: acknowledge, give feedback, close and so on
    (section 9). Sending the same bytes again adds nothing.
    """
    signed = await signed_request(request, max_size=MAX_MESSAGE)
    accepted, is_new = await inbox.send_message(
        host_of(request),
        signed.key,
        parameters.entry_id(entry),
        parameters.message_id(messageId),
        signed.parse(SealedMessage),
    )
    return stored(accepted, is_new=is_new)


@router.put(
    "/v1/inbox/{entry}/messages/{messageId}/wraps",
    operation_id="addWraps",
    status_code=204,
    response_class=Response,
    responses=problems(*WRITE_PROBLEMS, P.NOT_FOUND, P.NOT_ALLOWED_NOW),
    openapi_extra=body_of(WrapsPut),
)
async def put_wraps(request: Request, entry: str, messageId: str) -> Response:
    """Add wraps for readers whose box key was missing when the author sent the message.

    Any reader of the message may add them: only a reader knows its content key. The host checks
    that each wrap is for somebody who may read the message.
    """
    signed = await signed_request(request, max_size=MAX_MESSAGE)
    await inbox.add_wraps(
        host_of(request),
        signed.key,
        parameters.entry_id(entry),
        parameters.message_id(messageId),
        signed.parse(WrapsPut),
    )
    return Response(status_code=204)


@router.delete(
    "/v1/inbox/{entry}/messages/{messageId}/wraps/{keyId}",
    operation_id="deleteWraps",
    status_code=204,
    response_class=Response,
    responses=problems(*READ_PROBLEMS, P.MOVED),
)
async def delete_wrap(
    request: Request,
    entry: str,
    messageId: str,
    keyId: str,
) -> Response:
    """Delete a message's wraps to one of the handler's own box keys, before destroying the key.

    Afterwards nothing on this host opens the message with that key. Deleting again does nothing.
    """
    signed = await signed_request(request)
    await inbox.delete_wrap(
        host_of(request),
        signed.key,
        parameters.entry_id(entry),
        parameters.message_id(messageId),
        parameters.key_id(keyId),
    )
    return Response(status_code=204)
