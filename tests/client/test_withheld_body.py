"""A host that withholds one body must not keep an ended key alive for ever."""

import json

import httpx

from meldpunt.client import Handler, Readability, renew_keys
from meldpunt.client.renewal import WAITING
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import decode_base64url
from meldpunt.protocol.verify.errors import Reason, RefusedError
from tests.client.hosted_line import HostedLine, json_answer


async def withheld(hosted: HostedLine) -> tuple[Handler, ids.EntryId]:
    """Let the host withhold the body of the first of two reports, after its key has ended."""
    await hosted.open_line(1, preset="half-a-year")
    first, _ = [await hosted.submit(text, readers=(0,)) for text in ("One.", "Two.")]
    hosted.clock.pass_days(52)
    entry = ids.inbox_entry(hosted.id_of(0), first.keys.report_id)

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.method != "GET" or not request.url.path.endswith("/messages"):
            return json_answer(response.content, response.status_code)
        page = json.loads(response.content)
        for message in page["messages"]:
            if first.draft.message_id == ids.message_id(decode_base64url(message["header"])):
                message.pop("body", None)
        return json_answer(json.dumps(page).encode())

    hosted.network.change = change
    return hosted.handlers[0], entry


async def test_an_ended_key_waits_thirty_days_and_then_goes(hosted: HostedLine) -> None:
    handler, entry = await withheld(hosted)
    renewal = await renew_keys(handler, lambda _: None)
    [waiting] = renewal.waiting
    assert (waiting.entry, waiting.until) == (entry, hosted.today() + WAITING)
    assert isinstance(waiting.failure, RefusedError)
    assert waiting.failure.reason is Reason.BODY_HASH
    assert (renewal.rewrapped, renewal.forgotten) == (1, 0)
    hosted.clock.pass_days(WAITING.days)
    assert (await renew_keys(handler, lambda _: None)).forgotten == 0, "the last day still counts"
    hosted.clock.pass_days(1)
    renewal = await renew_keys(handler, lambda _: None)
    assert (renewal.forgotten, renewal.waiting) == (1, ())
    assert [unmoved.entry for unmoved in renewal.given_up] == [entry]
    assert handler.keys.ended(hosted.today()) == ()


async def test_a_report_can_be_given_up_before(hosted: HostedLine) -> None:
    handler, entry = await withheld(hosted)
    renewal = await renew_keys(handler, lambda _: None, give_up=[entry])
    assert renewal.forgotten == 1
    assert [unmoved.entry for unmoved in renewal.given_up] == [entry]


async def test_a_body_that_comes_back_is_moved_and_nothing_is_lost(hosted: HostedLine) -> None:
    handler, entry = await withheld(hosted)
    await renew_keys(handler, lambda _: None)
    hosted.network.change = None
    hosted.clock.pass_days(WAITING.days - 1)
    renewal = await renew_keys(handler, lambda _: None, give_up=[entry])
    assert (renewal.rewrapped, renewal.forgotten, renewal.given_up) == (1, 1, ())
    [message] = (await handler.read(entry)).messages
    assert message.readability is Readability.OPENED
