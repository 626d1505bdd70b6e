"""Two hosts of two workers each on one PostgreSQL: whoever answers, it is one host.

Real processes, told apart by their ports only; they share database, origins and secrets file.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from benchmarks.sending import office as bench
from benchmarks.sending.load import Load, send, wait_for_created
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.server import commands
from meldpunt.server.clock import TimeSource
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.database.url import open_store
from meldpunt.server.store.tables import body_parts, inbox, messages, reports, wraps
from tests.support.caller import Caller
from tests.support.correspondence import Correspondence
from tests.support.office import Office
from tests.support.postgres import shared_server
from tests.support.process import HostProcess, serving
from tests.support.publishing import publish

ORIGIN = bench.ORIGIN
AT_ONCE = 48


def port_of(host: HostProcess) -> int:
    return int(host.origin.rpartition(":")[2])


@dataclass
class Pair:
    """Two hosts that are one."""

    hosts: tuple[HostProcess, HostProcess]

    @property
    def ports(self) -> tuple[int, int]:
        return port_of(self.hosts[0]), port_of(self.hosts[1])

    def client(self, host: int) -> httpx.AsyncClient:
        """Return a client of one of them."""
        return httpx.AsyncClient(base_url=self.hosts[host].origin, timeout=100)

    async def count(self) -> dict[str, int]:
        """Return how many rows each table of reports has."""
        store = open_store(self.hosts[0].settings.database_url.get_secret_value())

        def work(tx: Transaction) -> dict[str, int]:
            return {
                table.name: tx.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (reports, messages, body_parts, wraps, inbox)
            }

        counted = await store.read(work)
        await store.close()
        return counted


@contextmanager
def two_hosts(folder: Path) -> Iterator[Pair]:
    """Serve one new database twice."""
    server = shared_server()
    url = server.url(server.create())
    with ExitStack() as stack:
        hosts = []
        for name in ("first", "second"):
            (folder / name).mkdir()
            host = serving(
                folder / name,
                database_url=url,
                workers=2,
                origins=(ORIGIN,),
                secrets_file=folder / "secrets.json",
                challenge_seconds=3600,
            )
            hosts.append(stack.enter_context(host))
        yield Pair((hosts[0], hosts[1]))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Give two hosts to all tests that leave them alive."""
    with two_hosts(tmp_path_factory.mktemp("pair")) as made:
        yield made


@pytest.fixture
def doomed(tmp_path: Path) -> Iterator[Pair]:
    """Give two hosts to one test."""
    with two_hosts(tmp_path) as made:
        yield made


def rows_of(count: int) -> dict[str, int]:
    """Return the rows of so many reports of the smallest size, for two readers each."""
    return {
        "reports": count,
        "messages": count,
        "body_parts": count,
        "wraps": 2 * count,
        "inbox": 2 * count,
    }


async def test_reports_to_two_hosts_at_once_are_stored_once_and_read_on_either(pair: Pair) -> None:
    before = await pair.count()
    office = await bench.open_office(pair.hosts[0].settings)
    made = [bench.make_report(office) for _ in range(AT_ONCE)]
    challenge = await bench.fetch_challenge(pair.ports[0])  # of one host, good on the other
    requests = [bench.submission(report, challenge) for report in made]
    loads = await asyncio.gather(
        *(send(port, shuffled(requests), keep_answers=True) for port in (*pair.ports, *pair.ports))
    )
    statuses = sum((load.statuses for load in loads), Counter())
    assert statuses == Counter({201: AT_ONCE, 200: 3 * AT_ONCE})
    assert len({answer.body for load in loads for answer in load.answers}) == AT_ONCE
    added = {table: rows - before[table] for table, rows in (await pair.count()).items()}
    assert added == rows_of(AT_ONCE)
    for port in pair.ports:
        reading = [bench.read(report, office.readers[0], challenge) for report in made]
        assert (await send(port, reading)).statuses == Counter({200: AT_ONCE})


def shuffled(requests: Sequence[bytes]) -> list[bytes]:
    return random.sample(requests, len(requests))


async def test_nothing_is_lost_or_doubled_when_a_worker_and_a_host_are_killed(doomed: Pair) -> None:
    office = await bench.open_office(doomed.hosts[0].settings)
    challenge = await bench.fetch_challenge(doomed.ports[0])
    made = [bench.make_report(office) for _ in range(600)]
    requests = [bench.submission(report, challenge) for report in made]
    halves = requests[::2], requests[1::2]
    loads = Load(), Load()
    sending = [
        asyncio.create_task(send(port, half, connections=16, keep_answers=True, load=load))
        for port, half, load in zip(doomed.ports, halves, loads, strict=True)
    ]
    await wait_for_created(loads[0], 1)
    victim = doomed.hosts[0].workers()[0]
    victim.kill()
    await wait_for_created(loads[1], 1)
    doomed.hosts[1].kill()
    await asyncio.gather(*sending)
    acknowledged = {
        half[answer.place]
        for load, half in zip(loads, halves, strict=True)
        for answer in load.answers
        if answer.status == 201
    }
    assert 0 < len(acknowledged) < len(requests)  # else nothing was at stake
    again = await sent_until_answered(doomed.ports[0], requests)
    assert set(again.values()) <= {200, 201}
    assert {again[request] for request in acknowledged} == {200}
    assert await doomed.count() == rows_of(len(requests))
    await asyncio.to_thread(doomed.hosts[0].wait_for_workers, 2)  # the dead one has a successor


