"""Open a report with its receipt code alone: read it, write in it, withdraw it."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol, Self

from meldpunt.cli.keyfile.private_files import write_new
from meldpunt.cli.render.drafts import said_json, tell_draft, tell_thread
from meldpunt.cli.render.proof import keep, read_earlier
from meldpunt.cli.render.thread import (
    message_json,
    message_lines,
    sent_json,
    thread_json,
    thread_lines,
)
from meldpunt.cli.report.commands.visit import (
    ReportReadOptions,
    ReportReopenOptions,
    ReportReplyOptions,
    ReportResendOptions,
    ReportStatusOptions,
    ReportTakeOverOptions,
    ReportWithdrawOptions,
)
from meldpunt.cli.speech.phrases import phrases_in
from meldpunt.cli.speech.report_words import report_words
from meldpunt.cli.speech.said import said
from meldpunt.cli.speech.spoken import speak_as_line, spoken
from meldpunt.cli.terminal.options import NewCodeOptions, ReaderOptions
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import ask_receipt
from meldpunt.cli.terminal.receipt_code import check_new_code, give_code, seal
from meldpunt.cli.terminal.selection import select
from meldpunt.cli.terminal.session import LOOK, Session
from meldpunt.cli.terminal.texts import check_standard_input, read_text, spoken_on
from meldpunt.cli.terminal.unsent import Unsent, find_unsent, read_unsent
from meldpunt.client import (
    Draft,
    LineAddress,
    Reporter,
    ReportTexts,
    Sent,
    Thread,
    Visit,
    calendar_file,
    fetch_report_texts,
    look_again_on,
    prove_draft,
    utc_today,
)
from meldpunt.client.keys.receipts import keys_of
from meldpunt.client.resending import send_takeover_again
from meldpunt.protocol.receipt import parse_receipt
from meldpunt.protocol.verify.log.header import Tag

_LOT: Final = ReaderOptions(readers=(), left_out=(), language=None)
_LOOK_UNDER_BOTH: Final = f"{LOOK} (with the new code or, if it did not arrive, with the old one)"
_ASK: Final = NewCodeOptions(show_receipt=False, no_confirm=False)
_WITHDRAWAL: Final = {"nl": "Ik trek mijn melding in.", "en": "I withdraw my report."}


def open_visit(session: Session, address: LineAddress, receipt: str) -> Visit:
    """Open a report to read it.

    Raises:
        RefusedError: As `Reporter.open`.
        ClientError: As `Reporter.open`.
    """
    parse_receipt(receipt)  # refuse a mistyped code before anything is sent
    reporter = Reporter(session.transport, address.line_id, pin=address.pin)
    visit = session.run("Opening the report", reporter.open(receipt))
    speak_as_line(visit.thread.line.document.languages)
    return visit


def read_thread(
    output: Output, address: LineAddress, receipt_source: str | None, proxy: str | None
) -> Thread:
    """Ask for the receipt code, and read the report.

    Raises:
        RefusedError: As `open_visit`.
        ClientError: As `open_visit`.
    """
    receipt = ask_receipt(receipt_source)
    with Session(output, address.origin, proxy) as session:
        return open_visit(session, address, receipt).thread


def open_to_write(output: Output, session: Session, address: LineAddress, receipt: str) -> Visit:
    """Open a report to write in it. An oral report is taken over first."""
    visit = open_visit(session, address, receipt)
    tell_thread(output, visit.thread, utc_today())
    if visit.thread.awaits_takeover:
        output.warn(report_words().own_code)
        take_over(output, session, visit, keeping=Keeping(address, None))
    return visit


def make_ones_own(output: Output, options: ReportTakeOverOptions) -> None:
    """Take over an oral report: the reporter gets a code that no handler knows."""
    check_new_code(options.code)
    receipt = ask_receipt(options.receipt_source)
    with Session(output, options.address.origin, options.proxy) as session:
        visit = open_visit(session, options.address, receipt)
        tell_thread(output, visit.thread, utc_today())
        keeping = Keeping.of(options)
        told = take_over(
            output, session, visit, choice=options.choice, code=options.code, keeping=keeping
        )
    output.result(told, report_words().yours)


def take_over(
    output: Output,
    session: Session,
    visit: Visit,
    *,
    choice: ReaderOptions = _LOT,
    code: NewCodeOptions = _ASK,
    keeping: "Keeping",
) -> dict[str, Any]:
    """Give the person a new code, and put it in force after they have typed it."""
    thread = visit.thread
    work = visit.take_over(**select(choice, thread.lines))
    made = seal(session, thread.line, "Making a new code", work)
    tell_draft(output, thread, made.draft, utc_today())
    give_code(output, made, made.draft.header.readers, code, phrases_in(spoken()))
    unsent = keeping.draft(visit, made.draft)
    sent = session.deliver(lambda: visit.send_takeover(made), look=_LOOK_UNDER_BOTH, unsent=unsent)
    session.run("Opening the report", visit.refresh())
    return said_json(sent, thread, made.draft)


def _read_report(
    output: Output, options: ReportStatusOptions | ReportReadOptions
) -> tuple[Thread, ReportTexts]:
    """Ask for the receipt code, and read the report with the texts that it is shown with.

    Raises:
        RefusedError: As `open_visit`.
        ClientError: As `open_visit`.
    """
    receipt = ask_receipt(options.receipt_source)
    with Session(output, options.address.origin, options.proxy) as session:
        thread = open_visit(session, options.address, receipt).thread
        work = fetch_report_texts(session.transport, thread)
        return thread, session.run("Fetching its texts", work)


def status(output: Output, options: ReportStatusOptions) -> None:
    """Show the status of a report."""
    thread, texts = _read_report(output, options)
    today = utc_today()
    readable = sum(1 for message in thread.messages if message.text is not None)
    look = look_again_on(thread, today)
    told = {} if look is None else {"lookAgainOn": look.isoformat()}
    output.result(
        {**thread_json(thread, today, texts), **told, "readable": readable},
        *thread_lines(thread, today, texts, options.language),
        *([] if look is None else [report_words().look_again.format(day=look)]),
        report_words().messages.format(
            count=readable, read=report_words().read_them if readable else ""
        ),
    )
    if options.calendar is not None:
        language = options.language or thread.line.document.languages[0]
        _keep_day(output, options.calendar, look, language)


def _keep_day(output: Output, path: Path, look: date | None, language: str) -> None:
    """Write the next day to look as an appointment that says nothing to others."""
    if look is None:
        output.warn(report_words().no_day)
        return
    write_new(path, calendar_file(look, language=language))
    output.warn(report_words().calendar.format(path=path, day=look))


def read(output: Output, options: ReportReadOptions) -> None:
    """Show a report's messages."""
    thread, texts = _read_report(output, options)
    today = utc_today()
    messages = [message_json(thread, message, texts) for message in thread.messages]
    output.result(
        {**thread_json(thread, today, texts), "messages": messages},
        *thread_lines(thread, today, texts, options.language),
        *(
            line
            for message in thread.messages
            for line in message_lines(thread, message, texts, options.language)
        ),
    )


