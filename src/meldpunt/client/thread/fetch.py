"""How to read a thread: from the host's answers to a verified thread, as in every visit."""

from dataclasses import replace
from datetime import date

from meldpunt.client.http.transport import Transport
from meldpunt.client.thread.alarms import missing_report, oral_alarms, unknown_documents
from meldpunt.client.thread.erasure import erased_alarms, erased_status, false_erasure, is_erased
from meldpunt.client.thread.host_claims import (
    arrivals,
    check_claims,
    host_claims,
    not_seen,
)
from meldpunt.client.thread.message import (
    Readability,
    ThreadMessage,
    left_out_by_message,
    open_messages,
)
from meldpunt.client.thread.notices import NoticeKind
from meldpunt.client.thread.proofs import proof_notices
from meldpunt.client.thread.report import Reader, ReportVerifier, VerifiedReport
from meldpunt.client.thread.second_look import has_healed, is_torn
from meldpunt.client.thread.snapshot import ThreadSource, fetch_snapshot
from meldpunt.client.thread.status import verified_status
from meldpunt.client.thread.thread import Thread, line_notices
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.verify.errors import Reason, RefusedError


async def fetch_thread(
    source: ThreadSource, transport: Transport, line: VerifiedLine, reader: Reader, today: date
) -> Thread:
    """Fetch a report, verify it and open what the reader may read.

    The order of steps, and what each refuses:

    1. `fetch_snapshot` asks for the status and every page of messages. It refuses pages that do
       not progress.
    2. `ReportVerifier.verify` checks keys, lines and every signed header. It refuses a report of
       other keys, of another inbox entry or of another line, and any header that does not hold.
    3. If the answers do not fit together, steps 1 and 2 run once more: a message may have arrived
       between two answers. What the second look heals stays as a notice, if an honest host never
       needs a second look for it (`has_healed`).
    4. `is_erased` compares the host's claim with the reporter's withdrawal. For an erased report
       the workflow ends here, with the header of the withdrawal. It refuses a report without
       messages.
    5. `open_messages` opens each message on its own. It refuses none: `readability` says what the
       reader could make of a message, and `refusal` says why.
    6. The client counts days from the signed headers and compares them with the host's claims.
       This step refuses nothing: each difference becomes an alarm or a notice of the thread.

    Example, as a reporter's visit does it::

        keys = await keys_of(receipt, line_id)
        public = ReportKeys(keys.report_id, keys.signing.public_key, keys.box.public_key)
        reader = Reader(REPORTER, lambda ids: dict.fromkeys(ids, keys.box), keys=public)
        line = await fetch_line(transport, line_id, today)
        source = ReportApi(transport, keys.signing)
        thread = await fetch_thread(source, transport, line, reader, today)
        for alarm in thread.alarms:
            print(f"Do not go on before you know why: {alarm.reason}")
        for message in thread.messages:
            print(message.header.author, message.text or message.readability)

    Raises:
        RefusedError: As `ReportVerifier.verify`; GAP for a report without messages.
        ClientError: As `Transport.call`.
    """
    verifier = ReportVerifier(transport, line, reader, today)
    report = await verifier.verify(await fetch_snapshot(source))
    first = report
    if not _is_erased(report, reader, today) and is_torn(report, reader.me):
        report = await verifier.verify(await fetch_snapshot(source))
    if _is_erased(report, reader, today):
        return _erased_thread(report, reader)
    if not report.messages:
        raise RefusedError(Reason.GAP)
    unknown = await unknown_documents(transport, report, reader)
    thread = _opened_thread(report, reader, today, unknown)
    proofs = await proof_notices(transport, report)
    thread = replace(thread, notices=(*thread.notices, *proofs))
    healed = report is not first and has_healed(first, report, reader.me)
    return thread.with_notice(NoticeKind.SECOND_LOOK) if healed else thread


def _is_erased(report: VerifiedReport, reader: Reader, today: date) -> bool:
    """Say whether a withdrawal has erased the report, by all that this reader knows."""
    return is_erased(
        report.claim,
        report.messages,
        documents=report.withdrawal_terms,
        today=today,
        known=reader.known,
    )


def _opened_thread(
    report: VerifiedReport, reader: Reader, today: date, unknown: tuple[Alarm, ...]
) -> Thread:
    in_order, order_notices = arrivals(report)
    log, terms = report.log, report.terms
    messages = open_messages(log, report.messages, reader.me, reader.box_keys)
    return Thread(
        me=reader.me,
        report=report,
        status=verified_status(in_order, ignored=log.void, terms=terms, today=today),
        messages=messages,
        alarms=(
            *missing_report(log),
            *false_erasure(report.claim),
            *log.alarms,
            *unknown,
            *oral_alarms(messages, report.lines.birth_line.document),
            *log.left_out_alarms(left_out_by_message(messages)),
        ),
        notices=(
            *line_notices(report.lines.own),
            *order_notices,
            *host_claims(report, reader.me),
            *not_seen(report, reader.me),
            *check_claims(report.claim, in_order, terms=terms, today=today),
        ),
        entry=reader.entry,
    )


def _erased_thread(report: VerifiedReport, reader: Reader) -> Thread:
    """Return the thread of an erased report: the withdrawal's header shows it was not lost."""
    return Thread(
        me=reader.me,
        report=report,
        status=erased_status(report.claim, report.messages),
        messages=tuple(ThreadMessage(m, Readability.ERASED) for m in report.messages.values()),
        alarms=erased_alarms(report.log),
        notices=(),
        entry=reader.entry,
        erased=True,
    )
