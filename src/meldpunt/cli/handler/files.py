"""`meldpunt handler attach`, `files` and `save`: files of a report."""

from pathlib import Path
from typing import Final

import click

from meldpunt.cli.attachments.download import choose, folder_option, numbers_argument, save
from meldpunt.cli.attachments.upload import AttachWishes, attach_options, bring
from meldpunt.cli.handler.answers import open_report, send_draft
from meldpunt.cli.handler.referral import handler
from meldpunt.cli.render.beforehand import said_json, tell_thread
from meldpunt.cli.render.files import files_json, files_lines
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.options import (
    EntryType,
    check_standard_input,
    command,
    gather,
    key_file_options,
    proxy_option,
    spoken_on,
)
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.session import Session
from meldpunt.protocol.verify import ids

__all__ = ["handler"]

_ENTRY: Final = "--key-file jansen.key 3q2-7wAAAAAAAAAAAAAAAA"


@command(
    handler, "attach", example=f"meldpunt handler attach {_ENTRY} letter.pdf", takes_entry=True
)
@key_file_options
@click.option(
    "--note",
    is_flag=True,
    help="For the other readers only; the reporter sees that there are files, not which.",
)
@click.argument("entry", type=EntryType())
@attach_options
def attach(
    output: Output,
    entry: ids.EntryId,
    path: Path,
    passphrase_source: str | None,
    note: bool,  # noqa: FBT001 - click passes by name
    **options: object,
) -> None:
    """Send files to the reporter and the other readers, encrypted, with a message.

    Pictures and PDF documents are cleaned first of where, when and by whom they were made. Other
    types are sent only if you say so. The upload goes on after a failure.
    """
    wishes = gather(AttachWishes, options)
    check_standard_input(wishes.message, passphrase_source)
    file = HandlerFile(path, passphrase_source)
    outgoing = wishes.outgoing(output)
    with Session(output, file.address.origin, wishes.proxy) as session:
        me, thread = open_report(output, session, file, entry)
        tell_thread(output, thread)
        language = spoken_on(thread.line, wishes.language)
        text = wishes.text(language)
        # Refuse before hours of uploading.
        me.seal(thread, text, language=language, note=note)
        listed, kept = bring(output, session, me.files(thread), outgoing, wishes.resume)
        draft = me.seal(thread, text, language=language, note=note, attachments=listed)
        sent = send_draft(output, session, me, thread, draft)
        kept.remove()
    output.result(
        {**said_json(sent, thread, draft), "files": [each.to_json() for each in outgoing]},
        f"The host received it on {sent.received_on}. Files: {len(listed)}.",
    )


@command(handler, "files", example=f"meldpunt handler files {_ENTRY}", takes_entry=True)
@key_file_options
@proxy_option
@click.argument("entry", type=EntryType())
def files(
    output: Output,
    entry: ids.EntryId,
    path: Path,
    passphrase_source: str | None,
    proxy: str | None,
) -> None:
    """List the files of a report that you can read."""
    file = HandlerFile(path, passphrase_source)
    with Session(output, file.address.origin, proxy) as session:
        _, thread = open_report(output, session, file, entry)
    output.result({"files": files_json(thread)}, *files_lines(thread))


@command(handler, "save", example=f"meldpunt handler save {_ENTRY} 1", takes_entry=True)
@key_file_options
@folder_option
@proxy_option
@click.argument("entry", type=EntryType())
@numbers_argument
def save_files(
    output: Output,
    entry: ids.EntryId,
    path: Path,
    passphrase_source: str | None,
    folder: Path,
    numbers: tuple[int, ...],
    proxy: str | None,
) -> None:
    """Save files of a report, by their numbers; all by default.

    A file is checked whole before it is opened. Nothing is overwritten, and an interrupted download
    goes on by the same command.
    """
    file = HandlerFile(path, passphrase_source)
    with Session(output, file.address.origin, proxy) as session:
        me, thread = open_report(output, session, file, entry)
        save(output, session, me.files(thread), choose(thread, numbers), folder)
