"""`meldpunt report attach`, `files` and `save`: files with a report."""

from pathlib import Path

from meldpunt.cli.attachments.download import choose, folder_option, numbers_argument, save
from meldpunt.cli.attachments.upload import AttachWishes, attach_options, bring
from meldpunt.cli.render.beforehand import said_json, tell_draft
from meldpunt.cli.render.files import files_json, files_lines
from meldpunt.cli.report.referral import report
from meldpunt.cli.report.visit import LINE, open_to_write, open_visit, read_thread, receipt_option
from meldpunt.cli.terminal.options import (
    address_argument,
    check_standard_input,
    command,
    gather,
    proxy_option,
    spoken_on,
)
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import ask_receipt
from meldpunt.cli.terminal.receipt_code import seal
from meldpunt.cli.terminal.session import LOOK, Session
from meldpunt.client import LineAddress

__all__ = ["report"]


@command(report, "attach", example=f"meldpunt report attach {LINE} photo.jpg letter.pdf")
@address_argument
@receipt_option
@attach_options
def attach(
    output: Output, address: LineAddress, receipt_source: str | None, **options: object
) -> None:
    """Send files to the handlers of a report, encrypted, with a message.

    Pictures and PDF documents are cleaned first of where, when and by whom they were made; what was
    removed is said. Other types are sent only if you say so. The upload goes on after a failure.
    """
    wishes = gather(AttachWishes, options)
    check_standard_input(wishes.message, receipt_source)
    receipt, outgoing = ask_receipt(receipt_source), wishes.outgoing(output)
    with Session(output, address.origin, wishes.proxy) as session:
        visit = open_to_write(output, session, address, receipt)
        thread = visit.thread
        language = spoken_on(thread.line, wishes.language)
        text = wishes.text(language)
        # Refuse before hours of uploading.
        seal(session, thread.line, "Sealing", visit.seal(text, language=language))
        listed, kept = bring(output, session, visit.files(), outgoing, wishes.resume)
        work = visit.seal(text, language=language, attachments=listed)
        draft = seal(session, thread.line, "Sealing", work)
        tell_draft(output, thread, draft)
        sent = session.deliver(lambda: visit.send(draft), look=LOOK)
        kept.remove()
    output.result(
        {**said_json(sent, thread, draft), "files": [each.to_json() for each in outgoing]},
        f"The host received it on {sent.received_on}. Files: {len(listed)}.",
    )


@command(report, "files", example=f"meldpunt report files {LINE}")
@address_argument
@receipt_option
@proxy_option
def files(
    output: Output, address: LineAddress, receipt_source: str | None, proxy: str | None
) -> None:
    """List the files that the handlers sent you."""
    thread = read_thread(output, address, receipt_source, proxy)
    output.result({"files": files_json(thread)}, *files_lines(thread))


@command(report, "save", example=f"meldpunt report save --to downloads {LINE} 1")
@address_argument
@receipt_option
@folder_option
@proxy_option
@numbers_argument
def save_files(
    output: Output,
    address: LineAddress,
    receipt_source: str | None,
    folder: Path,
    numbers: tuple[int, ...],
    proxy: str | None,
) -> None:
    """Save files that the handlers sent you, by their numbers; all by default.

    A file is checked whole before it is opened. Nothing is overwritten, and an interrupted download
    goes on by the same command.
    """
    receipt = ask_receipt(receipt_source)
    with Session(output, address.origin, proxy) as session:
        visit = open_visit(session, address, receipt)
        chosen = choose(visit.thread, numbers)
        save(output, session, visit.files(), chosen, folder)
