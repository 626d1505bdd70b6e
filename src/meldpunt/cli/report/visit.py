"""`meldpunt report`: come back to a report with its receipt code alone."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import click

from meldpunt.cli.render.beforehand import said_json, tell_draft, tell_thread
from meldpunt.cli.render.proof import keep, keep_proof_option, read_earlier
from meldpunt.cli.render.shapes import message_json, message_lines, thread_json, thread_lines
from meldpunt.cli.terminal.choosing import Choice, readers_options
from meldpunt.cli.terminal.options import (
    address_argument,
    check_standard_input,
    command,
    gather,
    language_option,
    proxy_option,
    read_text,
    spoken_on,
    text_argument,
)
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import SecretSource, ask_receipt
from meldpunt.cli.terminal.receipt_code import give_code, seal
from meldpunt.cli.terminal.session import LOOK, Session
from meldpunt.client import Draft, LineAddress, Reporter, Thread, Visit, prove_draft
from meldpunt.protocol.receipt import parse_receipt
from meldpunt.protocol.verify.log.header import Tag

LINE: Final = "https://report.example/v1/lines/…"
"""An address, for the examples."""

_Function = TypeVar("_Function", bound=Callable[..., Any])
_NO_CHOICE: Final = Choice(readers=(), left_out=(), language=None)
_WITHDRAWAL: Final = {"nl": "Ik trek mijn melding in.", "en": "I withdraw my report."}


@click.group()
def report() -> None:
    """Make a report, and follow it with its receipt code."""


def receipt_option(function: _Function) -> _Function:
    """Add `--receipt-fd`."""
    return click.option(
        "--receipt-fd",
        "receipt_source",
        type=SecretSource(),
        help="Read the receipt code from a file descriptor, or - for standard input,"
        " instead of asking. It is never an argument: those are visible to others.",
    )(function)


def open_visit(session: Session, address: LineAddress, receipt: str) -> Visit:
    """Open a report, to read.

    Raises:
        RefusedError: As `Reporter.open`.
        ClientError: As `Reporter.open`.
    """
    parse_receipt(receipt)  # a typing error is told before anything goes out
    reporter = Reporter(session.transport, address.line_id, pin=address.pin)
    return session.run("Opening the report", reporter.open(receipt))


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
    """Open a report; one that was written down for somebody is theirs before they write in it."""
    visit = open_visit(session, address, receipt)
    tell_thread(output, visit.thread)
    if visit.thread.awaits_takeover:
        output.warn(
            "A handler wrote this report down for you and knows its code. Before anything else is"
            " written, you get a code of your own; the old one opens nothing after that."
        )
        take_over(output, session, visit)
    return visit


next_readers_options: Final = readers_options(
    reader="Let only these go on reading, by id or full name: of those who read now, of those"
    " whom a handler let in since, or, when everybody you chose has left, of all.",
    left_out="Who must not read on. The others are told.",
)
"""Adds `--reader` and `--leave-out`, for a report that has readers already."""


def take_over(
    output: Output,
    session: Session,
    visit: Visit,
    *,
    choice: Choice = _NO_CHOICE,
    show_receipt: bool = False,
    no_confirm: bool = False,
) -> dict[str, Any]:
    """Give the person a code of their own, asked back before it is in force."""
    thread = visit.thread
    work = visit.take_over(**choice.among(thread.lines))
    made = seal(session, thread.line, "Making a new code", work)
    readers = made.draft.header.readers
    tell_draft(output, thread, made.draft)
    give_code(output, made, readers, show_receipt=show_receipt, no_confirm=no_confirm)
    sent = session.deliver(lambda: visit.send_takeover(made), look=LOOK)
    session.run("Opening the report", visit.refresh())
    return said_json(sent, thread, made.draft)


@command(report, "status", example=f"meldpunt report status {LINE}")
@address_argument
@receipt_option
@proxy_option
def status(
    output: Output, address: LineAddress, receipt_source: str | None, proxy: str | None
) -> None:
    """Say where a report stands, and when an answer is due."""
    thread = read_thread(output, address, receipt_source, proxy)
    readable = sum(1 for message in thread.messages if message.text is not None)
    output.result(
        {**thread_json(thread), "readable": readable},
        *thread_lines(thread),
        f"Messages for you: {readable}" + (" (meldpunt report read)" if readable else ""),
    )


@command(report, "read", example=f"meldpunt report read {LINE}")
@address_argument
@receipt_option
@proxy_option
def read(
    output: Output, address: LineAddress, receipt_source: str | None, proxy: str | None
) -> None:
    """Show what the handlers wrote."""
    thread = read_thread(output, address, receipt_source, proxy)
    shown = [line for message in thread.messages for line in message_lines(thread, message)]
    output.result(
        {**thread_json(thread), "messages": [message_json(thread, m) for m in thread.messages]},
        *thread_lines(thread),
        *shown,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply(Choice):
    """The options of `report reply`."""

    address: LineAddress
    receipt_source: str | None
    kept_path: Path | None
    proxy: str | None


@command(report, "reply", example=f"meldpunt report reply {LINE} answer.txt")
@address_argument
@receipt_option
@next_readers_options
@language_option
@keep_proof_option
@proxy_option
@text_argument
def reply(output: Output, file: BinaryIO, **options: object) -> None:
    """Write to the handlers; FILE holds the text, - is standard input."""
    wishes = gather(_Reply, options)
    check_standard_input(file, wishes.receipt_source)
    receipt, text = ask_receipt(wishes.receipt_source), read_text(file)
    with Session(output, wishes.address.origin, wishes.proxy) as session:
        visit = open_to_write(output, session, wishes.address, receipt)
        work = visit.seal(text, **wishes.among(visit.thread.lines))
        _send(output, session, visit, work, wishes.kept_path)


@command(report, "reopen", example=f"meldpunt report reopen {LINE} reason.txt")
@address_argument
@receipt_option
@language_option
@proxy_option
@text_argument
def reopen(
    output: Output,
    file: BinaryIO,
    address: LineAddress,
    receipt_source: str | None,
    language: str | None,
    proxy: str | None,
) -> None:
    """Have a closed report taken up again; FILE says why, - is standard input."""
    check_standard_input(file, receipt_source)
    receipt, text = ask_receipt(receipt_source), read_text(file)
    with Session(output, address.origin, proxy) as session:
        visit = open_to_write(output, session, address, receipt)
        work = visit.seal(text, language=spoken_on(visit.thread.line, language), tag=Tag.REOPENING)
        _send(output, session, visit, work)


@command(report, "withdraw", example=f"meldpunt report withdraw {LINE}")
@address_argument
@receipt_option
@click.option(
    "--now",
    is_flag=True,
    help="Erase at once. Else there is a cooling-off time, and any message of yours undoes it.",
)
@language_option
@proxy_option
def withdraw(
    output: Output,
    address: LineAddress,
    receipt_source: str | None,
    now: bool,  # noqa: FBT001 - click passes by name
    language: str | None,
    proxy: str | None,
) -> None:
    """Take a report back, so that it is erased."""
    receipt = ask_receipt(receipt_source)
    with Session(output, address.origin, proxy) as session:
        visit = open_to_write(output, session, address, receipt)
        chosen = spoken_on(visit.thread.line, language)
        text = _WITHDRAWAL.get(chosen, _WITHDRAWAL["en"])
        work = visit.seal(text, language=chosen, tag=Tag.WITHDRAWAL, immediate=now)
        _send(output, session, visit, work)


def _send(
    output: Output,
    session: Session,
    visit: Visit,
    work: Coroutine[Any, Any, Draft],
    kept_path: Path | None = None,
) -> None:
    """Seal once, send until answered, say what a person should know."""
    thread = visit.thread
    draft = seal(session, thread.line, "Sealing", work)
    tell_draft(output, thread, draft)
    deliver(output, session, visit, draft, kept_path)


def deliver(
    output: Output, session: Session, visit: Visit, draft: Draft, kept_path: Path | None = None
) -> None:
    """Send until answered, and keep a proof if the person wants one."""
    thread = visit.thread
    if kept_path is not None:  # before sending: its content key is here and nowhere else
        work = visit.prove(read_earlier(kept_path), [prove_draft(draft)])
        kept = session.run("Keeping a proof", work)
        keep(output, kept_path, kept, thread, final=False)
    sent = session.deliver(lambda: visit.send(draft), look=LOOK)
    if kept_path is not None:
        again = visit.prove(read_earlier(kept_path))
        keep(output, kept_path, session.run("Keeping a proof", again), visit.thread)
    output.result(said_json(sent, thread, draft), f"The host received it on {sent.received_on}.")
