"""`meldpunt handler consult`, `consultations` and `consultation`: advice of another line.

Each consultation has a connection and a receipt of its own. The key file keeps the receipt. So no
host sees a list of one handler's questions, and nothing joins a question to a report.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import click

from meldpunt.cli.handler.commands.consultations import (
    ConsultationEndOptions,
    ConsultationReadOptions,
    ConsultationReplyOptions,
    HandlerConsultationsOptions,
    HandlerConsultOptions,
)
from meldpunt.cli.keyfile.contents import Consultation, HandlerContent
from meldpunt.cli.render.drafts import (
    said_json,
    submitted_json,
    tell_draft,
    tell_readers,
    tell_thread,
)
from meldpunt.cli.render.thread import (
    message_json,
    message_lines,
    thread_json,
    thread_lines,
)
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.explanation import explain
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import framed
from meldpunt.cli.terminal.prompts import ask_leave
from meldpunt.cli.terminal.receipt_code import seal
from meldpunt.cli.terminal.selection import select
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import check_standard_input, read_text, spoken_on
from meldpunt.cli.terminal.unsent import Unsent
from meldpunt.cli.terminal.words import line_name
from meldpunt.client import (
    ClientError,
    DraftReport,
    LineAddress,
    ProblemError,
    Reporter,
    Thread,
    Visit,
    Writer,
    utc_today,
)
from meldpunt.protocol.line import Freshness, VerifiedLine
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.wire.problems import ProblemType

_LOOK: Final = "meldpunt handler consultations"
"""Shows whether a question arrived, and what was answered."""
_WARNING: Final = (
    "This goes to handlers of another line. Leave out names, places, days and whatever else points"
    " at somebody or at a report; nothing is taken out for you."
)
_MISSING: Final = "Not there: it never arrived, or the other line's host hides it."


def consult(output: Output, options: HandlerConsultOptions) -> None:
    """Ask another line, once the handler has seen what goes there."""
    check_standard_input(options.file, options.key_file.passphrase_source)
    text = read_text(options.file)
    keys = HandlerFile.open(options.key_file)
    if options.asked.line_id == keys.address.line_id:
        raise click.UsageError("This is your own line: write to colleagues with reply --note.")
    with Session(output, options.asked.origin, options.proxy) as session:
        reporter = Reporter(session.transport, options.asked.line_id, pin=options.asked.pin)
        line = session.run("Fetching the line", reporter.line())
        if line.freshness is Freshness.PAST_GRACE:
            raise RefusedError(Reason.DOCUMENT_EXPIRED)
        writer = Writer("consultation", keys.content.keys)
        work = reporter.prepare(line, text, **select(options.choice, line), written_by=writer)
        submission = seal(session, line, "Sealing", work)
        output.warn(*words.notices(submission.notices, line))
        tell_readers(output, submission.readers, line)
        _ask_leave(output, text, line, keys.content, yes=options.yes)
        number = _keep(keys, options.asked, line, submission)
        seed = submission.keys.signing.seed
        unsent = Unsent(submission.draft, seed, options.unsent, resend_command(number))
        sent = session.deliver(lambda: reporter.send(submission), look=_LOOK, unsent=unsent)
    output.result(
        {**submitted_json(sent, submission), "consultation": number},
        f"{line_name(line)} received it on {sent.received_on}.",
        f"It is your consultation {number}. Look for answers: {_LOOK}",
    )


def _ask_leave(
    output: Output, text: str, line: VerifiedLine, content: HandlerContent, *, yes: bool
) -> None:
    """Show what would go to the other line, and ask for consent.

    Raises:
        click.UsageError: There is nobody to ask.
        click.Abort: The person said no. Nothing was sent.
    """
    output.warn(_WARNING, f"They see that you ask: {content.name} ({content.role}).")
    output.warn(f"This is what {line_name(line)} is sent:", *framed(text))
    ask_leave("Send this? [y/N] ", yes=yes)


def _keep(
    keys: HandlerFile, address: LineAddress, line: VerifiedLine, submission: DraftReport
) -> int:
    """Keep the receipt before sending anything, and return the number of the consultation."""
    today, document = utc_today(), line.document

    def change(content: HandlerContent) -> HandlerContent:
        number = max((c.number for c in content.consultations), default=0) + 1
        asked = Consultation(
            number=number,
            address=str(LineAddress(address.origin, address.line_id, line.pin)),
            receipt=submission.receipt,
            asked_on=today,
            until=document.unopened_term.after(document.maximum_term.after(today)),
        )
        return content.with_consultation(asked)

    keys.change(change)
    return keys.content.consultations[-1].number


def resend_command(number: int) -> str:
    """Return the command that sends a kept message of a consultation again."""
    return f"meldpunt handler consultation resend --key-file KEYFILE {number} FILE"


def list_all(output: Output, options: HandlerConsultationsOptions) -> None:
    """List all consultations of a key file, and what was answered."""
    keys = HandlerFile.open(options.key_file)
    shown = [_status(output, keys, asked, options.proxy) for asked in keys.content.consultations]
    lines = [line for status in shown for line in _status_lines(status)]
    output.result({"consultations": shown}, *(lines or ["You have asked nobody."]))


def _status(
    output: Output, keys: HandlerFile, asked: Consultation, proxy: str | None
) -> dict[str, Any]:
    """Look at one consultation. A failure does not hide the others."""
    found: dict[str, Any] = {
        "number": asked.number,
        "address": asked.address,
        "askedOn": asked.asked_on.isoformat(),
    }
    address = LineAddress.parse(asked.address)
    try:
        with Session(output, address.origin, proxy) as session:
            thread = open_consultation(session, address, asked).thread
            origin = session.transport.origin
    except (ClientError, RefusedError) as error:
        gone = isinstance(error, ProblemError) and error.kind is ProblemType.NOT_FOUND
        if gone and utc_today() >= asked.until:
            keys.change(lambda content: content.without_consultations({asked.number}))
            return {**found, "state": "erased"}
        return {**found, "error": explain(error)[0], "message": explain(error)[1]}
    _keep_seen(keys, asked, thread, origin=origin, read=asked.read)
    answers = _answers(thread)
    return {
        **found,
        "line": line_name(thread.line),
        "state": "erased" if thread.erased else thread.status.state.value,
        "answers": answers,
        "unread": max(answers - asked.read, 0),
        "erasedOn": thread.status.erased_on.isoformat(),
    }


def _status_lines(status: dict[str, Any]) -> Iterator[str]:
    start = f"{status['number']:>4}  {status['askedOn']}"
    if "error" in status:
        yield f"{start}  {status['address']}"
        yield f"      {_MISSING if status['error'] == 'not-found' else status['message']}"
    elif "line" not in status:
        yield f"{start}  erased"
    else:
        unread = f", {status['unread']} NEW" if status["unread"] else ""
        yield f"{start}  {status['line']}: {status['state']}, answers: {status['answers']}{unread}"


def open_consultation(session: Session, address: LineAddress, asked: Consultation) -> Visit:
    """Open a consultation by its receipt.

    Raises:
        RefusedError, ClientError: As `Reporter.open`.
    """
    reporter = Reporter(session.transport, address.line_id, pin=address.pin)
    return session.run("Opening the consultation", reporter.open(asked.receipt))


def _answers(thread: Thread) -> int:
    """Count what others wrote to the one who asks."""
    others = (m for m in thread.messages if m.header.author != REPORTER)
    return sum(message.text is not None for message in others)


def _keep_seen(
    keys: HandlerFile, asked: Consultation, thread: Thread, *, origin: str, read: int
) -> None:
    """Keep what a visit showed: the line's host and document, and what was read or erased."""
    if thread.erased:
        keys.change(lambda content: content.without_consultations({asked.number}))
        return
    address = LineAddress(origin, thread.line.document.line_id, thread.line.pin)
    until: date = thread.status.erased_on
    seen = {"address": str(address), "until": until, "read": read}
    if seen != asked.model_dump(include=set(seen)):
        changed = asked.model_copy(update=seen)
        keys.change(lambda content: content.with_consultation(changed))


