"""Show an author what to know about a draft before it is sent, and what was sent."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from meldpunt.cli.render.thread import alarm_json, notice_json, sent_json
from meldpunt.cli.speech.phrases import Phrases, phrases_in
from meldpunt.cli.speech.report_words import report_words
from meldpunt.cli.speech.spoken import spoken
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.output import Output
from meldpunt.client import Draft, DraftReport, Sent, Thread, erased_soon
from meldpunt.protocol.verify.fields import REPORTER, Participant, participant_text
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.protocol.verify.log.header import Tag


def tell_readers(
    output: Output,
    readers: Iterable[Participant],
    lines: words.Lines,
    phrases: Phrases | None = None,
) -> None:
    """Say who would read a message, before it is sent."""
    names = ", ".join(words.name_of(reader, lines) for reader in readers)
    found = phrases_in(spoken()) if phrases is None else phrases
    output.note(found.read_by.format(names=names))


def tell_thread(output: Output, thread: Thread, today: date) -> None:
    """Show the alarms and notices of a report, before a message is sealed in it."""
    output.alarm(*(words.alarm(found, thread.lines) for found in thread.alarms))
    output.warn(*words.notices(thread.notices, thread.lines))
    _tell_end(output, thread, today)


def _tell_end(output: Output, thread: Thread, today: date) -> None:
    """Say that a report will be erased soon, and how to keep it, before somebody writes in it."""
    day = erased_soon(thread, today)
    if day is None:
        return
    told = report_words()
    if thread.me == REPORTER:
        kept, keep, anew = told.ends_reporter, "meldpunt report reopen", told.ends_anew
    else:
        kept = "The reporter may not see your answer before that day."
        keep, anew = "meldpunt handler reopen", "Tell the reporter what they need before that day."
    closed = thread.status.state is State.CLOSED
    output.remind(
        "erased-soon",
        told.ends.format(
            day=day, kept=kept, keep=told.ends_reopen.format(command=keep) if closed else anew
        ),
    )


def tell_draft(output: Output, thread: Thread, draft: Draft, today: date) -> None:
    """Show a sealed message's author its notices and its readers."""
    known = words.notices(thread.notices, thread.lines)
    told = words.notices(draft.notices, thread.lines)
    output.warn(*(text for text in told if text not in known))
    output.warn(*_takes_back(thread, draft, today))
    tell_readers(output, draft.header.readers, thread.lines)


def _takes_back(thread: Thread, draft: Draft, today: date) -> Iterator[str]:
    """Warn that the message takes back a consent, even if it is about something else."""
    header, asked = draft.header, thread.log.handovers.invited(today)
    ends = header.tag in {Tag.WITHDRAWAL, Tag.CONSENT} or asked.isdisjoint(header.readers)
    if asked and ends and header.author == REPORTER:
        yield report_words().takes_back


def submitted_json(sent: Sent, submission: DraftReport) -> dict[str, Any]:
    """Return the facts of a new report that was sent, for programs."""
    return {**sent_json(sent), "readers": [participant_text(r) for r in submission.readers]}


def said_json(sent: Sent, thread: Thread, draft: Draft) -> dict[str, Any]:
    """Return the facts of a message that was sent in a report, for programs."""
    notices = dict.fromkeys((*thread.notices, *sent.notices))
    return {
        **sent_json(sent),
        "notices": [notice_json(notice) for notice in notices],
        "alarms": [alarm_json(alarm) for alarm in thread.alarms],
        "readers": [participant_text(reader) for reader in draft.header.readers],
    }
