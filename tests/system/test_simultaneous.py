"""Many at once, against a real server process: everybody is answered, and nobody is lost."""

import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from benchmarks.sending.load import Load, send, wait_for_created
from benchmarks.sending.office import (
    Office,
    Report,
    fetch_challenge,
    make_reply,
    make_report,
    make_settings,
    open_office,
    read,
    reply,
    submission,
)
from benchmarks.servers import server
from meldpunt.protocol.verify.encoding import decode_base64url
from meldpunt.server.settings import Settings
from tests.support.databases import DATABASES, new_database
from tests.support.process import free_port

AT_ONCE = 64


@dataclass
class Running:
    """A host's process, and an office on it."""

    settings: Settings
    office: Office
    port: int
    challenge: str

    def reports(self, count: int) -> list[Report]:
        return [make_report(self.office) for _ in range(count)]

    async def send(self, requests: Sequence[bytes], load: Load | None = None) -> Load:
        """Send each over a connection of its own, all at once."""
        count = len(requests)
        return await send(self.port, requests, connections=count, keep_answers=True, load=load)

    async def submit(self, reports: Sequence[Report], load: Load | None = None) -> Load:
        return await self.send([submission(report, self.challenge) for report in reports], load)


@pytest.fixture(params=DATABASES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    with new_database(tmp_path, kind=request.param) as url:
        yield make_settings(tmp_path, database_url=url)


@pytest.fixture
async def running(settings: Settings) -> AsyncIterator[Running]:
    office = await open_office(settings)
    with server.running(server.HOST, server.environment(settings)) as port:
        yield Running(settings, office, port, await fetch_challenge(port))


async def test_64_submissions_at_once_all_succeed(running: Running) -> None:
    reports = running.reports(AT_ONCE)
    load = await running.submit(reports)
    assert load.statuses == Counter({201: AT_ONCE})
    reader = running.office.readers[0]
    pages = await running.send([read(report, reader, running.challenge) for report in reports])
    bodies = {answer.place: served_body(answer.body) for answer in pages.answers}
    assert bodies == {place: report.put.message.body for place, report in enumerate(reports)}


async def test_one_submission_16_times_at_once_is_stored_once(running: Running) -> None:
    (report,) = running.reports(1)
    load = await running.submit([report] * 16)
    assert load.statuses == Counter({201: 1, 200: 15})
    assert len({answer.body for answer in load.answers}) == 1


async def test_another_report_under_the_same_keys_fails_alone(running: Running) -> None:
    reports = running.reports(AT_ONCE)
    first = reports[0]
    again = make_report(running.office, like=first)
    assert (await running.submit([first])).statuses == Counter({201: 1})
    load = await running.submit([again, *reports[1:]])
    statuses = {answer.place: answer.status for answer in load.answers}
    assert statuses.pop(0) == 409
    assert set(statuses.values()) == {201}


async def test_two_reports_under_the_same_keys_at_once_leave_one(running: Running) -> None:
    (first,) = running.reports(1)
    rivals = [first, *(make_report(running.office, like=first) for _ in range(7))]
    load = await running.submit(rivals)
    assert load.statuses == Counter({201: 1, 409: 7})


async def test_64_replies_at_once_succeed_and_a_bad_one_fails_alone(running: Running) -> None:
    """Two messages have the same number: whichever comes first is stored, the other is not."""
    reports = running.reports(AT_ONCE)
    await running.submit(reports)
    by = [*reports, reports[0]]
    said = [make_reply(running.office, own, 1, own.put.message.message_id) for own in by]
    requests = [
        reply(own, message, running.challenge) for own, message in zip(by, said, strict=True)
    ]
    statuses = {answer.place: answer.status for answer in (await running.send(requests)).answers}
    assert sorted((statuses.pop(0), statuses.pop(AT_ONCE))) == [201, 409]
    assert set(statuses.values()) == {201}
    again = await running.send(requests[1:AT_ONCE] * 2)
    assert again.statuses == Counter({200: 2 * (AT_ONCE - 1)})
    reader = running.office.readers[0]
    pages = await running.send([read(own, reader, running.challenge) for own in reports[1:]])
    bodies = {answer.place: served_body(answer.body, 1) for answer in pages.answers}
    assert bodies == {place: message.body for place, message in enumerate(said[1:AT_ONCE])}


async def test_a_full_queue_says_when_to_come_back_and_the_retry_succeeds(
    settings: Settings,
) -> None:
    settings = settings.model_copy(update={"queue_size": 2})
    office = await open_office(settings)
    with server.running(server.HOST, server.environment(settings)) as port:
        running = Running(settings, office, port, await fetch_challenge(port))
        waiting = running.reports(AT_ONCE)
        load = await running.submit(waiting)
        assert set(load.statuses) == {201, 503}
        for answer in load.answers:
            if answer.status == 503:
                assert b"\r\nretry-after: 2\r\n" in answer.head.lower() + b"\r\n"
                assert json.loads(answer.body)["type"] == "urn:meldpunt:problem:busy"
        for _ in range(AT_ONCE):
            busy = [answer.place for answer in load.answers if answer.status == 503]
            if not busy:
                break
            waiting = [waiting[place] for place in busy]
            load = await running.submit(waiting)
        assert set(load.statuses) == {201}


async def test_a_host_that_is_told_to_stop_finishes_what_it_has_taken(
    settings: Settings, tmp_path: Path
) -> None:
    office = await open_office(settings)
    port = free_port()
    process = server.start(server.HOST, port, server.environment(settings))
    try:
        running = Running(settings, office, port, await fetch_challenge(port))
        reports = running.reports(400)
        load = Load()
        sending = asyncio.create_task(running.submit(reports, load))
        await wait_for_created(load, 1)
        process.send_signal(signal.SIGTERM)
        await sending
        await asyncio.to_thread(process.wait, 100)
    finally:
        process.kill()
        process.wait()
    stored = [answer.place for answer in load.answers if answer.status == 201]
    assert stored
    assert set(load.statuses) <= {201, 503}  # nobody who was answered was told that it failed
    names = set(await asyncio.to_thread(os.listdir, tmp_path))
    assert not {"host.db-wal", "host.db-shm"} & names  # it had the time to put its log away
    with server.running(server.HOST, server.environment(settings)) as port:
        again = replace(running, port=port)
        load = await again.submit([reports[place] for place in stored])
        assert set(load.statuses) == {200}


def served_body(page: bytes, place: int = 0) -> bytes:
    """Return the body of the last message on a page, which is at this place."""
    messages = json.loads(page)["messages"]
    assert len(messages) == place + 1
    return decode_base64url(messages[place]["body"])
