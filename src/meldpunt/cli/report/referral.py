"""`meldpunt report refer`: to another line that a handler suggested, by the reporter's own act.

What a handler suggests opens no connection: a reporter's device goes to the other host when its
owner says so, and not when somebody writes an address.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import click

from meldpunt.cli.render.beforehand import tell_draft, tell_readers, tell_thread
from meldpunt.cli.render.shapes import line_lines, sent_json
from meldpunt.cli.report.takeover import report
from meldpunt.cli.report.visit import LINE, open_visit, receipt_option
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.choosing import Choice, readers_options
from meldpunt.cli.terminal.options import (
    AddressType,
    address_argument,
    check_standard_input,
    command,
    gather,
    language_option,
    proxy_option,
    read_text,
    spoken_on,
)
from meldpunt.cli.terminal.output import Output, Refusal, explain
from meldpunt.cli.terminal.plain_text import framed
from meldpunt.cli.terminal.prompts import ask_leave, ask_receipt, says_yes, terminal
from meldpunt.cli.terminal.receipt_code import (
    check_receipt_options,
    give_code,
    receipt_options,
    seal,
)
from meldpunt.cli.terminal.session import LOOK, Session
from meldpunt.cli.terminal.words import line_name
from meldpunt.client import (
    ClientError,
    DraftReport,
    LineAddress,
    ProblemError,
    Reporter,
    Sent,
    Thread,
)
from meldpunt.client.messages.referral import (
    Referral,
    done_content,
    done_text,
    list_referrals,
    origin_content,
)
from meldpunt.protocol.line import Freshness, VerifiedLine
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.wire.problems import ProblemType

__all__ = ["report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes(Choice):
    """The options of `report refer`."""

    address: LineAddress
    receipt_source: str | None
    target: LineAddress | None
    look: bool
    new_code: bool
    tell: bool | None
    yes: bool
    show_receipt: bool
    no_confirm: bool
    proxy: str | None

    @property
    def asked(self) -> dict[str, bool]:
        """What is asked about a new code."""
        return {"show_receipt": self.show_receipt, "no_confirm": self.no_confirm}


@command(report, "refer", example=f"meldpunt report refer {LINE}")
@address_argument
@receipt_option
@click.option(
    "--to",
    "target",
    type=AddressType(),
    help="Which line, where handlers suggested several; the one suggested last by default.",
)
@click.option("--look", is_flag=True, help="Only show that line, and the summary for it.")
@readers_options(
    reader="Who is to read it there, by id or full name; once for each. Drawn by lot by default.",
    left_out="Who there must not read it, now and later. The readers are told.",
)
@language_option
@click.option(
    "--new-code",
    is_flag=True,
    help="Take a new receipt code there, instead of having one code for both: who finds the one"
    " code opens both reports.",
)
@click.option(
    "--tell/--no-tell",
    default=None,
    help="Whether the line that suggested it is told that you did. Asked by default.",
)
@click.option("--yes", is_flag=True, help="Send without asking; for programs.")
@receipt_options
@proxy_option
@click.argument("file", type=click.File("rb"), metavar="[FILE]", required=False)
def refer(output: Output, file: BinaryIO | None, **options: object) -> None:
    """Turn to another line that a handler suggested, in a report of its own.

    ADDRESS is that of the line where your report is. The other line and the summary are shown
    first; FILE holds your own words instead of the summary. Nothing is sent before you say so.
    The same code opens the new report there; hosts cannot see that the two belong together.
    """
    wishes = gather(_Wishes, options)
    if wishes.new_code:
        check_receipt_options(**wishes.asked)
    check_standard_input(file, wishes.receipt_source)
    receipt = ask_receipt(wishes.receipt_source)
    text = None if file is None else read_text(file)
    thread = _open_old(output, wishes, receipt)
    referral = _choose(thread, wishes.target)
    with Session(output, referral.address.origin, wishes.proxy) as session:
        reporter = Reporter(session.transport, referral.address.line_id, pin=referral.address.pin)
        line = session.run("Fetching the other line", reporter.line())
        address = LineAddress(session.transport.origin, referral.address.line_id)
        if wishes.look:
            _show(output, line, address, referral)
            return
        if not wishes.new_code and _is_there(session, reporter, receipt):
            output.result({"already": True, "line": str(address)}, *_already(address))
            return
        submission, sent = _send(
            output, session, reporter, line, (thread, text or referral.summary, receipt, wishes)
        )
    told = _tell(output, wishes, receipt, referral)
    output.result(
        {
            **sent_json(sent),
            "line": str(address),
            "readers": [encode_base64url(r) for r in submission.readers],
            "told": told,
        },
        f"{line_name(line)} received it on {sent.received_on}.",
        f"Come back to it with {'its' if wishes.new_code else 'the same'} receipt code:",
        f"    meldpunt report status {address}",
    )


def _open_old(output: Output, wishes: _Wishes, receipt: str) -> Thread:
    """Read the report in which the other line was suggested, on a connection of its own.

    Raises:
        Refusal: Somebody else knows the code, so it is not for a second report.
    """
    with Session(output, wishes.address.origin, wishes.proxy) as session:
        thread = open_visit(session, wishes.address, receipt).thread
    tell_thread(output, thread)
    if thread.awaits_takeover and not wishes.new_code:
        raise Refusal(
            "known-code",
            "The handler who wrote this report down knows its code. Make it yours first, with"
            " meldpunt report take-over, or add --new-code.",
        )
    return thread


def _choose(thread: Thread, wanted: LineAddress | None) -> Referral:
    found = [
        referral
        for referral in list_referrals(thread)
        if wanted is None or referral.address.line_id == wanted.line_id
    ]
    if not found:
        raise Refusal("no-referral", "Nobody suggested another line in this report, or not that.")
    return found[-1]


def _show(output: Output, line: VerifiedLine, address: LineAddress, referral: Referral) -> None:
    output.result(
        {"line": str(address), "name": line_name(line), "summary": referral.summary},
        *line_lines(line, str(address)),
        "",
        "Summary for this line:",
        *framed(referral.summary),
    )


def _is_there(session: Session, reporter: Reporter, receipt: str) -> bool:
    """Say whether this code has a report there: an attempt whose answer was lost."""
    try:
        session.run("Looking at the other line", reporter.open(receipt))
    except ProblemError as error:
        if error.kind is ProblemType.NOT_FOUND:
            return False
        raise
    return True


def _already(address: LineAddress) -> Iterator[str]:
    yield "There is a report under this code on that line already; nothing was sent again. Look:"
    yield f"    meldpunt report status {address}"


def _send(
    output: Output,
    session: Session,
    reporter: Reporter,
    line: VerifiedLine,
    what: tuple[Thread, str, str, _Wishes],
) -> tuple[DraftReport, Sent]:
    """Show what would go, to whom; and send it if the person says so."""
    thread, text, receipt, wishes = what
    if line.freshness is Freshness.PAST_GRACE:
        output.warn(*words.contact_lines(line))
        raise RefusedError(Reason.DOCUMENT_EXPIRED)
    work = reporter.prepare(
        line,
        text,
        **wishes.among(line),
        receipt=None if wishes.new_code else receipt,
        content=origin_content(thread.line),
    )
    submission = seal(session, line, "Sealing the report", work)
    output.warn(*words.notices(submission.notices, line))
    output.warn(f"This is what {line_name(line)} gets, and that it comes from you by way of")
    output.warn(f"{line_name(thread.line)}:", *framed(text))
    tell_readers(output, submission.readers, line)
    ask_leave(f"Send this to {line_name(line)}? [y/N] ", yes=wishes.yes)
    if wishes.new_code:
        give_code(output, submission, submission.readers, **wishes.asked)
    return submission, session.deliver(lambda: reporter.send(submission), look=LOOK)


def _tell(output: Output, wishes: _Wishes, receipt: str, referral: Referral) -> bool:
    """Say in the old report that the new one is made, if the person wants that."""
    if not _wants_to_tell(wishes):
        return False
    try:
        _send_word(output, wishes, receipt, referral)
    except (ClientError, RefusedError, Refusal) as error:  # the new report is there all the same
        told = error.message if isinstance(error, Refusal) else explain(error)[1]
        output.warn(f"The line that suggested it could not be told. {told}")
        return False
    return True


def _send_word(output: Output, wishes: _Wishes, receipt: str, referral: Referral) -> None:
    with Session(output, wishes.address.origin, wishes.proxy) as session:
        visit = open_visit(session, wishes.address, receipt)
        spoken = spoken_on(visit.thread.line, wishes.language)
        content = done_content(referral.address.line_id)
        work = visit.seal(done_text(spoken), language=spoken, content=content)
        draft = seal(session, visit.thread.line, "Sealing", work)
        tell_draft(output, visit.thread, draft)
        session.deliver(lambda: visit.send(draft), look=LOOK)


def _wants_to_tell(wishes: _Wishes) -> bool:
    if wishes.tell is not None:
        return wishes.tell
    with terminal() as found:
        if found is None or wishes.yes:
            return False
        return says_yes(found.ask("Tell the line that suggested it that you did? [y/N] "))
