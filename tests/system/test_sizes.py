"""Lengths of answers as a real server writes them."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import httpx

from meldpunt.protocol.keys import ReporterKeys, SigningKey
from meldpunt.server import commands
from meldpunt.server.http.padding import SIZE_CLASSES
from tests.support.caller import Caller
from tests.support.correspondence import Correspondence
from tests.support.office import Office
from tests.support.process import HostProcess, serving
from tests.support.publishing import publish


async def on_the_wire(host: HostProcess, caller: Caller, path: str) -> tuple[int, int]:
    """Return the status of an answer, and how many bytes of it come over the connection."""
    fields = {"host": host.origin.removeprefix("http://"), **await caller.sign("GET", path, b"")}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    address, port = fields["host"].split(":")
    reader, writer = await asyncio.open_connection(address, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\n{head}connection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return int(answer.split()[1]), len(answer)


def test_what_is_there_does_not_show_in_the_bytes_of_an_answer(tmp_path: Path) -> None:
    with serving(tmp_path) as host:
        invite = commands.create_invite(host.settings)
        found = asyncio.run(answers(host, invite))
    assert [status for status, _ in found] == [200, 200, 200, 404, 200, 200, 404]
    # The server itself says that it closes the connection.
    assert {size for _, size in found} == {SIZE_CLASSES[0] + len("connection: close\r\n")}


async def answers(host: HostProcess, invite: str) -> list[tuple[int, int]]:
    """Return what a reporter, a handler and strangers get."""
    today = datetime.now(UTC).date()
    office = Office.make_on(today, origin=host.origin)
    async with httpx.AsyncClient(base_url=host.origin, timeout=100) as http:
        await publish(http, host.origin, office, invite)
        talk = Correspondence(office, http, host.origin, lambda: today, office.readers(0))
        await talk.submit()
        await talk.handler_says(0)
        other = ReporterKeys.from_seed(os.urandom(32)).signing
        nobody = Caller(http, host.origin, SigningKey.from_seed(os.urandom(32)))
        return [
            await on_the_wire(host, talk.reporter, "/v1/report"),
            await on_the_wire(host, talk.reporter, "/v1/report/messages?after=1"),
            await on_the_wire(host, talk.reporter, "/v1/report/messages?after=2"),
            await on_the_wire(host, Caller(http, host.origin, other), "/v1/report"),
            await on_the_wire(host, talk.handler(0), office.inbox),
            await on_the_wire(host, talk.handler(1), office.inbox),
            await on_the_wire(host, nobody, office.inbox),
        ]