async def sent_until_answered(port: int, requests: Sequence[bytes]) -> dict[bytes, int]:
    """Send until each has an answer; returns their statuses."""
    answered: dict[bytes, int] = {}
    for _ in range(20):
        left = [request for request in requests if request not in answered]
        if not left:
            break
        load = await send(port, left, connections=16, keep_answers=True)
        answered |= {left[answer.place]: answer.status for answer in load.answers}
        await asyncio.sleep(0.2)
    return answered


async def talk_of(pair: Pair, http: httpx.AsyncClient) -> Correspondence:
    """Publish an office and send it a report."""
    today = TimeSource().today()
    office = Office.make_on(today, origin=ORIGIN)
    invite = await asyncio.to_thread(commands.create_invite, pair.hosts[0].settings)
    await publish(http, ORIGIN, office, invite)
    talk = Correspondence(office, http, ORIGIN, lambda: today, office.readers(0, 1))
    await talk.submit()
    return talk


async def test_replies_that_race_over_hosts_all_arrive_once_and_in_one_order(pair: Pair) -> None:
    async with pair.client(0) as one, pair.client(1) as other:
        talk = await talk_of(pair, one)
        for _ in range(4):
            sealed: dict[str | int, SealedMessage] = {
                "reporter": talk.by_reporter(),
                0: talk.by_handler(0),
                1: talk.by_handler(1),
            }

            async def put(author: str | int, http: httpx.AsyncClient) -> httpx.Response:
                here = replace_http(talk, http)
                message = sealed[author]  # noqa: B023 (awaited before the next turn)
                if isinstance(author, int):
                    return await here.handler_puts(author, message)
                return await here.reporter_puts(message)

            calls = [(author, http) for author in sealed for http in (one, other, one, other)]
            answers = await asyncio.gather(*(put(*call) for call in random.sample(calls, 12)))
            assert Counter(answer.status_code for answer in answers) == Counter({201: 3, 200: 9})
            for message in sealed.values():
                talk.note(message)
        pages = [
            await replace_http(talk, http).reporter.read("/v1/report/messages")
            for http in (one, other)
        ]
    assert pages[0] == pages[1]
    assert len(pages[0]["messages"]) == len(talk.messages) == 13


def replace_http(talk: Correspondence, http: httpx.AsyncClient) -> Correspondence:
    """Return the same report as another host's client sees it."""
    return Correspondence(talk.office, http, ORIGIN, talk.day_of, talk.readers, talk.keys)


async def test_two_messages_of_one_number_over_two_hosts_leave_one(pair: Pair) -> None:
    async with pair.client(0) as one, pair.client(1) as other:
        talk = await talk_of(pair, one)
        rivals = [talk.by_reporter() for _ in range(6)]
        answers = await asyncio.gather(
            *(
                replace_http(talk, (one, other)[i % 2]).reporter_puts(rival)
                for i, rival in enumerate(rivals)
            )
        )
        assert Counter(answer.status_code for answer in answers) == Counter({201: 1, 409: 5})


async def test_a_retry_at_another_host_gets_the_first_answer(pair: Pair) -> None:
    async with pair.client(0) as one, pair.client(1) as other:
        talk = await talk_of(pair, one)
        first = await talk.handler_puts(0, sealed := talk.by_handler(0, Tag.ACKNOWLEDGEMENT))
        again = await replace_http(talk, other).handler_puts(0, sealed)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.content == again.content
        put = talk.put(talk.messages[0])
        assert (await replace_http(talk, other).reporter.put("/v1/report", put)).status_code == 200


async def test_what_an_office_publishes_holds_on_every_worker_after_two_seconds(
    pair: Pair,
) -> None:
    """Until then a worker may go by the document it remembers."""
    async with pair.client(0) as one, pair.client(1) as other:
        talk = await talk_of(pair, one)
        today, people = TimeSource().today(), talk.office.people

        async def submit_everywhere() -> set[tuple[int, str | None]]:
            reports = [
                Correspondence(talk.office, http, ORIGIN, talk.day_of, talk.office.readers(0))
                for http in (one, other) * 4  # enough to meet both workers of each
            ]
            answers = [await report.reporter.put("/v1/report", report.put()) for report in reports]
            return {(answer.status_code, answer.json().get("reason")) for answer in answers}

        assert await submit_everywhere() == {(201, None)}
        left = people[0].listed(since=today, until=today)
        others = (person.listed(since=today) for person in people[1:])
        following = talk.office.next(handlers=(left, *others))
        owner = Caller(one, ORIGIN, talk.office.line_key)
        assert (await owner.put(following.path, following.put())).status_code == 200
        line = await other.get(following.path)
        assert json.loads(line.content)["document"] == encode_base64url(
            following.document.to_json()
        )
        await asyncio.sleep(2.1)
        assert await submit_everywhere() == {(400, "no-reader")}
