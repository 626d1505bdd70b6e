"""Nothing of one line is taken on another: documents, keys, headers, wraps, messages."""

from collections.abc import Awaitable

import pytest

from meldpunt.client import ProblemError
from meldpunt.client.http.api import EntryApi, LineApi, ReportApi
from meldpunt.client.messages.draft import next_header, write_payload
from meldpunt.protocol.message import Recipient, first_header, seal_message
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.line_document import DOCUMENT_LABEL
from meldpunt.protocol.verify.log.header import Header, Tag
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.protocol.wrap import CONTENT_KEY_SIZE
from meldpunt.wire.lines import LinePut
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import ReportPut, WrapsPut
from tests.client.two_lines import Line, Lines


async def _reason(work: Awaitable[object]) -> Reason | None:
    with pytest.raises(ProblemError) as refused:
        await work
    assert refused.value.kind in {ProblemType.REFUSED, ProblemType.CONFLICT}
    return refused.value.reason


async def test_a_document_of_another_line_is_refused(lines: Lines) -> None:
    one, two, _ = lines
    keys, theirs = one.hosted.line_keys, two.names.put_line
    put = LinePut(
        first_key=keys.first_key,
        document=theirs.document,
        signature=keys.signing.sign(DOCUMENT_LABEL, theirs.document),
    )
    api = LineApi(one.hosted.transport())
    assert await _reason(api.put_line(keys.line_id, put, keys.signing)) is Reason.OTHER_LINE


async def test_a_line_that_lists_anothers_key_gets_no_say_on_the_other(lines: Lines) -> None:
    one, two, _ = lines
    shared = two.hosted.handlers[0].keys
    hosted = one.hosted
    entry = shared.entry(name="Both", role="adviser").model_copy(
        update={"line_id": hosted.line_keys.line_id}
    )
    plan = hosted.plan(*(h.keys for h in hosted.handlers))
    plan = plan.with_handlers(entry, day=hosted.clock.today())
    line = await hosted.owner().publish(plan)
    assert line.document.handler(entry.id) is not None
    assert line.document.handler(shared.handler_id) is None
    entries = [found async for found in two.hosted.handlers[0].entries()]
    assert {found.line_id for found in entries} == {two.hosted.line_keys.line_id}


async def test_box_keys_of_another_line_are_refused(lines: Lines) -> None:
    one, two, _ = lines
    api, key = LineApi(one.hosted.transport()), one.keys()["handler"]
    put = two.names.put_box_keys
    reason = await _reason(api.put_box_keys(one.names.line, put, key))
    assert reason is Reason.BOX_KEY_OTHER_LINE


def _report(line: Line, **changes: object) -> Header:
    """Return the header of a new report of this line, or nearly."""
    keys = line.submission.keys
    header = first_header(
        line=line.names.line,
        report=keys.report_id,
        document=line.names.document,
        readers=line.submission.readers,
    )
    return header.model_copy(update=changes)


def _recipient(line: Line, number: int = 0) -> Recipient:
    statement = line.hosted.handlers[number].keys.published()[0]
    return Recipient(statement.key_id, statement.public_key)


def _sealed(line: Line, header: Header, *recipients: Recipient) -> SealedMessage:
    return seal_message(
        header,
        write_payload("A report.", language="en"),
        recipients=recipients,
        author=line.submission.keys.signing,
        content_key=line.hosted.entropy(CONTENT_KEY_SIZE),
    )


@pytest.mark.parametrize("theirs", ["other", "absent"])
async def test_nothing_of_another_line_gets_into_a_report(lines: Lines, theirs: str) -> None:
    one, two, absent = lines
    names = two.names if theirs == "other" else absent
    put, key = one.names.put_report, one.keys()["reporter"]
    reader = two.hosted.handlers[0].keys.handler_id if theirs == "other" else b"x" * 16
    own, foreign = _recipient(one), _recipient(two)
    if theirs == "absent":
        foreign = Recipient(names.key, foreign.public_key)
    cases = (
        (_report(one, document=names.document), (own,), Reason.DOCUMENT_UNKNOWN),
        (_report(one, line_id=names.line), (own,), Reason.DOCUMENT_UNKNOWN),
        (_report(one, readers=(reader,)), (own,), Reason.READER_NOT_ALLOWED),
        (_report(one), (own, foreign), Reason.WRAP_READER),
    )
    for header, recipients, reason in cases:
        sealed = _sealed(one, header, *recipients)
        api = ReportApi(one.hosted.transport(), key)
        assert await _reason(api.put_report(ReportPut(keys=put.keys, message=sealed))) is reason


@pytest.mark.parametrize("theirs", ["other", "absent"])
async def test_a_message_cannot_build_on_another_lines(lines: Lines, theirs: str) -> None:
    one, two, absent = lines
    names = two.names if theirs == "other" else absent
    header = next_header(one.visit.thread, tag=Tag.MESSAGE, readers=one.submission.readers)
    seen = tuple(sorted((*header.seen, names.message)))
    sealed = _sealed(one, header.model_copy(update={"seen": seen}), _recipient(one))
    api = ReportApi(one.hosted.transport(), one.keys()["reporter"])
    assert await _reason(api.put_message(sealed)) is Reason.UNKNOWN_SEEN


@pytest.mark.parametrize("theirs", ["other", "absent"])
async def test_wraps_for_another_lines_keys_are_refused(lines: Lines, theirs: str) -> None:
    one, two, absent = lines
    names = two.names if theirs == "other" else absent
    api = EntryApi(one.hosted.transport(), one.keys()["handler"], one.names.entry)
    wrap = one.names.put_wraps.wraps[0].model_copy(update={"key_id": names.key})
    reason = await _reason(api.put_wraps(one.names.message, WrapsPut(wraps=(wrap,))))
    assert reason is Reason.WRAP_READER


async def test_a_message_of_another_line_is_refused_in_ones_own_report(lines: Lines) -> None:
    one, two, _ = lines
    reporter = ReportApi(one.hosted.transport(), one.keys()["reporter"])
    assert await _reason(reporter.put_message(two.names.reporters_message)) is Reason.SIGNATURE
    handler = EntryApi(one.hosted.transport(), one.keys()["handler"], one.names.entry)
    assert await _reason(handler.put_message(two.names.handlers_message)) is Reason.SIGNATURE
