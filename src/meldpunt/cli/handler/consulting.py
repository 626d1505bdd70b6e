"""`meldpunt handler consult` and the like: asking the handlers of another line for advice.

Each question goes on a connection of its own, and under a receipt that the key file keeps: nothing
joins it to a report, or to another question.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import click

from meldpunt.cli.handler.people import handler
from meldpunt.cli.keyfile.contents import Consultation, HandlerContent
from meldpunt.cli.render.beforehand import submitted_json, tell_readers
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.choosing import Choice, readers_options
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.options import (
    AddressType,
    check_standard_input,
    command,
    gather,
    key_file_options,
    language_option,
    proxy_option,
    read_text,
    text_argument,
)
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import framed
from meldpunt.cli.terminal.prompts import ask_leave
from meldpunt.cli.terminal.receipt_code import seal
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.words import line_name
from meldpunt.client import (
    DraftReport,
    LineAddress,
    Reporter,
    Writer,
    utc_today,
)
from meldpunt.protocol.line import Freshness, VerifiedLine
from meldpunt.protocol.verify.errors import Reason, RefusedError

__all__ = ["handler"]

LOOK: Final = "meldpunt handler consultations"
"""Shows whether a question arrived, and what was answered."""
WARNING: Final = (
    "This goes to handlers of another line. Leave out names, places, days and whatever else points"
    " at somebody or at a report; nothing is taken out for you."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes(Choice):
    """The options of `handler consult`."""

    path: Path
    passphrase_source: str | None
    asked: LineAddress
    yes: bool
    proxy: str | None


@command(
    handler,
    "consult",
    example="meldpunt handler consult --key-file jansen.key \\\n"
    "    --to https://advice.example/v1/lines/… case.txt",
)
@key_file_options
@click.option(
    "--to", "asked", type=AddressType(), required=True, help="Address of the line to ask."
)
@readers_options(
    reader="Whom to ask there, by id or full name; once for each. Drawn by lot by default.",
    left_out="Who there must not read it, now and later. The readers are told.",
)
@language_option
@click.option("--yes", is_flag=True, help="Send without asking; for programs.")
@proxy_option
@text_argument
def consult(output: Output, file: BinaryIO, **options: object) -> None:
    """Ask the handlers of another line for advice, without the report.

    FILE holds the case, with nobody named in it; - is standard input. What is sent is shown first.
    They see that you ask, by name and role, and of which line; your signature for that goes along.
    Answers come under meldpunt handler consultations.
    """
    wishes = gather(_Wishes, options)
    check_standard_input(file, wishes.passphrase_source)
    text = read_text(file)
    keys = HandlerFile(wishes.path, wishes.passphrase_source)
    if wishes.asked.line_id == keys.address.line_id:
        raise click.UsageError("This is your own line: write to colleagues with reply --note.")
    with Session(output, wishes.asked.origin, wishes.proxy) as session:
        reporter = Reporter(session.transport, wishes.asked.line_id, pin=wishes.asked.pin)
        line = session.run("Fetching the line", reporter.line())
        if line.freshness is Freshness.PAST_GRACE:
            raise RefusedError(Reason.DOCUMENT_EXPIRED)
        writer = Writer("consultation", keys.content.keys)
        work = reporter.prepare(line, text, **wishes.among(line), written_by=writer)
        submission = seal(session, line, "Sealing", work)
        output.warn(*words.notices(submission.notices, line))
        tell_readers(output, submission.readers, line)
        _ask_leave(output, text, line, keys.content, yes=wishes.yes)
        number = _keep(keys, wishes.asked, line, submission)
        sent = session.deliver(lambda: reporter.send(submission), look=LOOK)
    output.result(
        {**submitted_json(sent, submission), "consultation": number},
        f"{line_name(line)} received it on {sent.received_on}.",
        f"It is your consultation {number}. Look for answers: {LOOK}",
    )


def _ask_leave(
    output: Output, text: str, line: VerifiedLine, content: HandlerContent, *, yes: bool
) -> None:
    """Show what is about to leave the line, and ask whether it may.

    Raises:
        click.UsageError: There is nobody to ask.
        click.Abort: It may not; nothing was sent.
    """
    output.warn(WARNING, f"They see that you ask: {content.name} ({content.role}).")
    output.warn(f"This is what {line_name(line)} is sent:", *framed(text))
    ask_leave("Send this? [y/N] ", yes=yes)


def _keep(
    keys: HandlerFile, address: LineAddress, line: VerifiedLine, submission: DraftReport
) -> int:
    """Keep the receipt before anything is sent under it; returns the consultation's number."""
    today = utc_today()

    def change(content: HandlerContent) -> HandlerContent:
        number = max((c.number for c in content.consultations), default=0) + 1
        asked = Consultation(
            number=number,
            address=str(LineAddress(address.origin, address.line_id, line.pin)),
            receipt=submission.receipt,
            asked_on=today,
            until=line.document.maximum_term.after(today),
        )
        return content.with_consultation(asked)

    keys.change(change)
    return keys.content.consultations[-1].number
