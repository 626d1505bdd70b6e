"""Read secrets by a hidden prompt or a file descriptor, never by an argument or a variable.

Other users can see arguments in the list of processes, and a shell keeps them in its history. Every
child process sees the variables.
"""

import contextlib
import os
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TextIO

import click

from meldpunt.cli.keyfile.keystore import plain_passphrase
from meldpunt.cli.speech.phrases import ENGLISH, Phrases
from meldpunt.cli.speech.said import said
from meldpunt.cli.terminal.typed_code import wrong_part
from meldpunt.protocol.receipt import parse_receipt

_MAX_LINE: Final = 4096
"""The longest line that a terminal gives, in bytes."""
MIN_PASSPHRASE: Final = 8
_TOO_SHORT: Final = (
    f"A passphrase has {MIN_PASSPHRASE} characters at least; five words drawn by lot are"
    " good. Whoever copies the key file can try as many as they like."
)
_LOCAL_MODES: Final = 3
"""The position of the local modes in the result of `termios.tcgetattr`."""
_TTY: Final = Path("/dev/tty")
_ENTER_ALONE: Final = "\x1b[?1049h\x1b[H\x1b[2J"
_CLEAR: Final = "\x1b[H\x1b[2J\x1b[3J"
_LEAVE_ALONE: Final = "\x1b[?1049l"
"""Leaves the terminal's second screen, whose content does not stay in the scroll-back."""


def read_line(source: str) -> str:
    """Return one line from a file descriptor or standard input.

    Raises:
        click.UsageError: Nothing can be read there.
    """
    number = 0 if source == "-" else int(source)
    data = b""
    try:
        while not data.endswith(b"\n") and len(data) < _MAX_LINE:
            # Read byte by byte: the bytes after the line are for another reader.
            byte = os.read(number, 1)
            if not byte:
                break
            data += byte
        text = data.decode("utf-8").rstrip("\r\n")
    except (OSError, OverflowError, UnicodeDecodeError):
        raise click.UsageError("The secret cannot be read from that file descriptor.") from None
    if not text:
        raise click.UsageError("No secret came from that file descriptor.")
    return text


class Terminal:
    """The terminal at which the person sits, even if standard input is a file or a pipe."""

    def __init__(self, reader: TextIO, writer: TextIO) -> None:
        self._reader = reader
        self._writer = writer
        self._plain = os.environ.get("TERM", "dumb") == "dumb"

    def say(self, *lines: str) -> None:
        """Write lines."""
        self._writer.write("".join(f"{line}\n" for line in lines))
        self._writer.flush()

    def ask(self, question: str) -> str:
        """Return a typed line, which the terminal shows.

        Raises:
            click.Abort: The person ended the input.
        """
        self._writer.write(question)
        self._writer.flush()
        answer = self._reader.readline(_MAX_LINE)
        if not answer:
            raise click.Abort
        return answer.rstrip("\r\n")

    def ask_hidden(self, question: str) -> str:
        """Return a typed line, which the terminal does not show.

        Raises:
            click.Abort: The person ended the input.
        """
        with _no_echo(self._reader.fileno()):
            try:
                return self.ask(question)
            finally:
                self.say("")

    def ask_back(self, question: str) -> str:
        """Return a secret that the person types again, hidden if the screen cannot be cleared."""
        return self.ask_hidden(question) if self._plain else self.ask(question)

    @contextlib.contextmanager
    def alone(self, phrases: Phrases = ENGLISH) -> Iterator[None]:
        """Show something alone on the screen, and remove it afterwards."""
        self._control(_ENTER_ALONE)
        try:
            yield
        finally:
            # Some terminals keep the content of the second screen, or have none: clear it too.
            self._control(_CLEAR + _LEAVE_ALONE)
            if self._plain:
                self.say(phrases.still_shown)

    def clear(self) -> None:
        """Empty the screen."""
        self._control(_CLEAR)

    def _control(self, sequence: str) -> None:
        if not self._plain:
            self._writer.write(sequence)
            self._writer.flush()


@contextlib.contextmanager
def terminal() -> Iterator[Terminal | None]:
    """Open the terminal, or give None if there is none."""
    with contextlib.ExitStack() as opened:
        try:
            reader = opened.enter_context(_TTY.open(encoding="utf-8", errors="replace"))
            writer = opened.enter_context(_TTY.open("w", encoding="utf-8", errors="replace"))
            found = Terminal(reader, writer)
        except OSError:
            found = None
        yield found


