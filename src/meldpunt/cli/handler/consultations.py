"""`meldpunt handler consultations` and `consultation`: what another line answered.

Each is looked at on a connection of its own: hosts see no list of what one handler asked.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, Final

import click

from meldpunt.cli.handler.consulting import LOOK, WARNING, handler
from meldpunt.cli.keyfile.contents import Consultation
from meldpunt.cli.render.beforehand import said_json, tell_draft, tell_thread
from meldpunt.cli.render.shapes import message_json, message_lines, thread_json, thread_lines
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.options import (
    check_standard_input,
    command,
    key_file_options,
    language_option,
    proxy_option,
    read_text,
    spoken_on,
    text_argument,
)
from meldpunt.cli.terminal.output import Output, explain
from meldpunt.cli.terminal.receipt_code import seal
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.words import line_name
from meldpunt.client import (
    ClientError,
    LineAddress,
    ProblemError,
    Reporter,
    Thread,
    Visit,
    utc_today,
)
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.wire.problems import ProblemType

__all__ = ["handler"]

_MISSING: Final = "Not there: it never arrived, or the other line's host hides it."


@command(handler, "consultations", example="meldpunt handler consultations --key-file jansen.key")
@key_file_options
@proxy_option
def consultations(
    output: Output, path: Path, passphrase_source: str | None, proxy: str | None
) -> None:
    """List what you asked other lines, and what they have answered.

    What they have erased is dropped from the key file, with its receipt.
    """
    keys = HandlerFile(path, passphrase_source)
    shown = [_status(output, keys, asked, proxy) for asked in keys.content.consultations]
    lines = [line for status in shown for line in _status_lines(status)]
    output.result({"consultations": shown}, *(lines or ["You have asked nobody."]))


def _status(
    output: Output, keys: HandlerFile, asked: Consultation, proxy: str | None
) -> dict[str, Any]:
    """Look at one; what goes wrong with it hides no other."""
    found: dict[str, Any] = {
        "number": asked.number,
        "address": asked.address,
        "askedOn": asked.asked_on.isoformat(),
    }
    address = LineAddress.parse(asked.address)
    try:
        with Session(output, address.origin, proxy) as session:
            thread = _open(session, address, asked).thread
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


def _open(session: Session, address: LineAddress, asked: Consultation) -> Visit:
    reporter = Reporter(session.transport, address.line_id, pin=address.pin)
    return session.run("Opening the consultation", reporter.open(asked.receipt))


def _answers(thread: Thread) -> int:
    """Count what others wrote to the one who asks."""
    others = (m for m in thread.messages if m.header.author != REPORTER)
    return sum(message.text is not None for message in others)


def _keep_seen(
    keys: HandlerFile, asked: Consultation, thread: Thread, *, origin: str, read: int
) -> None:
    """Keep what a visit taught: where the line is, its document, its end, what was read."""
    if thread.erased:
        keys.change(lambda content: content.without_consultations({asked.number}))
        return
    address = LineAddress(origin, thread.line.document.line_id, thread.line.pin)
    until: date = thread.status.erased_on
    seen = {"address": str(address), "until": until, "read": read}
    if seen != asked.model_dump(include=set(seen)):
        changed = asked.model_copy(update=seen)
        keys.change(lambda content: content.with_consultation(changed))


@handler.group()
def consultation() -> None:
    """Read what another line answered, and go on with it."""


def _find(keys: HandlerFile, number: int) -> Consultation:
    for asked in keys.content.consultations:
        if asked.number == number:
            return asked
    raise click.UsageError(f"There is no such consultation: {LOOK} lists them.")


@command(consultation, "read", example="meldpunt handler consultation read --key-file jansen.key 1")
@key_file_options
@proxy_option
@click.argument("number", type=click.IntRange(1))
def read_one(
    output: Output, number: int, path: Path, passphrase_source: str | None, proxy: str | None
) -> None:
    """Read what was answered to one of your consultations.

    What you wrote yourself is not shown: it is sealed to those you asked alone.
    """
    keys = HandlerFile(path, passphrase_source)
    asked = _find(keys, number)
    address = LineAddress.parse(asked.address)
    with Session(output, address.origin, proxy) as session:
        thread = _open(session, address, asked).thread
        origin = session.transport.origin
    shown = [line for message in thread.messages for line in message_lines(thread, message)]
    output.result(
        {**thread_json(thread), "messages": [message_json(thread, m) for m in thread.messages]},
        f"Asked of {line_name(thread.line)} on {asked.asked_on}",
        *thread_lines(thread),
        *shown,
    )
    _keep_seen(keys, asked, thread, origin=origin, read=_answers(thread))


@command(
    consultation,
    "reply",
    example="meldpunt handler consultation reply --key-file jansen.key 1 answer.txt",
)
@key_file_options
@language_option
@proxy_option
@click.argument("number", type=click.IntRange(1))
@text_argument
def reply_one(
    output: Output,
    file: BinaryIO,
    number: int,
    path: Path,
    passphrase_source: str | None,
    language: str | None,
    proxy: str | None,
) -> None:
    """Write on in one of your consultations, with nobody named; FILE holds the text."""
    check_standard_input(file, passphrase_source)
    text = read_text(file)
    keys = HandlerFile(path, passphrase_source)
    asked = _find(keys, number)
    address = LineAddress.parse(asked.address)
    with Session(output, address.origin, proxy) as session:
        visit = _open(session, address, asked)
        thread = visit.thread
        tell_thread(output, thread)
        spoken = spoken_on(thread.line, language)
        draft = seal(session, thread.line, "Sealing", visit.seal(text, language=spoken))
        output.warn(WARNING)
        tell_draft(output, thread, draft)
        sent = session.deliver(lambda: visit.send(draft), look=LOOK)
    output.result(said_json(sent, thread, draft), f"The host received it on {sent.received_on}.")


@command(consultation, "end", example="meldpunt handler consultation end --key-file jansen.key 1")
@key_file_options
@proxy_option
@click.argument("number", type=click.IntRange(1))
def end_one(
    output: Output, number: int, path: Path, passphrase_source: str | None, proxy: str | None
) -> None:
    """End one of your consultations: it is erased there at once, and its receipt here."""
    keys = HandlerFile(path, passphrase_source)
    asked = _find(keys, number)
    address = LineAddress.parse(asked.address)
    with Session(output, address.origin, proxy) as session:
        _withdraw(session, address, asked)
    keys.change(lambda content: content.without_consultations({number}))
    output.result({"ended": number}, f"Consultation {number} is erased.")


def _withdraw(session: Session, address: LineAddress, asked: Consultation) -> None:
    try:
        visit = _open(session, address, asked)
    except ProblemError as error:
        if error.kind is ProblemType.NOT_FOUND:
            return  # it never arrived, or is gone already
        raise
    if visit.thread.erased:
        return
    language = visit.thread.line.document.languages[0]
    work = visit.withdraw(language=language, immediate=True)
    session.run("Ending the consultation", work)