def find_consultation(keys: HandlerFile, number: int) -> Consultation:
    """Return the consultation of that number.

    Raises:
        click.UsageError: There is none.
    """
    for asked in keys.content.consultations:
        if asked.number == number:
            return asked
    raise click.UsageError(f"There is no such consultation: {_LOOK} lists them.")


def read(output: Output, options: ConsultationReadOptions) -> None:
    """Show what was answered to a consultation."""
    keys = HandlerFile.open(options.key_file)
    asked = find_consultation(keys, options.number)
    address = LineAddress.parse(asked.address)
    with Session(output, address.origin, options.proxy) as session:
        thread = open_consultation(session, address, asked).thread
        origin = session.transport.origin
    shown = [line for message in thread.messages for line in message_lines(thread, message)]
    output.result(
        {
            **thread_json(thread, utc_today()),
            "messages": [message_json(thread, m) for m in thread.messages],
        },
        f"Asked of {line_name(thread.line)} on {asked.asked_on}",
        *thread_lines(thread, utc_today()),
        *shown,
    )
    _keep_seen(keys, asked, thread, origin=origin, read=_answers(thread))


def reply(output: Output, options: ConsultationReplyOptions) -> None:
    """Write on in a consultation."""
    check_standard_input(options.file, options.key_file.passphrase_source)
    text = read_text(options.file)
    keys = HandlerFile.open(options.key_file)
    asked = find_consultation(keys, options.number)
    address = LineAddress.parse(asked.address)
    with Session(output, address.origin, options.proxy) as session:
        visit = open_consultation(session, address, asked)
        thread = visit.thread
        tell_thread(output, thread, utc_today())
        spoken = spoken_on(thread.line, options.language)
        draft = seal(session, thread.line, "Sealing", visit.seal(text, language=spoken))
        output.warn(_WARNING)
        tell_draft(output, thread, draft, utc_today())
        unsent = Unsent(draft, visit.seed, options.unsent, resend_command(options.number))
        sent = session.deliver(lambda: visit.send(draft), look=_LOOK, unsent=unsent)
    output.result(said_json(sent, thread, draft), f"The host received it on {sent.received_on}.")


def end(output: Output, options: ConsultationEndOptions) -> None:
    """Have a consultation erased, and forget its receipt."""
    keys = HandlerFile.open(options.key_file)
    asked = find_consultation(keys, options.number)
    address = LineAddress.parse(asked.address)
    with Session(output, address.origin, options.proxy) as session:
        _withdraw(session, address, asked)
    keys.change(lambda content: content.without_consultations({options.number}))
    output.result({"ended": options.number}, f"Consultation {options.number} is erased.")


def _withdraw(session: Session, address: LineAddress, asked: Consultation) -> None:
    try:
        visit = open_consultation(session, address, asked)
    except ProblemError as error:
        if error.kind is ProblemType.NOT_FOUND:
            return  # it never arrived, or is gone already
        raise
    if visit.thread.erased:
        return
    language = visit.thread.line.document.languages[0]
    work = visit.withdraw(language=language, immediate=True)
    session.run("Ending the consultation", work)
