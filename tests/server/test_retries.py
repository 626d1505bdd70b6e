"""What was taken once is taken again, whatever has happened since; what is new is judged today."""

from datetime import timedelta

from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.log.header import Tag
from tests.support.answers import refused
from tests.support.clock import FIRST_DAY
from tests.support.hosts import TestHost


async def test_a_handlers_message_may_come_again_days_later(host: TestHost) -> None:
    talk = await host.report()
    sealed = talk.by_handler(0, Tag.ACKNOWLEDGEMENT)
    first = await talk.handler_puts(0, sealed)
    host.time.pass_days(5)
    again = await talk.handler_puts(0, sealed)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


async def test_a_message_comes_again_with_other_wraps_and_the_first_ones_stay(
    host: TestHost,
) -> None:
    talk = await host.report()
    sealed = talk.by_handler(0, Tag.MESSAGE)
    await talk.handler_puts(0, sealed)
    before = (await host.rows())["wraps"]
    other = sealed.wraps[0].model_copy(update={"key_id": bytes(16)})
    again = await talk.handler_puts(0, sealed.model_copy(update={"wraps": (other,)}))
    assert again.status_code == 200
    assert (await host.rows())["wraps"] == before


async def test_a_report_comes_again_after_its_reader_has_left(host: TestHost) -> None:
    talk = host.correspondence()
    put = talk.put()
    assert (await talk.reporter.put("/v1/report", put)).status_code == 201
    people = host.office.people
    left = people[0].listed(until=FIRST_DAY + timedelta(days=1))
    following = host.office.next(handlers=(left, people[1].listed(), people[2].listed()))
    await host.caller(host.office.line_key).put(following.path, following.put())
    host.time.pass_days(3)
    assert (await talk.reporter.put("/v1/report", put)).status_code == 200


async def test_a_new_report_needs_a_reader_who_is_still_there(host: TestHost) -> None:
    people = host.office.people
    left = people[0].listed(until=FIRST_DAY + timedelta(days=1))
    following = host.office.next(handlers=(left, people[1].listed(), people[2].listed()))
    talk = host.correspondence(0)
    await host.caller(host.office.line_key).put(following.path, following.put())
    host.time.pass_days(3)
    refused(await talk.reporter.put("/v1/report", talk.put()), Reason.NO_READER)


async def test_a_report_under_a_document_long_past_is_refused(host: TestHost) -> None:
    talk = host.correspondence()
    host.time.pass_days(130)
    refused(await talk.reporter.put("/v1/report", talk.put()), Reason.DOCUMENT_EXPIRED)
