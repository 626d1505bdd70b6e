"""An inbox of many reports: read as far as somebody looks, and a few at a time."""

import asyncio
import gc
from collections.abc import Callable
from contextlib import aclosing

import httpx
import pytest

from meldpunt.client import Handler, HandlerKeys, Thread, WithheldError, renew_keys
from meldpunt.client.http.concurrency import AT_ONCE, side_by_side
from meldpunt.protocol.verify import ids
from tests.client.hosted_line import HostedLine
from tests.support.databases import change, literal

REPORTS = 24
"""Two pages: the first holds 20."""


@pytest.fixture
async def handler(hosted: HostedLine) -> Handler:
    """Give a handler with an inbox."""
    await hosted.open_line(1)
    for number in range(REPORTS):
        await hosted.submit(f"Report {number}", readers=(0,))
    hosted.network.sent.clear()
    return hosted.handlers[0]


def keep(_keys: HandlerKeys) -> None:
    """Take keys that need not last."""


def asked(hosted: HostedLine, ending: str) -> int:
    return sum(1 for path in hosted.network.paths() if path.endswith(ending))


@pytest.fixture
def threads_in_memory(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Count the threads that were made since and still live.

    `gc.get_objects` would break the host's own thread: it also holds tuples that are being built.
    """
    living: set[int] = set()
    made = Thread.__init__

    def make(thread: Thread, *values: object, **named: object) -> None:
        living.add(id(thread))
        made(thread, *values, **named)  # type: ignore[arg-type]  # passed on

    def count() -> int:
        gc.collect()
        return len(living)

    monkeypatch.setattr(Thread, "__init__", make)
    monkeypatch.setattr(Thread, "__del__", lambda gone: living.discard(id(gone)), raising=False)
    return count


async def test_a_page_is_fetched_when_it_is_wanted(hosted: HostedLine, handler: Handler) -> None:
    entries = handler.entries()
    for _ in range(20):
        await anext(entries)
    assert asked(hosted, "GET /v1/inbox") == 1
    await anext(entries)
    assert asked(hosted, "GET /v1/inbox") == 2


async def test_listing_decrypts_and_fetches_no_message(
    hosted: HostedLine, handler: Handler
) -> None:
    assert len([entry async for entry in handler.entries()]) == REPORTS
    assert asked(hosted, "/messages") == 0


async def test_reports_are_fetched_as_far_as_they_are_read(
    hosted: HostedLine, handler: Handler
) -> None:
    entries = [entry.entry async for entry in handler.entries()]
    async with aclosing(handler.read_each(entries)) as threads:
        assert asked(hosted, "/messages") == 0
        first = await anext(threads)
        assert first.entry == entries[0]
        assert asked(hosted, "/messages") <= AT_ONCE
    await asyncio.sleep(0)
    assert asked(hosted, "/messages") <= AT_ONCE
    assert sum("/lines/" in path for path in hosted.network.paths()) <= 2  # not once for each


async def test_reading_many_keeps_few_of_them(
    hosted: HostedLine, handler: Handler, threads_in_memory: Callable[[], int]
) -> None:
    entries = [entry.entry async for entry in handler.entries()]
    texts, most = [], 0
    async for thread in handler.read_each(entries):
        assert isinstance(thread, Thread)
        texts.append(thread.messages[0].text)
        most = max(most, threads_in_memory())
    assert sorted(map(str, texts)) == sorted(f"Report {number}" for number in range(REPORTS))
    assert 0 < most <= AT_ONCE + 1
    assert sorted(handler.memory.reports) == sorted(entries)  # in whatever order answers came


async def test_a_renewal_keeps_few_reports_and_asks_the_same_of_each(
    hosted: HostedLine, handler: Handler, threads_in_memory: Callable[[], int]
) -> None:
    hosted.clock.pass_days(52)
    told: list[tuple[int, int]] = []
    most = 0

    def tell(done: int, total: int) -> None:
        nonlocal most
        told.append((done, total))
        most = max(most, threads_in_memory())

    renewal = await renew_keys(handler, keep, tell)
    assert (renewal.rewrapped, renewal.forgotten) == (REPORTS, 1)
    assert told == [(done, REPORTS) for done in range(1, REPORTS + 1)]
    assert 0 < most <= 2 * AT_ONCE
    # The line, a challenge, two pages; of each report twice its status and messages, one wrap put
    # and one deleted.
    assert len(hosted.network.sent) <= 4 + 6 * REPORTS + 2


async def test_a_renewal_run_again_moves_nothing_twice(
    hosted: HostedLine, handler: Handler
) -> None:
    hosted.clock.pass_days(52)
    before = handler.keys

    def fail(_: object) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        await renew_keys(handler, fail)
    assert asked(hosted, "/wraps") == REPORTS
    handler.keys = before
    assert (await renew_keys(handler, keep)).rewrapped == 0
    assert asked(hosted, "/wraps") == REPORTS


def lose_after_listing(hosted: HostedLine, entry: ids.EntryId) -> None:
    """Let the host erase a report once the whole inbox has been listed."""

    def lose(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path == "/v1/inbox" and b'"cursor"' not in response.content:
            url = hosted.host.settings.database_url.get_secret_value()
            change(url, f"DELETE FROM inbox WHERE entry = {literal(url, entry)}")  # noqa: S608 (our own values)
        return response

    hosted.network.change = lose


async def test_a_report_erased_while_others_are_renewed_stops_nothing(
    hosted: HostedLine, handler: Handler
) -> None:
    hosted.clock.pass_days(52)
    lose_after_listing(hosted, [entry.entry async for entry in handler.entries()][-1])
    renewal = await renew_keys(handler, keep)
    assert (renewal.rewrapped, renewal.forgotten) == (REPORTS - 1, 1)


async def test_a_report_read_before_that_goes_while_others_are_renewed_keeps_the_key(
    hosted: HostedLine, handler: Handler
) -> None:
    hosted.clock.pass_days(52)
    last = [entry.entry async for entry in handler.entries()][-1]
    await handler.read(last)
    before = handler.keys
    lose_after_listing(hosted, last)
    renewal = await renew_keys(handler, keep)
    [unmoved] = renewal.waiting
    assert unmoved.entry == last
    assert isinstance(unmoved.failure, WithheldError)
    assert renewal.rewrapped == REPORTS - 1
    assert handler.keys == before


async def test_what_is_under_way_ends_with_the_first_failure() -> None:
    begun, ended = [], []

    async def work(number: int) -> int:
        begun.append(number)
        if number == 2:
            raise LookupError
        try:
            await asyncio.sleep(0 if number < 2 else 60)
        except asyncio.CancelledError:
            ended.append(number)
            raise
        return number

    results = side_by_side(range(100), work, at_once=4)
    assert [await anext(results), await anext(results)] == [0, 1]
    with pytest.raises(LookupError):
        await anext(results)
    assert begun == [0, 1, 2, 3]
    assert ended == [3]


async def test_results_come_in_the_order_of_the_items() -> None:
    async def work(number: int) -> int:
        await asyncio.sleep(0.01 * (number % 3))
        return number

    assert [n async for n in side_by_side(range(10), work, at_once=4)] == list(range(10))
