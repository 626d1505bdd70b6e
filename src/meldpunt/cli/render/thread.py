"""Show a report and its messages: JSON for programs, lines of text for people."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from meldpunt.cli.render.answers import answers_json
from meldpunt.cli.render.clocks import clock_json
from meldpunt.cli.render.content import content_lines
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
from meldpunt.cli.render.steps import step_lines, steps_json
from meldpunt.cli.render.summary import summary_json, summary_lines
from meldpunt.cli.speech.report_words import report_words
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.plain_text import framed
from meldpunt.client import Notice, ReportTexts, Sent, Thread, ThreadMessage, current_pause
from meldpunt.protocol.line import Freshness
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.fields import REPORTER, participant_text

_NO_TEXTS: Final = ReportTexts()


def sent_json(sent: Sent) -> dict[str, Any]:
    """Return the facts of a message that was sent, for programs."""
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


def thread_json(thread: Thread, today: date, texts: ReportTexts = _NO_TEXTS) -> dict[str, Any]:
    """Return the status of a report, for programs."""
    status = thread.status
    found: dict[str, Any] = {
        "state": status.state.value,
        "receivedOn": status.milestones.received_on.isoformat(),
        "clocks": [clock_json(clock) for clock in status.clocks],
        "erasedOn": status.erased_on.isoformat(),
        "erased": thread.erased,
        "unopened": status.unopened,
        "messageCount": len(thread.messages),
        "alarms": [alarm_json(alarm) for alarm in thread.alarms],
        "knownAlarms": [alarm_json(alarm) for alarm in thread.known_alarms],
        "notices": [notice_json(notice) for notice in thread.notices],
    }
    found["steps"] = steps_json(thread, texts, desk_language(thread))
    found |= summary_json(thread, texts, today)
    if (pause := current_pause(thread, today)) is not None:
        found["pausedUntil"] = pause.until.isoformat()
    if thread.awaits_takeover:
        found["awaitsTakeover"] = True
    if thread.is_consultation:
        found["consultation"] = True
    if admitted := _waiting(thread, today):
        found["admitted"] = [participant_text(handler) for handler in admitted]
    own = [message for message in thread.messages if message.header.author == thread.me]
    if (newest := max(own, key=lambda message: message.header.n, default=None)) is not None:
        found["newestOfYours"] = {
            "messageId": encode_base64url(newest.message_id),
            "n": newest.header.n,
            "receivedOn": newest.received_on.isoformat(),
        }
    if (confirmed := thread.confirmed) is not None:
        found["confirmedByOtherSide"] = {
            "messageId": encode_base64url(confirmed.message_id),
            "n": confirmed.n,
            "on": confirmed.on.isoformat(),
        }
    found |= handovers_json(thread, today)
    if thread.entry is not None:
        found["entry"] = encode_base64url(thread.entry)
    return found


def message_json(
    thread: Thread, message: ThreadMessage, texts: ReportTexts = _NO_TEXTS
) -> dict[str, Any]:
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
    if (answers := texts.answers.get(message.message_id)) is not None:
        found["form"] = answers_json(answers, desk_language(thread))
    return found


def desk_language(thread: Thread) -> str:
    """Return the language in which labels are shown: the first of the reader's line."""
    return thread.line.document.languages[0]


def _waiting(thread: Thread, today: date) -> list[ids.HandlerId]:
    """Return the newcomers on whom the reporter has not decided yet."""
    return [] if thread.erased else sorted(thread.admitted(today))


