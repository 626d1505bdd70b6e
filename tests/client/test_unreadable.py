"""Messages that their author's software made wrongly: who is told what, and what still works."""

from dataclasses import replace
from typing import Final

import pytest

from meldpunt.client import DraftReport, Readability, renew_keys
from meldpunt.protocol.body import seal_body
from meldpunt.protocol.message import wrap_for
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, parse_header
from meldpunt.protocol.verify.sealed import SealedMessage
from tests.client.hosted_line import HostedLine
from tests.client.test_bad_host import serving

_START: Final = b'{"version":1,"language":"en","content":'
_PAYLOADS: Final = {
    "a key with a digit": (_START + b'{"text":"a","q1":"b"}}', Reason.JSON_KEY),
    "null": (_START + b'{"text":"a","mood":null}}', Reason.JSON_NULL),
    "a float": (_START + b'{"text":"a","scale":0.5}}', Reason.JSON_NUMBER),
    "white space": (_START + b' {"text":"a"}}', Reason.JSON_NOT_CANONICAL),
    "no JSON": (b"The invoices of March were paid twice.", Reason.JSON_SYNTAX),
    "no UTF-8": (b"Caf\xe9", Reason.JSON_ENCODING),
    "an upper-case language": (
        b'{"version":1,"language":"NL","content":{"text":"a"}}',
        Reason.PAYLOAD_LANGUAGE,
    ),
    "no language": (b'{"version":1,"content":{"text":"a"}}', Reason.PAYLOAD_LANGUAGE),
    "an empty text": (_START + b'{"text":""}}', Reason.PAYLOAD_TEXT),
    "an unknown field": (_START[:-10] + b'"more":1,"content":{"text":"a"}}', Reason.PAYLOAD),
}


async def _sealed_by_other_software(hosted: HostedLine, payload: bytes) -> DraftReport:
    """Return a report that is right but for its payload."""
    reporter = hosted.reporter()
    line = await reporter.line()
    readers = [hosted.id_of(0), hosted.id_of(1)]
    report = await reporter.prepare(line, "Replaced.", language="en", readers=readers)
    content_key = report.draft.content_key
    body = seal_body(payload, content_key=content_key)
    header = parse_header(report.draft.message.header)
    data = header.model_copy(update={"body": ids.body_hash(body)}).to_json()
    recipients = [line.recipient(reader) for reader in readers]
    message = SealedMessage(
        header=data,
        signature=report.keys.signing.sign(MESSAGE_LABEL, data),
        body=body,
        wraps=tuple(
            wrap_for(header, ids.message_id(data), content_key=content_key, recipient=recipient)
            for recipient in recipients
            if recipient is not None
        ),
    )
    return replace(report, draft=replace(report.draft, message=message))


@pytest.mark.parametrize(("payload", "reason"), _PAYLOADS.values(), ids=_PAYLOADS)
async def test_what_the_authors_software_made_wrongly_is_told_with_its_reason(
    hosted: HostedLine, payload: bytes, reason: Reason
) -> None:
    await hosted.open_line()
    await hosted.reporter().send(await _sealed_by_other_software(hosted, payload))
    thread = await hosted.only_entry(hosted.handlers[0])
    [message] = thread.messages
    assert (message.readability, message.refusal) == (Readability.UNREADABLE, reason)
    assert thread.alarms == ()


async def test_the_reporter_can_be_told_and_can_write_again(hosted: HostedLine) -> None:
    await hosted.open_line()
    payload, _ = _PAYLOADS["a key with a digit"]
    report = await _sealed_by_other_software(hosted, payload)
    await hosted.reporter().send(report)
    first = hosted.handlers[0]
    await first.reply(await hosted.only_entry(first), "I cannot read this.", language="en")
    visit = await hosted.visit(report)
    assert visit.thread.messages[-1].text == "I cannot read this."
    await visit.reply("Once more.", language="en")
    thread = await hosted.only_entry(hosted.handlers[1])
    assert [message.text for message in thread.messages] == [
        None,
        "I cannot read this.",
        "Once more.",
    ]


async def test_the_key_of_an_unreadable_message_is_passed_on_like_any_other(
    hosted: HostedLine,
) -> None:
    await hosted.open_line(with_keys=1)
    payload, reason = _PAYLOADS["null"]
    await hosted.reporter().send(await _sealed_by_other_software(hosted, payload))
    second = hosted.handlers[1]
    await second.publish_keys(lambda _: None)
    [message] = (await hosted.only_entry(second)).messages
    assert message.readability is Readability.NO_WRAP
    first = hosted.handlers[0]
    assert await first.add_missing_wraps(await hosted.only_entry(first)) == 1
    [message] = (await hosted.only_entry(second)).messages
    assert (message.readability, message.refusal) == (Readability.UNREADABLE, reason)


async def test_a_renewal_moves_unreadable_messages_too(hosted: HostedLine) -> None:
    await hosted.open_line()
    payload, reason = _PAYLOADS["no JSON"]
    await hosted.reporter().send(await _sealed_by_other_software(hosted, payload))
    first = hosted.handlers[0]
    hosted.clock.pass_days(60)
    await first.publish_keys(lambda _: None)
    renewed = await renew_keys(first, lambda _: None)
    assert (renewed.rewrapped, renewed.closed) == (1, 0)
    [message] = (await hosted.only_entry(first)).messages
    assert (message.readability, message.refusal) == (Readability.UNREADABLE, reason)


async def test_a_body_that_the_host_changed_is_not_blamed_on_the_author(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    await hosted.submit()
    hosted.network.change = serving(
        lambda messages: [m.model_copy(update={"body": bytes(1072)}) for m in messages]
    )
    [message] = (await hosted.only_entry(hosted.handlers[0])).messages
    assert (message.readability, message.refusal) == (Readability.REFUSED, Reason.BODY_HASH)
