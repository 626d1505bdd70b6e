"""A handler suggests another line; what others write decides nothing and opens nothing."""

from typing import Any

import pytest

from meldpunt.client import LineAddress, list_referrals
from meldpunt.client.messages.referral import (
    done_content,
    origin_content,
    proposal_content,
    referred_from,
)
from meldpunt.protocol.verify.errors import Reason, RefusedError
from tests.client.hosted_line import ORIGIN, HostedLine
from tests.client.test_consultation import Two, make_two

SUMMARY = "Invoices were paid twice."


@pytest.fixture
async def two(hosted: HostedLine) -> Two:
    """Give two lines on one host."""
    return await make_two(hosted)


def address(two: Two) -> LineAddress:
    return LineAddress(ORIGIN, two.asked.line_keys.line_id)


async def suggest(two: Two, content: dict[str, Any]) -> str:
    """Let a handler write a message with these fields; returns the reporter's code."""
    submission = await two.asking.submit()
    first = two.asking.handlers[0]
    thread = await two.asking.only_entry(first)
    await first.send(thread, first.seal(thread, "Turn to them.", language="en", content=content))
    return submission.receipt


async def test_a_suggestion_becomes_a_report_by_the_reporters_own_device(two: Two) -> None:
    receipt = await suggest(two, proposal_content(address(two), SUMMARY))
    thread = (await two.asking.reporter().open(receipt)).thread
    [found] = list_referrals(thread)
    assert (found.address, found.summary) == (address(two), SUMMARY)
    assert found.by == two.asking.id_of(0)

    reporter = two.asked.reporter()
    submission = await reporter.prepare(
        await reporter.line(),
        found.summary,
        language="en",
        receipt=receipt,
        content=origin_content(thread.line),
    )
    await reporter.send(submission)
    await reporter.send(submission)
    read = await two.read()
    line_id = str(LineAddress(ORIGIN, two.asking.line_keys.line_id)).rpartition("/")[2]
    assert referred_from(read.messages[0]) == (line_id, "Integrity line")
    assert not read.is_consultation
    assert read.status.clocks != ()  # a report like any other
    assert (read.alarms, read.notices) == ((), ())


async def test_one_code_on_two_lines_gives_keys_that_nobody_can_link(two: Two) -> None:
    receipt = await suggest(two, proposal_content(address(two), SUMMARY))
    here = (await two.asking.reporter().open(receipt)).thread
    reporter = two.asked.reporter()
    submission = await reporter.prepare(
        await reporter.line(), SUMMARY, language="en", receipt=receipt
    )
    assert submission.keys.signing.public_key != here.keys.signing_key
    assert submission.keys.box.public_key != here.keys.box_key
    assert submission.confirms(receipt)


async def test_a_mistyped_code_makes_no_report(two: Two) -> None:
    reporter = two.asked.reporter()
    with pytest.raises(RefusedError) as refused:
        await reporter.prepare(
            await reporter.line(), SUMMARY, language="en", receipt="GC4G-JQ8D-WPKA-M53H-TAB4"
        )
    assert refused.value.reason is Reason.RECEIPT_CHECK


@pytest.mark.parametrize(
    "fields",
    [
        "elsewhere",
        {"line": "https://report.example", "summary": SUMMARY},
        {"line": f"http://report.example/v1/lines/{'a' * 32}", "summary": SUMMARY},
        {"line": f"https://report.example/v1/lines/{'a' * 32}"},
        {"line": f"https://report.example/v1/lines/{'a' * 32}", "summary": " "},
        {"line": 1, "summary": SUMMARY},
        {"summary": SUMMARY},
        {"from": {"lineId": "x", "name": "Somebody"}},
    ],
)
async def test_what_is_no_suggestion_suggests_nothing(two: Two, fields: object) -> None:
    receipt = await suggest(two, {"referral": fields})
    thread = (await two.asking.reporter().open(receipt)).thread
    assert list_referrals(thread) == ()
    assert thread.messages[-1].text == "Turn to them."
    assert [referred_from(message) for message in thread.messages] == [None, None]


async def test_a_reporter_suggests_nothing_to_handlers(two: Two) -> None:
    submission = await two.asking.submit()
    visit = await two.asking.visit(submission)
    content = proposal_content(address(two), SUMMARY)
    await visit.send(await visit.seal("Look there.", language="en", content=content))
    thread = await two.asking.only_entry(two.asking.handlers[0])
    assert list_referrals(thread) == ()


async def test_a_reporter_may_say_that_it_is_done(two: Two) -> None:
    receipt = await suggest(two, proposal_content(address(two), SUMMARY))
    visit = await two.asking.reporter().open(receipt)
    content = done_content(two.asked.line_keys.line_id)
    await visit.send(await visit.seal("Done.", language="en", content=content))
    thread = await two.asking.only_entry(two.asking.handlers[0])
    payload = thread.messages[-1].payload
    assert payload is not None
    assert payload.content["referral"] == content["referral"]
    assert thread.alarms == ()
