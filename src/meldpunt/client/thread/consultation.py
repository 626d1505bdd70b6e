"""Verify the asker of a consultation by their own line, or show them as unknown.

A stranger wrote the note. So the client looks for the line that it names only on the host of this
report. A request to a host of the stranger's choice would tell the stranger who reads.
"""

from dataclasses import replace
from datetime import date

from meldpunt.client.http.errors import ClientError, UnreachableError
from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.report_lines import fetch_line_here
from meldpunt.client.thread.message import ThreadMessage
from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.client.thread.thread import Asker, Thread
from meldpunt.protocol.consultation import find_consultation_note, verify_consultation_note
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.payload import ConsultationNote
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import Header


async def with_asker(thread: Thread, transport: Transport, today: date) -> Thread:
    """Return a thread with the verified asker of a consultation, or with an alarm or a notice.

    Args:
        thread: As its reader fetched it.
        transport: To the host of this line. The asker's line may be on the same host.
        today: The device's day.
    """
    thread = replace(thread, alarms=(*thread.alarms, *_disagreeing(thread)))
    found = consultation_note(thread)
    if found is None:
        return thread
    note = found[1]
    try:
        line = await _line_here(transport, note.line_id, today)
    except UnreachableError:
        raise  # a lost connection says nothing about who asks
    except (ClientError, RefusedError):
        line = None
    if line is None:
        return replace(thread, notices=(*thread.notices, Notice(NoticeKind.ASKER_UNVERIFIED)))
    return vouched(thread, line, today)


async def _line_here(transport: Transport, line_id: ids.LineId, today: date) -> VerifiedLine | None:
    """Return a line of this host, or None if it is not here. Never follow it to another host."""
    line = await fetch_line_here(transport, line_id, today)
    return line if transport.origin in line.document.origins else None


def vouched(thread: Thread, line: VerifiedLine, today: date) -> Thread:
    """Return a consultation with its asker as their line names them, or with an alarm.

    Args:
        thread: A consultation.
        line: Fetched by an address from the reader's own source, or from the host of the thread.
        today: The device's day.
    """
    found = consultation_note(thread)
    if found is None:
        return thread
    header, note = found
    notices = tuple(n for n in thread.notices if n.kind is not NoticeKind.ASKER_UNVERIFIED)
    try:
        handler = verify_consultation_note(header, note, line.document, today)
    except RefusedError as error:
        alarm = Alarm(error.reason, REPORTER, header.n)
        return replace(thread, notices=notices, alarms=(*thread.alarms, alarm))
    return replace(thread, notices=notices, asker=Asker(handler, line))


def consultation_note(thread: Thread) -> tuple[Header, ConsultationNote] | None:
    """Return the header and note that claim an asker, or None if this reader can open none."""
    for message in thread.messages:
        note = None if message.payload is None else message.payload.consultation
        if note is not None and message.header.origin == "consultation":
            return message.header, note
    return None


def _disagreeing(thread: Thread) -> tuple[Alarm, ...]:
    """Return an alarm if header and payload disagree on whether this is a consultation.

    A consultation that was taken over raises the alarm too.
    """
    for message in thread.messages:
        if not _agrees(message):
            return (Alarm(Reason.CONSULTATION, REPORTER, message.header.n),)
    if thread.is_consultation and thread.is_taken_over:
        return (Alarm(Reason.CONSULTATION, REPORTER),)
    return ()


def _agrees(message: ThreadMessage) -> bool:
    if message.payload is None:
        return True
    try:
        find_consultation_note(message.header, message.payload)
    except RefusedError:
        return False
    return True
