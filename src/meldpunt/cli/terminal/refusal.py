"""How a command fails: a person reads words, a program reads a code."""

import json
import sys
from contextvars import ContextVar
from typing import IO, Any

import click

from meldpunt.cli.speech.said import said


class Refusal(click.ClickException):
    """A failure with words for a person and a code for a program. The exit status is 1."""

    def __init__(self, code: str, message: str, *, as_json: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.as_json = as_json

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the error."""
        if self.as_json:
            error = {"error": self.code, "message": self.message}
            click.echo(json.dumps(error), file=file or sys.stderr)
        else:
            super().show(file)


_has_sent = ContextVar("_has_sent", default=False)


def note_sent() -> None:
    """Note that this command has sent something that may have changed what the host holds."""
    _has_sent.set(True)


def forget_sent() -> None:
    """Begin a command: nothing is sent yet."""
    _has_sent.set(False)


def stopped() -> Refusal:
    """Return what a person is told who stopped a command at a question."""
    return Refusal("stopped", said().stopped if _has_sent.get() else said().nothing_sent)
