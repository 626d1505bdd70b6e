"""`meldpunt report hand-over` and `take-back`: ask another line to take the report up, or not."""

from collections.abc import Iterator

import click

from meldpunt.cli.render.drafts import tell_draft
from meldpunt.cli.render.line import clock_line
from meldpunt.cli.report.commands.lines import ReportHandOverOptions, ReportTakeBackOptions
from meldpunt.cli.report.visit import Keeping, deliver, open_to_write
from meldpunt.cli.speech.line_speech import line_speech, term_text
from meldpunt.cli.speech.report_words import report_words
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import ask_leave, ask_receipt
from meldpunt.cli.terminal.receipt_code import seal
from meldpunt.cli.terminal.selection import find_handlers
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import check_standard_input, read_text, spoken_on
from meldpunt.client import Draft, Thread, ThreadMessage, Visit, utc_today
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id


def hand_over(output: Output, options: ReportHandOverOptions) -> None:
    """Ask another line of the host to take a report up."""
    check_standard_input(options.file, options.receipt_source)
    receipt, letter = ask_receipt(options.receipt_source), read_text(options.file)
    with Session(output, options.address.origin, options.proxy) as session:
        visit = open_to_write(output, session, options.address, receipt)
        wanted = options.target or _proposed(visit.thread)
        target = session.run("Fetching the other line", visit.find_line(wanted))
        draft = _seal(session, visit, target, letter, options)
        thread = visit.thread.with_line(target)
        output.warn(*_about(thread, target, draft))
        tell_draft(output, thread, draft, utc_today())
        ask_leave(line_speech().ask.format(name=words.line_name(target)), yes=options.yes)
        deliver(output, session, visit, draft, Keeping.of(options, options.kept_path))


def _proposed(thread: Thread) -> ids.LineId:
    found = [v.header.proposes for v in thread.log.headers if v.message_id not in thread.log.void]
    proposals = [line for line in found if line is not None]
    if not proposals:
        raise click.UsageError("Nobody proposed a line in this report: name one with --to.")
    return proposals[-1]


def _seal(
    session: Session,
    visit: Visit,
    target: VerifiedLine,
    letter: str,
    options: ReportHandOverOptions,
) -> Draft:
    lines = visit.thread.lines.with_line(target)
    work = visit.seal_consent(
        target,
        letter,
        language=spoken_on(visit.thread.line, options.choice.language),
        readers=find_handlers(target, options.choice.readers) if options.choice.readers else None,
        left_out=find_handlers(lines, options.choice.left_out),
        messages=_find_messages(visit.thread, options.messages) if options.messages else None,
    )
    return seal(session, target, "Sealing", work)


def _find_messages(thread: Thread, named: tuple[str, ...]) -> tuple[ids.MessageId, ...]:
    """Return messages by their number in the report, or by their id.

    Raises:
        click.UsageError: There is no such message.
    """
    known = {encode_base64url(m.message_id): m.message_id for m in thread.messages}
    known |= {str(n): m.message_id for n, m in enumerate(thread.messages, 1)}
    if not known.keys() >= set(named):
        raise click.UsageError(
            "A message named is not in this report: meldpunt report read shows their numbers."
        )
    return tuple(known[name] for name in named)


def _about(thread: Thread, target: VerifiedLine, draft: Draft) -> Iterator[str]:
    """Say to whom a report would go, under which terms, and which messages."""
    document, handover, told = target.document, draft.header.handover, line_speech()
    for line in told.asked:
        yield line.format(
            name=words.line_name(target),
            id=encode_line_id(document.line_id),
            retention=term_text(document.retention),
            maximum=term_text(document.maximum_term),
        )
    yield from (clock_line(clock, told.asked_clock) for clock in document.clocks)
    if handover is not None:
        scope = [m for m in thread.messages if m.message_id in handover.messages]
        yield told.asked_messages.format(count=len(scope), of=len(thread.messages))
        yield from (f"    {_title(thread, message)}" for message in scope)
        yield told.asked_until.format(day=handover.until)


def _title(thread: Thread, message: ThreadMessage) -> str:
    author = words.name_of(message.header.author, thread.lines)
    day = message.header.day or message.received_on
    told = report_words().title.format(tag=words.tag(message.header.tag), author=author)
    return f"{told}, {day}"


def take_back(output: Output, options: ReportTakeBackOptions) -> None:
    """Take back the consent that another line may take a report up."""
    check_standard_input(options.file, options.receipt_source)
    receipt, text = ask_receipt(options.receipt_source), read_text(options.file)
    with Session(output, options.address.origin, options.proxy) as session:
        visit = open_to_write(output, session, options.address, receipt)
        work = visit.seal_taking_back(text, language=spoken_on(visit.thread.line, options.language))
        draft = seal(session, visit.thread.line, "Sealing", work)
        tell_draft(output, visit.thread, draft, utc_today())
        deliver(output, session, visit, draft, Keeping.of(options))
