"""A handler's inbox: their reports, page by page, and no trace of others."""

from typing import Any, Final

import pytest

from meldpunt.protocol.verify.encoding import decode_base64url, encode_base64url
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.wire.reports import WrapsPut
from tests.support.answers import malformed, not_found, same
from tests.support.correspondence import Correspondence, name
from tests.support.hosts import TestHost
from tests.support.office import Office

UNKNOWN: Final = f"/v1/inbox/{encode_base64url(bytes(16))}"


async def inbox(host: TestHost, person: int, query: str = "") -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = (await host.handler(person).read(host.office.inbox + query))[
        "entries"
    ]
    return entries


async def test_both_readers_find_the_report_and_the_third_finds_nothing(host: TestHost) -> None:
    talk = await host.report()
    for person in (0, 1):
        (entry,) = await inbox(host, person)
        assert f"/v1/inbox/{entry['entry']}" == talk.entry(person)
        assert entry == await host.handler(person).read(talk.entry(person))
        keys = talk.put().keys.model_dump(mode="json", by_alias=True)
        assert entry["birthKeys"] == keys
        assert (entry["state"], entry["messageCount"]) == ("received", 1)
    assert await host.handler(2).read(host.office.inbox) == {"entries": []}


async def every_answer(host: TestHost, talk: Correspondence, entry: str) -> list[Any]:
    """Return what the third handler gets from every endpoint about an entry."""
    caller = host.handler(2)
    message = name(talk.messages[0])
    sealed = talk.by_handler(2)
    wraps = WrapsPut(wraps=talk.messages[0].wraps)
    key = encode_base64url(talk.office.people[2].recipient().key_id)
    return [
        await caller.get(host.office.inbox),
        await caller.get(f"{host.office.inbox}&state=received"),
        await caller.get(entry),
        await caller.get(f"{entry}/messages"),
        await caller.get(f"{entry}/messages?after=1"),
        await caller.put(f"{entry}/messages/{name(sealed)}", sealed),
        await caller.put(f"{entry}/messages/{message}/wraps", wraps),
        await caller.send("DELETE", f"{entry}/messages/{message}/wraps/{key}"),
    ]


async def test_one_left_out_sees_no_trace(host: TestHost) -> None:
    """Everything asked about the report looks as it does about one that never was."""
    before = await host.handler(2).get(host.office.inbox)
    talk = await host.report()
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    await talk.handler_says(1, readers=talk.readers)
    await talk.reporter_says()
    about_it = await every_answer(host, talk, talk.entry(2))
    about_colleagues = await every_answer(host, talk, talk.entry(0))
    about_nothing = await every_answer(host, talk, UNKNOWN)
    same(before, about_it[0])
    for answers in zip(about_it, about_colleagues, about_nothing, strict=True):
        same(*answers)
    line = await host.handler(2).read(host.office.path)
    assert set(line) == {"firstKey", "rotations", "document", "signature", "boxKeys"}


async def test_one_left_out_later_counts_only_what_they_may_read(host: TestHost) -> None:
    talk = await host.report()
    await talk.reporter_says(readers=talk.office.readers(0))
    assert [entry["messageCount"] for entry in await inbox(host, 0)] == [2]
    assert [entry["messageCount"] for entry in await inbox(host, 1)] == [1]
    page = await host.handler(1).read(f"{talk.entry(1)}/messages")
    assert ["body" in message for message in page["messages"]] == [True, False]
    assert page["messages"][1]["wraps"] == []
    assert page["messages"][1]["wrappedFor"] == []


async def test_counts_are_over_what_each_may_read(host: TestHost) -> None:
    talk = await host.report()
    await talk.handler_says(0, readers=talk.readers)
    await talk.handler_says(0, readers=talk.office.readers(0))
    assert (await inbox(host, 0))[0]["messageCount"] == 3
    assert (await inbox(host, 1))[0]["messageCount"] == 2
    assert (await talk.reporter.read("/v1/report"))["messageCount"] == 3


async def test_another_offices_handlers_see_nothing(host: TestHost) -> None:
    talk = await host.report()
    other = Office.make()
    owner = host.caller(other.line_key)
    await owner.put(other.path, other.put(invite=host.invites[1]))
    foreign = host.caller(other.people[0].signing)
    assert await foreign.read(other.inbox) == {"entries": []}
    not_found(await foreign.get(host.office.inbox))
    same(await foreign.get(talk.entry(0)), await foreign.get(UNKNOWN))


async def test_who_is_no_handler_has_no_inbox(host: TestHost) -> None:
    talk = await host.report()
    for caller in (talk.reporter, host.caller(host.office.line_key)):
        for path in (host.office.inbox, talk.entry(0), f"{talk.entry(0)}/messages"):
            not_found(await caller.get(path))


async def test_no_answer_tells_unknown_from_not_yours(host: TestHost) -> None:
    talk = await host.report()
    stranger = host.correspondence()
    same(
        await host.handler(2).get(talk.entry(0)),
        await host.handler(2).get(UNKNOWN),
        await host.handler(2).get("/v1/inbox/nonsense"),
        await stranger.reporter.get(talk.entry(0)),
        await stranger.reporter.get("/v1/report"),
        await host.handler(0).get("/v1/report"),
        await host.caller(host.office.line_key).get(host.office.inbox),
    )


