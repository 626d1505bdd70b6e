"""Answers of commands: text for people by default, or one JSON object per line for programs."""

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from meldpunt.cli.speech.said import said
from meldpunt.cli.terminal.refusal import Refusal

if TYPE_CHECKING:
    from rich.progress import Progress
    from rich.status import Status


class Output:
    """Writes the answers of a command. Progress and warnings go to standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._reminders: list[str] = []
        self._status: Status | None = None
        self._bar: Progress | None = None

    def result(self, value: dict[str, Any], *lines: str) -> None:
        """Give the result: `value` for programs, `lines` for people."""
        if self.as_json:
            due = {"reminders": self._reminders} if self._reminders else {}
            self.line(json.dumps({**value, **due}))
        else:
            for line in lines:
                self.line(line)

    def line(self, text: str) -> None:
        """Write a line to standard output, or fail if it cannot be written.

        Raises:
            Refusal: The line cannot be written.
        """
        _write(text, error=False)

    def warn(self, *lines: str) -> None:
        """Show a warning to a person. With JSON, the result contains it instead."""
        if not self.as_json:
            for line in lines:
                _write(said().note.format(text=line), error=True)

    def note(self, *lines: str) -> None:
        """Tell a person how far the command is. With JSON, say nothing."""
        if not self.as_json:
            for line in lines:
                _write(line, error=True)

    def alarm(self, *lines: str) -> None:
        """Show an alarm to a person. With JSON, the result contains it instead."""
        if not self.as_json:
            for line in lines:
                _write(said().alarm.format(text=line), error=True)

    def remind(self, kind: str, text: str) -> None:
        """Show a reminder: at once to a person, or by its kind in the result to a program."""
        if kind not in self._reminders:
            self._reminders.append(kind)
            self.warn(text)

    def tell(self, doing: str) -> None:
        """Show the step that slow work has reached, if a person is watching."""
        if self._status is not None:
            self._status.update(f"{doing}…")

    @contextlib.contextmanager
    def progress(self, doing: str) -> Iterator[None]:
        """Show that slow work goes on, if a person is watching."""
        if not self._is_watched:
            yield
            return
        from rich.console import Console  # needed only if somebody is watching

        with Console(stderr=True).status(f"{doing}…", spinner="line") as self._status:
            yield
        self._status = None

    @contextlib.contextmanager
    def counting(
        self, doing: str, *, in_bytes: bool = False
    ) -> Iterator[Callable[[int, int | None], None]]:
        """Show how much of slow work is done, if a person is watching.

        Gives a function to call with the amount done, and the whole amount, None while unknown.
        """
        if not self._is_watched:
            yield lambda _done, _of: None
            return
        from rich import progress
        from rich.console import Console

        columns = (
            progress.TextColumn("{task.description}", markup=False),
            progress.BarColumn(),
            progress.DownloadColumn() if in_bytes else progress.MofNCompleteColumn(),
            progress.TimeRemainingColumn(elapsed_when_finished=True),
        )
        with progress.Progress(
            *columns, console=Console(stderr=True), redirect_stdout=False
        ) as bar:
            self._bar = bar
            task = bar.add_task(doing, total=None)
            yield lambda done, of: bar.update(task, completed=done, total=of)
        self._bar = None

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Show no progress for a while, so that a question is not painted over."""
        shown = [each for each in (self._bar, self._status) if each is not None]
        for each in shown:
            each.stop()
        yield
        for each in shown:
            each.start()

    @property
    def _is_watched(self) -> bool:
        return not self.as_json and sys.stderr.isatty()


def _write(text: str, *, error: bool) -> None:
    """Write a line and flush it.

    Raises:
        Refusal: Standard output is closed, or accepts nothing, for example because a disk is full.
    """
    if sys.stdout is None and not error:
        raise Refusal("output", "Standard output is closed, so there is nowhere to answer.")
    try:
        click.echo(text, err=error)
    except OSError as problem:
        if not error:  # the rest of the buffer must not fail again when the program ends
            sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open to the end
        raise Refusal("output", f"The answer cannot be written: {problem.strerror}.") from None
