"""How a command fails: a person reads words, a program reads a code."""

import json
import sys
from typing import IO, Any

import click


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
