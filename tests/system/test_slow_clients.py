"""One client with hundreds of slow connections shuts nobody out, behind a real nginx."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import psutil
import pytest

from meldpunt.server import commands
from meldpunt.server.clock import TimeSource
from tests.support import nginx
from tests.support.correspondence import Correspondence
from tests.support.office import Office
from tests.support.process import HostProcess, free_port, serving
from tests.support.publishing import publish
from tests.support.slow_clients import (
    Request,
    slow_clients,
    slow_get_with_body,
    slow_head,
    slow_put,
)

SLOW: Final = 512
OTHERS: Final = 100
MESSAGE: Final = 200_000
DOCUMENT: Final = 4_000_000
_MEGABYTE: Final = 1 << 20
_TLS: Final = ssl.create_default_context()
"""Read once: a hundred clients that each read it would stop the slow ones meanwhile."""


@dataclass(frozen=True)
class Site:
    """A host behind nginx, as everybody reaches it."""

    host: HostProcess
    origin: str
    invite: str

    @property
    def port(self) -> int:
        return int(self.origin.rpartition(":")[2])

    def memory(self) -> int:
        """Return the bytes that the host takes of the machine's memory."""
        return int(psutil.Process(self.host.process.pid).memory_info().rss)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    for name in ("host", "nginx"):
        (tmp_path / name).mkdir()
    with serving(tmp_path / "host", origins=(origin,)) as host:
        host_port = int(host.origin.rpartition(":")[2])
        with nginx.in_front(tmp_path / "nginx", host_port=host_port, port=port):
            yield Site(host, origin, commands.create_invite(host.settings))


async def open_office(site: Site) -> tuple[Office, str]:
    """Publish an office; returns it and a challenge."""
    office = Office.make_on(TimeSource().today(), origin=site.origin)
    async with httpx.AsyncClient(base_url=site.origin, timeout=100) as http:
        await publish(http, site.origin, office, site.invite)
        return office, str((await http.post("/v1/challenges")).json()["challenge"])


async def report(site: Site, office: Office) -> str:
    """Send a report as somebody who has nothing to do with the others; returns what came of it."""
    today = TimeSource().today()
    async with httpx.AsyncClient(base_url=site.origin, timeout=200, verify=_TLS) as http:
        talk = Correspondence(office, http, site.origin, lambda: today, office.readers(0, 1))
        try:
            answer = await talk.reporter.put("/v1/report", talk.put())
        except (httpx.TransportError, AssertionError) as error:
            return type(error).__name__
    return str(answer.status_code)


def request_of(kind: str, site: Site, office: Office, challenge: str) -> Request:
    """Return what the slow clients of a kind send."""
    if kind == "head":
        return slow_head
    if kind == "get":
        return slow_get_with_body
    path, size = (office.path, DOCUMENT) if "document" in kind else ("/v1/report", MESSAGE)
    signs = not kind.startswith("unsigned")
    return slow_put(site.origin, challenge, path=path, size=size, signs=signs)


@pytest.mark.parametrize("kind", ["head", "get", "unsigned message", "message", "document"])
def test_others_are_answered_while_one_client_holds_slow_connections(kind: str, site: Site) -> None:
    async def attack() -> Counter[str]:
        office, challenge = await open_office(site)
        request = request_of(kind, site, office, challenge)
        async with slow_clients(site.port, request, count=SLOW):
            answers = await asyncio.gather(*(report(site, office) for _ in range(OTHERS)))
        return Counter(answers)

    answers = asyncio.run(attack())
    assert answers["201"] >= 0.99 * OTHERS, answers


@pytest.mark.parametrize("kind", ["unsigned document", "document"])
def test_bodies_that_are_half_there_take_little_memory(kind: str, site: Site) -> None:
    """150 documents of 4 MB are 600 MB; the host keeps places for eight."""

    async def attack() -> tuple[int, int, Counter[str]]:
        office, challenge = await open_office(site)
        request = request_of(kind, site, office, challenge)
        before = site.memory()
        async with slow_clients(site.port, request, count=150, first=DOCUMENT - 1000):
            answers = await asyncio.gather(*(report(site, office) for _ in range(OTHERS)))
            return before, site.memory(), Counter(answers)

    before, during, answers = asyncio.run(attack())
    assert during - before < 100 * _MEGABYTE
    assert answers["201"] >= 0.99 * OTHERS, answers
