"""A host that serves lists without an end: each page must progress, and the requests are few."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import httpx
import pytest

from meldpunt.client import EndlessListError, Transport, receipt_keys
from meldpunt.client.http.paging import Paging
from meldpunt.client.lines import bulletins
from meldpunt.client.thread import snapshot
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.wire.reports import InboxPage, MessagesPage
from tests.client.hosted_line import ORIGIN, Change, HostedLine, json_answer
from tests.support.upkeep import write_bulletins

MOST_REQUESTS = 8
"""What a client may ask before it notices."""

InboxChange = Callable[[InboxPage, int], InboxPage]


def _cursors() -> Iterator[str]:
    return (encode_base64url(number.to_bytes(16, "big")) for number in count(1))


def _with_cursors(cursors: Iterator[str], *, empty: bool = False) -> Change:
    """Give each page of an inbox the next cursor, and all entries or none."""
    first: list[InboxPage] = []

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path != "/v1/inbox":
            return response
        first.append(InboxPage.from_value(response.json()))
        entries = () if empty else first[0].entries
        return json_answer(InboxPage(entries=entries, cursor=next(cursors)).to_json())

    return change


@pytest.mark.parametrize(
    "change",
    [
        _with_cursors(_cursors()),
        _with_cursors(_cursors(), empty=True),
        _with_cursors(iter(["A" * 22, "B" * 21 + "A"] * 100_000), empty=True),
        _with_cursors(iter(["A" * 22] * 100_000)),
    ],
    ids=["the same entries", "no entries", "two cursors in turn", "one cursor"],
)
async def test_an_inbox_without_an_end_is_refused(hosted: HostedLine, change: Change) -> None:
    await hosted.open_line()
    await hosted.submit()
    hosted.network.sent.clear()
    hosted.network.change = change
    with pytest.raises(EndlessListError) as failed:
        [entry async for entry in hosted.handlers[0].entries()]
    assert "does not end" in str(failed.value)
    assert len(hosted.network.sent) < MOST_REQUESTS


def _messages(change: Callable[[MessagesPage], MessagesPage]) -> Change:
    def changed(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/messages"):
            return response
        return json_answer(change(MessagesPage.from_value(response.json())).to_json())

    return changed


@pytest.mark.parametrize("step", [0, 1])
@pytest.mark.parametrize("party", ["reporter", "handler"])
async def test_messages_that_do_not_progress_are_refused(
    hosted: HostedLine, step: int, party: str
) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    [entry] = [found async for found in hosted.handlers[0].entries()]
    hosted.network.sent.clear()
    hosted.network.change = _messages(
        lambda page: page.model_copy(update={"more": True, "cursor": page.cursor + step})
    )
    work = hosted.visit(submission) if party == "reporter" else hosted.handlers[0].read(entry.entry)
    with pytest.raises(EndlessListError):
        await work
    assert len(hosted.network.sent) < MOST_REQUESTS


async def test_messages_that_repeat_for_ever_are_refused(
    hosted: HostedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page has a message and a higher cursor; only the number of all ends it."""
    monkeypatch.setattr(snapshot, "_MAX_MESSAGES", 20)
    await hosted.open_line()
    submission = await hosted.submit()
    first: list[MessagesPage] = []

    def repeat(page: MessagesPage) -> MessagesPage:
        first.append(page)
        return first[0].model_copy(update={"more": True, "cursor": len(first)})

    hosted.network.sent.clear()
    hosted.network.change = _messages(repeat)
    with pytest.raises(EndlessListError):
        await hosted.visit(submission)
    assert 20 <= len(first) <= 21


@pytest.mark.parametrize(
    ("paging", "pages"),
    [
        (Paging(3, 100), [(1, 1, 0), (1, 2, 0), (1, 3, 0)]),
        (Paging(100, 3), [(2, 1, 0), (2, None, 0)]),
        (Paging(100, 100, 10), [(1, 1, 6), (1, None, 6)]),
        (Paging(100, 100), [(0, 1, 0)]),
        (Paging(100, 100), [(1, "a", 0), (1, "b", 0), (1, "a", 0)]),
        (Paging(100, 100, may_be_empty=True), [(0, 1, 0), (0, 1, 0)]),
    ],
    ids=["pages", "items", "bytes", "an empty page", "a cursor again", "no progress"],
)
def test_each_bound_of_a_list_holds(
    paging: Paging, pages: list[tuple[int, str | int | None, int]]
) -> None:
    for items, cursor, size in pages[:-1]:
        paging.add(items, cursor, size)
    with pytest.raises(EndlessListError):
        paging.add(*pages[-1])


@pytest.mark.parametrize(("number", "requests"), [(7, 1), (1001, 0)])
async def test_documents_that_go_back_without_an_end_are_refused(
    hosted: HostedLine, number: int, requests: int
) -> None:
    await hosted.open_line()
    line = await hosted.reporter().line()
    later = line.document.model_copy(update={"number": number, "previous": line.document_hash})
    other = replace(line, document=later, document_hash=ids.Hash(bytes(32)))
    hosted.network.sent.clear()
    with pytest.raises(RefusedError) as refused:
        await receipt_keys(Transport(ORIGIN, hosted.http), other)
    assert refused.value.reason is Reason.DOCUMENT_PREVIOUS
    assert len(hosted.network.sent) == requests


async def test_a_look_at_the_bulletins_has_a_largest_size(
    hosted: HostedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hosted.open_line()
    for _ in range(6):
        await write_bulletins(hosted.host)
        hosted.clock.pass_days(1)
    assert len((await hosted.reporter().look()).days) == 6
    monkeypatch.setattr(bulletins, "_MAX_LOOK", 3 * 256 * 6)
    hosted.network.sent.clear()
    found = await hosted.reporter().look()
    newest = [hosted.today() - timedelta(days=n) for n in (4, 3, 2)]
    assert [day.day for day in found.days] == newest, "what came last is missed least"
    assert {day.day for day in found.days}.isdisjoint(found.unknown)
    asked = [path for path in hosted.network.paths() if "/v1/bulletins/" in path]
    assert len(asked) == 3
