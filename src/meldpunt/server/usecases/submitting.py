"""A reporter sends a new report: the hot path."""

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.clocks import Progress, erased_on
from meldpunt.protocol.verify.ed25519 import check_public_key
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.header import Tag, VerifiedHeader
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.server.errors import ConflictError, SignatureRequiredError
from meldpunt.server.host import Host
from meldpunt.server.store.messages import MessageRow, NewMessage
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.store.submissions import Outcome, Submission
from meldpunt.server.usecases import checks
from meldpunt.wire.reports import Accepted, ReportPut


async def submit_report(host: Host, caller: bytes, put: ReportPut) -> tuple[Accepted, bool]:
    """Store a report durably; says whether it is new. Repeating the same bytes succeeds.

    Args:
        host: The host.
        caller: Key that signed the request (32 bytes).
        put: The reporter's public keys and first message.

    Raises:
        SignatureRequiredError: The caller is not the reporter.
        RefusedError: A rule of the protocol.
        ConflictError: These keys have made another report.
        BusyError: The queue is full.
    """
    if caller != put.keys.signing_key:
        raise SignatureRequiredError
    submission = await check_submission(host, put)
    outcome = await host.submissions.submit(submission)
    if outcome is Outcome.CONFLICT:
        raise ConflictError
    received_on = submission.report.progress.received_on
    return Accepted(received_on=received_on), outcome is Outcome.STORED


async def check_submission(host: Host, put: ReportPut) -> Submission:
    """Check a report as far as that needs no key; returns what to store.

    Raises:
        RefusedError: A rule of the protocol.
    """
    today = host.clock.today()
    key = put.keys.signing_key
    check_public_key(key)
    verified = checks.check_sealed(put.message, author=REPORTER, signing_key=key, today=today)
    header = verified.header
    if header.tag is not Tag.REPORT:
        raise RefusedError(Reason.TAG_NOT_ALLOWED)
    report = ids.report_id(signing_key=key, box_key=put.keys.box_key)
    if report != header.report_id:
        raise RefusedError(Reason.REPORT_KEYS)
    document = checks.check_belongs(
        header,
        line=header.line_id,
        report=report,
        document=await host.documents.find(header.document),
    )
    checks.check_readers_active(header, document, today)
    owners = await host.box_key_owners.find(
        header.line_id, (wrap.key_id for wrap in put.message.wraps)
    )
    checks.check_wrap_owners(
        header,
        put.message.wraps,
        owners=owners,
        reporter_key=ids.reporter_key_id(report, put.keys.box_key),
    )
    return _submission(put, verified, document, Progress(received_on=today))


def _submission(
    put: ReportPut, verified: VerifiedHeader, document: LineDocument, progress: Progress
) -> Submission:
    header = verified.header
    report = ReportRow(
        report_id=header.report_id,
        line_id=header.line_id,
        signing_key=put.keys.signing_key,
        box_key=put.keys.box_key,
        document_hash=header.document,
        progress=progress,
        message_count=1,
        erase_on=erased_on(progress, document),
    )
    row = MessageRow(
        message_id=verified.message_id,
        report=report.id,
        position=1,
        author=REPORTER,
        n=0,
        header=put.message.header,
        signature=put.message.signature,
        received_on=progress.received_on,
    )
    message = NewMessage(row, put.message.body, put.message.wraps)
    return Submission(report, message, checks.handler_readers(header))
