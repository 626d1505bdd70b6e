"""Show handovers: which line has a report, which line was asked, and what it answered."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from meldpunt.cli.speech.report_words import report_words
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.client import HandoverState, HandoverStatus, Thread, ThreadMessage, handover_statuses
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id
from meldpunt.protocol.verify.fields import REPORTER, participant_text
from meldpunt.protocol.verify.log.header import Header


def handovers_json(thread: Thread, today: date) -> dict[str, Any]:
    """Return the line that has a report, and the lines that were asked, for programs."""
    if not thread.lines.others or thread.erased:
        return {}
    statuses = handover_statuses(thread, today)
    found: dict[str, Any] = {"handovers": [_status_json(thread, status) for status in statuses]}
    if thread.status.ended_on is None:
        found["answeredBy"] = _line_json(thread, _answering(thread).document.line_id)
    else:
        found["endedOn"] = thread.status.ended_on.isoformat()
    return found


def _line_json(thread: Thread, line_id: ids.LineId) -> dict[str, str]:
    line = thread.lines.find(line_id)
    name = {} if line is None else {"name": line.document.names[0].text}
    return {"lineId": encode_line_id(line_id), **name}


def _status_json(thread: Thread, status: HandoverStatus) -> dict[str, Any]:
    found: dict[str, Any] = {
        "consent": encode_base64url(status.consent),
        "line": _line_json(thread, status.handover.line_id),
        "state": status.state.value,
        "askedOn": status.asked_on.isoformat(),
        "until": status.handover.until.isoformat(),
        "readers": [participant_text(reader) for reader in status.handover.readers],
        "messages": [encode_base64url(message) for message in status.handover.messages],
    }
    if status.answer is not None and status.answered_on is not None:
        found["answer"] = encode_base64url(status.answer)
        found["answeredOn"] = status.answered_on.isoformat()
    return found


def header_json(header: Header) -> dict[str, Any]:
    """Return what a message does in a handover, for programs."""
    found: dict[str, Any] = {}
    if header.proposes is not None:
        found["proposes"] = encode_line_id(header.proposes)
    if header.handover is not None:
        found["asks"] = encode_line_id(header.handover.line_id)
    if header.consent is not None:
        found["consent"] = encode_base64url(header.consent)
    return found


def _answering(thread: Thread) -> VerifiedLine:
    """Return the line that answers a report."""
    return thread.lines.find(thread.log.handovers.line) or thread.lines.birth_line


def handover_lines(thread: Thread, today: date) -> Iterator[str]:
    """Say which line has a report, and the state of each consent to another line."""
    statuses = [] if thread.erased else handover_statuses(thread, today)
    if not statuses:
        return
    if thread.status.ended_on is not None:
        yield report_words().ended.format(day=thread.status.ended_on)
    else:
        yield report_words().answered_by.format(name=words.line_name(_answering(thread)))
    for status in statuses:
        yield from _status_lines(thread, status, newest=statuses[-1].consent)


def _status_lines(
    thread: Thread, status: HandoverStatus, *, newest: ids.MessageId
) -> Iterator[str]:
    name, told = _name(thread, status.handover.line_id), report_words()
    if status.state is HandoverState.ASKED:
        yield from _asked_lines(thread, status, name)
    elif status.state is HandoverState.ACCEPTED:
        answer = next(m for m in thread.messages if m.message_id == status.answer)
        who = words.name_of(answer.header.author, thread.lines)
        yield told.taken_up.format(on=status.answered_on, who=who)
    else:
        yield told.elsewhere[status.state].format(
            name=name, on=status.answered_on, until=status.handover.until
        )
        if thread.me == REPORTER and status.consent == newest:
            own = words.line_name(_answering(thread))
            yield from (line.format(own=own) for line in told.as_before)


def _asked_lines(thread: Thread, status: HandoverStatus, name: str) -> Iterator[str]:
    handover = status.handover
    told, own = report_words(), words.line_name(_answering(thread))
    for line in told.asked:
        yield line.format(name=name, on=status.asked_on, until=handover.until, own=own)
    if thread.me == REPORTER:
        yield told.can_take_back
    elif thread.me in handover.readers:
        opened = {m.message_id for m in thread.messages if m.opened is not None}
        count = len(opened.intersection(handover.messages))
        yield "It is for you to answer: meldpunt handler accept, or meldpunt handler refuse. Of the"
        yield f"{len(handover.messages)} messages that come with it, {count} can be opened here"
        yield "by now; accepting takes all of them."


def message_handover_lines(thread: Thread, message: ThreadMessage) -> Iterator[str]:
    """Say what a message does in a handover."""
    header = message.header
    if header.proposes is not None:
        line = encode_line_id(header.proposes)
        yield report_words().proposes.format(line=line)
        if thread.me == REPORTER:
            yield report_words().to_decide.format(line=line)
    if header.handover is not None:
        name = _name(thread, header.handover.line_id)
        count = len(header.handover.messages)
        yield report_words().asks.format(name=name, count=count)


def _name(thread: Thread, line_id: ids.LineId) -> str:
    line = thread.lines.find(line_id)
    text = encode_line_id(line_id)
    return f"line {text}" if line is None else safe_line(f"{words.line_name(line)} ({text})")
