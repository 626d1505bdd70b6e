"""Starts a server as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from meldpunt.server.settings import Settings

HOST: Final = "meldpunt.server.app:create_app_from_environment"
_START_SECONDS: Final = 30
_STOP_SECONDS: Final = 30


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def environment(settings: Settings) -> dict[str, str]:
    """Return settings as the environment of a server process."""
    return {
        "MELDPUNT_DATABASE_URL": settings.database_url.get_secret_value(),
        "MELDPUNT_SECRETS_FILE": str(settings.secrets_file),
        "MELDPUNT_ORIGINS": ",".join(settings.origins),
        "MELDPUNT_CHALLENGE_SECONDS": str(settings.challenge_seconds),
        "MELDPUNT_QUEUE_SIZE": str(settings.queue_size),
    }


def start(app: str, port: int, variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start an application under uvicorn, with the options of `meldpunt serve`."""
    command = [sys.executable, "-m", "uvicorn", "--factory", app, "--port", str(port)]
    options = "--no-access-log --no-proxy-headers --no-server-header --no-date-header --ws none"
    root = Path(__file__).parents[1]
    process = subprocess.Popen(
        [*command, *options.split(), "--log-level", "warning"],
        env={**os.environ, **variables, "PYTHONPATH": str(root)},
    )
    try:
        _wait_until_open(process, port)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return process


def _wait_until_open(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("the server did not start")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("the server does not listen")


@contextmanager
def running(app: str, variables: Mapping[str, str]) -> Iterator[int]:
    """Run an application; gives its port, and stops it as an operator would."""
    port = free_port()
    process = start(app, port, variables)
    try:
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
