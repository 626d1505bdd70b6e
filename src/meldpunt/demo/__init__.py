"""`meldpunt demo`: shows the main job from end to end, with a real host in its own process."""

import asyncio
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from rich.console import Console

from meldpunt.client import ClientError, LineAddress
from meldpunt.demo.host_process import HostFailedError, RunningHost, free_port, running_host
from meldpunt.demo.office import Person, publish_box_keys, publish_line
from meldpunt.demo.page_server import PageServer, serving_pages
from meldpunt.demo.preset_line import plan_from_preset
from meldpunt.demo.sandbox import WISHES, Sandbox
from meldpunt.demo.show import DemoError, StepPrinter
from meldpunt.demo.story import PRESET, Told, open_page, tell
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.line_document import Function

_PORT: Final = 8000
_PAGE_PORT: Final = 8001
_WIDTH: Final = 132
_BETWEEN_LOOKS: Final = 1.0
"""Seconds between two looks of the sandbox's handlers."""
_HANDLERS: Final = (
    Person("Ada", "contactpersoon"),
    Person("Bo", "contactpersoon"),
    Person("Cas", "nazorg", Function.AFTERCARE),
)
_OTHERS: Final = (Person("Dina", "ombudsfunctionaris"), Person("Eli", "ombudsfunctionaris"))
_SANDBOX: Final = "Zandbak"
_OTHER: Final = "Zandbak, ander meldpunt"


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
            with (
                running_host(folder, free_port(None if once else _PORT)) as host,
                serving_pages(0 if once else _PAGE_PORT) as pages,
            ):
                _tell(console, host, pages, folder, once=once)
        except (DemoError, HostFailedError, ClientError, RefusedError) as error:
            console.print(f"[red]✗[/] {error}", highlight=False)
            return 1
    return 0


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="meldpunt-demo-") as name:
        yield Path(name)


def _tell(
    console: Console, host: RunningHost, pages: PageServer, folder: Path, *, once: bool
) -> None:
    stage = StepPrinter(console)
    told = asyncio.run(tell(stage, host, folder))
    asyncio.run(open_page(stage, pages, told.office))
    console.print("\n[bold green]Every step held.[/]")
    if once:
        return
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(stage, told, host, pages, folder))
    console.print("Stopping; everything of this demonstration is removed.")


async def _serve(
    stage: StepPrinter, told: Told, host: RunningHost, pages: PageServer, folder: Path
) -> None:
    """Open the sandbox, and let its handlers answer until the host ends."""
    with stage.step("a sandbox opens: a line whose handlers answer by themselves"):
        line = await publish_line(
            host, host.invite(), _HANDLERS, plan_from_preset(PRESET, _SANDBOX)
        )
        other = await publish_line(
            host, host.invite(), _OTHERS, plan_from_preset("ombuds-informal", _OTHER)
        )
        for office in (line, other):
            await publish_box_keys(office)
    sandbox_page = pages.add("/sandbox/", line.address)
    stage.box("Open in a browser", _in_a_browser(pages, told, sandbox_page))
    stage.box("The host goes on serving. Try next", _next_steps(told, host, folder))
    stage.box("For who builds a frontend", _for_developers(line.address))
    handlers, others = tuple(line.handlers.values()), tuple(other.handlers.values())
    sandbox = Sandbox(handlers, others, other.address.line_id)
    while host.process.poll() is None:
        await sandbox.look()
        await asyncio.sleep(_BETWEEN_LOOKS)


def _in_a_browser(pages: PageServer, told: Told, sandbox_page: str) -> str:
    return f"""\
The reporter's page    {pages.origin}/
                       its receipt code: {told.receipt}
The same, where        {sandbox_page}
handlers answer        write a report, and look again after some seconds"""


def _next_steps(told: Told, host: RunningHost, folder: Path) -> str:
    address = told.office.address
    return f"""\
API documentation   {host.origin}/v1/docs
The line, by curl   curl {address}
As the reporter     .venv/bin/meldpunt report status {address}
A new report        .venv/bin/meldpunt report send {address} -
The host's files    {folder}
Stop                Ctrl-C"""


def _for_developers(address: LineAddress) -> str:
    return f"""\
A line to test with    {address}
Its handlers           acknowledge within seconds, ask a question, and give feedback
In a message, write    {", ".join(WISHES[:-1])} or {WISHES[-1]}
Pages that may call    every page on localhost or 127.0.0.1, and pages opened from disk
The guide              docs/frontend.md"""
