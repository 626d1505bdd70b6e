"""How threads and lines are shown: JSON for programs, lines of text for people."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from meldpunt.cli.render.files import attachment_json, attachment_text
from meldpunt.cli.render.handovers import (
    handover_lines,
    handovers_json,
    header_json,
    message_handover_lines,
)
from meldpunt.cli.render.origins import (
    consultation_lines,
    origin_json,
    origin_lines,
    referral_lines,
    title,
)
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.plain_text import framed, safe_line
from meldpunt.client import EntryStatus, Notice, Sent, Thread, ThreadMessage, utc_today
from meldpunt.protocol.line import Freshness, VerifiedLine
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id
from meldpunt.protocol.verify.fields import REPORTER, participant_text
from meldpunt.protocol.verify.log.clocks import ClockStatus, State


def sent_json(sent: Sent) -> dict[str, Any]:
    """Return what is known of a message that was sent, for programs."""
    return {
        "messageId": encode_base64url(sent.message_id),
        "receivedOn": sent.received_on.isoformat(),
        "notices": [notice_json(notice) for notice in sent.notices],
    }


def notice_json(notice: Notice) -> dict[str, Any]:
    """Return a notice for programs."""
    found: dict[str, Any] = {"kind": notice.kind.value}
    if notice.handler is not None:
        found["handler"] = encode_base64url(notice.handler)
    return found


def alarm_json(alarm: Alarm) -> dict[str, Any]:
    """Return an alarm for programs."""
    found: dict[str, Any] = {"reason": alarm.reason.value}
    if alarm.author is not None:
        found["author"] = participant_text(alarm.author)
    if alarm.n is not None:
        found["n"] = alarm.n
    return found


def _clock_json(clock: ClockStatus) -> dict[str, Any]:
    found: dict[str, Any] = {"name": clock.name, "dueOn": clock.due_on.isoformat()}
    if clock.met_on is not None:
        found["metOn"] = clock.met_on.isoformat()
    return {**found, "overdue": clock.overdue}


def thread_json(thread: Thread) -> dict[str, Any]:
    """Return where a report stands, for programs."""
    status = thread.status
    found: dict[str, Any] = {
        "state": status.state.value,
        "receivedOn": status.milestones.received_on.isoformat(),
        "clocks": [_clock_json(clock) for clock in status.clocks],
        "erasedOn": status.erased_on.isoformat(),
        "erased": thread.erased,
        "messageCount": len(thread.messages),
        "alarms": [alarm_json(alarm) for alarm in thread.alarms],
        "notices": [notice_json(notice) for notice in thread.notices],
    }
    if thread.awaits_takeover:
        found["awaitsTakeover"] = True
    if thread.is_consultation:
        found["consultation"] = True
    if admitted := _waiting(thread):
        found["admitted"] = [participant_text(handler) for handler in admitted]
    if (confirmed := thread.confirmed) is not None:
        found["confirmedByOtherSide"] = {
            "messageId": encode_base64url(confirmed.message_id),
            "n": confirmed.n,
            "on": confirmed.on.isoformat(),
        }
    found |= handovers_json(thread)
    if thread.entry is not None:
        found["entry"] = encode_base64url(thread.entry)
    return found


def message_json(thread: Thread, message: ThreadMessage) -> dict[str, Any]:
    """Return a message for programs."""
    header = message.header
    found: dict[str, Any] = {
        "messageId": encode_base64url(message.message_id),
        "author": participant_text(header.author),
        "n": header.n,
        "tag": header.tag.value,
        "day": (header.day or message.received_on).isoformat(),
        "readers": [participant_text(reader) for reader in header.readers],
        "access": message.readability.value,
        "confirmed": message.confirmed,
    }
    found |= origin_json(thread, message)
    if header.admits is not None:
        found["admits"] = participant_text(header.admits)
    found |= header_json(header)
    if message.refusal is not None:
        found["refusal"] = message.refusal.value
    if message.payload is not None:
        found["language"] = message.payload.language
        found["content"] = message.payload.content
        left_out = message.payload.left_out or ()
        found["attachments"] = [attachment_json(a) for a in message.payload.attachments or ()]
        found["leftOut"] = [participant_text(handler) for handler in left_out]
    return found


def _waiting(thread: Thread) -> list[ids.HandlerId]:
    """Return whom handlers let in, and on whom the reporter has not decided."""
    return [] if thread.erased else sorted(thread.admitted(utc_today()))


def thread_lines(thread: Thread) -> Iterator[str]:
    """Say where a report stands, and what to be told of it."""
    status = thread.status
    yield f"State:     {words.STATES[status.state]}"
    yield f"Received:  {status.milestones.received_on}"
    for clock in status.clocks:
        yield f"{safe_line(clock.name).capitalize() + ':':<18} {_clock(clock)}"
    yield f"Erased on: {status.erased_on}{' (erased)' if thread.erased else ''}"
    yield from handover_lines(thread)
    for alarm in thread.alarms:
        yield f"ALARM: {words.alarm(alarm, thread.lines)}"
    for notice in words.notices(thread.notices, thread.lines):
        yield f"Note: {notice}"
    if thread.awaits_takeover:
        yield from _known_code(thread)
    if thread.is_consultation and thread.me != REPORTER:
        yield from consultation_lines(thread)
    yield from _confirmation(thread)
    for handler in _waiting(thread):
        name = words.name_of(handler, thread.lines)
        yield f"Note: {name} was let in, and reads what came before. The reporter's next message"
        yield "decides whether they read on: meldpunt report reply with --reader for each reader,"
        yield "those there were included."
    if thread.line.freshness is Freshness.PAST_GRACE:
        yield from words.contact_lines(thread.line)


def _known_code(thread: Thread) -> Iterator[str]:
    """Warn that somebody else knows the code of a report that was written down for its reporter."""
    if thread.me == REPORTER:
        yield "WARNING: Somebody else knows this code: the handler who wrote this report down. They"
        yield "can read and write as you. Make it yours first: meldpunt report take-over ADDRESS"
    else:
        yield "Note: A handler wrote this down for the reporter, and knows the code until the"
        yield "reporter has replaced it (meldpunt report take-over)."


def _confirmation(thread: Thread) -> Iterator[str]:
    """Say what the other side has shown to know of the reader's own messages."""
    own = [m for m in thread.messages if m.header.author == thread.me]
    found = thread.confirmed
    for message in own:
        if found is not None and message.message_id == found.message_id:
            yield f"The other side has confirmed your message of {_day(message)} (on {found.on})."
    newest = max(own, key=lambda message: message.header.n, default=None)
    if newest is not None and (found is None or found.n < newest.header.n) and not thread.erased:
        yield f"Your message of {_day(newest)} is not yet confirmed by the other side."


