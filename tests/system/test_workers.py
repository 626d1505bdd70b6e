"""Whichever process answers: what one has just stored, no other refuses.

Real processes: on SQLite the one that it allows, on PostgreSQL two hosts of two workers.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Final

import httpx
import pytest

from meldpunt.server import commands
from meldpunt.server.clock import TimeSource
from tests.support.caller import Caller
from tests.support.correspondence import Correspondence
from tests.support.databases import DATABASES, POSTGRESQL, new_database
from tests.support.office import Office, Person
from tests.support.process import HostProcess, serving
from tests.support.publishing import publish
from tests.support.uploads import LARGE, Upload, ciphertext

ORIGIN: Final = "https://workers.example"
ROUNDS: Final = 3
AT_ONCE: Final = 12
"""Connections at once: enough to meet every worker of each host."""


@dataclass
class Workers:
    """Processes that are one host."""

    hosts: tuple[HostProcess, ...]
    turns: Iterator[int] = field(default_factory=count)

    @asynccontextmanager
    async def anybody(self) -> AsyncIterator[httpx.AsyncClient]:
        """Give a connection of its own to whoever takes it."""
        host = self.hosts[next(self.turns) % len(self.hosts)]
        async with httpx.AsyncClient(base_url=host.origin, timeout=100) as http:
            yield http


@pytest.fixture(scope="module", params=DATABASES)
def workers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workers]:
    folder = tmp_path_factory.mktemp("workers")
    is_shared = request.param == POSTGRESQL
    with ExitStack() as stack:
        url = stack.enter_context(new_database(folder, kind=request.param))
        hosts = []
        for name in ("first", "second") if is_shared else ("only",):
            (folder / name).mkdir()
            host = serving(
                folder / name,
                database_url=url,
                workers=2 if is_shared else 1,
                origins=(ORIGIN,),
                secrets_file=folder / "secrets.json",
                attachments=str(folder / "attachments"),
            )
            hosts.append(stack.enter_context(host))
        yield Workers(tuple(hosts))


async def publish_office(workers: Workers) -> Office:
    """Publish an office whose handlers have been there since today."""
    office = Office.make_on(TimeSource().today(), origin=ORIGIN)
    invite = await asyncio.to_thread(commands.create_invite, workers.hosts[0].settings)
    async with workers.anybody() as http:
        await publish(http, ORIGIN, office, invite)
    return office


def report_of(office: Office, http: httpx.AsyncClient, *readers: int) -> Correspondence:
    today = TimeSource().today()
    return Correspondence(office, http, ORIGIN, lambda: today, office.readers(*readers))


async def send_everywhere(workers: Workers, office: Office, *readers: int) -> Counter[int]:
    """Send reports at once, each over a connection of its own; returns the statuses."""

    async def send() -> int:
        async with workers.anybody() as http:
            talk = report_of(office, http, *readers)
            return (await talk.reporter.put("/v1/report", talk.put())).status_code

    return Counter(await asyncio.gather(*(send() for _ in range(AT_ONCE))))


async def test_a_report_to_a_handler_of_a_moment_ago_is_refused_by_nobody(
    workers: Workers,
) -> None:
    """Every worker remembers the document before, and the handler is in the next one only."""
    office = await publish_office(workers)
    for _ in range(ROUNDS):
        assert await send_everywhere(workers, office, 0) == {201: AT_ONCE}  # now all remember it
        newcomer = Person.make(office.line)
        since = TimeSource().today()
        listed = (*office.document.handlers, newcomer.listed(since=since))
        office = replace(office.next(handlers=listed), people=(*office.people, newcomer))
        async with workers.anybody() as http:
            owner = Caller(http, ORIGIN, office.line_key)
            assert (await owner.put(office.path, office.put())).status_code == 200
        async with workers.anybody() as http:
            handler = Caller(http, ORIGIN, newcomer.signing)
            keys = newcomer.box_keys(newcomer.statement(not_before=since))
            assert (await handler.put(f"{office.path}/box-keys", keys)).status_code == 204
        newest = len(office.people) - 1
        assert await send_everywhere(workers, office, newest) == {201: AT_ONCE}


async def test_an_upload_that_is_taken_back_answers_its_own_retry_everywhere(
    workers: Workers,
) -> None:
    office = await publish_office(workers)
    async with workers.anybody() as http:
        talk = report_of(office, http, 0, 1)
        await talk.submit()
        for is_begun in (True, False):
            upload = Upload(talk.reporter, "/v1/report", ciphertext(LARGE))
            if is_begun:
                assert (await upload.begin()).status_code == 201
                assert (await upload.append(0, 1 << 16)).status_code == 204
            fields = await upload.caller.sign("DELETE", upload.path)

            async def take_back(
                path: str = upload.path, signed: dict[str, str] = fields
            ) -> tuple[int, bytes]:
                async with workers.anybody() as other:  # the same bytes, as a retry is
                    answer = await other.delete(path, headers={**signed, "tus-resumable": "1.0.0"})
                return answer.status_code, answer.content

            answers = await asyncio.gather(*(take_back() for _ in range(AT_ONCE)))
            assert Counter(answers) == {(204, b""): AT_ONCE}
            assert await take_back() == (204, b"")
            assert (await upload.tell()).status_code == 404
            assert (await upload.begin()).status_code == 201  # nothing is left of it


async def test_a_message_that_lists_an_upload_wins_or_finds_none(workers: Workers) -> None:
    """Taken back by one worker and listed by another at once, it is one or the other on all."""
    office = await publish_office(workers)
    async with workers.anybody() as http:
        talk = report_of(office, http, 0, 1)
        await talk.submit()
        for _ in range(ROUNDS):
            upload = await Upload(talk.reporter, "/v1/report").whole()
            sealed = talk.by_reporter(attachments=(upload.id,))

            async def take_back(given: Upload = upload) -> int:
                async with workers.anybody() as other:
                    caller = replace(given.caller, http=other)
                    return (await replace(given, caller=caller).take_back()).status_code

            ended, listed = await asyncio.gather(take_back(), talk.reporter_puts(sealed))
            assert (ended, listed.status_code) in {(204, 409), (404, 201)}
            again = await take_back()
            assert again == ended
            if listed.status_code == 201:
                talk.note(sealed)
