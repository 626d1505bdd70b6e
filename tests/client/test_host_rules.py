"""What the host makes sure of when people come, go and take over, whatever a client sends."""

import pytest

from meldpunt.client import ProblemError, owner
from meldpunt.client.http.api import ReportApi
from meldpunt.client.keys.receipts import keys_of
from meldpunt.protocol.keys import BoxKey
from meldpunt.protocol.message import first_header, seal_message
from meldpunt.protocol.payload import make_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import ReporterPublicKeys, ReportPut
from tests.client.hosted_line import HostedLine


async def test_one_whom_a_second_colleague_admits_is_counted_what_they_may_read(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    await hosted.submit(readers=(0, 1))
    first, second, newcomer = hosted.handlers
    await first.admit(await hosted.only_entry(first), hosted.id_of(2), "Welcome.", language="en")
    await second.reply(await hosted.only_entry(second), "Between us two.", language="en", note=True)
    thread = await hosted.only_entry(second)
    await second.admit(thread, hosted.id_of(2), "Welcome again.", language="en")
    thread = await hosted.only_entry(newcomer)
    readable = [m for m in thread.messages if m.text is not None]
    assert thread.report.claim.message_count == len(readable) == len(thread.messages)
    assert thread.notices == ()


async def test_a_replaced_key_starts_no_other_report(hosted: HostedLine) -> None:
    given = await hosted.oral()
    line = hosted.line_keys.line_id
    replaced = await keys_of(given, line)
    visit = await hosted.reporter().open(given)
    await visit.send_takeover(await visit.take_over(language="en"))

    box = BoxKey.from_seed(bytes(32))
    report = ids.report_id(signing_key=replaced.signing.public_key, box_key=box.public_key)
    published = await hosted.reporter().line()
    recipient = published.recipient(hosted.id_of(0))
    assert recipient is not None
    message = seal_message(
        first_header(
            line=line, report=report, document=published.document_hash, readers=(hosted.id_of(0),)
        ),
        make_payload("Another.", language="en"),
        content_key=bytes(32),
        author=replaced.signing,
        recipients=[recipient],
    )
    public = ReporterPublicKeys(signing_key=replaced.signing.public_key, box_key=box.public_key)
    with pytest.raises(ProblemError) as refused:
        await ReportApi(hosted.transport(), replaced.signing).put_report(
            ReportPut(keys=public, message=message)
        )
    assert refused.value.kind is ProblemType.CONFLICT


async def test_a_document_that_no_longer_lists_a_handler_is_refused(
    hosted: HostedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hosted.open_line()
    fewer = hosted.plan(*(h.keys for h in hosted.handlers[:2]))
    with pytest.raises(RefusedError) as at_the_office:
        await hosted.owner().publish(fewer)
    assert at_the_office.value.reason is Reason.DOCUMENT_PREVIOUS
    monkeypatch.setattr(owner, "check_handlers_kept", lambda *_: None)
    with pytest.raises(ProblemError) as refused:
        await hosted.owner().publish(fewer)
    assert refused.value.reason is Reason.DOCUMENT_PREVIOUS