def reply(output: Output, options: ReportReplyOptions) -> None:
    """Write to the handlers."""
    check_standard_input(options.file, options.receipt_source)
    receipt, text = ask_receipt(options.receipt_source), read_text(options.file)
    with Session(output, options.address.origin, options.proxy) as session:
        visit = open_to_write(output, session, options.address, receipt)
        work = visit.seal(text, **select(options.choice, visit.thread.lines))
        seal_and_deliver(output, session, visit, work, Keeping.of(options, options.kept_path))


def reopen(output: Output, options: ReportReopenOptions) -> None:
    """Ask the handlers to reopen a closed report."""
    check_standard_input(options.file, options.receipt_source)
    receipt, text = ask_receipt(options.receipt_source), read_text(options.file)
    with Session(output, options.address.origin, options.proxy) as session:
        visit = open_to_write(output, session, options.address, receipt)
        spoken = spoken_on(visit.thread.line, options.language)
        work = visit.seal(text, language=spoken, tag=Tag.REOPENING)
        seal_and_deliver(output, session, visit, work, Keeping.of(options))


def withdraw(output: Output, options: ReportWithdrawOptions) -> None:
    """Withdraw a report, so that the host erases it."""
    receipt = ask_receipt(options.receipt_source)
    with Session(output, options.address.origin, options.proxy) as session:
        visit = open_to_write(output, session, options.address, receipt)
        spoken = spoken_on(visit.thread.line, options.language)
        text = _WITHDRAWAL.get(spoken, _WITHDRAWAL["en"])
        work = visit.seal(text, language=spoken, tag=Tag.WITHDRAWAL, immediate=options.now)
        seal_and_deliver(output, session, visit, work, Keeping.of(options))


