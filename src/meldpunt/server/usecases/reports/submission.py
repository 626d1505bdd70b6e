"""A reporter sends a new report. This use case runs most often, so it must be fast."""

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.ed25519 import check_public_key
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log.clocks import Milestones, erased_on
from meldpunt.protocol.verify.log.header import Tag, VerifiedHeader, parse_header
from meldpunt.protocol.verify.log.opening import ArrivedMessage
from meldpunt.server.errors import ConflictError, MovedError, SignatureRequiredError
from meldpunt.server.host import Host
from meldpunt.server.store.messages import MessageRow, NewMessage, find_message
from meldpunt.server.store.reports import ReportRow, find_report_by_key
from meldpunt.server.store.submissions import NewReport, Outcome
from meldpunt.server.usecases.access.readers import accepted, find_held, held
from meldpunt.server.usecases.line_limits import place_of
from meldpunt.server.usecases.reports import checks
from meldpunt.wire.reports import Accepted, ReportPut


async def submit_report(host: Host, caller: bytes, put: ReportPut) -> tuple[Accepted, bool]:
    """Store a report durably. Return its receipt, and whether the report is new.

    Sending the same bytes again succeeds.

    Args:
        host: The host.
        caller: The key that signed the request (32 bytes).
        put: The reporter's public keys and first message.

    Raises:
        SignatureRequiredError: The caller is not the reporter.
        RefusedError: The report breaks a rule of the protocol.
        MovedError: The line is on another host.
        ConflictError: The same keys already have another report.
        BusyError: The queue is full.
        LineLimitedError: The operator limits the new reports of this line.
    """
    if caller != put.keys.signing_key:
        raise SignatureRequiredError
    try:
        submission = await check_submission(host, put)
    except RefusedError:
        report = await host.store.look_up(lambda tx: find_report_by_key(tx, caller))
        message = put.message
        if report is None:
            raise
        repeated = await find_held(host, report, message.message_id, message)
        if repeated is None:
            raise
        return repeated, False
    async with place_of(host, submission.report.line_id, caller) as place:
        outcome = await host.submissions.submit(submission)
        place.is_used = outcome is Outcome.STORED
    if outcome is Outcome.CONFLICT:
        raise ConflictError
    if outcome is Outcome.ELSEWHERE:
        raise MovedError
    row = submission.message.row
    if outcome is Outcome.STORED:
        return accepted(host, row.message_id, row.received_on), True
    # The same report may come on a later day, or at another host: repeat the first answer.
    known = await host.store.read(lambda tx: find_message(tx, row.report, row.message_id))
    return held(host, known or row), False


async def check_submission(host: Host, put: ReportPut) -> NewReport:
    """Check everything about a report that needs no key to decrypt. Return what to store.

    Raises:
        RefusedError: The report breaks a rule of the protocol.
    """
    keys = put.keys
    check_public_key(keys.signing_key)
    header = parse_header(put.message.header)
    report = ids.report_id(signing_key=keys.signing_key, box_key=keys.box_key)
    if report != header.report_id:
        raise RefusedError(Reason.REPORT_KEYS)
    context = checks.MessageContext(
        line=header.line_id,
        report=report,
        author=REPORTER,
        signing_key=keys.signing_key,
        reporter_key=ids.reporter_key_id(report, keys.box_key),
    )
    verified, document = await checks.check_message(host, put.message, header, context)
    if header.tag is not Tag.REPORT:
        raise RefusedError(Reason.TAG_NOT_ALLOWED)
    consultation = header.origin == "consultation"
    milestones = Milestones(received_on=host.clock.today(), consultation=consultation)
    return _submission(host, put, verified, document, milestones)


def _submission(
    host: Host,
    put: ReportPut,
    verified: VerifiedHeader,
    document: LineDocument,
    milestones: Milestones,
) -> NewReport:
    header = verified.header
    key = put.bulletin_key
    masked_key = None if key is None else host.secrets.masked(key, header.report_id)
    arrived = {verified.message_id: ArrivedMessage(REPORTER, header.seen, milestones.received_on)}
    report = ReportRow(
        report_id=header.report_id,
        line_id=header.line_id,
        signing_key=put.keys.signing_key,
        birth_signing_key=put.keys.signing_key,
        box_key=put.keys.box_key,
        reporter_key_id=ids.reporter_key_id(header.report_id, put.keys.box_key),
        document_hash=header.document,
        milestones=milestones,
        message_count=1,
        erase_on=erased_on(milestones, document, arrived),
        bulletin_key=masked_key,
        bulletin_since=None if masked_key is None else milestones.received_on,
    )
    row = MessageRow(
        message_id=verified.message_id,
        report=report.id,
        position=1,
        author=REPORTER,
        n=0,
        header=put.message.header,
        signature=put.message.signature,
        received_on=milestones.received_on,
    )
    message = NewMessage(row, put.message.body, put.message.wraps)
    return NewReport(report, message, checks.handler_readers(header))
