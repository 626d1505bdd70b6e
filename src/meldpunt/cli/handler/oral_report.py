"""`meldpunt handler oral`: a handler writes a report down for somebody who tells it."""

from meldpunt.cli.handler.commands.inbox import HandlerOralOptions
from meldpunt.cli.render.drafts import submitted_json, tell_readers
from meldpunt.cli.render.reminders import remind_handler
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.receipt_code import check_new_code, give_code, seal
from meldpunt.cli.terminal.selection import select
from meldpunt.cli.terminal.session import LOOK, Session
from meldpunt.cli.terminal.texts import check_standard_input, read_text
from meldpunt.client import DraftReport, Reporter, Sent, Writer


def oral(output: Output, options: HandlerOralOptions) -> None:
    """Send a report that a handler wrote down, once the code was typed back."""
    check_new_code(options.code)
    check_standard_input(options.file, options.key_file.passphrase_source)
    text = read_text(options.file)
    keys = HandlerFile.open(options.key_file)
    with Session(output, keys.address.origin, options.proxy) as session:
        me = keys.handler(session.transport)
        line = session.run("Fetching the line", me.line())
        keys.save_history(me)
        remind_handler(output, me.keys, line, me.today())
        reporter = Reporter(session.transport, keys.address.line_id, pin=me.history.pin)
        writer = Writer("oral", me.keys)
        work = reporter.prepare(line, text, **select(options.choice, line), written_by=writer)
        submission = seal(session, line, "Sealing the report", work)
        output.warn(*words.notices(submission.notices, line))
        tell_readers(output, submission.readers, line)
        give_code(output, submission, submission.readers, options.code)
        sent = session.deliver(lambda: reporter.send(submission), look=LOOK)
    _tell(output, sent, submission, str(keys.address))


def _tell(output: Output, sent: Sent, submission: DraftReport, address: str) -> None:
    output.result(
        submitted_json(sent, submission),
        f"The report was received on {sent.received_on}. Give the caller the code, and this:",
        f"    meldpunt report take-over {address}",
    )
