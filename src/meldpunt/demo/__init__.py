"""`meldpunt demo`: shows the main job from end to end, with a real host in its own process."""

import asyncio
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console

from meldpunt.client import ClientError
from meldpunt.demo.host_process import HostFailedError, RunningHost, free_port, running_host
from meldpunt.demo.show import DemoError, StepPrinter
from meldpunt.demo.story import Told, tell
from meldpunt.protocol.verify.errors import RefusedError

_PORT: Final = 8000
_WIDTH: Final = 132


def run(*, once: bool) -> int:
    """Run the demonstration; returns the exit status: 0 only if every step succeeded.

    Args:
        once: Use a free port and stop at the end; else serve until interrupted.
    """
    for ending in (signal.SIGTERM, signal.SIGHUP):  # else the host would run on after this process
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    console = Console(width=None if Console().is_terminal else _WIDTH)
    with _folder() as folder:
        try:
            with running_host(folder, free_port(None if once else _PORT)) as host:
                _tell(console, host, folder, once=once)
        except (DemoError, HostFailedError, ClientError, RefusedError) as error:
            console.print(f"[red]✗[/] {error}", highlight=False)
            return 1
    return 0


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="meldpunt-demo-") as name:
        yield Path(name)


def _tell(console: Console, host: RunningHost, folder: Path, *, once: bool) -> None:
    stage = StepPrinter(console)
    told = asyncio.run(tell(stage, host, folder))
    console.print("\n[bold green]Every step held.[/]")
    if once:
        return
    stage.box("The host goes on serving. Try next", _next_steps(told, host, folder))
    try:
        host.process.wait()
    except KeyboardInterrupt:
        console.print("Stopping; everything of this demonstration is removed.")


def _next_steps(told: Told, host: RunningHost, folder: Path) -> str:
    address = told.office.address
    return f"""\
API documentation   {host.origin}/v1/docs
The line, by curl   curl {address}
As the reporter     .venv/bin/meldpunt report status {address}
                    receipt code: {told.receipt}
A new report        .venv/bin/meldpunt report send {address} -
The host's files    {folder}
Stop                Ctrl-C"""
