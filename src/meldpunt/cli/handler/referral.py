"""`meldpunt handler refer`: suggesting another line to a reporter; nothing goes there by it."""

from pathlib import Path
from typing import BinaryIO

import click

from meldpunt.cli.handler.answers import open_report, send_draft
from meldpunt.cli.handler.key_merging import handler
from meldpunt.cli.render.beforehand import said_json, tell_thread
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.options import (
    AddressType,
    EntryType,
    check_standard_input,
    command,
    key_file_options,
    language_option,
    proxy_option,
    read_text,
    spoken_on,
    text_argument,
)
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.words import line_name
from meldpunt.client import (
    LineAddress,
    fetch_line,
    utc_today,
)
from meldpunt.client.messages.referral import proposal_content, proposal_text
from meldpunt.client.thread.thread import line_notices
from meldpunt.protocol.verify import ids

__all__ = ["handler"]


@command(
    handler,
    "refer",
    example="meldpunt handler refer --key-file jansen.key 3q2-7wAAAAAAAAAAAAAAAA \\\n"
    "    --to https://other.example/v1/lines/… summary.txt",
    takes_entry=True,
)
@key_file_options
@click.option(
    "--to", "target", type=AddressType(), required=True, help="Address of the other line."
)
@language_option
@proxy_option
@click.argument("entry", type=EntryType())
@text_argument
def refer_to(
    output: Output,
    file: BinaryIO,
    entry: ids.EntryId,
    target: LineAddress,
    path: Path,
    passphrase_source: str | None,
    language: str | None,
    proxy: str | None,
) -> None:
    """Suggest to the reporter to turn to another line; FILE holds a summary of the report for it.

    The reporter reads the summary, may change it, and sends it there or not
    (meldpunt report refer). Nothing of the report goes to the other line by this.
    """
    check_standard_input(file, passphrase_source)
    summary = read_text(file)
    keys = HandlerFile(path, passphrase_source)
    if target.line_id == keys.address.line_id:
        raise click.UsageError("This is your own line: a colleague is let in with admit.")
    with Session(output, target.origin, proxy) as session:
        work = fetch_line(session.transport, target.line_id, utc_today(), target.pin)
        other = session.run("Fetching the other line", work)
        pinned = LineAddress(session.transport.origin, target.line_id, other.pin)
    output.warn(
        f"The other line is {line_name(other)}.", *words.notices(line_notices(other), other)
    )
    with Session(output, keys.address.origin, proxy) as session:
        me, thread = open_report(output, session, keys, entry)
        tell_thread(output, thread)
        spoken = spoken_on(thread.line, language)
        content = proposal_content(pinned, summary)
        draft = me.seal(thread, proposal_text(spoken), language=spoken, content=content)
        sent = send_draft(output, session, me, thread, draft)
    output.result(
        {**said_json(sent, thread, draft), "line": str(pinned)},
        f"The host received it on {sent.received_on}. It is for the reporter to decide.",
    )
