"""Starts a server in its own process."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from benchmarks.servers.usage import family
from meldpunt.server.settings import Settings

HOST: Final = "meldpunt.server.app:create_app_from_environment"
_START_SECONDS: Final = 180
_STOP_SECONDS: Final = 30
_READY: Final = b"Application startup complete."
"""The line that each worker of uvicorn writes when it is ready for requests."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    pid: int
    """Id of its first process."""


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def environment(settings: Settings) -> dict[str, str]:
    """Return the settings as environment variables of a server process."""
    return settings.to_environment()


def start(
    app: str, port: int, variables: Mapping[str, str], *, workers: int = 1
) -> subprocess.Popen[bytes]:
    """Start an application under uvicorn, with the options of `meldpunt serve`."""
    command = [sys.executable, "-m", "uvicorn", "--factory", app, "--port", str(port)]
    options = "--no-access-log --no-proxy-headers --no-server-header --no-date-header --ws none"
    paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*command, *options.split(), "--workers", str(workers)],
            env={**os.environ, **variables, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            stderr=log,
        )
        try:
            _wait_until_ready(process, log, port, workers)
        except BaseException:
            _kill(process)
            raise
    return process


def _wait_until_ready(
    process: subprocess.Popen[bytes], log: IO[bytes], port: int, workers: int
) -> None:
    """Wait until every worker is ready; otherwise the first worker would get all connections."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        # Read by position, because the process writes through the same open file.
        written = os.pread(log.fileno(), 1 << 20, 0)
        with socket.socket() as probe:
            listens = probe.connect_ex(("127.0.0.1", port)) == 0
        if listens and written.count(_READY) >= workers:
            return
        if process.poll() is not None:
            sys.stderr.buffer.write(written)
            raise RuntimeError("the server did not start")
        time.sleep(0.02)
    raise RuntimeError("the server is not ready")


def _kill(process: subprocess.Popen[bytes]) -> None:
    for member in family(process.pid):
        member.kill()
    process.wait()


@contextmanager
def started(app: str, variables: Mapping[str, str], *, workers: int = 1) -> Iterator[Server]:
    """Run an application, and then stop it as an operator would."""
    port = free_port()
    process = start(app, port, variables, workers=workers)
    try:
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _kill(process)


@contextmanager
def running(app: str, variables: Mapping[str, str]) -> Iterator[int]:
    """Run an application in one process; gives its port."""
    with started(app, variables) as server:
        yield server.port
