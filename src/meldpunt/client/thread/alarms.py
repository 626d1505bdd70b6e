"""Alarms of a report, in addition to the alarms of its log."""

from typing import Final

from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.report_lines import find_document
from meldpunt.client.thread.message import ThreadMessage
from meldpunt.client.thread.report import Reader, VerifiedReport
from meldpunt.protocol.log import Alarm, Log
from meldpunt.protocol.oral import verify_oral_note
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import LineDocument

_MAX_DOCUMENTS: Final = 100
"""With more foreign documents than this, none is fetched, and each raises an alarm."""


def missing_report(log: Log) -> tuple[Alarm, ...]:
    """Return an alarm if no message of the reporter is there.

    The log alone cannot see this: it finds a gap only below a number that is there.
    """
    own = any(h.header.author == REPORTER for h in log.headers)
    return () if own else (Alarm(Reason.GAP, REPORTER, 0),)


def oral_alarms(messages: tuple[ThreadMessage, ...], document: LineDocument) -> tuple[Alarm, ...]:
    """Return an alarm if the handler's signed oral note is missing, false, or not called for."""
    for message in messages:
        if message.payload is not None:
            try:
                verify_oral_note(message.header, message.payload, document)
            except RefusedError:
                return (Alarm(Reason.ORAL, REPORTER, message.header.n),)
    return ()


async def unknown_documents(
    transport: Transport, report: VerifiedReport, reader: Reader
) -> tuple[Alarm, ...]:
    """Return an alarm for each message that names a document unknown to this handler.

    The host may have shown the message's author another line. Documents of the report's other
    lines raise no alarm: this function fetches and verifies them. The handlers of those lines
    check that their line has only one history.
    """
    if reader.history is None:
        return ()
    headers = [h.header for h in report.log.headers]
    foreign = {h.document for h in headers if h.document not in reader.history}
    others = [line for line in report.lines.all if line is not report.lines.own]
    for document in sorted(foreign) if len(foreign) <= _MAX_DOCUMENTS else ():
        for line in others:
            if await find_document(transport, line, document) is not None:
                foreign.discard(document)
                break
    unknown = (h for h in headers if h.document in foreign)
    return tuple(Alarm(Reason.DOCUMENT_UNKNOWN, h.author, h.n) for h in unknown)
