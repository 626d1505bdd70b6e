"""`meldpunt handler acknowledge` and the like: one command for each thing a handler can say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from meldpunt.cli.beforehand import said_json, tell_draft, tell_thread
from meldpunt.cli.inbox import handler
from meldpunt.cli.options import (
    DayType,
    EntryType,
    HandlerFile,
    check_standard_input,
    command,
    key_file_options,
    language_option,
    proxy_option,
    read_text,
    text_argument,
)
from meldpunt.cli.output import Output
from meldpunt.cli.reminding import remind_handler
from meldpunt.cli.session import Session
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.header import Tag

__all__ = ["handler"]

_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes:
    """The options that every answer has."""

    entry: ids.EntryId
    file: BinaryIO
    path: Path
    passphrase_source: str | None
    language: str | None
    proxy: str | None


def _speak(
    output: Output,
    wishes: _Wishes,
    *,
    tag: Tag,
    note: bool = False,
    until: date | None = None,
) -> None:
    """Read the report anew, seal once, send until answered."""
    check_standard_input(wishes.file, wishes.passphrase_source)
    text = read_text(wishes.file)
    keys = HandlerFile(wishes.path, wishes.passphrase_source)
    with Session(output, keys.address.origin, wishes.proxy) as session:
        me = keys.handler(session.transport)
        thread = session.run("Reading the report", me.read(wishes.entry))
        keys.save_history(me)
        remind_handler(output, me, thread.line)
        tell_thread(output, thread)
        language = wishes.language or thread.line.document.languages[0]
        draft = me.seal(thread, text, language=language, tag=tag, note=note, until=until)
        tell_draft(output, thread, draft)
        sent = session.deliver(lambda: me.send(thread, draft), look="meldpunt handler read")
    output.result(said_json(sent, thread, draft), f"The host received it on {sent.received_on}.")


def _answer_options(function: _Function) -> _Function:
    """Add what every answer has: keys, language, ENTRY, FILE."""
    dressed = click.argument("entry", type=EntryType())(text_argument(function))
    return key_file_options(language_option(proxy_option(dressed)))


def _add(name: str, tag: Tag, about: str) -> None:
    """Make the command for a tag that needs a text and nothing more."""

    def speak(output: Output, **options: object) -> None:
        _speak(output, _Wishes(**options), tag=tag)  # type: ignore[arg-type]

    speak.__doc__ = f"{about}\n\nFILE holds the text, - is standard input."
    command(handler, name, example=_example(name), takes_entry=True)(_answer_options(speak))


def _example(name: str) -> str:
    return f"meldpunt handler {name} --key-file jansen.key 3q2-7wAAAAAAAAAAAAAAAA text.txt"


_add("acknowledge", Tag.ACKNOWLEDGEMENT, "Tell the reporter that the report was received.")
_add("feedback", Tag.FEEDBACK, "Tell the reporter what was done with the report.")
_add("close", Tag.CLOSING, "Close a report; feedback comes first.")
_add("reopen", Tag.REOPENING, "Take a closed report up again.")


@command(handler, "reply", example=_example("reply"), takes_entry=True)
@_answer_options
@click.option(
    "--note",
    is_flag=True,
    help="For the other readers only; the reporter sees that there is a note, not what it says.",
)
def reply(output: Output, note: bool, **options: object) -> None:  # noqa: FBT001 - click's way
    """Write to the reporter and the other readers.

    FILE holds the text, - is standard input.
    """
    _speak(output, _Wishes(**options), tag=Tag.MESSAGE, note=note)  # type: ignore[arg-type]


@command(
    handler,
    "pause",
    example="meldpunt handler pause --key-file jansen.key --until 2026-05-01"
    " 3q2-7wAAAAAAAAAAAAAAAA why.txt",
    takes_entry=True,
)
@_answer_options
@click.option("--until", type=DayType(), required=True, help="Last day of the pause.")
def pause(output: Output, until: date, **options: object) -> None:
    """Pause the clocks of a report, for a reason that the reporter reads.

    FILE holds the reason, - is standard input.
    """
    _speak(output, _Wishes(**options), tag=Tag.PAUSE, until=until)  # type: ignore[arg-type]
