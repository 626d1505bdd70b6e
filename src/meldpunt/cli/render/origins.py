"""Show the origin of a report that no reporter wrote, and only what is verified."""

from collections.abc import Iterator
from typing import Any

from meldpunt.cli.speech.report_words import report_words
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.plain_text import framed, safe_line
from meldpunt.client import Thread, ThreadMessage
from meldpunt.client.messages.referral import referral_of, referred_from
from meldpunt.client.thread.consultation import consultation_note
from meldpunt.protocol.oral import verify_oral_note
from meldpunt.protocol.verify.encoding import encode_line_id
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.fields import REPORTER, participant_text
from meldpunt.protocol.verify.line_document import ListedHandler
from meldpunt.protocol.verify.log.header import Tag


def title(thread: Thread, message: ThreadMessage) -> str:
    """Return the title of a message: what it is, and who wrote it."""
    header = message.header
    author = words.name_of(header.author, thread.lines)
    if not thread.is_consultation or header.author != REPORTER:
        return report_words().title.format(tag=words.tag(header.tag), author=author)
    kind = "consultation" if header.tag is Tag.REPORT else words.tag(header.tag)
    return f"{kind} of the one who asks"


def origin_json(thread: Thread, message: ThreadMessage) -> dict[str, Any]:
    """Return who says that a handler made this report, for programs."""
    if message.header.origin == "oral":
        writer = _writer(thread, message)
        return {"writtenDownBy": "unknown" if writer is None else participant_text(writer.id)}
    if message.header.origin != "consultation" or message.payload is None:
        return {}
    if thread.asker is None:
        return {"askedBy": "unverified"}
    handler = thread.asker.handler
    asker = {
        "lineId": encode_line_id(thread.asker.line.document.line_id),
        "line": words.line_name(thread.asker.line),
        "handler": participant_text(handler.id),
        "name": handler.name,
        "role": handler.role,
    }
    return {"askedBy": asker}


def origin_lines(thread: Thread, message: ThreadMessage) -> Iterator[str]:
    """Show who says that a handler made this report."""
    if message.header.origin == "oral":
        writer = _writer(thread, message)
        who = "a handler" if writer is None else words.name_of(writer.id, thread.lines)
        yield f"    written down by {who} for somebody"
    elif message.header.origin == "consultation" and message.payload is not None:
        yield f"    asked by {asker_name(thread)}"


def asker_name(thread: Thread) -> str:
    """Return the asker of a consultation, by name and line only if both are verified."""
    if thread.asker is None:
        return "somebody who is not verified"
    handler, line = thread.asker.handler, thread.asker.line
    return safe_line(f"{handler.name} ({handler.role}) of {words.line_name(line)}")


def consultation_lines(thread: Thread) -> Iterator[str]:
    """Explain a consultation to the handlers who are asked."""
    yield f"CONSULTATION: not a report. A handler of another line asks: {asker_name(thread)}."
    yield "No term runs. What you answer goes to the one who asks (meldpunt handler reply)."
    found = consultation_note(thread)
    if thread.asker is None and found is not None:
        yield f"They say to be of line {encode_line_id(found[1].line_id)}. Check it with an address"
        yield "of that line from a source of your own: meldpunt handler read --asker ADDRESS"


def referral_lines(thread: Thread, message: ThreadMessage) -> Iterator[str]:
    """Show a suggestion of another line, or the line from which a report says it comes.

    Do not fetch the other line: a reader's device must not connect where somebody else says.
    """
    origin, referral = referred_from(message), referral_of(message)
    if origin is not None:
        yield f"    The reporter says to come from: {safe_line(origin[1])} ({safe_line(origin[0])})"
    if referral is not None:
        yield report_words().suggests.format(address=referral.address)
        yield report_words().summary
        yield from framed(referral.summary)
        if thread.me == REPORTER:
            yield from report_words().nothing_sent_there


def _writer(thread: Thread, message: ThreadMessage) -> ListedHandler | None:
    """Return the handler who signed that they wrote a report down, or None if unknown."""
    if message.payload is None:
        return None
    try:
        return verify_oral_note(message.header, message.payload, thread.lines.birth_line.document)
    except RefusedError:
        return None
