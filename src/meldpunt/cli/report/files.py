"""`meldpunt report attach`, `files` and `save`: the files of a report."""

from meldpunt.cli.attachments.download import choose, save
from meldpunt.cli.attachments.upload import message_text, prepare_files, seal_files
from meldpunt.cli.render.drafts import said_json, tell_draft, tell_thread
from meldpunt.cli.render.files import files_json, files_lines
from meldpunt.cli.render.odd_reports import odd_json
from meldpunt.cli.report.commands.files import (
    ReportAttachOptions,
    ReportFilesOptions,
    ReportSaveOptions,
)
from meldpunt.cli.report.visit import Keeping, open_to_write, open_visit, read_thread
from meldpunt.cli.speech.report_words import report_words
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import ask_receipt
from meldpunt.cli.terminal.receipt_code import seal
from meldpunt.cli.terminal.session import LOOK, Session
from meldpunt.cli.terminal.texts import check_standard_input, spoken_on
from meldpunt.client import Draft, utc_today


def attach(output: Output, options: ReportAttachOptions) -> None:
    """Send files with a message."""
    attached = options.attached
    check_standard_input(attached.message, options.receipt_source)
    receipt, outgoing = ask_receipt(options.receipt_source), prepare_files(output, attached)
    with Session(output, options.address.origin, attached.proxy) as session:
        visit = open_to_write(output, session, options.address, receipt)
        thread = visit.thread
        language = spoken_on(thread.line, attached.language)
        text = message_text(attached, language)
        uploads = seal_files(session, visit.files(), outgoing, attached.resume)

        def sealed() -> Draft:
            work = visit.seal(text, language=language, attachments=uploads.listed)
            return seal(session, thread.line, "Sealing", work)

        sealed()  # so that a refusal comes before hours of uploading
        uploads.send(output, session)
        draft = sealed()
        tell_draft(output, thread, draft, utc_today())
        unsent = Keeping(options.address, attached.unsent).draft(visit, draft)
        sent = session.deliver(lambda: visit.send(draft), look=LOOK, unsent=unsent)
        uploads.kept.remove()
    output.result(
        {**said_json(sent, thread, draft), "files": [each.to_json() for each in outgoing]},
        report_words().sent_files.format(day=sent.received_on, count=len(uploads.listed)),
    )


def files(output: Output, options: ReportFilesOptions) -> None:
    """List the files of a report."""
    thread = read_thread(output, options.address, options.receipt_source, options.proxy)
    tell_thread(output, thread, utc_today())
    output.result({"files": files_json(thread), **odd_json(thread)}, *files_lines(thread))


def save_files(output: Output, options: ReportSaveOptions) -> None:
    """Save files of a report."""
    receipt = ask_receipt(options.receipt_source)
    with Session(output, options.address.origin, options.saved.proxy) as session:
        visit = open_visit(session, options.address, receipt)
        tell_thread(output, visit.thread, utc_today())
        chosen = choose(visit.thread, options.saved.numbers)
        save(output, session, visit.files(), chosen, options.saved.folder)