def seal_and_deliver(
    output: Output,
    session: Session,
    visit: Visit,
    work: Coroutine[Any, Any, Draft],
    keeping: "Keeping",
) -> Sent:
    """Seal a message once, send it until the host answers, and show what the person should know."""
    thread = visit.thread
    draft = seal(session, thread.line, "Sealing", work)
    tell_draft(output, thread, draft, utc_today())
    return deliver(output, session, visit, draft, keeping)


class _Sending(Protocol):
    """The options of a command that sends a message."""

    @property
    def address(self) -> LineAddress:
        """Where the report is."""

    @property
    def unsent(self) -> Path | None:
        """Where to keep the message until the host has answered."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a person wants kept of a message on its way."""

    address: LineAddress
    unsent: Path | None
    proof: Path | None = None

    @classmethod
    def of(cls, options: _Sending, proof: Path | None = None) -> Self:
        """Return what options say."""
        return cls(options.address, options.unsent, proof)

    def draft(self, visit: Visit, draft: Draft) -> Unsent:
        """Return a draft on its way."""
        return Unsent(draft, visit.seed, self.unsent, _resend(self.address))


def _resend(address: LineAddress) -> str:
    return f"meldpunt report resend {address} FILE"


def resend(output: Output, options: ReportResendOptions) -> None:
    """Send a kept message again."""
    receipt = ask_receipt(options.receipt_source)
    with Session(output, options.address.origin, options.proxy) as session:
        if _resend_takeover(output, session, options, receipt):
            return
        visit = open_visit(session, options.address, receipt)
        thread = visit.thread
        report, command = thread.keys.report, _resend(options.address)
        unsent = read_unsent(options.kept, visit.seed, report=report, resend=command)
        draft = unsent.draft
        sent = session.deliver(lambda: visit.send(draft), look=LOOK, unsent=unsent)
    output.result(said_json(sent, thread, draft), said().received.format(day=sent.received_on))


def _resend_takeover(
    output: Output, session: Session, options: ReportResendOptions, receipt: str
) -> bool:
    """Send a kept succession again, and say whether that was kept.

    If it has arrived, the old code opens the report no more. So the report is not opened first.
    """
    address = options.address
    keys = asyncio.run(keys_of(receipt, address.line_id))
    unsent = find_unsent(options.kept, keys.signing.seed, resend=_resend(address))
    if unsent is None or unsent.draft.header.tag is not Tag.SUCCESSION:
        return False
    work = partial(
        send_takeover_again,
        session.transport,
        address.line_id,
        receipt,
        unsent.draft,
        utc_today(),
    )
    sent = session.deliver(work, look=_LOOK_UNDER_BOTH, unsent=unsent)
    output.result(sent_json(sent), report_words().new_code_alone.format(day=sent.received_on))
    return True


def deliver(output: Output, session: Session, visit: Visit, draft: Draft, keeping: Keeping) -> Sent:
    """Send a draft until the host answers, and keep a proof if the person wants one."""
    thread, kept_path = visit.thread, keeping.proof
    unsent = keeping.draft(visit, draft)
    if kept_path is not None:  # before sending: only this process has the content key
        work = visit.prove(read_earlier(kept_path), [prove_draft(draft)])
        kept = session.run("Keeping a proof", work)
        keep(output, kept_path, kept, thread, final=False)
    sent = session.deliver(lambda: visit.send(draft), look=LOOK, unsent=unsent)
    if kept_path is not None:
        again = visit.prove(read_earlier(kept_path))
        keep(output, kept_path, session.run("Keeping a proof", again), visit.thread)
    output.result(said_json(sent, thread, draft), said().received.format(day=sent.received_on))
    return sent