def thread_lines(
    thread: Thread, today: date, texts: ReportTexts = _NO_TEXTS, language: str | None = None
) -> Iterator[str]:
    """Show the status of a report, its alarms and its notices."""
    status, told = thread.status, report_words()
    yield told.state.format(state=words.state(status.state))
    yield told.received.format(day=status.milestones.received_on)
    shown_in = language or desk_language(thread)
    yield from step_lines(thread, texts, shown_in, today)
    erased = told.erased if thread.erased else ""
    yield told.erased_on.format(day=status.erased_on, erased=erased)
    if status.unopened:
        yield from told.put_off
    yield from summary_lines(thread, texts, shown_in, today)
    yield from handover_lines(thread, today)
    for alarm in thread.alarms:
        yield told.alarm.format(text=words.alarm(alarm, thread.lines))
    for alarm in thread.known_alarms:
        yield told.known_alarm.format(text=words.alarm(alarm, thread.lines))
    for notice in words.notices(thread.notices, thread.lines):
        yield told.note.format(text=notice)
    if thread.awaits_takeover:
        yield from _known_code(thread)
    if thread.is_consultation and thread.me != REPORTER:
        yield from consultation_lines(thread)
    yield from _confirmation(thread)
    for handler in _waiting(thread, today):
        name = words.name_of(handler, thread.lines)
        yield from (line.format(name=name) for line in told.let_in)
    if thread.line.freshness is Freshness.PAST_GRACE:
        yield from words.contact_lines(thread.line)


def _known_code(thread: Thread) -> Iterator[str]:
    """Warn that a handler knows the code of an oral report."""
    if thread.me == REPORTER:
        yield from report_words().known_code
    else:
        yield "Note: A handler wrote this down for the reporter, and knows the code until the"
        yield "reporter has replaced it (meldpunt report take-over)."


def _confirmation(thread: Thread) -> Iterator[str]:
    """Say which of the reader's own messages the other side has seen."""
    own = [m for m in thread.messages if m.header.author == thread.me]
    found, told = thread.confirmed, report_words()
    for message in own:
        if found is not None and message.message_id == found.message_id:
            yield told.confirmed.format(day=_day(message), on=found.on)
    newest = max(own, key=lambda message: message.header.n, default=None)
    if newest is not None and not thread.erased:
        yield told.arrived.format(count=newest.header.n + 1, day=newest.received_on)
    if newest is not None and (found is None or found.n < newest.header.n) and not thread.erased:
        yield told.not_confirmed.format(day=_day(newest))


def _day(message: ThreadMessage) -> date:
    return message.header.day or message.received_on


def message_lines(
    thread: Thread,
    message: ThreadMessage,
    texts: ReportTexts = _NO_TEXTS,
    language: str | None = None,
) -> Iterator[str]:
    """Show a message, with the labels of its form in a language; the line's first by default."""
    header, told = message.header, report_words()
    yield ""
    yield f"--- {title(thread, message)}, {header.day or message.received_on}"
    if thread.me == REPORTER:
        yield told.number.format(number=thread.messages.index(message) + 1)
    readers = ", ".join(words.name_of(r, thread.lines) for r in header.readers)
    yield told.readers.format(names=readers)
    yield from origin_lines(thread, message)
    if header.admits is not None:
        yield told.lets_in.format(name=words.name_of(header.admits, thread.lines))
    yield from message_handover_lines(thread, message)
    if header.until is not None:
        yield told.paused_until.format(day=header.until)
    if message.payload is not None and message.payload.left_out:
        names = (words.name_of(handler, thread.lines) for handler in message.payload.left_out)
        yield f"    left out by the reporter, keep it from: {', '.join(names)}"
    if not message.confirmed:
        yield from told.unconfirmed
    yield ""
    if message.text is None:
        yield words.closed(message)
    else:
        yield from framed(message.text)
    if message.payload is not None:
        answers = texts.answers.get(message.message_id)
        yield from content_lines(message.payload, answers, language or desk_language(thread))
    yield from _files(message)
    yield from referral_lines(thread, message)


def _files(message: ThreadMessage) -> Iterator[str]:
    if message.payload is not None:
        for attachment in message.payload.attachments or ():
            yield report_words().file.format(file=attachment_text(attachment))
    elif message.header.attachments:
        yield report_words().files.format(count=len(message.header.attachments))