def _day(message: ThreadMessage) -> date:
    return message.header.day or message.received_on


def _clock(clock: ClockStatus) -> str:
    if clock.met_on is not None:
        late = ", late" if clock.overdue else ""
        return f"done on {clock.met_on} (due {clock.due_on}{late})"
    return f"due on {clock.due_on}{' - OVERDUE' if clock.overdue else ''}"


def message_lines(thread: Thread, message: ThreadMessage) -> Iterator[str]:
    """Show a message."""
    header = message.header
    yield ""
    yield f"--- {title(thread, message)}, {header.day or message.received_on}"
    if thread.me == REPORTER:
        yield f"    number: {thread.messages.index(message) + 1}"
    yield f"    readers: {', '.join(words.name_of(r, thread.lines) for r in header.readers)}"
    yield from origin_lines(thread, message)
    if header.admits is not None:
        yield f"    lets in: {words.name_of(header.admits, thread.lines)}"
    yield from message_handover_lines(thread, message)
    if header.until is not None:
        yield f"    clocks paused until {header.until}"
    if message.payload is not None and message.payload.left_out:
        names = (words.name_of(handler, thread.lines) for handler in message.payload.left_out)
        yield f"    left out by the reporter, keep it from: {', '.join(names)}"
    if not message.confirmed:
        yield "    UNCONFIRMED: its author has left, or another line answers; it counts for nothing"
    yield ""
    if message.text is None:
        yield words.ACCESS[message.readability]
    else:
        yield from framed(message.text)
    yield from _files(message)
    yield from referral_lines(thread, message)