def ask_hidden(prompt: str, option: str) -> str:
    """Return a line that the person types, hidden.

    Raises:
        click.UsageError: There is no terminal, and the message names `option` as another way; or
            the line is not UTF-8.
        click.Abort: The person ended the input.
    """
    with terminal() as found:
        if found is None:
            raise click.UsageError(said().no_terminal.format(option=option))
        answer = found.ask_hidden(prompt)
    if "\ufffd" in answer:
        raise click.UsageError(said().not_utf8)
    return answer


@contextlib.contextmanager
def _no_echo(handle: int) -> Iterator[None]:
    """Make a terminal hide what the person types."""
    before = termios.tcgetattr(handle)
    quiet = [*before]
    quiet[_LOCAL_MODES] &= ~termios.ECHO
    termios.tcsetattr(handle, termios.TCSAFLUSH, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(handle, termios.TCSAFLUSH, before)


def ask_passphrase(source: str | None, *, of: str = "the key file") -> str:
    """Ask for the passphrase of a key file.

    Raises:
        click.UsageError: There is no terminal, or nothing can be read there.
        click.Abort: The person ended the input.
    """
    if source is not None:
        return read_line(source)
    return ask_hidden(f"Passphrase of {of}: ", "--passphrase-fd")


def ask_new_passphrase(source: str | None, *, of: str = "the key file") -> str:
    """Ask for a new passphrase, twice, until it is long enough and both are the same.

    Spaces of every kind become plain single ones, so that every keyboard can give it.

    Raises:
        click.UsageError: There is no terminal, or the passphrase from a file descriptor is too
            short.
        click.Abort: The person ended the input.
    """
    while True:
        passphrase = plain_passphrase(ask_passphrase(source, of=of))
        wrong = None
        if len(passphrase) < MIN_PASSPHRASE:
            wrong = _TOO_SHORT
            if source is not None:
                raise click.UsageError(f"{wrong} Nothing was written.")
        elif source is None and passphrase != plain_passphrase(
            ask_hidden("The same once more: ", "--passphrase-fd")
        ):
            wrong = "The two passphrases differ."
        if wrong is None:
            return passphrase
        say(f"{wrong} Once more (Ctrl-D to stop).")


def say(*lines: str) -> None:
    """Write lines to the terminal, if there is one."""
    with terminal() as found:
        if found is not None:
            found.say(*lines)


def ask_receipt(source: str | None) -> str:
    """Return a receipt code, which the person types until it can be one.

    Raises:
        RefusedError: The code from a file descriptor cannot be one.
        click.UsageError: Nothing can be read there, or there is no terminal.
        click.Abort: The person ended the input.
    """
    if source is not None:
        typed = read_line(source)
        parse_receipt(typed)
        return typed
    typed = ask_hidden(said().ask_code, "--receipt-fd")
    while (wrong := wrong_part(typed)) is not None:
        with terminal() as found:
            if found is None:
                raise click.Abort
            found.say(wrong)
            shows = says_yes(found.ask(said().show_typed))
            ask = found.ask if shows else found.ask_hidden
            typed = ask(said().ask_code_again)
    return typed


def confirm_receipt(
    found: Terminal, receipt: str, confirms: Callable[[str], bool], phrases: Phrases
) -> None:
    """Show a receipt code alone, remove it, and continue after the person has typed it.

    Raises:
        click.Abort: The person gave up; nothing was sent.
    """
    with found.alone(phrases):
        while True:
            found.say(phrases.code, "", f"    {receipt}", "", *phrases.keep_code)
            found.ask(phrases.kept)
            found.clear()
            if confirms(found.ask_back(phrases.type_back)):
                return
            found.say(phrases.wrong_code, "")


def ask_leave(question: str, *, yes: bool) -> None:
    """Ask whether something may go to another line.

    Raises:
        click.UsageError: There is no terminal to ask on.
        click.Abort: The person said no; nothing was sent.
    """
    ask_consent(
        question,
        yes=yes,
        otherwise="There is no terminal to ask on whether this may be sent. Nothing was sent."
        " A program adds --yes.",
    )


def ask_consent(question: str, *, yes: bool, otherwise: str | None) -> None:
    """Ask before something that cannot be undone.

    Args:
        question: What to ask.
        yes: The person has said yes beforehand.
        otherwise: The error's message if there is no terminal; None to continue without one.

    Raises:
        click.UsageError: There is no terminal to ask on.
        click.Abort: The person said no.
    """
    if yes:
        return
    with terminal() as found:
        if found is not None:
            if not says_yes(found.ask(question)):
                raise click.Abort
        elif otherwise is not None:
            raise click.UsageError(otherwise)


def says_yes(answer: str) -> bool:
    """Say whether an answer means yes. Every other answer means no."""
    return answer.strip().lower() in {"y", "yes", "j", "ja"}
