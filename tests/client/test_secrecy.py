"""What must not leave the device, nor show in errors, logs or a debugger's view of a value."""

import base64
import logging

import pytest

from meldpunt.client import ClientError
from meldpunt.protocol.receipt import parse_receipt
from meldpunt.protocol.verify.errors import RefusedError
from tests.client.hosted_line import HostedLine

CANARY = "canary-kanarie-43117"


def spellings(receipt: str, line: bytes) -> list[bytes]:
    """Return every form in which a receipt could leak."""
    plain = receipt.encode()
    secret = parse_receipt(receipt).encode()
    forms = [plain, secret, receipt.replace("-", "").encode()]
    forms += [form.lower() for form in forms]
    return forms + [base64.b64encode(form).rstrip(b"=") for form in forms]


async def test_neither_text_nor_receipt_nor_a_private_key_is_ever_sent(
    hosted: HostedLine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await hosted.open_line()
    submission = await hosted.submit(CANARY)
    handler = hosted.handlers[0]
    await handler.acknowledge(await hosted.only_entry(handler), f"{CANARY} a", language="en")
    visit = await hosted.visit(submission)
    await visit.reply(f"{CANARY} b", language="en")
    await visit.withdraw(f"{CANARY} c", language="en")
    sent = b"\n".join(
        b"\n".join([str(request.url).encode(), repr(request.headers).encode(), body])
        for request, body in zip(hosted.network.sent, hosted.network.bodies, strict=True)
    )
    secrets = [
        CANARY.encode(),
        *spellings(submission.receipt, hosted.line_keys.line_id),
        submission.keys.signing.seed.hex().encode(),
        base64.urlsafe_b64encode(submission.keys.signing.seed).rstrip(b"="),
        base64.urlsafe_b64encode(handler.keys.signing.seed).rstrip(b"="),
        base64.urlsafe_b64encode(handler.keys.chains[0].value).rstrip(b"="),
        base64.urlsafe_b64encode(hosted.line_keys.signing.seed).rstrip(b"="),
    ]
    logged = caplog.text.encode()
    assert len(sent) > 10_000
    for secret in secrets:
        assert secret not in sent
        assert secret not in logged


async def test_no_url_names_a_report_or_a_key(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    await hosted.visit(submission)
    names = [
        base64.urlsafe_b64encode(value).rstrip(b"=").decode()
        for value in (
            submission.keys.report_id,
            submission.keys.signing.public_key,
            submission.keys.box_key_id,
        )
    ]
    for request in hosted.network.sent:
        assert not any(name in str(request.url) for name in names)


async def test_values_do_not_show_what_they_hold(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    reporter = hosted.reporter()
    submission = await reporter.prepare(line, CANARY, language="en")
    await reporter.send(submission)
    visit = await hosted.visit(submission)
    handlers = [h for h in hosted.handlers if h.keys.handler_id in submission.readers]
    thread = await hosted.only_entry(handlers[0])
    shown = " ".join(
        repr(value)
        for value in (
            submission,
            submission.draft,
            submission.keys,
            reporter,
            visit,
            visit.thread,
            thread,
            *thread.messages,
            handlers[0],
            handlers[0].keys,
            hosted.line_keys,
        )
    )
    for secret in (CANARY, submission.receipt, parse_receipt(submission.receipt)):
        assert secret not in shown


async def test_an_error_does_not_quote_what_was_typed_or_written(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    reporter = hosted.reporter()
    submission = await reporter.prepare(line, CANARY, language="en")
    attempts = [
        reporter.open(submission.receipt),
        reporter.open(submission.receipt[:-1]),
        reporter.prepare(line, CANARY, language=CANARY),
        reporter.prepare(line, CANARY, language="en", content={CANARY: 1.5}),
        reporter.prepare(line, CANARY * 4000, language="en"),
    ]
    for attempt in attempts:
        with pytest.raises((ClientError, RefusedError)) as failed:
            await attempt
        told = f"{failed.value!s} {failed.value!r} {failed.value.__cause__!r}"
        assert CANARY not in told
        assert submission.receipt[:9] not in told
