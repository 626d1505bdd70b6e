"""`meldpunt report hand-over` and `take-back`: another line of the host is asked to take it up."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click

from meldpunt.cli.render.beforehand import tell_draft
from meldpunt.cli.render.proof import keep_proof_option
from meldpunt.cli.report.files import report
from meldpunt.cli.report.visit import LINE, deliver, open_to_write, receipt_option
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.choosing import Choice, readers_options
from meldpunt.cli.terminal.naming import LineType, find_handlers
from meldpunt.cli.terminal.options import (
    address_argument,
    check_standard_input,
    command,
    gather,
    language_option,
    proxy_option,
    read_text,
    spoken_on,
    text_argument,
)
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.prompts import ask_leave, ask_receipt
from meldpunt.cli.terminal.receipt_code import seal
from meldpunt.cli.terminal.session import Session
from meldpunt.client import Draft, LineAddress, Thread, ThreadMessage, Visit
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id

__all__ = ["report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes(Choice):
    """The options of `report hand-over`."""

    address: LineAddress
    receipt_source: str | None
    target: LineAddress | ids.LineId | None
    messages: tuple[str, ...]
    kept_path: Path | None
    yes: bool
    proxy: str | None


@command(
    report,
    "hand-over",
    example=f"meldpunt report hand-over {LINE} \\\n    --to {LINE} letter.txt",
)
@address_argument
@receipt_option
@click.option(
    "--to",
    "target",
    type=LineType(),
    help="Address or id of the line that is to take it, on the same host; by default the one that a"
    " handler proposed last.",
)
@readers_options(
    reader="Who there may read it and decide, by id or full name; once for each. Drawn by lot by"
    " default; on a line that had this report before, those who could read it there.",
    left_out="Who of either line must not read it, now and later. The readers are told.",
)
@click.option(
    "--message",
    "messages",
    multiple=True,
    metavar="NUMBER",
    help="Which messages they may read of what was said so far, by the number that meldpunt report"
    " read shows or by id; once for each. All that you wrote or may read by default.",
)
@language_option
@click.option("--yes", is_flag=True, help="Send without asking; for programs.")
@keep_proof_option
@proxy_option
@text_argument
def hand_over(output: Output, file: BinaryIO, **options: object) -> None:
    """Ask another line of the same host to take your report up.

    FILE holds a letter to the readers of both lines; - is standard input. The other line, its
    terms, who there would read, and what, is shown first. They have two to three weeks to answer:
    until they take it up, the line that has it now stays responsible, and after that it reads no
    more. Your code stays the same. Look how it stands with meldpunt report status.
    """
    wishes = gather(_Wishes, options)
    check_standard_input(file, wishes.receipt_source)
    receipt, letter = ask_receipt(wishes.receipt_source), read_text(file)
    with Session(output, wishes.address.origin, wishes.proxy) as session:
        visit = open_to_write(output, session, wishes.address, receipt)
        wanted = wishes.target or _proposed(visit.thread)
        target = session.run("Fetching the other line", visit.find_line(wanted))
        draft = _seal(session, visit, target, letter, wishes)
        thread = visit.thread.with_line(target)
        output.warn(*_about(thread, target, draft))
        tell_draft(output, thread, draft)
        ask_leave(f"Ask {words.line_name(target)} to take it up? [y/N] ", yes=wishes.yes)
        deliver(output, session, visit, draft, wishes.kept_path)


def _proposed(thread: Thread) -> ids.LineId:
    found = [v.header.proposes for v in thread.log.headers if v.message_id not in thread.log.void]
    proposals = [line for line in found if line is not None]
    if not proposals:
        raise click.UsageError("Nobody proposed a line in this report: name one with --to.")
    return proposals[-1]


def _seal(
    session: Session, visit: Visit, target: VerifiedLine, letter: str, wishes: _Wishes
) -> Draft:
    lines = visit.thread.lines.with_line(target)
    work = visit.seal_consent(
        target,
        letter,
        language=spoken_on(visit.thread.line, wishes.language),
        readers=find_handlers(target, wishes.readers) if wishes.readers else None,
        left_out=find_handlers(lines, wishes.left_out),
        messages=_find_messages(visit.thread, wishes.messages) if wishes.messages else None,
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
    """Say to whom a report would go, under which terms, and what of it."""
    document, handover = target.document, draft.header.handover
    yield f"You are about to ask: {words.line_name(target)}"
    yield f"Its id, to compare with what that office publishes: {encode_line_id(document.line_id)}"
    for clock in document.clocks:
        yield f"Its clock {safe_line(clock.name)}: {clock.met_by} within {clock.term} of"
        yield f"    {clock.starts_at}, counted from the day it takes your report up"
    yield f"It erases {document.retention} after closing, {document.maximum_term} at the latest."
    if handover is not None:
        scope = [m for m in thread.messages if m.message_id in handover.messages]
        yield f"It gets these {len(scope)} of {len(thread.messages)} messages:"
        yield from (f"    {_title(thread, message)}" for message in scope)
        yield f"It can take your report up until {handover.until}."


def _title(thread: Thread, message: ThreadMessage) -> str:
    author = words.name_of(message.header.author, thread.lines)
    day = message.header.day or message.received_on
    return f"{words.TAGS[message.header.tag]} of {author}, {day}"


@command(report, "take-back", example=f"meldpunt report take-back {LINE} why.txt")
@address_argument
@receipt_option
@language_option
@proxy_option
@text_argument
def take_back(
    output: Output,
    file: BinaryIO,
    address: LineAddress,
    receipt_source: str | None,
    language: str | None,
    proxy: str | None,
) -> None:
    """Take back that another line may take your report up, as long as it has not.

    FILE says so to those who have the report; - is standard input. The line that was asked reads
    no more of it; what it has read by then it has read.
    """
    check_standard_input(file, receipt_source)
    receipt, text = ask_receipt(receipt_source), read_text(file)
    with Session(output, address.origin, proxy) as session:
        visit = open_to_write(output, session, address, receipt)
        work = visit.seal_taking_back(text, language=spoken_on(visit.thread.line, language))
        draft = seal(session, visit.thread.line, "Sealing", work)
        tell_draft(output, visit.thread, draft)
        deliver(output, session, visit, draft)