def _files(message: ThreadMessage) -> Iterator[str]:
    if message.payload is not None:
        for attachment in message.payload.attachments or ():
            yield f"    file: {attachment_text(attachment)}"
    elif message.header.attachments:
        yield f"    files: {len(message.header.attachments)}"


def entry_json(entry: EntryStatus, own: ids.LineId) -> dict[str, Any]:
    """Return an inbox entry for programs: what the host says of a report not read yet.

    Args:
        entry: As the host says.
        own: The handler's line; a report of another one says so.
    """
    return {
        "entry": encode_base64url(entry.entry),
        "state": entry.state.value,
        "receivedOn": entry.received_on.isoformat(),
        "clocks": [_clock_json(clock) for clock in entry.clocks],
        "erasedOn": entry.erased_on.isoformat(),
        "erased": entry.erased,
        "messageCount": entry.message_count,
        "consultation": entry.consultation,
        "madeOn": encode_line_id(entry.line_id),
        "offered": is_offered(entry, own),
    }


def is_offered(entry: EntryStatus, own: ids.LineId) -> bool:
    """Say whether a report waits for this line to take it up: another one has it, says the host."""
    answering = entry.answered_by or entry.line_id
    return answering != own and not entry.erased and entry.state is not State.HANDED_OVER


ENTRY_HEADING: Final = f"{'entry':<22}  {'received':<10}  {'messages':>8}  state, next term"


def entry_line(entry: EntryStatus, own: ids.LineId) -> str:
    """Show a report of an inbox; `own` as for `entry_json`."""
    due = [clock for clock in entry.clocks if clock.met_on is None]
    first = min(due, key=lambda clock: clock.due_on, default=None)
    term = "" if first is None or entry.erased else f", {safe_line(first.name)} {_clock(first)}"
    state = "erased" if entry.erased else entry.state.value
    state += ", consultation" if entry.consultation else ""
    state += ", OFFERED to your line (meldpunt handler read)" if is_offered(entry, own) else ""
    count = f"{entry.message_count:>8}"
    name = encode_base64url(entry.entry)
    return f"{name}  {entry.received_on}  {count}  {state}{term}"


def line_json(line: VerifiedLine, address: str) -> dict[str, Any]:
    """Return a line for programs."""
    document = line.document
    return {
        "address": address,
        "lineId": encode_line_id(document.line_id),
        "freshness": line.freshness.value,
        "document": document.model_dump(mode="json", by_alias=True, exclude_none=True),
        "withKey": [encode_base64url(handler) for handler in sorted(line.box_keys)],
    }


def line_lines(line: VerifiedLine, address: str) -> Iterator[str]:
    """Show a line."""
    document = line.document
    for name in document.names:
        yield f"{safe_line(name.text)} [{name.language}]"
    yield f"Address: {address}"
    yield f"Document {document.number} of {document.signed_on}, until {document.expires_on}"
    yield f"A report is read by {document.reader_count} of:"
    for handler in document.handlers:
        has_key = "" if handler.id in line.box_keys else ", no key at the moment"
        left = f", left {handler.until}" if handler.until else has_key
        who = words.name_of(handler.id, line)
        yield f"  {encode_base64url(handler.id)}  {who}, from {handler.from_}{left}"
    for clock in document.clocks:
        called = safe_line(clock.name)
        yield f"Clock {called}: {clock.met_by} within {clock.term} of {clock.starts_at}"
    yield f"Erased {document.retention} after closing, {document.maximum_term} at the latest"
    yield from words.contact_lines(line)