async def test_an_inbox_of_many_pages_is_read_once_each(host: TestHost) -> None:
    talks = [await host.report() for _ in range(73)]
    first = await host.handler(0).read(host.office.inbox)
    second = await host.handler(0).read(f"{host.office.inbox}&cursor={first['cursor']}")
    third = await host.handler(0).read(f"{host.office.inbox}&cursor={second['cursor']}")
    assert [len(page["entries"]) for page in (first, second, third)] == [20, 50, 3]
    assert "cursor" not in third
    found = [entry["entry"] for page in (first, second, third) for entry in page["entries"]]
    assert {f"/v1/inbox/{entry}" for entry in found} == {talk.entry(0) for talk in talks}
    assert len(set(found)) == 73
    assert found == sorted(found, key=decode_base64url)
    last = encode_base64url(bytes([255] * 16))
    end = await host.handler(0).read(f"{host.office.inbox}&cursor={last}")
    assert end == {"entries": []}


async def test_a_filter_on_state_finds_the_reports_in_it(host: TestHost) -> None:
    talks = [await host.report() for _ in range(5)]
    for tags, talk in zip(
        (
            (),
            (Tag.ACKNOWLEDGEMENT,),
            (Tag.ACKNOWLEDGEMENT, Tag.FEEDBACK),
            (Tag.FEEDBACK, Tag.CLOSING),
        ),
        talks,
        strict=False,
    ):
        for tag in tags:
            await talk.handler_says(0, tag)
    await talks[4].reporter_says(Tag.WITHDRAWAL, immediate=False)
    states = ("received", "acknowledged", "feedback-given", "closed", "withdrawn")
    for state, talk in zip(states, talks, strict=True):
        (entry,) = await inbox(host, 0, f"&state={state}")
        assert (f"/v1/inbox/{entry['entry']}", entry["state"]) == (talk.entry(0), state)
    assert len(await inbox(host, 0)) == 5


async def test_the_filter_and_the_cursor_go_together(host: TestHost) -> None:
    talks = [await host.report() for _ in range(3)]
    cursor = min(talk.entry(0) for talk in talks).removeprefix("/v1/inbox/")
    page = await inbox(host, 0, f"&state=received&cursor={cursor}")
    assert len(page) <= 2
    assert cursor not in {entry["entry"] for entry in page}


async def test_an_inbox_is_asked_for_by_its_line(sqlite_host: TestHost) -> None:
    caller = sqlite_host.handler(0)
    malformed(await caller.get("/v1/inbox"), Reason.FIELDS)
    malformed(await caller.get("/v1/inbox?line="), Reason.LINE_ID)
    malformed(await caller.get(sqlite_host.office.inbox + "a"), Reason.LINE_ID)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("&state=unknown", Reason.FIELDS),
        ("&state=", Reason.FIELDS),
        ("&state=Received", Reason.FIELDS),
        ("&cursor=", Reason.LENGTH),
        ("&cursor=-1", Reason.BASE64URL),
        ("&cursor=" + "A" * 5000, Reason.LENGTH),
        ("&cursor=%00%FF", Reason.BASE64URL),
        ("&cursor=" + "A" * 21 + "B", Reason.BASE64URL),
    ],
)
async def test_a_garbage_query_is_refused(
    sqlite_host: TestHost, query: str, reason: Reason
) -> None:
    answer = await sqlite_host.handler(0).get(sqlite_host.office.inbox + query)
    malformed(answer, reason, quotes=["unknown", "AAAA"])


async def test_a_long_conversation_is_read_page_by_page(host: TestHost) -> None:
    talk = await host.report()
    for _ in range(52):
        sealed = talk.by_reporter()
        assert (await talk.reporter_puts(sealed)).status_code == 201
        talk.note(sealed)
    for caller, path in (
        (talk.reporter, "/v1/report/messages"),
        (talk.handler(0), f"{talk.entry(0)}/messages"),
    ):
        first = await caller.read(path)
        assert (len(first["messages"]), first["cursor"], first["more"]) == (50, 50, True)
        second = await caller.read(f"{path}?after=50")
        assert (len(second["messages"]), second["cursor"], second["more"]) == (3, 53, False)
        end = await caller.read(f"{path}?after=999999999")
        assert end == {"messages": [], "cursor": 999999999, "more": False}


@pytest.mark.parametrize(
    "after", ["-1", "1.0", "01", "1e3", "", "9999999999", "٣", "0x1", "%00", "+1", "NaN", "null"]
)
async def test_a_garbage_position_is_refused(sqlite_host: TestHost, after: str) -> None:
    talk = await sqlite_host.report()
    for caller, path in (
        (talk.reporter, "/v1/report/messages"),
        (talk.handler(0), f"{talk.entry(0)}/messages"),
    ):
        quoted = after if after.isascii() else "%D9%A3"
        malformed(await caller.get(f"{path}?after={quoted}"), Reason.FIELDS)
