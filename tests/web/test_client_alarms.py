"""A bad host and the client in TypeScript: answers of a real host, changed on their way."""

from typing import Final

import pytest

from tests.web.client import WRITTEN, WebClient, fails, submit
from tests.web.office import WebOffice

ANSWER = "Wij hebben dit gelezen."


@pytest.fixture
async def receipt(office: WebOffice, client: WebClient) -> str:
    """Send a report that a handler answers; the person has looked at it once, and all was well."""
    made = submit(client, readers=office.ids(0))
    await office.handlers[0].acknowledge(await office.read(), ANSWER, language="nl")
    shown = client.do("visit", receipt=made)
    assert (shown["alarms"], shown["notices"]) == ([], [])
    return made


def kinds(shown: dict[str, list[dict[str, str]]]) -> set[str]:
    """Return the kinds of the notices."""
    return {notice["kind"] for notice in shown["notices"]}


def reasons(shown: dict[str, list[dict[str, str]]]) -> set[str]:
    """Return the reasons of the alarms."""
    return {alarm["reason"] for alarm in shown["alarms"]}


CLAIMS: Final = {
    "hide-newest": {"host-count", "host-state", "host-clocks"},
    "count": {"host-count"},
    "reverse": {"host-order"},
    "day": {"host-day", "host-proof", "host-clocks"},
    "proof": {"host-proof"},
    "state": {"host-state"},
    "clocks": {"host-clocks"},
    "erasure": {"host-clocks"},
    "document": {"host-document"},
}
"""What a host changes, and which notices tell of it."""


async def test_a_claim_that_the_messages_do_not_show_is_told(
    client: WebClient, receipt: str
) -> None:
    found = {}
    for how in CLAIMS:
        client.do("tamper", how=how)
        shown = client.do("visit", receipt=receipt)
        found[how] = kinds(shown)
        assert reasons(shown) == set()
    assert found == CLAIMS


CHANGES: Final = {
    "body": ("refused", "body-hash"),
    "no-body": ("refused", "body-hash"),
    "no-wrap": ("no-wrap", "wrap-reader"),
    "wrap": ("refused", "wrap"),
}
"""What a host changes of a message, and what its reader makes of that."""


async def test_a_message_that_was_changed_is_shown_as_that(client: WebClient, receipt: str) -> None:
    found = {}
    for how in CHANGES:
        client.do("tamper", how=how)
        message = client.do("visit", receipt=receipt)["messages"][-1]
        found[how] = (message["readability"], message["refusal"])
        assert "text" not in message
    assert found == CHANGES


async def test_a_report_whose_first_message_is_hidden_alarms_and_nothing_is_sealed(
    office: WebOffice, client: WebClient, receipt: str
) -> None:
    client.do("reply", reply=WRITTEN)
    client.do("tamper", how="hide-first")
    shown = client.do("visit", receipt=receipt)
    assert {"gap", "unknown-seen"} <= reasons(shown)
    assert fails(client, "reply", reply=WRITTEN)["reason"] in {"gap", "unknown-seen"}
    assert len((await office.read()).messages) == 3


async def test_an_answer_that_does_not_hold_is_refused(client: WebClient, receipt: str) -> None:
    refused = {"hide-all": "gap", "signature": "signature", "other-line": "other-line"}
    found = {}
    for how in refused:
        client.do("tamper", how=how)
        found[how] = fails(client, "visit", receipt=receipt)["reason"]
    assert found == refused


async def test_a_report_that_is_only_called_erased_alarms_and_stays(
    client: WebClient, receipt: str
) -> None:
    client.do("tamper", how="erased")
    shown = client.do("visit", receipt=receipt)
    assert shown["erased"] is False
    assert reasons(shown) == {"gap"}
    assert shown["messages"][-1]["text"] == ANSWER


async def test_what_a_second_look_heals_is_told(client: WebClient, receipt: str) -> None:
    for how in ("hide-newest", "hide-first", "hide-all", "erased"):
        client.do("tamper", how=how, times=1)
        shown = client.do("visit", receipt=receipt)
        assert (how, kinds(shown), reasons(shown)) == (how, {"second-look"}, set())
        assert shown["messages"][-1]["text"] == ANSWER


async def test_pages_without_an_end_are_refused(client: WebClient, receipt: str) -> None:
    client.do("tamper", how="no-end")
    assert fails(client, "visit", receipt=receipt)["code"] == "endless-list"


async def test_a_line_with_another_signature_is_refused(
    office: WebOffice, client: WebClient, receipt: str
) -> None:
    client.do("tamper", how="line")
    assert fails(client, "visit", receipt=receipt)["reason"] == "signature"


async def test_a_false_proof_of_receipt_is_told_and_the_message_is_there(
    office: WebOffice, client: WebClient, receipt: str
) -> None:
    client.do("visit", receipt=receipt)
    client.do("tamper", how="accepted")
    sent = client.do("reply", reply=WRITTEN)
    assert [notice["kind"] for notice in sent["notices"]] == ["host-proof"]
    assert len((await office.read()).messages) == 3


async def test_members_of_a_later_host_are_passed_over(
    office: WebOffice, client: WebClient, receipt: str
) -> None:
    client.do("tamper", how="more")
    shown = client.do("visit", receipt=receipt)
    assert (kinds(shown), reasons(shown)) == (set(), set())
    client.do("reply", reply=WRITTEN)
    assert len((await office.read()).messages) == 3
