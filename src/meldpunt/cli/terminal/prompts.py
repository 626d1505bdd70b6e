"""Secrets come in by a hidden prompt or a file descriptor: never by an argument or a variable.

Arguments show in the list of processes and in a shell's history, variables in every child.
"""

import contextlib
import os
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TextIO

import click

_MAX_LINE: Final = 4096
"""What a terminal gives at once, in bytes."""
_MIN_PASSPHRASE: Final = 8
_LOCAL_MODES: Final = 3
"""Where `termios.tcgetattr` has them."""
_TTY: Final = Path("/dev/tty")
_ENTER_ALONE: Final = "\x1b[?1049h\x1b[H\x1b[2J"
_CLEAR: Final = "\x1b[H\x1b[2J\x1b[3J"
_LEAVE_ALONE: Final = "\x1b[?1049l"
"""The terminal's second screen: what is shown there does not stay in the scroll-back."""


def read_line(source: str) -> str:
    """Return one line from a file descriptor or standard input.

    Raises:
        click.UsageError: Nothing can be read there.
    """
    number = 0 if source == "-" else int(source)
    data = b""
    try:
        while not data.endswith(b"\n") and len(data) < _MAX_LINE:
            # Byte by byte: what follows the line belongs to somebody else.
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
    """The terminal of the person at it, even when standard input is something else."""

    def __init__(self, reader: TextIO, writer: TextIO) -> None:
        self._reader = reader
        self._writer = writer
        self._plain = os.environ.get("TERM", "dumb") == "dumb"

    def say(self, *lines: str) -> None:
        """Write lines."""
        self._writer.write("".join(f"{line}\n" for line in lines))
        self._writer.flush()

    def ask(self, question: str) -> str:
        """Return a line as typed, visibly.

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
        """Return a line as typed, which the terminal does not show.

        Raises:
            click.Abort: The person ended the input.
        """
        with _no_echo(self._reader.fileno()):
            try:
                return self.ask(question)
            finally:
                self.say("")

    def ask_back(self, question: str) -> str:
        """Return a secret typed once more; unseen where the screen cannot be cleared."""
        return self.ask_hidden(question) if self._plain else self.ask(question)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Show something by itself, and take it away afterwards."""
        self._control(_ENTER_ALONE)
        try:
            yield
        finally:
            # Some terminals keep what was on the second screen, or have none.
            self._control(_CLEAR + _LEAVE_ALONE)
            if self._plain:
                self.say("Clear your screen afterwards: what was shown is still on it.")

    def clear(self) -> None:
        """Empty the screen."""
        self._control(_CLEAR)

    def _control(self, sequence: str) -> None:
        if not self._plain:
            self._writer.write(sequence)
            self._writer.flush()


@contextlib.contextmanager
def terminal() -> Iterator[Terminal | None]:
    """Open the terminal, or give None where nobody sits at one."""
    with contextlib.ExitStack() as opened:
        try:
            reader = opened.enter_context(_TTY.open(encoding="utf-8", errors="replace"))
            writer = opened.enter_context(_TTY.open("w", encoding="utf-8", errors="replace"))
            found = Terminal(reader, writer)
        except OSError:
            found = None
        yield found


def ask_hidden(prompt: str, option: str) -> str:
    """Return what somebody types, unseen.

    Raises:
        click.UsageError: There is nobody to ask; `option` is another way. It is not UTF-8.
        click.Abort: The person ended the input.
    """
    with terminal() as found:
        if found is None:
            raise click.UsageError(
                f"There is no terminal to ask on: use {option} N, or {option} -."
            )
        answer = found.ask_hidden(prompt)
    if "\ufffd" in answer:
        raise click.UsageError("What was typed is not UTF-8. Set this terminal to UTF-8.")
    return answer


@contextlib.contextmanager
def _no_echo(handle: int) -> Iterator[None]:
    """Let a terminal not show what is typed."""
    before = termios.tcgetattr(handle)
    quiet = [*before]
    quiet[_LOCAL_MODES] &= ~termios.ECHO
    termios.tcsetattr(handle, termios.TCSAFLUSH, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(handle, termios.TCSAFLUSH, before)


def ask_passphrase(source: str | None, *, new: bool = False, of: str = "the key file") -> str:
    """Return the passphrase of a key file, asked twice for a new one.

    Raises:
        click.UsageError: There is nobody to ask, a new one is too short, or the two differ.
    """
    first = (
        ask_hidden(f"Passphrase of {of}: ", "--passphrase-fd")
        if source is None
        else read_line(source)
    )
    if new and len(first) < _MIN_PASSPHRASE:
        raise click.UsageError(
            f"A passphrase has {_MIN_PASSPHRASE} characters at least; five words drawn by lot are"
            " good. Whoever copies the key file can try as many as they like. Nothing was written."
        )
    if source is None and new and ask_hidden("The same once more: ", "--passphrase-fd") != first:
        raise click.UsageError("The two passphrases differ. Nothing was written.")
    return first


def ask_receipt(source: str | None) -> str:
    """Return a receipt code as typed."""
    if source is not None:
        return read_line(source)
    return ask_hidden("Receipt code: ", "--receipt-fd")


def confirm_receipt(found: Terminal, receipt: str, confirms: Callable[[str], bool]) -> None:
    """Show a receipt code alone, take it away, and go on when it was typed back.

    Raises:
        click.Abort: The person gave up; nothing was sent.
    """
    with found.alone():
        while True:
            found.say(
                "Your receipt code, shown this once:",
                "",
                f"    {receipt}",
                "",
                "Write it down now, and keep it where only you look. It is the only way to read",
                "the answer; nobody can give it to you again. Nothing has been sent yet.",
            )
            found.ask("Press Enter when you have kept it. ")
            found.clear()
            if confirms(found.ask_back("Type the code back (Ctrl-D to stop): ")):
                return
            found.say("That is not the code. Here it is again.", "")


def ask_leave(question: str, *, yes: bool) -> None:
    """Ask whether something may leave for another line.

    Raises:
        click.UsageError: There is nobody to ask.
        click.Abort: It may not; nothing was sent.
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
        yes: It was answered beforehand.
        otherwise: What to refuse with where nobody can be asked; None to go on there.

    Raises:
        click.UsageError: There is nobody to ask.
        click.Abort: The answer is no.
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
    """Say whether an answer is a yes; anything else is a no."""
    return answer.strip().lower() in {"y", "yes", "j", "ja"}
