"""Runs the real `meldpunt` program: as a program would, and as a person at a terminal would."""

import codecs
import contextlib
import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from meldpunt.cli import main
from meldpunt.cli.keyfile.keystore import MIN_MEMORY_KIB, Cost

PROGRAM: Final = (sys.executable, "-m", "meldpunt")
PASSPHRASE: Final = "correct horse battery staple"
_TIMEOUT: Final = 300
_AT_TERMINAL: Final = (
    "import fcntl, os, sys, termios;"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execv(sys.argv[1], sys.argv[1:])"
)
_LEAST: Final = Cost(memory_kib=MIN_MEMORY_KIB, passes=1)


@dataclass
class Done:
    """A program that has ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """JSON answers, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Program:
    """The program in a folder, with an environment of its own."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    """Everything it ever printed, and its arguments."""

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MELDPUNT_")}
        return {**kept, **self.settings, "TERM": "xterm", "NO_PROXY": "*"}

    def run(self, *arguments: str, text: str | bytes = b"", secret: str | None = None) -> Done:
        """Run it without a terminal.

        Args:
            arguments: `{fd}` stands for the descriptor that gives the secret.
            text: Standard input.
            secret: A line on a descriptor of its own.
        """
        with _pipe(secret) as handle:
            given = [argument.replace("{fd}", str(handle)) for argument in arguments]
            done = subprocess.run(
                [*PROGRAM, *given],
                cwd=self.folder,
                env=self.environment,
                input=text.encode() if isinstance(text, str) else text,
                capture_output=True,
                timeout=_TIMEOUT,
                check=False,
                start_new_session=True,  # no terminal, also where the tests have one
                pass_fds=[] if handle is None else [handle],
            )
        found = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        self.said += [" ".join(given), found.out, found.err]
        assert "Traceback" not in found.err, found.err
        return found

    def ok(self, *arguments: str, text: str = "", secret: str | None = None) -> Any:  # noqa: ANN401 (JSON)
        """Run it with `--json`; it has to succeed. Returns its answer.

        In this process, which saves a third of a second each time; `run` starts the real program.
        """
        done = self.here(*arguments, "--json", text=text, secret=secret)
        assert done.code == 0, done.err
        return json.loads(done.out)

    def here(self, *arguments: str, text: str = "", secret: str | None = None) -> Done:
        """Run it in this process. The key files that it makes cost the least that is allowed."""
        with (
            _pipe(secret) as handle,
            contextlib.chdir(self.folder),
            pytest.MonkeyPatch.context() as patch,
        ):
            patch.setattr("meldpunt.cli.keyfile.keystore.Cost", lambda: _LEAST)
            given = [argument.replace("{fd}", str(handle)) for argument in arguments]
            done = CliRunner().invoke(
                main, given, input=text, env=dict(self.settings), catch_exceptions=False
            )
        self.said += [" ".join(given), done.stdout, done.stderr]
        return Done(done.exit_code, done.stdout, done.stderr)

    def keys(self, *arguments: str, text: str = "") -> Any:  # noqa: ANN401 (JSON)
        """Run a command that opens a key file."""
        return self.ok(*arguments, "--passphrase-fd", "{fd}", text=text, secret=PASSPHRASE)

    @contextlib.contextmanager
    def at_terminal(self, *arguments: str, **streams: Any) -> Iterator["Person"]:  # noqa: ANN401 (a file or its number)
        """Run it for a person at a terminal."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-c", _AT_TERMINAL, *PROGRAM, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=theirs,
            stdout=streams.get("stdout", theirs),
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        person = Person(ours, process)
        try:
            yield person
        finally:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()
            os.close(ours)
            self.said += [" ".join(arguments), person.screen]


class Person:
    """Somebody who reads the screen and types."""

    def __init__(self, handle: int, process: subprocess.Popen[bytes]) -> None:
        self._handle = handle
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.process = process
        self.screen = ""
        self._read = 0

    def sees(self, text: str) -> str:
        """Wait for a text; returns everything since the one before."""
        until = time.monotonic() + _TIMEOUT
        while text not in self.screen[self._read :]:
            assert time.monotonic() < until, self.screen
            assert self._more() or text in self.screen[self._read :], self.screen
        end = self.screen.index(text, self._read) + len(text)
        seen, self._read = self.screen[self._read : end], end
        return seen

    def _more(self) -> bool:
        has_ended = self.process.poll() is not None  # asked first: what it wrote last is there then
        if not select.select([self._handle], [], [], 0 if has_ended else 1)[0]:
            return not has_ended
        try:
            data = os.read(self._handle, 65536)
        except OSError:  # the other end is closed
            return False
        self.screen += self._decoder.decode(data)  # half a character waits for its other half
        return bool(data)

    def types(self, line: str) -> None:
        """Type a line and Enter."""
        os.write(self._handle, f"{line}\n".encode())

    def ends(self) -> int:
        """Wait until the program has ended; returns its exit code."""
        while self._more():
            pass
        return self.process.wait(_TIMEOUT)


@contextlib.contextmanager
def _pipe(secret: str | None) -> Iterator[int | None]:
    """Give a descriptor from which one line can be read."""
    if secret is None:
        yield None
        return
    reader, writer = os.pipe()
    try:
        os.write(writer, f"{secret}\n".encode())
        os.close(writer)
        yield reader
    finally:
        os.close(reader)
