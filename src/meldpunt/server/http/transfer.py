"""`/v1/lines/{lineId}/export` and `/import`: an office takes its line to another host."""

from fastapi import APIRouter, Request, Response

from meldpunt.server.http import parameters
from meldpunt.server.http.answers import answer, body_of, problems
from meldpunt.server.http.caller import MAX_LINE, host_of, signed_request
from meldpunt.server.usecases.transfer.departure import erase_moved_reports
from meldpunt.server.usecases.transfer.line_export import export_page
from meldpunt.server.usecases.transfer.line_import import import_page
from meldpunt.wire.problems import ProblemType as P
from meldpunt.wire.transfer import ExportPage, ImportPut

router = APIRouter(tags=["moving"])

_SIGNED = (P.SIGNATURE_REQUIRED, P.CHALLENGE_EXPIRED, P.NOT_FOUND)


@router.get(
    "/v1/lines/{lineId}/export",
    operation_id="exportLine",
    responses={200: {"model": ExportPage}, **problems(P.MALFORMED_REQUEST, *_SIGNED)},
)
async def get_export(
    request: Request,
    lineId: str,
    cursor: str | None = None,
) -> Response:
    """Return a page of everything the host stores of a line. Only the line key may ask for it.

    The export holds ciphertext, signed documents and days. It can be read again from any `cursor`.
    """
    line = parameters.line_id(lineId)
    signed = await signed_request(request)
    return answer(await export_page(host_of(request), signed.key, line, cursor))


@router.put(
    "/v1/lines/{lineId}/import",
    operation_id="importLine",
    status_code=204,
    response_class=Response,
    responses=problems(
        P.MALFORMED_REQUEST,
        P.REFUSED,
        *_SIGNED,
        P.INVITE_INVALID,
        P.TOO_MANY_KEYS,
        P.CONFLICT,
        P.CONTENT_TOO_LARGE,
        P.UNSUPPORTED_MEDIA_TYPE,
        P.BUSY,
    ),
    openapi_extra=body_of(ImportPut),
)
async def put_import(request: Request, lineId: str) -> Response:
    """Check and store a page of an export. With the last page the line opens on this host.

    The host checks every signature and refuses what its own rules would have refused. The line
    stays closed until the last page is complete.
    """
    line = parameters.line_id(lineId)
    signed = await signed_request(request, max_size=MAX_LINE)
    put = signed.parse(ImportPut, max_size=MAX_LINE)
    await import_page(host_of(request), signed.key, line, put)
    return Response(status_code=204)


@router.delete(
    "/v1/lines/{lineId}/reports",
    operation_id="eraseMovedReports",
    status_code=204,
    response_class=Response,
    responses=problems(P.MALFORMED_REQUEST, *_SIGNED, P.CONFLICT),
)
async def delete_reports(request: Request, lineId: str, held: str | None = None) -> Response:
    """Erase the reports of a line that has moved to another host.

    The document of this host must say that the line has moved. Nothing brings the reports back:
    compare them at the new host first. `held` is the hash of what you have compared
    (files.md, section 3.3). If this host holds something else, it erases nothing and answers 409.
    """
    line = parameters.line_id(lineId)
    compared = parameters.held(held)
    signed = await signed_request(request)
    await erase_moved_reports(host_of(request), signed.key, line, compared)
    return Response(status_code=204)
