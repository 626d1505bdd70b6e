"""What was answered with 201 is there after a power cut, which takes all that was not synced."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

from meldpunt.protocol.verify.encoding import decode_base64url
from meldpunt.server import commands
from meldpunt.server.clock import TimeSource
from tests.support.correspondence import Correspondence
from tests.support.office import Office
from tests.support.power_loss import Disk, Survives, Write
from tests.support.process import HostProcess, serving
from tests.support.publishing import publish
from tests.support.uploads import LARGE, Upload, ciphertext

ONE_BY_ONE: Final = 6
AT_ONCE: Final = 10


def nothing(_: Write) -> bool:
    """Let no write survive that was not synced."""
    return False


def some(seed: int) -> Survives:
    """Let about half of them survive: a disk writes in the order that it likes."""
    draw = random.Random(seed)  # noqa: S311 (the same at every run)
    return lambda _: draw.random() < 0.5


@asynccontextmanager
async def talking_to(host: HostProcess) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=host.origin, timeout=60) as http:
        yield http


async def open_office(host: HostProcess) -> Office:
    """Publish an office."""
    office = Office.make_on(TimeSource().today(), origin=host.origin)
    invite = await asyncio.to_thread(commands.create_invite, host.settings)
    async with talking_to(host) as http:
        await publish(http, host.origin, office, invite)
    return office


def new_report(host: HostProcess, http: httpx.AsyncClient, office: Office) -> Correspondence:
    day = office.document.signed_on
    return Correspondence(office, http, host.origin, lambda: day, office.readers(0, 1))


@contextmanager
def recorded(folder: Path) -> Iterator[tuple[HostProcess, Office, Disk]]:
    """Give a host with an office, and the disk on which everything is recorded from now on."""
    folder.mkdir()
    with serving(folder) as host:
        office = asyncio.run(open_office(host))
        host.stop()
        disk = Disk(folder)
        disk.record(host)
        yield host, office, disk


async def served(report: Correspondence, host: HostProcess) -> list[bytes]:
    """Return the bodies that a handler is served."""
    async with talking_to(host) as http:
        asking = replace(report, http=http)
        page = await asking.handler(0).read(f"{report.entry(0)}/messages")
    return [decode_base64url(message["body"]) for message in page["messages"]]


def count_messages(folder: Path) -> int:
    """Return how many messages a database holds that is opened after a power cut."""
    with closing(sqlite3.connect(folder / "meldpunt.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        count: int = database.execute("SELECT count(*) FROM messages").fetchone()[0]
        return count


async def send_reports(host: HostProcess, office: Office) -> list[Correspondence]:
    """Send some reports one by one, and more at once, then replies; each is answered with 201."""
    async with talking_to(host) as http:
        reports = [new_report(host, http, office) for _ in range(ONE_BY_ONE + AT_ONCE)]
        for report in reports[:ONE_BY_ONE]:
            await report.submit()
        await asyncio.gather(*(report.submit() for report in reports[ONE_BY_ONE:]))
        await asyncio.gather(*(report.reporter_says() for report in reports[ONE_BY_ONE:]))
    return reports


async def send_file(host: HostProcess, office: Office) -> Upload:
    """Upload a file in two parts, and list it in a message; returns how a handler fetches it."""
    async with talking_to(host) as http:
        report = new_report(host, http, office)
        await report.submit()
        upload = Upload(report.reporter, "/v1/report", ciphertext(LARGE))
        assert (await upload.begin()).status_code == 201
        assert (await upload.append(0, LARGE // 2)).status_code == 204
        assert (await upload.append(LARGE // 2)).status_code == 204
        await report.reporter_says(attachments=(upload.id,))
    return Upload(report.handler(0), report.entry(0), upload.data, upload.id)


async def fetched(upload: Upload, host: HostProcess) -> bytes:
    """Return a file as the host serves it."""
    async with talking_to(host) as http:
        asking = replace(upload, caller=replace(upload.caller, http=http))
        return (await asking.fetch()).content


def test_what_was_acknowledged_survives_a_power_cut_at_any_answer(tmp_path: Path) -> None:
    with recorded(tmp_path / "host") as (host, office, disk):
        reports = asyncio.run(send_reports(host, office))
        upload = asyncio.run(send_file(host, office))
        disk.cut_power(host)
    sent = sum(len(report.messages) for report in reports)
    answers = 0
    for _ in disk.replay():
        answers += 1
        for which, survives in (("none", nothing), ("some", some(answers))):
            left = tmp_path / f"{answers}-{which}"
            disk.left(left, survives)
            assert count_messages(left) >= min(answers, sent), (answers, which)
            shutil.rmtree(left)
    assert answers == sent + 3  # a report, its file, and the message that lists it
    disk.left(tmp_path / "left")
    with serving(tmp_path / "left", port=urlsplit(host.origin).port) as again:
        for report in reports:
            bodies = asyncio.run(served(report, again))
            assert bodies == [message.body for message in report.messages]
        assert asyncio.run(fetched(upload, again)) == upload.data
