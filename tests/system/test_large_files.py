"""A large file goes through a real host without the host holding it in memory."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx
import psutil
import pytest

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.attachment import stream_size
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.server import commands
from meldpunt.server.clock import TimeSource
from tests.support.correspondence import Correspondence
from tests.support.object_store import shared_s3
from tests.support.office import Office
from tests.support.process import HostProcess, serving
from tests.support.publishing import publish
from tests.support.uploads import BODY_TYPE, TUS, Upload

SMALL: Final = stream_size(32 << 20)
SIZE: Final = stream_size(160 << 20)
PART: Final = 16 << 20
GROWTH: Final = {"folder": 12 << 20, "s3": 48 << 20}
"""Bytes by which the host may grow, whatever the size of the file: 2 GiB took 5 and 31 MiB.

A small file goes before: what a host loads for its first file, 20 MiB for S3, is no part of it.
"""


@dataclass
class Carried:
    """What a file took."""

    growth: int
    seconds_up: float
    seconds_down: float


def part_of(number: int) -> bytes:
    """Return the bytes of a part: any part can be made again, and none is kept."""
    return Random(number).randbytes(PART)  # noqa: S311 (what matters is that it comes again)


async def carry(host: HostProcess, talk: Correspondence, size: int) -> Carried:
    """Upload a file, let a message list it, and fetch it as a handler, in constant memory."""
    process = psutil.Process(host.process.pid)
    attachment = ids.AttachmentId(secrets.token_bytes(16))
    path = f"/v1/report/attachments/{encode_base64url(attachment)}"
    clock, reporter = asyncio.get_running_loop().time, talk.reporter
    signed = await reporter.sign("POST", path)
    begun = await talk.http.post(path, headers=TUS | signed | {"upload-length": str(size)})
    assert begun.status_code == 201, begun.text
    before = peak = process.memory_info().rss
    sent, start = hashlib.sha256(), clock()
    for offset in range(0, size, PART):
        data = part_of(offset // PART)[: size - offset]
        sent.update(data)
        fields = TUS | {"content-type": BODY_TYPE, "upload-offset": str(offset)}
        fields |= await reporter.sign("PATCH", path, data)
        answer = await talk.http.patch(path, content=data, headers=fields)
        assert answer.status_code == 204, answer.text
        peak = max(peak, process.memory_info().rss)
    up = clock() - start
    await talk.reporter_says(attachments=(attachment,))
    target = f"{talk.entry(0)}/attachments/{encode_base64url(attachment)}"
    received, start = hashlib.sha256(), clock()
    signed = await talk.handler(0).sign("GET", target)
    async with talk.http.stream("GET", target, headers=signed) as found:
        assert found.status_code == 200
        async for block in found.aiter_bytes(1 << 20):
            received.update(block)
            peak = max(peak, process.memory_info().rss)
    assert received.digest() == sent.digest()
    return Carried(peak - before, up, clock() - start)


@asynccontextmanager
async def scene(
    folder: Path,
    **changes: Any,  # noqa: ANN401 (any setting)
) -> AsyncIterator[tuple[HostProcess, Correspondence]]:
    """Give a host with a report."""
    running = serving(folder, **changes)
    host = await asyncio.to_thread(running.__enter__)
    try:
        invite = await asyncio.to_thread(commands.create_invite, host.settings)
        today = TimeSource().today()
        office = Office.make_on(today, origin=host.origin)
        async with httpx.AsyncClient(base_url=host.origin, timeout=60) as http:
            await publish(http, host.origin, office, invite)
            talk = Correspondence(office, http, host.origin, lambda: today, office.readers(0, 1))
            await talk.submit()
            yield host, talk
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


@pytest.mark.parametrize("store", ["folder", "s3"])
async def test_a_host_grows_by_as_much_for_any_size(tmp_path: Path, store: str) -> None:
    changes = {} if store == "folder" else shared_s3().settings()
    async with scene(tmp_path, **changes) as (host, talk):
        await carry(host, talk, SMALL)
        assert (await carry(host, talk, SIZE)).growth < GROWTH[store]


def lose(folder: Path, size: int) -> str:
    """Lose the file of a size, as a damaged disk does; returns its name."""
    [lost] = (path for path in folder.iterdir() if path.stat().st_size == size)
    lost.unlink()
    return lost.name


async def test_a_download_whose_store_fails_in_the_middle_breaks_off(tmp_path: Path) -> None:
    """So that nobody takes what came for the whole; and the log names nothing."""
    size = stream_size(400_000)
    async with scene(tmp_path) as (host, talk):
        data = part_of(0)[:size]
        upload = Upload(talk.reporter, "/v1/report", data)
        await upload.begin()
        await upload.append(0, 200_000)
        await upload.append(200_000)
        await talk.reporter_says(attachments=(upload.id,))
        folder = Path(str(host.settings.attachments))
        lost = lose(folder, size - 200_000)
        asked = Upload(talk.handler(0), talk.entry(0), data, upload.id)
        with pytest.raises(httpx.RemoteProtocolError):
            await asked.fetch()
        part = await asked.fetch(range="bytes=0-199999")
        assert (part.status_code, part.content) == (206, data[:200_000])
        assert (await talk.http.get("/v1/health")).status_code == 200
        output = host.output.read_text()
        assert "attachments: a piece that a message lists is lost, or cut off" in output
        for quoted in (lost, encode_base64url(upload.id), talk.entry(0), str(folder)):
            assert quoted not in output
