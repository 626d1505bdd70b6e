"""A real host for the demonstration, with its own process and its own database file."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_START_SECONDS: Final = 180
"""A busy machine takes a minute. A host that cannot start ends by itself, and is not waited for."""
_STOP_SECONDS: Final = 15
_ADDRESS: Final = "127.0.0.1"


class HostFailedError(Exception):
    """The host did not start; the message quotes its output."""


@dataclass(frozen=True, slots=True)
class RunningHost:
    """A host that answers requests."""

    origin: str
    database: Path
    log: Path
    process: subprocess.Popen[bytes]
    environment: dict[str, str]

    def invite(self) -> str:
        """Make a new invite with the operator's own command, and return it."""
        answer = _meldpunt(self.environment, "invite", "--json")
        return str(json.loads(answer)["invite"])


def _meldpunt(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "meldpunt", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise HostFailedError(done.stderr)
    return done.stdout


def free_port(wanted: int | None = None) -> int:
    """Return `wanted` if nobody listens there, else any free port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_ADDRESS, wanted or 0))
        except OSError:
            probe.bind((_ADDRESS, 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_host(folder: Path, port: int) -> Iterator[RunningHost]:
    """Migrate a database in a folder, serve it, and stop the host at the end.

    Raises:
        HostFailedError: The host ended, or did not answer in time.
    """
    database, log = folder / "meldpunt.db", folder / "host.log"
    origin = f"http://{_ADDRESS}:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MELDPUNT_")},
        "MELDPUNT_DATABASE_URL": f"sqlite:///{database}",
        "MELDPUNT_SECRETS_FILE": str(folder / "meldpunt-secrets.json"),
        "MELDPUNT_ORIGINS": origin,
        "MELDPUNT_FRONTEND_ORIGINS": "localhost,null",  # pages that a developer writes here
    }
    _meldpunt(environment, "migrate")
    command = [sys.executable, "-m", "meldpunt", "serve", "--host", _ADDRESS, "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        _wait(origin, process, log)
        yield RunningHost(origin, database, log, process, environment)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(origin: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{origin}/v1/health", timeout=1):  # noqa: S310 (our own)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    told = log.read_text().strip()
    raise HostFailedError(
        told or "The host did not answer in time. Is the machine busy? Try again."
    )
