"""A real host in its own process, and a line on it, made with the program itself."""

import contextlib
import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from tests.cli.command_line import CommandLine, open_command_line
from tests.cli.program import PASSPHRASE, PROGRAM, Program
from tests.support.databases import new_database
from tests.support.line_folder import write_line_folder
from tests.support.process import free_port

NAMES: Final = ("Noor Bakker", "Sem Visser", "Fatima Aydin")


@dataclass
class RunningHost:
    """A host, and the operator's program for it."""

    origin: str
    port: int
    operator: Program
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Serve."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*PROGRAM, "serve", "--port", str(self.port)],
                cwd=self.operator.folder,
                env=self.operator.environment,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + 100
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.origin}/v1/health", timeout=10):  # noqa: S310 (our own)
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def stop(self) -> None:
        """Stop serving."""
        if self.process is not None:
            self.process.terminate()
            assert self.process.wait(100) is not None
            self.process = None


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[RunningHost]:
    """Serve from an empty database, with files in a folder."""
    with new_database(folder) as url, _serving(folder, url) as host:
        yield host


@contextlib.contextmanager
def _serving(folder: Path, url: str) -> Iterator[RunningHost]:
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    settings = {
        "MELDPUNT_DATABASE_URL": url,
        "MELDPUNT_SECRETS_FILE": str(folder / "secrets.json"),
        "MELDPUNT_ATTACHMENTS": str(folder / "host-attachments"),
        "MELDPUNT_ORIGINS": origin,
    }
    operator = Program(folder, settings)
    assert operator.ok("migrate")["applied"] > 0
    host = RunningHost(origin, port, operator, folder / "log")
    host.start()
    try:
        yield host
    finally:
        host.stop()


@pytest.fixture(scope="session")
def running_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    """Give one host to all tests that leave it alone."""
    with serving(tmp_path_factory.mktemp("host")) as host:
        yield host


@dataclass
class Office:
    """A line with three handlers, and the program in the folder of their key files."""

    program: Program
    host: RunningHost
    address: str
    ids: list[str]
    invite: str
    """Used."""
    known: set[str] = field(default_factory=set)
    """Reports that a test has looked up."""

    def submit(self, text: str = "A report.", *readers: int) -> str:
        """Send a report as a program would; returns the receipt."""
        chosen = [word for i in readers or (0, 1) for word in ("--reader", self.ids[i])]
        done = self.program.run(
            *("report", "send", "--json", "--show-receipt", "--no-confirm"),
            *(*chosen, self.address, "-"),
            text=text,
        )
        assert done.code == 0, done.err
        receipt: str = done.lines[0]["receipt"]
        return receipt

    def new_entries(self, handler: int) -> list[str]:
        """Return the names of reports that came into an inbox since this was last asked."""
        found = self.program.keys("handler", "inbox", "--key-file", f"{handler}.key")
        new = [e["entry"] for e in found["entries"] if e["entry"] not in self.known]
        self.known.update(new)
        return new

    def looked_up(self) -> "Office":
        """Look up whatever is in the three inboxes."""
        for handler in range(3):
            self.new_entries(handler)
        return self


def open_office(host: RunningHost, folder: Path) -> Office:
    """Open a line with three handlers whose keys are published."""
    program = Program(folder)
    line = ("line", "create-key", "--host", host.origin, "--key-file", "line.key")
    address: str = program.keys(*line)["address"]
    added, ids = [], []
    for i, name in enumerate(NAMES):
        entry = program.keys(
            *("handler", "init", address, "--name", name, "--role", "adviser"),
            *("--key-file", f"{i}.key"),
        )
        (folder / f"{i}.json").write_text(json.dumps(entry))
        added += ["--handler", f"{i}.json"]
    write_line_folder(folder / "line")
    invite = host.operator.run("invite").out
    published = program.run(
        *("line", "publish", "--key-file", "line.key", *added, "--json"),
        *("--passphrase-fd", "{fd}", "--invite-fd", "-", "line"),
        secret=PASSPHRASE,
        text=invite,
    ).lines[0]
    ids = [handler["id"] for handler in published["document"]["handlers"]]
    for i in range(len(NAMES)):
        program.keys("handler", "publish-keys", "--key-file", f"{i}.key")
    return Office(program, host, published["address"], ids, invite)


@pytest.fixture(scope="session")
def one_office(running_host: RunningHost, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Open an office for all tests that leave its line alone."""
    return open_office(running_host, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def office(one_office: Office) -> Office:
    """Give that office; what came in for the tests of other files is looked up already."""
    return one_office.looked_up()


@pytest.fixture(scope="session")
def next_office(running_host: RunningHost, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Open another office on the same host."""
    return open_office(running_host, tmp_path_factory.mktemp("other"))


@pytest.fixture(scope="module")
def other_office(next_office: Office) -> Office:
    """Give that office, as `office`."""
    return next_office.looked_up()


@pytest.fixture
def own_office(running_host: RunningHost, tmp_path: Path) -> Office:
    """Open an office for one test, where handlers may come and go."""
    return open_office(running_host, tmp_path)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    """Give the command line and a host."""
    with open_command_line(tmp_path, monkeypatch) as made:
        yield made
