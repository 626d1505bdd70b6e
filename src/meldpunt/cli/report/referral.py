"""`meldpunt report refer`: make a report on another line that a handler suggested.

A handler's suggestion opens no connection. The reporter's device connects to the other host only if
the reporter says so.
"""

from collections.abc import Iterator

from meldpunt.cli.render.drafts import tell_draft, tell_readers, tell_thread
from meldpunt.cli.render.line import line_lines
from meldpunt.cli.render.thread import sent_json
from meldpunt.cli.report.commands.lines import ReportReferOptions
from meldpunt.cli.report.visit import open_visit
from meldpunt.cli.speech.referral_words import referral_words
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.explanation import explain
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import framed
from meldpunt.cli.terminal.prompts import ask_leave, ask_receipt, says_yes, terminal
from meldpunt.cli.terminal.receipt_code import check_new_code, give_code, seal
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.cli.terminal.selection import select
from meldpunt.cli.terminal.session import LOOK, Session
from meldpunt.cli.terminal.texts import check_standard_input, read_text, spoken_on
from meldpunt.cli.terminal.words import line_name
from meldpunt.client import (
    ClientError,
    DraftReport,
    LineAddress,
    ProblemError,
    Reporter,
    Sent,
    Thread,
    utc_today,
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


def refer(output: Output, options: ReportReferOptions) -> None:
    """Make a report on the line that a handler suggested."""
    if options.new_code:
        check_new_code(options.code)
    check_standard_input(options.file, options.receipt_source)
    receipt = ask_receipt(options.receipt_source)
    text = None if options.file is None else read_text(options.file)
    thread = _open_old(output, options, receipt)
    referral = _choose(thread, options.target)
    with Session(output, referral.address.origin, options.proxy) as session:
        reporter = Reporter(session.transport, referral.address.line_id, pin=referral.address.pin)
        line = session.run("Fetching the other line", reporter.line())
        address = LineAddress(session.transport.origin, referral.address.line_id)
        if options.look:
            _show(output, line, address, referral)
            return
        if not options.new_code and _is_there(session, reporter, receipt):
            output.result({"already": True, "line": str(address)}, *_already(address))
            return
        submission, sent = _send(
            output, session, reporter, line, (thread, text or referral.summary, receipt, options)
        )
    told = _tell(output, options, receipt, referral)
    said = referral_words()
    output.result(
        {
            **sent_json(sent),
            "line": str(address),
            "readers": [encode_base64url(r) for r in submission.readers],
            "told": told,
        },
        said.received.format(line=line_name(line), day=sent.received_on),
        said.own_code if options.new_code else said.same_code,
        said.look.format(address=address),
    )


def _open_old(output: Output, options: ReportReferOptions, receipt: str) -> Thread:
    """Read the report in which the handler suggested the other line, on a separate connection.

    Raises:
        Refusal: Somebody else knows the code, so it must not serve for a second report.
    """
    with Session(output, options.address.origin, options.proxy) as session:
        thread = open_visit(session, options.address, receipt).thread
    tell_thread(output, thread, utc_today())
    if thread.awaits_takeover and not options.new_code:
        raise Refusal("known-code", referral_words().known_code)
    return thread


def _choose(thread: Thread, wanted: LineAddress | None) -> Referral:
    found = [
        referral
        for referral in list_referrals(thread)
        if wanted is None or referral.address.line_id == wanted.line_id
    ]
    if not found:
        raise Refusal("no-referral", referral_words().nobody)
    return found[-1]


def _show(output: Output, line: VerifiedLine, address: LineAddress, referral: Referral) -> None:
    output.result(
        {"line": str(address), "name": line_name(line), "summary": referral.summary},
        *line_lines(line, str(address)),
        "",
        referral_words().summary,
        *framed(referral.summary),
    )


def _is_there(session: Session, reporter: Reporter, receipt: str) -> bool:
    """Say whether this code already has a report there, after an attempt whose answer was lost."""
    try:
        session.run("Looking at the other line", reporter.open(receipt))
    except ProblemError as error:
        if error.kind is ProblemType.NOT_FOUND:
            return False
        raise
    return True


def _already(address: LineAddress) -> Iterator[str]:
    yield referral_words().already
    yield referral_words().look.format(address=address)


def _send(
    output: Output,
    session: Session,
    reporter: Reporter,
    line: VerifiedLine,
    what: tuple[Thread, str, str, ReportReferOptions],
) -> tuple[DraftReport, Sent]:
    """Show what would be sent, and to whom. Send it if the person says so."""
    thread, text, receipt, options = what
    if line.freshness is Freshness.PAST_GRACE:
        output.warn(*words.contact_lines(line))
        raise RefusedError(Reason.DOCUMENT_EXPIRED)
    work = reporter.prepare(
        line,
        text,
        **select(options.choice, line),
        receipt=None if options.new_code else receipt,
        content=origin_content(thread.line),
    )
    submission = seal(session, line, "Sealing the report", work)
    output.warn(*words.notices(submission.notices, line))
    said, names = referral_words(), {"line": line_name(line), "old": line_name(thread.line)}
    output.warn(*(each.format(**names) for each in said.what_goes), *framed(text))
    tell_readers(output, submission.readers, line)
    ask_leave(said.ask.format(**names), yes=options.yes)
    if options.new_code:
        give_code(output, submission, submission.readers, options.code)
    return submission, session.deliver(lambda: reporter.send(submission), look=LOOK)


def _tell(output: Output, options: ReportReferOptions, receipt: str, referral: Referral) -> bool:
    """Say in the old report that the new report is made, if the person wants that."""
    if not _wants_to_tell(options):
        return False
    try:
        _send_word(output, options, receipt, referral)
    except (ClientError, RefusedError, Refusal) as error:  # the new report was sent all the same
        told = error.message if isinstance(error, Refusal) else explain(error)[1]
        output.warn(referral_words().not_told.format(why=told))
        return False
    return True


def _send_word(
    output: Output, options: ReportReferOptions, receipt: str, referral: Referral
) -> None:
    with Session(output, options.address.origin, options.proxy) as session:
        visit = open_visit(session, options.address, receipt)
        spoken = spoken_on(visit.thread.line, options.choice.language)
        content = done_content(referral.address.line_id)
        work = visit.seal(done_text(spoken), language=spoken, content=content)
        draft = seal(session, visit.thread.line, "Sealing", work)
        tell_draft(output, visit.thread, draft, utc_today())
        session.deliver(lambda: visit.send(draft), look=LOOK)


def _wants_to_tell(options: ReportReferOptions) -> bool:
    if options.tell is not None:
        return options.tell
    with terminal() as found:
        if found is None or options.yes:
            return False
        return says_yes(found.ask(referral_words().ask_to_tell))
