"""`meldpunt handler acknowledge` and the like: one command for each thing a handler can say."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from meldpunt.cli.handler.inbox import handler
from meldpunt.cli.render.beforehand import said_json, tell_draft, tell_thread
from meldpunt.cli.render.reminders import remind_handler
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.options import (
    DayType,
    EntryType,
    check_standard_input,
    command,
    gather,
    key_file_options,
    language_option,
    proxy_option,
    read_text,
    spoken_on,
    text_argument,
)
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.session import Session
from meldpunt.client import Draft, Handler, Sent, Thread
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.log.header import Tag

__all__ = ["handler"]

_Function = TypeVar("_Function", bound=Callable[..., Any])


Making = Callable[[Handler, Thread, str, str], Coroutine[Any, Any, Draft]]
"""Seals what a handler says: in a report, with a text, in a language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The options that every answer has."""

    entry: ids.EntryId
    file: BinaryIO
    path: Path
    passphrase_source: str | None
    language: str | None
    proxy: str | None


def open_report(
    output: Output, session: Session, keys: HandlerFile, entry: ids.EntryId
) -> tuple[Handler, Thread]:
    """Read a report as the handler of a key file, and say what is due.

    Raises:
        RefusedError: As `Handler.read`.
        ClientError: As `Handler.read`.
    """
    me = keys.handler(session.transport)
    thread = session.run("Reading the report", me.read(entry))
    keys.save_history(me)
    remind_handler(output, me, thread.line)
    return me, thread


def send_draft(output: Output, session: Session, me: Handler, thread: Thread, draft: Draft) -> Sent:
    """Say what is to be known of a message, and who would read it; send until answered."""
    tell_draft(output, thread, draft)
    return session.deliver(lambda: me.send(thread, draft), look="meldpunt handler read")


def speak(output: Output, wishes: Wishes, make: Making) -> None:
    """Read the report anew, seal once, send until answered."""
    check_standard_input(wishes.file, wishes.passphrase_source)
    text = read_text(wishes.file)
    keys = HandlerFile(wishes.path, wishes.passphrase_source)
    with Session(output, keys.address.origin, wishes.proxy) as session:
        me, thread = open_report(output, session, keys, wishes.entry)
        tell_thread(output, thread)
        language = spoken_on(thread.line, wishes.language)
        draft = session.run("Sealing", make(me, thread, text, language))
        sent = send_draft(output, session, me, thread, draft)
    output.result(said_json(sent, thread, draft), f"The host received it on {sent.received_on}.")


def making(tag: Tag, **fields: Any) -> Making:  # noqa: ANN401 (those of `Handler.seal`)
    """Return what seals a message with a tag."""

    async def make(me: Handler, thread: Thread, text: str, language: str) -> Draft:
        return me.seal(thread, text, language=language, tag=tag, **fields)

    return make


def answer_options(function: _Function) -> _Function:
    """Add what every answer has: keys, language, ENTRY, FILE."""
    dressed = click.argument("entry", type=EntryType())(text_argument(function))
    return key_file_options(language_option(proxy_option(dressed)))


def _add(name: str, tag: Tag, about: str) -> None:
    """Make the command for a tag that needs a text and nothing more."""

    def say(output: Output, **options: object) -> None:
        speak(output, gather(Wishes, options), making(tag))

    say.__doc__ = f"{about}\n\nFILE holds the text, - is standard input."
    command(handler, name, example=example(name), takes_entry=True)(answer_options(say))


def example(name: str) -> str:
    return f"meldpunt handler {name} --key-file jansen.key 3q2-7wAAAAAAAAAAAAAAAA text.txt"


_add("acknowledge", Tag.ACKNOWLEDGEMENT, "Tell the reporter that the report was received.")
_add("feedback", Tag.FEEDBACK, "Tell the reporter what was done with the report.")
_add("close", Tag.CLOSING, "Close a report; feedback comes first.")
_add("reopen", Tag.REOPENING, "Take a closed report up again.")


@command(handler, "reply", example=example("reply"), takes_entry=True)
@answer_options
@click.option(
    "--note",
    is_flag=True,
    help="For the other readers only; the reporter sees that there is a note, not what it says.",
)
def reply(output: Output, note: bool, **options: object) -> None:  # noqa: FBT001 - click's way
    """Write to the reporter and the other readers.

    FILE holds the text, - is standard input.
    """
    speak(output, gather(Wishes, options), making(Tag.MESSAGE, note=note))


@command(
    handler,
    "pause",
    example="meldpunt handler pause --key-file jansen.key --until 2026-05-01"
    " 3q2-7wAAAAAAAAAAAAAAAA why.txt",
    takes_entry=True,
)
@answer_options
@click.option("--until", type=DayType(), required=True, help="Last day of the pause.")
def pause(output: Output, until: date, **options: object) -> None:
    """Pause the clocks of a report, for a reason that the reporter reads.

    FILE holds the reason, - is standard input.
    """
    speak(output, gather(Wishes, options), making(Tag.PAUSE, until=until))
