"""A document that was published a moment ago counts at once: memory is no reason to refuse."""

from dataclasses import replace

from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import participant_text
from tests.support.answers import refused, stored
from tests.support.correspondence import Correspondence
from tests.support.hosts import TestHost
from tests.support.office import Office, Person
from tests.support.two_offices import HandedOver


async def publish_with_newcomer(host: TestHost, office: Office) -> Office:
    """Publish an office's next document, with one more handler who has a key."""
    newcomer = Person.make(office.line)
    people = (*office.people, newcomer)
    listed = (*office.document.handlers, newcomer.listed())
    following = replace(office.next(handlers=listed), people=people)
    assert (await host.caller(office.line_key).put(office.path, following.put())).is_success
    keys = newcomer.box_keys()
    answer = await host.caller(newcomer.signing).put(f"{office.path}/box-keys", keys)
    assert answer.status_code == 204
    return following


async def test_a_report_to_a_handler_of_a_moment_ago_is_taken(host: TestHost) -> None:
    await host.report()  # now the host remembers the first document
    office = await publish_with_newcomer(host, host.office)
    talk = host.correspondence()
    later = Correspondence(office, talk.http, talk.origin, talk.day_of, office.readers(3))
    stored(await later.reporter.put("/v1/report", later.put()))


async def test_a_line_that_is_asked_may_name_a_handler_of_a_moment_ago(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    await talk.agree()  # now the host remembers the other line's first document
    again = await HandedOver.begin_with(host, talk.other)
    other = await publish_with_newcomer(host, talk.other)
    again.other = other
    again.office = replace(again.office, people=(*again.office.people, other.people[-1]))
    newcomer = len(again.office.people) - 1
    asked = again.handover(readers=again.asked(newcomer))
    readers = tuple(sorted((*again.readers, *again.asked(newcomer)), key=participant_text))
    stored(await again.reporter_puts(again.consent(handover=asked, readers=readers)))


async def test_who_has_left_is_still_no_reader(host: TestHost) -> None:
    talk = await host.report()
    left = host.office.people[1].listed(until=host.time.day)
    handlers = tuple(left if h.id == left.id else h for h in host.office.document.handlers)
    following = host.office.next(handlers=handlers)
    answer = await host.caller(host.office.line_key).put(host.office.path, following.put())
    assert answer.is_success
    host.time.seconds += 3  # the host remembers for two seconds who has not left
    alone = talk.by_reporter(readers=host.office.readers(1))
    refused(await talk.reporter_puts(alone), Reason.NO_READER)
