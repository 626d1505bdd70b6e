"""A real host: `meldpunt serve` as a process of its own, with files and a port of its own."""

import contextlib
import functools
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

from meldpunt.server import commands
from meldpunt.server.settings import PREFIX, Settings
from tests.support.hosts import make_settings

ADDRESS: Final = "127.0.0.1"
_SERVE: Final = (sys.executable, "-m", "meldpunt", "serve")
_STARTS_WITHIN: Final = 100.0
_STOPS_WITHIN: Final = 100.0
_LOWEST_PORT: Final = 12_000
_PORTS_EACH: Final = 5_000
"""For each of four test processes: all lie below those that the system gives out."""


def free_port() -> int:
    """Return a port that nobody listens on, and that no test process of this run is given too.

    The system gives out higher ones itself, to any program at any moment.
    """
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((ADDRESS, port := next(_ports())))
            return port


@functools.cache
def _ports() -> Iterator[int]:
    """Give the ports of this test process, again and again, from a place of its own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4
    first = _LOWEST_PORT + worker * _PORTS_EACH
    begin = os.getpid() * 1103 % _PORTS_EACH  # another run may be going on beside this one
    return itertools.cycle([first + (begin + n) % _PORTS_EACH for n in range(_PORTS_EACH)])


@dataclass
class HostProcess:
    """A host that runs, and what it has written."""

    settings: Settings
    origin: str
    folder: Path
    """Its working directory: secrets, output and, on SQLite, the database."""
    process: subprocess.Popen[bytes]
    start_again: Callable[[], "HostProcess"]
    """Starts it once more, with the same files and port, and waits until it answers."""
    under: tuple[str, ...] = ()
    """A program and its options that run the next start, `strace` for example."""

    @property
    def output(self) -> Path:
        """Standard output and standard error."""
        return self.folder / "output"

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it, and wait; returns its exit code."""
        self.process.send_signal(how)
        return self.process.wait(_STOPS_WITHIN)

    def kill(self) -> None:
        """End it and its workers at once, as a power cut would."""
        family = psutil.Process(self.process.pid)
        for process in (*family.children(recursive=True), family):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait(_STOPS_WITHIN)

    def workers(self) -> list[psutil.Process]:
        """Return the processes that answer, where there are several."""
        return [child for child in psutil.Process(self.process.pid).children() if _works(child)]

    def wait_for_workers(self, count: int) -> None:
        """Wait until so many live."""
        until = time.monotonic() + _STARTS_WITHIN
        while len(self.workers()) != count:
            assert time.monotonic() < until
            time.sleep(0.05)

    def wait_until_it_answers(self) -> None:
        """Wait for the first answer of its health endpoint."""
        until = time.monotonic() + _STARTS_WITHIN
        with httpx.Client() as http:  # each new one would read all certificates of the system
            while time.monotonic() < until:
                assert self.process.poll() is None, self.output.read_text()
                with contextlib.suppress(httpx.TransportError):
                    if http.get(f"{self.origin}/v1/health").status_code == 200:
                        return
                time.sleep(0.05)
        raise AssertionError(self.output.read_text())


def _works(child: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):  # or dead, and not yet buried
        return "spawn_main" in " ".join(child.cmdline())
    return False


@contextlib.contextmanager
def serving(
    folder: Path,
    *,
    database_url: str | None = None,
    environment: dict[str, str] | None = None,
    workers: int = 1,
    port: int | None = None,
    **changes: Any,  # noqa: ANN401 (any setting)
) -> Iterator[HostProcess]:
    """Start a host on a migrated database, and stop it afterwards, however the test ends.

    Args:
        folder: An empty folder for its files.
        database_url: A database; by default a SQLite file in the folder.
        environment: More variables for the process.
        workers: How many processes share the port.
        port: Where it listens; by default anywhere.
        changes: Settings that differ from those of other tests.
    """
    port = port or free_port()
    url = database_url or f"sqlite:///{folder / 'meldpunt.db'}"
    origin = f"http://{ADDRESS}:{port}"
    settings = make_settings(url, folder / "secrets.json", **{"origins": (origin,)} | changes)
    commands.migrate(settings)
    outside = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}

    def start(*under: str) -> subprocess.Popen[bytes]:
        with (folder / "output").open("ab") as output:
            return subprocess.Popen(
                [
                    *under,
                    *_SERVE,
                    "--host",
                    ADDRESS,
                    "--port",
                    str(port),
                    "--workers",
                    str(workers),
                ],
                cwd=folder,
                env=outside | settings.to_environment() | (environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def start_again() -> HostProcess:
        host.process = start(*host.under)
        host.wait_until_it_answers()
        return host

    host = HostProcess(settings, origin, folder, start(), start_again)
    try:
        host.wait_until_it_answers()
        yield host
    finally:
        if host.process.poll() is None:
            host.kill()
