"""A reporter looks whether something came, and the host does not learn for which report."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

import httpx
import pytest

from meldpunt.client import (
    Bulletins,
    DraftReport,
    NoticeKind,
    ProblemError,
    Reporter,
    Transport,
)
from meldpunt.client.lines import bulletins
from meldpunt.protocol.receipt import make_receipt
from meldpunt.protocol.verify.bulletin import BulletinEntry, BulletinIndex, bulletin_hash
from meldpunt.protocol.verify.encoding import decode_base64url
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.ids import Hash
from meldpunt.wire.bulletins import ServedBulletins
from meldpunt.wire.problems import ProblemType
from tests.client.hosted_line import FIRST_DAY, ORIGIN, Change, HostedLine, json_answer
from tests.support.upkeep import write_bulletins

EMPTY = b"".join(i.to_bytes(6, "big") for i in range(256))
"""A file without the tag of anybody."""


async def next_day(hosted: HostedLine, count: int = 1) -> None:
    for _ in range(count):
        hosted.clock.pass_days(1)
        await write_bulletins(hosted.host)


async def answered(hosted: HostedLine) -> DraftReport:
    """Return a report that a handler answered on the first day."""
    await hosted.open_line()
    await write_bulletins(hosted.host)
    draft = await hosted.submit()
    handler = hosted.handlers[0]
    await handler.acknowledge(await hosted.only_entry(handler), "Received.", language="en")
    return draft


async def look(hosted: HostedLine, *, further_back: bool = False) -> Bulletins:
    return await hosted.reporter().look(further_back=further_back)


async def news(hosted: HostedLine, receipt: str) -> list[date]:
    return list(await hosted.reporter().news(receipt, await look(hosted)))


async def test_a_reporter_learns_the_day_of_an_answer_without_a_visit(hosted: HostedLine) -> None:
    draft = await answered(hosted)
    assert await news(hosted, draft.receipt) == []
    await next_day(hosted)
    assert await news(hosted, draft.receipt) == [FIRST_DAY]


@asynccontextmanager
async def recorded(hosted: HostedLine) -> AsyncIterator[list[tuple[object, ...]]]:
    """Collect every byte of every request that is sent."""
    before, found = len(hosted.network.sent), list[tuple[object, ...]]()
    yield found
    for request, body in zip(
        hosted.network.sent[before:], hosted.network.bodies[before:], strict=True
    ):
        found.append((request.method, str(request.url), tuple(request.headers.raw), body))


async def test_looks_of_two_reporters_and_of_a_wrong_code_are_the_same_bytes(
    hosted: HostedLine,
) -> None:
    mine, other = await answered(hosted), await hosted.submit("Another.")
    await next_day(hosted, 40)
    sent = []
    wrong = make_receipt(bytes(range(12)))
    for receipt, days in ((mine.receipt, 1), (other.receipt, 0), (wrong, 0)):
        async with recorded(hosted) as requests:
            found = await news(hosted, receipt)
        assert len([day for day in found if day == FIRST_DAY]) == days
        sent.append(requests)
    assert len(sent[0]) == 3 + 10  # the line, the index, March, and ten days of April
    assert sent[0] == sent[1] == sent[2]
    names = {name.lower() for _, _, fields, _ in sent[0] for name, _ in fields}  # type: ignore[attr-defined]
    assert not names & {b"signature", b"range", b"if-none-match", b"cookie", b"if-modified-since"}


async def test_further_back_fetches_all_that_there_is(hosted: HostedLine) -> None:
    draft = await answered(hosted)
    await next_day(hosted, 200)
    assert await news(hosted, draft.receipt) != [FIRST_DAY]
    whole = await look(hosted, further_back=True)
    assert (await hosted.reporter().news(draft.receipt, whole))[0] == FIRST_DAY


async def test_a_host_without_bulletins_says_so(hosted: HostedLine) -> None:
    await hosted.open_line()
    with pytest.raises(ProblemError) as refused:
        await look(hosted)
    assert refused.value.kind is ProblemType.NOT_FOUND


def changing(path_end: str, change: bytes | None) -> Change:
    """Serve other bytes, or none, under a path."""

    def changed(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith(path_end):
            return response
        if change is None:
            return httpx.Response(404, headers={"content-type": "text/plain"})
        return httpx.Response(
            200, content=change, headers={"content-type": "application/octet-stream"}
        )

    return changed


@pytest.mark.parametrize(
    "served", [bytes(256 * 6), b"", bytes(256 * 6 - 6), bytes(1 << 20)], ids=len
)
async def test_a_day_whose_file_does_not_hold_is_unknown_and_never_nothing(
    hosted: HostedLine, served: bytes
) -> None:
    await answered(hosted)
    await next_day(hosted, 2)
    hosted.network.change = changing(f"/{FIRST_DAY}", served)
    found = await look(hosted)
    assert FIRST_DAY in found.unknown
    assert FIRST_DAY + timedelta(days=1) not in found.unknown


async def test_days_that_the_index_does_not_reach_are_unknown(hosted: HostedLine) -> None:
    await answered(hosted)
    await next_day(hosted)
    hosted.clock.pass_days(5)  # and the host writes nothing
    found = await look(hosted)
    assert found.unknown[-5:] == tuple(FIRST_DAY + timedelta(days=i) for i in range(1, 6))


def signed(hosted: HostedLine, index: BulletinIndex) -> Change:
    """Serve another index, signed by the host itself."""
    statement = index.to_json()
    body = ServedBulletins(
        index=statement, signature=hosted.host.secrets.sign_bulletins(statement)
    ).to_json()

    def changed(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        return json_answer(body) if request.url.path == "/v1/bulletins" else response

    return changed


async def test_an_index_with_a_gap_is_refused(hosted: HostedLine) -> None:
    await answered(hosted)
    await next_day(hosted, 3)
    served = (await hosted.http.get(f"{ORIGIN}/v1/bulletins")).json()
    index = BulletinIndex.from_signed(decode_base64url(served["index"]))
    gap = index.model_copy(update={"bulletins": index.bulletins[:1] + index.bulletins[2:]})
    hosted.network.change = signed(hosted, gap)
    with pytest.raises(RefusedError) as refused:
        await look(hosted)
    assert refused.value.reason is Reason.BULLETIN_INDEX


async def test_an_index_under_another_key_is_refused(hosted: HostedLine) -> None:
    await answered(hosted)
    await next_day(hosted)

    def changed(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path != "/v1/bulletins":
            return response
        return httpx.Response(200, json=response.json() | {"signature": "A" * 86})

    hosted.network.change = changed
    assert await refusal(hosted) is Reason.SIGNATURE


async def test_an_index_with_a_day_to_come_is_refused(hosted: HostedLine) -> None:
    await answered(hosted)
    await next_day(hosted, 3)
    hosted.clock.pass_days(-3)  # the host's clock was ahead, or it lies
    assert await refusal(hosted) is Reason.BULLETIN_DATES


async def refusal(hosted: HostedLine) -> Reason:
    with pytest.raises(RefusedError) as refused:
        await look(hosted)
    return refused.value.reason


@pytest.mark.parametrize(
    "tags", [EMPTY[6:] + EMPTY[:6], EMPTY[:6] + EMPTY[:-6]], ids=["unsorted", "a tag twice"]
)
async def test_tags_out_of_order_are_unknown_though_the_host_signed_them(
    hosted: HostedLine, tags: bytes
) -> None:
    draft = await answered(hosted)
    await next_day(hosted)
    hosted.network.change = await forged(hosted, tags)
    found = await look(hosted)
    assert FIRST_DAY in found.unknown
    assert await hosted.reporter().news(draft.receipt, found) == ()


async def test_a_report_without_a_key_has_no_tag_and_no_notice(
    hosted: HostedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meldpunt.client.reporter.Reporter.send", send_without_key)
    draft = await answered(hosted)
    await next_day(hosted)
    found = await look(hosted)
    assert await hosted.reporter().news(draft.receipt, found) == ()
    visit = await hosted.reporter().open(draft.receipt, found)
    assert visit.thread.notices == ()
    assert visit.thread.messages[-1].text == "Received."


async def forged(hosted: HostedLine, tags: bytes) -> Change:
    """Serve other tags for the first day, under an index that the host signs."""
    served = (await hosted.http.get(f"{ORIGIN}/v1/bulletins")).json()
    index = BulletinIndex.from_signed(decode_base64url(served["index"]))
    name = FIRST_DAY.isoformat()
    entry = BulletinEntry(name=name, tags=256, hash=Hash(bulletin_hash(name, tags)))
    entries = tuple(entry if e.name == name else e for e in index.bulletins)
    index_change = signed(hosted, index.model_copy(update={"bulletins": entries}))
    file_change = changing(f"/{name}", tags)
    return lambda request, response: file_change(request, index_change(request, response))


async def test_a_tag_that_the_host_left_out_is_noticed_at_the_next_visit(
    hosted: HostedLine,
) -> None:
    draft = await answered(hosted)
    await next_day(hosted)
    hosted.network.change = await forged(hosted, EMPTY)
    bulletins = await look(hosted)
    assert FIRST_DAY not in bulletins.unknown
    assert await hosted.reporter().news(draft.receipt, bulletins) == ()
    hosted.network.change = None
    visit = await hosted.reporter().open(draft.receipt, bulletins)
    [notice] = [n for n in visit.thread.notices if n.kind is NoticeKind.BULLETIN_WITHHELD]
    assert notice.message == visit.thread.messages[-1].message_id


async def test_an_honest_host_causes_no_notice(hosted: HostedLine) -> None:
    draft = await answered(hosted)
    await next_day(hosted, 3)
    visit = await hosted.reporter().open(draft.receipt, await look(hosted))
    assert visit.thread.notices == ()


async def test_after_a_takeover_the_old_code_sees_nothing_new_and_the_new_one_does(
    hosted: HostedLine,
) -> None:
    given = await hosted.oral()
    await write_bulletins(hosted.host)
    visit = await hosted.reporter().open(given)
    takeover = await visit.take_over(language="en")
    await visit.send_takeover(takeover)
    await visit.refresh()  # sends the new key
    await next_day(hosted)
    handler = hosted.handlers[0]
    await handler.acknowledge(await hosted.only_entry(handler), "Received.", language="en")
    await next_day(hosted)
    assert await news(hosted, given) == []
    assert await news(hosted, takeover.receipt) == [FIRST_DAY + timedelta(days=1)]


async def test_a_report_without_a_key_gets_one_at_the_next_visit(
    hosted: HostedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meldpunt.client.reporter.Reporter.send", send_without_key)
    draft = await answered(hosted)
    await hosted.visit(draft)
    await next_day(hosted)
    assert await news(hosted, draft.receipt) == [FIRST_DAY]


_send = Reporter.send


async def send_without_key(reporter: Reporter, draft: DraftReport) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("meldpunt.client.reporter.ReportPut", _without_key)
        return await _send(reporter, draft)


def _without_key(**fields: object) -> object:
    from meldpunt.wire.reports import ReportPut  # noqa: PLC0415 (the name is replaced)

    return ReportPut.model_validate({**fields, "bulletin_key": None})


async def test_looking_further_back_never_costs_the_newest_days(
    hosted: HostedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hosted.open_line()
    await next_day(hosted, 400)
    near = await look(hosted)
    size = sum(len(day.tags) for day in near.days)
    monkeypatch.setattr(bulletins, "_MAX_LOOK", size)
    assert (await look(hosted, further_back=True)).days == near.days


async def test_an_address_that_the_document_does_not_name_is_told(hosted: HostedLine) -> None:
    await hosted.open_line()
    await next_day(hosted)
    elsewhere = Transport("https://mirror.example", hosted.http)
    reporter = Reporter(elsewhere, hosted.line_keys.line_id, today=hosted.today)
    assert not (await reporter.look()).is_named
    assert (await look(hosted)).is_named
