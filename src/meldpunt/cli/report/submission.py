"""`meldpunt report send`: a new report, and the one moment at which its receipt code is shown."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click

from meldpunt.cli.render.beforehand import submitted_json, tell_readers
from meldpunt.cli.render.proof import keep, keep_proof_option
from meldpunt.cli.report.visit import LINE, report
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.choosing import Choice, readers_options
from meldpunt.cli.terminal.options import (
    address_argument,
    command,
    gather,
    language_option,
    proxy_option,
    read_text,
    text_argument,
)
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.receipt_code import (
    check_receipt_options,
    elsewhere,
    give_code,
    receipt_options,
    seal,
)
from meldpunt.cli.terminal.session import LOOK, Session
from meldpunt.client import LineAddress, Reporter
from meldpunt.protocol.line import Freshness
from meldpunt.protocol.verify.errors import Reason, RefusedError

__all__ = ["report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes(Choice):
    """The options of `report send`."""

    address: LineAddress
    show_receipt: bool
    no_confirm: bool
    kept_path: Path | None
    proxy: str | None


@command(
    report,
    "send",
    example=f"meldpunt report send {LINE} report.txt",
)
@address_argument
@readers_options(
    reader="Who is to read it, by id or full name; once for each. Drawn by lot by default.",
    left_out="Who must not read it, now and later. The readers are told.",
)
@language_option
@receipt_options
@keep_proof_option
@proxy_option
@text_argument
def send(output: Output, file: BinaryIO, **options: object) -> None:
    """Send a report to the line at ADDRESS; FILE holds its text, - is standard input.

    Who would read it is said first, by name and role. Then the receipt code is shown, alone, and
    asked back: it is the only way to the answer. Only then is the report sent.
    With --json --show-receipt the first line of output holds the code,
    the second one the result.
    """
    wishes = gather(_Wishes, options)
    asked = {"show_receipt": wishes.show_receipt, "no_confirm": wishes.no_confirm}
    check_receipt_options(**asked)
    text = read_text(file)
    kept_path = wishes.kept_path
    if kept_path is not None and kept_path.exists():
        raise click.UsageError("There is already a file of that name; a new report needs its own.")
    with Session(output, wishes.address.origin, wishes.proxy) as session:
        reporter = Reporter(session.transport, wishes.address.line_id, pin=wishes.address.pin)
        line = session.run("Fetching the line", reporter.line())
        if line.freshness is Freshness.PAST_GRACE:  # before a word or a code is given away
            output.warn(*words.contact_lines(line), *elsewhere(session, line))
            raise RefusedError(Reason.DOCUMENT_EXPIRED)
        sealing = reporter.prepare(line, text, **wishes.among(line))
        submission = seal(session, line, "Sealing the report", sealing)
        output.warn(*words.notices(submission.notices, line))
        tell_readers(output, submission.readers, line)
        give_code(output, submission, submission.readers, **asked)
        if kept_path is not None:  # before sending: its content key is here and nowhere else
            work = reporter.prove(line, submission)
            keep(output, kept_path, session.run("Keeping a proof", work), final=False)
        sent = session.deliver(lambda: reporter.send(submission), look=LOOK)
        if kept_path is not None:
            work = reporter.prove(line, submission, sent)
            keep(output, kept_path, session.run("Keeping a proof", work))
    names = [words.name_of(reader, line) for reader in submission.readers]
    output.result(
        submitted_json(sent, submission),
        f"The report was received on {sent.received_on}. It is read by: {', '.join(names)}.",
        f"Come back with your receipt code: meldpunt report status {wishes.address}",
    )
