"""`meldpunt handler admit` and `oral`: letting a colleague in, writing down for a caller."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click

from meldpunt.cli.handler.answers import handler, open_report, send_draft
from meldpunt.cli.render.beforehand import said_json, submitted_json, tell_readers, tell_thread
from meldpunt.cli.render.reminders import remind_handler
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.choosing import Choice, readers_options
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.naming import find_handlers
from meldpunt.cli.terminal.options import (
    EntryType,
    check_standard_input,
    command,
    gather,
    key_file_options,
    language_option,
    proxy_option,
    read_text,
    spoken_on,
    text_argument,
)
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.receipt_code import (
    check_receipt_options,
    give_code,
    receipt_options,
    seal,
)
from meldpunt.cli.terminal.session import LOOK, Session
from meldpunt.client import DraftReport, Handler, Reporter, Sent, Writer
from meldpunt.protocol.verify import ids

__all__ = ["handler"]


@command(
    handler,
    "admit",
    example="meldpunt handler admit --key-file jansen.key 3q2-7wAAAAAAAAAAAAAAAA 'B. Smit' why.txt",
    takes_entry=True,
)
@key_file_options
@language_option
@proxy_option
@click.argument("entry", type=EntryType())
@click.argument("newcomer", metavar="HANDLER")
@text_argument
def admit(
    output: Output,
    file: BinaryIO,
    entry: ids.EntryId,
    newcomer: str,
    path: Path,
    passphrase_source: str | None,
    language: str | None,
    proxy: str | None,
) -> None:
    """Let a colleague into a report, by id or full name; FILE tells the reporter why.

    The colleague reads what came before at once. The reporter sees it, and decides with their
    next message whether the colleague reads on. Nobody whom the reporter left out is let in.
    """
    check_standard_input(file, passphrase_source)
    text = read_text(file)
    keys = HandlerFile(path, passphrase_source)
    with Session(output, keys.address.origin, proxy) as session:
        me, thread = open_report(output, session, keys, entry)
        tell_thread(output, thread)
        [chosen] = find_handlers(thread.line, (newcomer,))
        spoken = spoken_on(thread.line, language)
        draft = me.seal_admission(thread, chosen, text, language=spoken)
        sent = send_draft(output, session, me, thread, draft)
        passed = session.run("Passing the keys on", _pass_on(me, entry))
    output.result(
        {**said_json(sent, thread, draft), "passedOn": passed},
        f"The host received it on {sent.received_on}. Keys passed on: {passed}.",
    )


async def _pass_on(me: Handler, entry: ids.EntryId) -> int:
    return await me.add_missing_wraps(await me.read(entry))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes(Choice):
    """The options of `handler oral`."""

    path: Path
    passphrase_source: str | None
    show_receipt: bool
    no_confirm: bool
    proxy: str | None


@command(handler, "oral", example="meldpunt handler oral --key-file jansen.key call.txt")
@key_file_options
@readers_options(
    reader="Whom the caller wants to read it, by id or full name. Drawn by lot by default.",
    left_out="Who must not read it, now and later, as the caller wishes. The readers are told.",
)
@language_option
@receipt_options
@proxy_option
@text_argument
def oral(output: Output, file: BinaryIO, **options: object) -> None:
    """Write a report down for somebody who tells it; FILE holds what they said.

    The receipt code is shown once, for the caller, and asked back. At their first visit the
    caller replaces it by a code of their own: from then on you neither read nor write their side.
    Readers see that you wrote it down; your signature for that goes with it.
    """
    wishes = gather(_Wishes, options)
    asked = {"show_receipt": wishes.show_receipt, "no_confirm": wishes.no_confirm}
    check_receipt_options(**asked)
    check_standard_input(file, wishes.passphrase_source)
    text = read_text(file)
    keys = HandlerFile(wishes.path, wishes.passphrase_source)
    with Session(output, keys.address.origin, wishes.proxy) as session:
        me = keys.handler(session.transport)
        line = session.run("Fetching the line", me.line())
        keys.save_history(me)
        remind_handler(output, me, line)
        reporter = Reporter(session.transport, keys.address.line_id, pin=me.history.pin)
        writer = Writer("oral", me.keys)
        work = reporter.prepare(line, text, **wishes.among(line), written_by=writer)
        submission = seal(session, line, "Sealing the report", work)
        output.warn(*words.notices(submission.notices, line))
        tell_readers(output, submission.readers, line)
        give_code(output, submission, submission.readers, **asked)
        sent = session.deliver(lambda: reporter.send(submission), look=LOOK)
    _tell(output, sent, submission, str(keys.address))


def _tell(output: Output, sent: Sent, submission: DraftReport, address: str) -> None:
    output.result(
        submitted_json(sent, submission),
        f"The report was received on {sent.received_on}. Give the caller the code, and this:",
        f"    meldpunt report take-over {address}",
    )
