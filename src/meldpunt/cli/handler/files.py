"""`meldpunt handler attach`, `files` and `save`: files of a report."""

from functools import partial

from meldpunt.cli.attachments.download import choose, save
from meldpunt.cli.attachments.upload import message_text, prepare_files, seal_files
from meldpunt.cli.handler.commands.inbox import (
    HandlerAttachOptions,
    HandlerFilesOptions,
    HandlerSaveOptions,
)
from meldpunt.cli.handler.thread import open_report, send_draft
from meldpunt.cli.render.drafts import said_json, tell_thread
from meldpunt.cli.render.files import files_json, files_lines
from meldpunt.cli.render.odd_reports import odd_json
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import check_standard_input, spoken_on


def attach(output: Output, options: HandlerAttachOptions) -> None:
    """Send files with a message."""
    attached = options.attached
    check_standard_input(attached.message, options.key_file.passphrase_source)
    file = HandlerFile.open(options.key_file)
    outgoing = prepare_files(output, attached)
    with Session(output, file.address.origin, attached.proxy) as session:
        me, thread = open_report(output, session, file, options.entry)
        tell_thread(output, thread, me.today())
        language = spoken_on(thread.line, attached.language)
        text, note = message_text(attached, language), options.note
        uploads = seal_files(session, me.files(thread), outgoing, attached.resume)
        make = partial(me.seal, thread, text, language=language, note=note)
        make(attachments=uploads.listed)  # what is refused is refused before hours of uploading
        uploads.send(output, session)
        draft = make(attachments=uploads.listed)
        sent = send_draft(output, session, me, thread, draft, attached.unsent)
        uploads.kept.remove()
    output.result(
        {**said_json(sent, thread, draft), "files": [each.to_json() for each in outgoing]},
        f"The host received it on {sent.received_on}. Files: {len(uploads.listed)}.",
    )


def files(output: Output, options: HandlerFilesOptions) -> None:
    """List the files of a report."""
    file = HandlerFile.open(options.key_file)
    with Session(output, file.address.origin, options.proxy) as session:
        me, thread = open_report(output, session, file, options.entry)
        tell_thread(output, thread, me.today())
    output.result({"files": files_json(thread), **odd_json(thread)}, *files_lines(thread))


def save_files(output: Output, options: HandlerSaveOptions) -> None:
    """Save files of a report."""
    file = HandlerFile.open(options.key_file)
    with Session(output, file.address.origin, options.saved.proxy) as session:
        me, thread = open_report(output, session, file, options.entry)
        tell_thread(output, thread, me.today())
        chosen = choose(thread, options.saved.numbers)
        save(output, session, me.files(thread), chosen, options.saved.folder)
