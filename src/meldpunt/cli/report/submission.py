"""`meldpunt report send`: send a new report, and show its receipt code once."""

import os

import click

from meldpunt.cli.render.drafts import submitted_json, tell_readers
from meldpunt.cli.render.proof import keep
from meldpunt.cli.report.commands.visit import ReportSendOptions
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.receipt_code import check_new_code, elsewhere, give_code, seal
from meldpunt.cli.terminal.selection import select
from meldpunt.cli.terminal.session import LOOK, Session
from meldpunt.cli.terminal.texts import read_text
from meldpunt.client import Reporter
from meldpunt.protocol.line import Freshness
from meldpunt.protocol.verify.errors import Reason, RefusedError


def send(output: Output, options: ReportSendOptions) -> None:
    """Send a new report, after the person has seen its code and typed it."""
    check_new_code(options.code)
    text = read_text(options.file)
    kept_path = options.kept_path
    if kept_path is not None and os.path.lexists(kept_path):
        raise click.UsageError("There is already a file of that name; a new report needs its own.")
    with Session(output, options.address.origin, options.proxy) as session:
        reporter = Reporter(session.transport, options.address.line_id, pin=options.address.pin)
        line = session.run("Fetching the line", reporter.line())
        if line.freshness is Freshness.PAST_GRACE:  # before the person gives a text or a code
            output.warn(*words.contact_lines(line), *elsewhere(session, line))
            raise RefusedError(Reason.DOCUMENT_EXPIRED)
        sealing = reporter.prepare(line, text, **select(options.choice, line))
        submission = seal(session, line, "Sealing the report", sealing)
        output.warn(*words.notices(submission.notices, line))
        tell_readers(output, submission.readers, line)
        give_code(output, submission, submission.readers, options.code)
        if kept_path is not None:  # before sending: only this process has the content key
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
        f"Come back with your receipt code: meldpunt report status {options.address}",
    )
