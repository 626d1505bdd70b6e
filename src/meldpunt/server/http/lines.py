"""`/v1/lines/{lineId}`: what an office publishes and anybody may read."""

from fastapi import APIRouter, Request, Response

from meldpunt.protocol.verify.served import ServedLine
from meldpunt.server.http import parameters
from meldpunt.server.http.answers import answer, body_of, problems, stored
from meldpunt.server.http.caller import MAX_LINE, MAX_MESSAGE, host_of, signed_request
from meldpunt.server.usecases import lines
from meldpunt.server.usecases.reports.line_clocks import read_line_clocks
from meldpunt.wire.lines import BoxKeysPut, DocumentAnswer, LineClocks, LinePut, TextAnswer
from meldpunt.wire.problems import ProblemType as P

router = APIRouter(tags=["lines"])

_WRITE_PROBLEMS = (
    P.MALFORMED_REQUEST,
    P.REFUSED,
    P.SIGNATURE_REQUIRED,
    P.CHALLENGE_EXPIRED,
    P.CONFLICT,
    P.CONTENT_TOO_LARGE,
    P.UNSUPPORTED_MEDIA_TYPE,
    P.BUSY,
)


@router.get(
    "/v1/lines/{lineId}",
    operation_id="readLine",
    responses={200: {"model": ServedLine}, **problems(P.NOT_FOUND)},
)
async def get_line(request: Request, lineId: str) -> Response:
    """Return key chain, newest document and current box keys: enough to seal a report.

    The first request of every client. Check the chain and the document against the line's address
    (section 5) before showing anything.
    """
    return answer(await lines.read_line(host_of(request), parameters.line_id(lineId)))


@router.put(
    "/v1/lines/{lineId}",
    operation_id="publishLine",
    responses={
        200: {"model": ServedLine, "description": "The line's next document, or the same again."},
        201: {"model": ServedLine, "description": "The line is new."},
        **problems(*_WRITE_PROBLEMS, P.INVITE_INVALID, P.NOT_FOUND),
    },
    openapi_extra=body_of(LinePut),
)
async def put_line(request: Request, lineId: str) -> Response:
    """Publish a line's first document (with an invite) or its next one. The line key signs it.

    The first document needs an invite of the operator. The next one names the hash of the one
    before. The same bytes may come again.
    """
    line = parameters.line_id(lineId)
    signed = await signed_request(request, max_size=MAX_LINE)
    put = signed.parse(LinePut, max_size=MAX_LINE)
    served, is_new = await lines.publish_line(host_of(request), signed.key, line, put)
    return stored(served, is_new=is_new)


@router.get(
    "/v1/lines/{lineId}/documents/{hash}",
    operation_id="readDocument",
    responses={200: {"model": DocumentAnswer}, **problems(P.NOT_FOUND)},
)
async def get_document(request: Request, lineId: str, hash: str) -> Response:  # noqa: A002 (the contract's name)
    """Return one version of the line document.

    A report stays under the document that was newest when the reporter sealed it. Clients fetch
    older versions here, each by its hash.
    """
    line, document_hash = parameters.line_id(lineId), parameters.hash_(hash)
    return answer(await lines.read_document(host_of(request), line, document_hash))


@router.get(
    "/v1/lines/{lineId}/texts/{hash}",
    operation_id="readText",
    responses={200: {"model": TextAnswer}, **problems(P.NOT_FOUND)},
)
async def get_text(request: Request, lineId: str, hash: str) -> Response:  # noqa: A002 (the contract's name)
    """Return a form, guide, procedure or other text that a document names by hash.

    The host does not read texts. A client compares the hash before it shows one.
    """
    line, text_hash = parameters.line_id(lineId), parameters.hash_(hash)
    return answer(await lines.read_text(host_of(request), line, text_hash))


@router.get(
    "/v1/lines/{lineId}/clocks",
    operation_id="readLineClocks",
    responses={
        200: {"model": LineClocks},
        **problems(P.MALFORMED_REQUEST, P.SIGNATURE_REQUIRED, P.CHALLENGE_EXPIRED, P.NOT_FOUND),
    },
)
async def get_clocks(request: Request, lineId: str) -> Response:
    """Return how many reports wait on which clock until which day. Only the line key may ask.

    An office sees by it that its handlers are late. The answer counts, and names no report.
    """
    line = parameters.line_id(lineId)
    signed = await signed_request(request)
    return answer(await read_line_clocks(host_of(request), signed.key, line))


@router.put(
    "/v1/lines/{lineId}/box-keys",
    operation_id="publishBoxKeys",
    status_code=204,
    response_class=Response,
    responses=problems(*_WRITE_PROBLEMS, P.NOT_FOUND, P.MOVED, P.TOO_MANY_KEYS),
    openapi_extra=body_of(BoxKeysPut),
)
async def put_box_keys(request: Request, lineId: str) -> Response:
    """Publish a handler's box keys, before the days on which authors seal messages to them.

    The handler's identity key signs each key. A handler publishes keys for the coming days, because
    authors seal only to a key whose days have begun.
    """
    line = parameters.line_id(lineId)
    signed = await signed_request(request, max_size=MAX_MESSAGE)
    put = signed.parse(BoxKeysPut)
    await lines.publish_box_keys(host_of(request), signed.key, line, put)
    return Response(status_code=204)
