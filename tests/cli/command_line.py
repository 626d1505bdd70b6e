"""The real command line in this process, with a real host and a clock to set."""

import codecs
import contextlib
import json
import os
import re
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any, Final, Self

import pytest
import uvicorn
from click.testing import CliRunner, Result
from pydantic import SecretStr

from meldpunt.cli import main
from meldpunt.cli.keyfile.keystore import Cost
from meldpunt.server.app import create_app
from meldpunt.server.clock import TimeSource
from meldpunt.server.commands import create_invite, migrate
from meldpunt.server.host import Host
from meldpunt.server.settings import Settings
from tests.client.hosted_line import FakeClock
from tests.support.databases import change, new_database
from tests.support.line_folder import write_line_folder
from tests.support.process import free_port

PASSPHRASE: Final = "correct horse battery staple"
_LITTLE: Final = Cost(memory_kib=1024, passes=1)
_CODE: Final = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}")
REPORT: Final = "The invoices of March were paid twice."


@dataclass(frozen=True)
class Secret:
    """Something that goes in by a file descriptor of its own."""

    text: str


@dataclass
class CommandLine:
    """The program of the office, the handlers and the reporter, in one folder."""

    folder: Path
    clock: FakeClock
    origin: str
    settings: Settings
    host: Host
    runner: CliRunner = field(default_factory=CliRunner)
    address: str = ""

    def run(self, *args: str | Path | Secret, text: str | None = None) -> Result:
        """Run a command; a secret becomes the number of a file descriptor."""
        with contextlib.ExitStack() as opened:
            given = [_given(arg, opened) for arg in args]
            return self.runner.invoke(main, given, input=text, catch_exceptions=False)

    def ok(self, *args: str | Path | Secret, text: str | None = None) -> str:
        """Run a command that succeeds; returns its standard output."""
        result = self.run(*args, text=text)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *args: str | Path | Secret, text: str | None = None) -> dict[str, Any]:
        """Run a command that succeeds; returns the last line of its JSON."""
        found = json.loads(self.ok(*args, "--json", text=text).splitlines()[-1])
        assert isinstance(found, dict)
        return found

    def refused(self, *args: str | Path | Secret, text: str | None = None) -> str:
        """Run a command that is refused (exit code 1); returns the code of the refusal."""
        result = self.run(*args, "--json", text=text)
        assert result.exit_code == 1, result.output
        return str(json.loads(result.stderr.splitlines()[-1])["error"])

    def key(self, name: str) -> tuple[str | Path | Secret, ...]:
        """Return the options that open a key file."""
        path = self.folder / f"{name}.key"
        return "--key-file", path, "--passphrase-fd", Secret(PASSPHRASE)

    def file(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def today(self) -> date:
        return self.clock.today()

    def new_handler(self, name: str) -> Path:
        """Make keys; returns the file with their public half."""
        role = ("--name", name, "--role", "adviser")
        made = self.ok("handler", "init", self.address, *role, *self.key(name))
        return self.file(f"{name}.json", made)

    def open_line(self, *names: str) -> Self:
        """Open a line with handlers of these names, whose keys are published."""
        made = self.json("line", "create-key", "--host", self.origin, *self.key("line"))
        self.address = str(made["address"])
        entries = [self.new_handler(name) for name in names]
        listed = [part for entry in entries for part in ("--handler", entry)]
        line = write_line_folder(self.folder / "line")
        invite = ("--invite-fd", Secret(create_invite(self.settings)))
        self.ok("line", "publish", *self.key("line"), *listed, *invite, line)
        for name in names:
            self.ok("handler", "publish-keys", *self.key(name))
        return self

    def report(self, *options: str | Path) -> str:
        """Send a report; returns its receipt code."""
        told = ("--show-receipt", "--no-confirm", "--json")
        shown = self.ok("report", "send", self.address, *told, *options, "-", text=REPORT)
        return str(json.loads(shown.splitlines()[0])["receipt"])

    def entry(self, name: str) -> str:
        """Return the one report in a handler's inbox."""
        [found] = self.json("handler", "inbox", *self.key(name))["entries"]
        return str(found["entry"])

    def lose_reports(self) -> None:
        """Let the host forget every report, as one that withholds them would."""
        self._change("DELETE FROM inbox", "DELETE FROM reports")

    def rename_entries(self) -> None:
        """Let the host list reports by names that are not their reader's."""
        self._change("UPDATE inbox SET entry = handler_id")

    def lose_wraps(self) -> None:
        """Let the host forget every wrap."""
        self._change("DELETE FROM wraps")

    def lose_newest_message(self) -> None:
        """Let the host forget the newest message of the one report."""
        self._change(
            "DELETE FROM messages WHERE position = (SELECT MAX(position) FROM messages)",
            "UPDATE reports SET message_count = message_count - 1",
            "UPDATE inbox SET message_count = message_count - 1",
        )

    def _change(self, *statements: str) -> None:
        change(self.settings.database_url.get_secret_value(), *statements)

    def texts(self, name: str) -> list[str | None]:
        """Return what a handler reads in the one report of the inbox."""
        read = self.json("handler", "read", *self.key(name), self.entry(name))
        return [m["content"]["text"] if "content" in m else None for m in read["messages"]]


class PersonAtTerminal:
    """A person at the terminal who types back the receipt code that was shown.

    Args:
        typed: Types this instead of the code.
        answers: What to type, one after the other, where the program asks ("> ").
    """

    def __init__(self, typed: str | None = None, answers: Iterable[str] = ()) -> None:
        self._answers = iter(answers)
        self._master, self._slave = os.openpty()
        self._typed = typed
        self.tty = Path(os.ttyname(self._slave))
        self.shown: list[str] = []
        self.pages: list[str] = []
        self._thread = threading.Thread(target=self._type_codes, daemon=True)
        self._thread.start()

    def _type_codes(self) -> None:
        seen, decoder = "", codecs.getincrementaldecoder("utf-8")()
        with contextlib.suppress(OSError):
            while data := os.read(self._master, 4096):
                seen += decoder.decode(data)
                if found := _CODE.search(seen):
                    self.shown.append(found[0])
                if seen.endswith(("kept it. ", "bewaard is. ", "leave that person out: ")):
                    os.write(self._master, b"\n")
                elif seen.endswith(("to stop): ", "te stoppen): ")):
                    back = self.shown[-1] if self._typed is None else self._typed
                    os.write(self._master, back.encode() + b"\n")
                elif seen.endswith("> "):
                    os.write(self._master, next(self._answers, "/stop").encode() + b"\n")
                else:
                    continue
                self.pages.append(seen)
                seen = ""
        self.pages.append(seen)

    def leave(self) -> None:
        os.close(self._slave)
        self._thread.join(100)
        os.close(self._master)


@contextlib.contextmanager
def person_at_terminal(
    patch: pytest.MonkeyPatch, typed: str | None = None, answers: Iterable[str] = ()
) -> Iterator[PersonAtTerminal]:
    """Give the terminal a person, who types the code that was shown, or other texts."""
    person = PersonAtTerminal(typed, answers)
    with patch.context() as seated:
        seated.setattr("meldpunt.cli.terminal.prompts._TTY", person.tty)
        yield person
    person.leave()


def _given(arg: str | Path | Secret, opened: contextlib.ExitStack) -> str:
    if not isinstance(arg, Secret):
        return str(arg)
    reader, writer = os.pipe()
    opened.callback(os.close, reader)
    os.write(writer, arg.text.encode() + b"\n")
    os.close(writer)
    return str(reader)


@contextlib.contextmanager
def open_command_line(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    """Start a host on a free port; host and program take the time from one clock."""
    with new_database(folder) as url, _serving(folder, url, patch) as cli:
        yield cli


@contextlib.contextmanager
def _serving(folder: Path, url: str, patch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    clock = FakeClock()

    class SetDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(clock.now(), tz or UTC)

    patch.setattr("meldpunt.client.keys.randomness.datetime", SetDatetime)
    patch.setattr("meldpunt.cli.terminal.prompts._TTY", folder / "no-terminal")
    # Guessing a passphrase is cheap here: these tests open key files a hundred times.
    patch.setattr("meldpunt.cli.keyfile.keystore.MIN_MEMORY_KIB", _LITTLE.memory_kib)
    patch.setattr("meldpunt.cli.keyfile.keystore.Cost", lambda: _LITTLE)
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    settings = Settings(
        database_url=SecretStr(url),
        secrets_file=folder / "secrets.json",
        origins=(origin,),
        attachments=str(folder / "host-attachments"),
    )
    migrate(settings)
    app = create_app(settings, clock=TimeSource(clock.now))
    config = uvicorn.Config(app, port=port, ws="none", log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield CommandLine(folder, clock, origin, settings, app.state.host)
    finally:
        server.should_exit = True
        thread.join()
