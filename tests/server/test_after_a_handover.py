"""Those who handed a report over cannot tell from the host what happens to it afterwards."""

from typing import Any

import pytest

from meldpunt.protocol.message import wrap_for
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.server.usecases.transfer.export_position import ExportStage, Position
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import WrapsPut
from tests.support.answers import assert_problem, not_found, refused, stored
from tests.support.correspondence import name
from tests.support.hosts import TestHost
from tests.support.two_offices import THEIRS, HandedOver
from tests.support.uploads import Upload


async def hand_over_while_writing(host: TestHost) -> tuple[HandedOver, SealedMessage, Upload]:
    """Hand a report over while the reporter, who has not seen it yet, writes to both lines.

    Returns:
        The report, that message, and the file that it lists.
    """
    talk = await HandedOver.begin(host)
    consent = await talk.agree()
    upload = await Upload(talk.reporter, "/v1/report").whole()
    crossing = talk.by_reporter(readers=talk.everybody(), attachments=(upload.id,))
    await talk.decide(Tag.ACCEPTANCE, consent)
    stored(await talk.reporter_puts(crossing))
    return talk, crossing, upload


async def count(talk: HandedOver, person: int) -> int:
    status: dict[str, Any] = await talk.handler(person).read(talk.entry(person))
    return int(status["messageCount"])


async def test_they_do_not_see_a_count_grow(host: TestHost) -> None:
    talk, _, _ = await hand_over_while_writing(host)
    assert [await count(talk, person) for person in (0, THEIRS)] == [3, 4]


async def test_they_fetch_no_file_of_a_message_that_they_are_not_shown(host: TestHost) -> None:
    talk, _, upload = await hand_over_while_writing(host)
    for person, status in ((0, 404), (THEIRS, 200)):
        theirs = Upload(talk.handler(person), talk.entry(person), id=upload.id)
        assert (await theirs.fetch()).status_code == status


async def test_they_add_no_wrap_to_a_message_that_they_are_not_shown(host: TestHost) -> None:
    talk, crossing, _ = await hand_over_while_writing(host)
    wrap = wrap_for(
        talk.draft(REPORTER, Tag.MESSAGE),
        crossing.message_id,
        content_key=bytes(32),
        recipient=talk.office.people[0].recipient(),
    )
    path = f"{talk.entry(0)}/messages/{name(crossing)}/wraps"
    not_found(await talk.handler(0).put(path, WrapsPut(wraps=(wrap,))))


async def test_they_begin_no_upload_so_no_limit_tells_them_of_the_others_files(
    host: TestHost,
) -> None:
    talk = await HandedOver.begin(host)
    consent = await talk.agree()
    begun = Upload(talk.handler(0), talk.entry(0))
    assert (await begun.begin()).status_code == 201
    await talk.decide(Tag.ACCEPTANCE, consent)
    answer = await Upload(talk.handler(0), talk.entry(0)).begin()
    assert_problem(answer, ProblemType.NOT_ALLOWED_NOW)
    assert (await begun.take_back()).status_code == 204


async def test_what_they_send_is_refused_alike_whatever_the_reporter_did_since(
    host: TestHost,
) -> None:
    talk = await HandedOver.begin(host)
    sent = talk.by_handler(0)
    stored(await talk.handler_puts(0, sent))
    talk.note(sent)
    await talk.decide(Tag.ACCEPTANCE, await talk.agree())
    assert (await talk.handler_puts(0, sent)).status_code == 200  # the answer was lost
    other_key = talk.office.people[1].recipient()  # as after a succession: not the reporter's
    draft = talk.draft(talk.office.people[0].id, Tag.MESSAGE)
    for recipients in (None, [other_key, talk.office.people[2].recipient()]):
        sealed = talk.seal(draft, talk.office.people[0].signing, recipients=recipients)
        refused(await talk.handler_puts(0, sealed), Reason.READER_NOT_ALLOWED)


async def test_a_report_of_two_lines_goes_on_taking_files_when_its_first_line_has_moved(
    host: TestHost,
) -> None:
    talk = await HandedOver.begin(host)
    await talk.decide(Tag.ACCEPTANCE, await talk.agree())
    elsewhere = host.office.next(
        origins=("https://elsewhere.example",), receipt_key=talk.other.document.receipt_key
    )
    owner = host.caller(host.office.line_key)
    assert (await owner.put(elsewhere.path, elsewhere.put())).status_code == 200
    upload = await Upload(talk.handler(THEIRS), talk.entry(THEIRS)).whole()
    assert (await upload.take_back()).status_code == 204


@pytest.mark.parametrize("person", [0, THEIRS])
async def test_no_office_exports_it_by_a_cursor_of_its_own_making(
    host: TestHost, person: int
) -> None:
    talk = await HandedOver.begin(host)
    await talk.agree()
    office = host.office if person == 0 else talk.other
    handler = talk.office.people[person].id
    entry = ids.inbox_entry(handler, talk.keys.report_id)
    for number in (1, 2):
        at = Position(ExportStage.REPORTS, handler, entry.ljust(ids.HASH_SIZE, b"\0"), number)
        path = f"{office.path}/export?cursor={at.cursor}"
        page = await host.caller(office.line_key).read(path)
        assert page["records"] == []
        assert page["staying"] == 1
